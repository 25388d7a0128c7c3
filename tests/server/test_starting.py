"""run: which program, under which name, with which arguments; and what it says where that is no program."""
import pytest

from helpers import GlassError, ProgramDied, change, connect, run, show
from helpers.server import running
from tests.conftest import ended, held_or_free, says
from tests.server.programs import TICK


def test_arguments_are_passed_as_text(program):
    path = program("import select, sys\nprint(sys.argv[1:])\nselect.select([], [], [], 0)")
    server = run(path, 7777, "a b", "", held=True)
    assert server.output == "['7777', 'a b', '']\n"


def test_the_same_name_again_replaces_the_earlier_one(program):
    path = program(TICK)
    first = run(path, held=True)
    with run(path, held=True) as second:
        assert first.ended and (first.state, second.state) == ("ended", "held") and running == {"program": second}
        assert second.step().number == 1
    assert second.ended


def test_two_names_run_side_by_side(program):
    path = program(TICK)
    first, second = run(path, held=True), run(path, held=True, name="second")
    assert (first.state, second.state, repr(second)) == ("held", "held", "second: held")


@pytest.mark.parametrize("asked, near", [("04_multi_client_ecco", "04_multi_client_echo"),
                                         ("04_multi_clients", "04_multi_client_echo"), ("01_stdin", "01_stdin_select")])
def test_a_lesson_that_does_not_exist_names_the_nearest(asked, near):
    with pytest.raises(GlassError) as caught:
        run(asked)
    says(caught, f"There is no program {asked!r}. The nearest is {near!r}.")


def test_a_file_that_does_not_exist_names_the_nearest(program):
    path = program(TICK)
    with pytest.raises(GlassError) as caught:
        run(path.with_name("progam.py"))
    assert f"The nearest is {str(path)!r}." in str(caught.value)


def test_nothing_is_stopped_for_a_program_that_does_not_exist(program):
    server = run(program(TICK), held=True)
    with pytest.raises(GlassError):
        run("no such thing", name="program")
    assert server.state == "held"


@held_or_free
@pytest.mark.parametrize("text, line, words", [
    ("import select\nx = = 1\n", 2, "invalid syntax"),
    ("import select\nwhile True:\nx = 1\n", 3, "expected an indented block"),
    ("if True:\n\tx = 1\n        y = 2\n", 3, "inconsistent use of tabs"),
    ("  x = 1\n", 1, "unexpected indent"),
    ("print('hello\n", 1, "unterminated string literal"),
    ("x = (1,\n", 1, "'(' was never closed"),
    ("import select\nwhile True\n", 2, "`while True`: expected ':'"),
], ids=["invalid", "no block", "tabs", "indent", "string", "bracket", "colon"])
def test_a_syntax_error(tmp_path, text, line, words, held):
    path = tmp_path / "program.py"
    path.write_text(text)
    with pytest.raises(ProgramDied) as caught:
        run(path, held=held)
    says(caught, f"program has a syntax error in line {line}, `", words)
    assert "(program.py" not in str(caught.value)
    assert caught.value.line == line and f'File "program.py", line {line}' in caught.value.traceback
    assert "/" not in caught.value.traceback and not running


def run_that_hangs(path, line):
    """What run says of a program that hangs in this line, before its loop; and the bound that it took to come there."""
    for bound in 0.2, 1, 5:
        with pytest.raises(GlassError) as caught:
            run(path, held=True, timeout=bound)
        if f"line {line}, " in str(caught.value):         # on a busy machine it may not have come there yet
            break
    return caught, bound


def test_a_program_whose_text_is_no_utf8_can_still_be_spoken_of(tmp_path):
    path = tmp_path / "program.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\n# \xe9\nimport time\nwhile True: time.sleep(1)\n")
    caught, bound = run_that_hangs(path, line=4)
    says(caught, f"program has not called select after {bound:g} s", "line 4")


NEVER = "it never called select (or poll, epoll, kqueue)."
IN_A_FUNCTION = " Is the loop in a function that nobody calls?"


@pytest.mark.parametrize("text, words", [
    ("def main():\n    pass\n", f" has ended before its loop: {NEVER}{IN_A_FUNCTION}"),
    ("async def main():\n    pass\n", f" has ended before its loop: {NEVER}{IN_A_FUNCTION}"),
    ("class Server:\n    def run(self):\n        pass\n", f" has ended before its loop: {NEVER}{IN_A_FUNCTION}"),
    ("x = 1", f" has ended before its loop: {NEVER}"),
    ("def main(): pass\nprint('done')", f' has ended before its loop: {NEVER} It printed last: "done".'),
    ("def main(): pass\nraise SystemExit(3)", f" has ended (exit status 3) before its loop: {NEVER}"),
    ("import sys\nsys.exit('no port given')",
     f' has ended (exit status 1) before its loop: {NEVER} It printed last: "no port given".'),
    ("import os\nprint('so long', flush=True)\nos.kill(os.getpid(), 9)",
     f' was ended by SIGKILL before its loop: {NEVER} It printed last: "so long".'),
    ("for number in range(100): print('line', number, end='\\n\\n')",
     f' has ended before its loop: {NEVER} It printed last: "line 95 / line 96 / line 97 / line 98 / line 99".'),
], ids=["in a function", "coroutine", "method", "no function", "printed", "status", "reason", "killed", "much"])
def test_a_program_that_ends_before_its_loop(program, text, words):
    path = program(text)
    with pytest.raises(GlassError) as caught:
        run(path, held=True)
    says(caught)
    assert str(caught.value) == f"program{words} Run it again: run({str(path)!r})."
    assert not running


@held_or_free
def test_a_usage_is_quoted(program, monkeypatch, held):
    path = program("import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('port')\nparser.parse_args()")
    monkeypatch.chdir(path.parent)
    with pytest.raises(GlassError) as caught:
        assert ended(run("program.py", held=held))
        running["program"].step()
    says(caught, "program has ended (exit status 2)",
         'It printed last: "usage: program.py [-h] port / program.py: error: the following arguments are required: port".',
         "Run it again: run('program.py').")


def test_a_loop_that_gives_up_is_quoted_and_one_that_is_done_is_not(program):
    for status, words in (3, 'program has ended (exit status 3). It printed last: "goodbye". Run'), (0, "status 0). Run"):
        server = run(program(f"import select\nselect.select([], [], [], 0)\nprint('goodbye')\nraise SystemExit({status})"),
                     held=True)
        with pytest.raises(GlassError) as caught:
            server.step()
            server.step()
        says(caught, words)


@pytest.mark.parametrize("asked", ["tool", "tool.py", "./tool.py"])
def test_what_is_to_be_run_again_is_said_as_it_was_asked_for(program, monkeypatch, asked):
    monkeypatch.chdir(program(TICK, "tool").parent)
    server = run(asked, held=True)
    server.stop()
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, f"tool has been stopped. Run it again: run({asked!r}, held=True).")
    with run(asked) as again:
        assert again.state == "running free"


# -- modules -------------------------------------------------------------------------------------------------------


def test_a_module_of_the_standard_library(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    server = run("-m", "http.server", 8000, held=True)
    assert server.name == "http.server" and connect(server, "alice")
    server.stop()
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "http.server has been stopped. Run it again: run its cell.")


@pytest.mark.parametrize("module, words", [
    ("no_such_tool", "There is no module 'no_such_tool' that is a file of Python. Look at its name, and whether it is "
                     "installed for this kernel."),
    ("json.no_such", "There is no module 'json.no_such' that is a file of Python."),
    ("sys", "There is no module 'sys' that is a file of Python."),
    ("json", "'json' is a package without a __main__.py: name a module in it, as in run('-m', 'http.server')."),
])
def test_a_module_that_cannot_be_run(module, words):
    with pytest.raises(GlassError) as caught:
        run("-m", module)
    says(caught, words)


def test_looking_for_a_module_executes_nothing_of_it(program, monkeypatch):
    folder = program("print('imported')", "tool").parent
    (folder / "around").mkdir()
    (folder / "around" / "__init__.py").write_text("raise RuntimeError('executed')")
    (folder / "around" / "tool.py").write_text(TICK)
    monkeypatch.chdir(folder)
    with pytest.raises(ProgramDied, match="RuntimeError: executed"):          # the program's own error, as python -m has it
        run("-m", "around.tool", held=True)


@pytest.mark.parametrize("ask, words", [
    (lambda: run("-m"), 'run("-m") needs the name of a module, too: run("-m", "http.server").'),
    (lambda: show("-m"), "'-m' is for run() alone: show() and change() take a program's file."),
    (lambda: change("-m", "a", "b"), "'-m' is for run() alone: show() and change() take a program's file."),
])
def test_modules_are_for_run_alone(ask, words):
    with pytest.raises(GlassError) as caught:
        ask()
    says(caught, words)


# -- names ---------------------------------------------------------------------------------------------------------


def test_another_file_of_the_same_name_runs_beside_it_under_a_name_of_its_own(program, tmp_path):
    paths = []
    for folder in "one", "two", "three":
        (tmp_path / folder).mkdir()
        paths.append(program(TICK, f"{folder}/server"))
    servers = [run(path, held=True) for path in paths]
    assert [server.name for server in servers] == ["server", "server 2", "server 3"]
    again = run(paths[1], held=True)                     # the same file again: it replaces its own run, and no other
    assert again.name == "server 2" and [server.state for server in servers] == ["held", "ended", "held"]
    servers[0].stop()
    named = run(paths[2], held=True, name="server 2")    # a name that is asked for is given
    assert named.name == "server 2" and again.ended
    assert [run(changed, held=True).name for changed in
            [change(path, "'tick'", "'tock'") for path in paths]] == ["server (changed)", "server (changed) 2",
                                                                      "server (changed) 3"]
    assert run(change(paths[0], "'tick'", "'tack'"), held=True).name == "server (changed)"


def test_a_program_that_never_reaches_its_loop(program):
    caught, bound = run_that_hangs(program("""\
        import socket
        listener = socket.create_server(("127.0.0.1", 6666))
        connection, address = listener.accept()
        """), line=3)
    says(caught, f"program has not called select after {bound:g} s",
         "line 3, `connection, address = listener.accept()`, and has not called select (or poll, epoll, kqueue) yet.")
    assert not running


def test_a_program_can_have_an_environment_of_its_own(ran, monkeypatch):
    monkeypatch.setenv("COURSE_MINE", "ours")
    text = "import os, time\nprint(os.environ.get('COURSE_MINE'), time.strftime('%z'))"
    assert ran(text, environment={"TZ": "HERE-5", "COURSE_MINE": "its own"}).output == "its own +0500\n"
    assert ran(text, environment={"TZ": "HERE+3"}).output == "ours -0300\n"


@pytest.mark.parametrize("environment", ["TZ=UTC", {"TZ": 5}, {5: "UTC"}, [("TZ", "UTC")]])
def test_an_environment_that_is_none_is_told(program, environment):
    with pytest.raises(GlassError, match="environment= takes a dict of text and text, like"):
        run(program("print()"), environment=environment)
