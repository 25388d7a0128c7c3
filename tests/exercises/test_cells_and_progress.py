"""A learner's program in a cell, the verdict on it, and what is kept of what they have solved."""
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from helpers import GlassError, ProgramDied, change, run
from helpers.exercises import NotYet, check, progress
from helpers.exercises.cell import program as magic
from helpers.exercises.tasks import LESSONS, task_of
from tests.exercises.handed import solution


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))


# -- a program in a cell ---------------------------------------------------------------------------------------------

def test_a_cell_is_a_program_with_the_lines_of_the_cell(capsys):
    shell = InteractiveShell.instance()
    try:
        import helpers.exercises
        helpers.exercises.cell.add_magic()
        shell.run_cell("%%program mine\nimport select\nselect.select([], [], [], 0.01)\n1 / 0\n")
    finally:
        InteractiveShell.clear_instance()
    assert "mine.py is saved." in capsys.readouterr().out
    with pytest.raises(ProgramDied, match="mine died in line 4, `1 / 0`"):
        run("mine", held=True).step()


def test_a_syntax_error_is_told_at_once_and_the_program_is_kept(capsys):
    magic("mine", "while True print()\n")
    assert re.match(r"mine\.py is saved, and has a syntax error in line 2: ", capsys.readouterr().out)
    assert "while True print()" in Path("mine.py").read_text()


@pytest.mark.parametrize("name, reason", [
    ("", "a program needs one name"), ("two names", "a program needs one name"), ("../up", "a program needs one name"),
    ("select", "a module of Python has this name"), ("helpers", "a module of Python has this name")])
def test_a_name_that_would_do_harm_is_refused(name, reason):
    with pytest.raises(GlassError, match=reason):
        magic(name, "pass\n")
    assert list(Path().glob("**/*.py")) == []


def test_check_without_a_program_says_which_cell_to_run():
    with pytest.raises(NotYet, match="There is no program chat yet. Run the cell that begins with %%program chat"):
        check("chat")


def test_check_of_no_exercise_names_the_nearest():
    with pytest.raises(GlassError, match="There is no exercise 'chta'. The nearest is 'chat'."):
        check("chta")


# -- the verdict -----------------------------------------------------------------------------------------------------

def test_the_verdict_teaches(tmp_path):
    text = solution("chat", tmp_path / "chat.py").text.replace("other is not sock and other is not listener", "other is sock")
    magic("chat", text)
    with pytest.raises(NotYet) as raised:
        check("chat")
    shown = "\n".join(raised.value._render_traceback_())
    assert re.match(r"chat passes \d of \d trials\.\n\n✓ silence costs nothing\n✗ two clients\n    why  ", shown)
    for label in ("sent      alice: b'hello'", "expected  bob hears b'hello'", "received  nothing", "look at   Over which list"):
        assert f"    {label}" in shown
    assert "The last iterations before it failed:\niteration " in shown
    assert "did         alice: recv 5 b'hello' · sendall 5 b'hello'" in shown
    assert "Traceback" not in shown and not re.search(r"127\.0\.0\.1|0x[0-9a-f]|/tmp", shown)


def test_a_program_that_needs_too_much_memory_is_told(tmp_path):
    magic("chat", solution("chat", tmp_path / "chat.py").text.replace(
        "data = sock.recv(1024)", "data = sock.recv(1024)\n            eaten = bytearray(1 << 31)"))
    with pytest.raises(NotYet, match="MemoryError"):
        check("chat")


def test_a_program_that_forks_and_forks_is_told():
    magic("chat", "import os\nwhile True:\n    os.fork()\n")
    with pytest.raises(ProgramDied, match="this program may fork 50 times"):
        check("chat")


def test_a_program_that_exits_is_told():
    magic("chat", "import sys\nsys.exit()\n")
    with pytest.raises(GlassError, match=r"chat has ended \(exit status 0\)"):
        check("chat")


# -- progress --------------------------------------------------------------------------------------------------------

def test_what_is_solved_is_kept_and_told(tmp_path, capsys):
    solution("chat", Path("chat.py"))
    check("chat")
    assert capsys.readouterr().out.endswith(
        f"You have solved 1 of {len(LESSONS)} exercises. Next: prompt, of lesson 01.\n")
    assert json.loads((tmp_path / "progress.json").read_text()) == {"solved": ["chat"]}
    progress.note("chat")
    progress.note("prompt")
    assert progress.solved() == ["prompt", "chat"]
    for name in LESSONS:
        progress.note(name)
    assert progress.standing() == f"You have solved {len(LESSONS)} of {len(LESSONS)} exercises. That is all of them."


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"solved": 5}', '{"solved": ["nothing"]}', "\x00\xff"])
def test_a_broken_file_is_no_error(tmp_path, text):
    (tmp_path / "progress.json").write_text(text, encoding="latin-1")
    assert progress.solved() == []
    progress.note("chat")
    assert progress.solved() == ["chat"]


def test_a_folder_that_can_not_be_written_is_no_error(monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "/nowhere/at/all/progress.json")
    progress.note("chat")
    assert progress.standing() == f"You have solved 0 of {len(LESSONS)} exercises. Next: prompt, of lesson 01."


@pytest.mark.parametrize("name, value", [("COURSE_PROGRESS", ""), ("NBGRADER_EXECUTION", "autograde")])
def test_nothing_is_kept_where_it_is_not_wanted(tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    progress.note("chat")
    assert progress.standing() == "" and progress.solved() == [] and not (tmp_path / "progress.json").exists()


def test_it_is_kept_in_the_learners_own_folder(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "COURSE_PROGRESS"}
    subprocess.run([sys.executable, "-c", "from helpers.exercises import progress; progress.note('chat')"],
                   timeout=60, check=True, env={**environment, "HOME": str(tmp_path)})
    assert json.loads((tmp_path / ".io-multiplexing.json").read_text()) == {"solved": ["chat"]}


@pytest.mark.parametrize("name", LESSONS)
def test_each_exercise_is_found_by_its_name(name):
    assert task_of(name).name == name


@pytest.mark.parametrize("text, said", [
    ("import os\nwhile True:\n    os.fork()\n", "this program may fork 50 times"),
    ("eaten = []\nwhile True:\n    eaten.append(bytearray(10_000_000))\n", "MemoryError")])
def test_a_program_from_a_cell_has_limits_wherever_it_is_run(text, said):
    magic("mine", text)
    with pytest.raises(ProgramDied, match=said):
        run("mine", held=True)
    with pytest.raises(ProgramDied, match=said):
        run(change("mine", "while True:", "while True is True:"), held=True)


def test_other_programs_have_none(program):
    with run(program("import os, select\nfor _ in range(60):\n    os.fork() or os._exit(0)\n"
                     "select.select([], [], [], 0.01)\n"), held=True) as server:
        assert server.held


def test_what_could_not_be_carried_out_is_neither_solved_nor_failed(monkeypatch, capsys):
    """A machine that has no time for a trial says nothing about a program."""
    from helpers.exercises import checking
    real = checking.judge

    def judge(*arguments, **options):
        first, *rest = real(*arguments, **options)
        return [replace(first, survived=None, told="not carried out: this machine has no time for it", hindered=True), *rest]
    monkeypatch.setattr(checking, "judge", judge)
    with pytest.raises(GlassError, match="chat could not be tried to the end: .* was not carried out: this machine") as caught:
        check("chat", solution("chat", Path("chat.py").resolve()))
    assert not isinstance(caught.value, NotYet) and "is solved" not in capsys.readouterr().out
