"""The folder that a program runs in: what it writes there is there for its next run, and gone afterwards."""
import os
import subprocess
import sys
from textwrap import dedent

import pytest

from helpers import GlassError, run
from helpers.server import folder
from tests.conftest import LONG, ended, eventually, says

WRITES = """\
    import os, sys
    with open("messages.db", "a") as file:
        file.write("+")
    print(len(open("messages.db").read()), sys.argv[1:])
    """


def output(server):
    assert ended(server)
    return server.output


def test_a_second_run_finds_what_the_first_has_written_and_nobody_else_does(program, tmp_path):
    path = program(WRITES, "writes")
    first = run(path, "a", folder=True)
    assert output(first) == "1 ['a']\n" and repr(first.folder) == "a folder with messages.db"
    second = run(path, folder=first.folder, name="second")
    assert output(second) == "2 []\n" and os.path.samefile(first.folder, second.folder)
    assert (second.folder / "messages.db").read_text() == "++"
    third = run(path, folder=True, name="third")
    assert output(third) == "1 []\n" and not os.path.samefile(first.folder, third.folder)
    assert sorted(os.listdir(tmp_path)) == ["writes.py"]


def test_it_goes_away_with_the_last_who_has_it(program):
    path = program(WRITES)
    server = run(path, folder=True)
    where = os.fspath(server.folder)
    server = run(path, folder=server.folder)           # the first has the same name, and is stopped
    assert output(server) == "2 []\n" and os.path.isdir(where)
    server.stop()
    assert os.path.isdir(where), "a server that is stopped may still be looked at"
    del server
    assert not os.path.exists(where)


def test_a_folder_of_ones_own_stays(program, tmp_path, monkeypatch):
    """Its path is the notebook's; so is the program's, which isn't looked for in the folder."""
    program(WRITES, "writes")
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    server = run("writes", folder="mine")
    assert output(server) == "1 []\n" and os.listdir("mine") == ["messages.db"]
    server.stop()
    del server
    assert os.listdir("mine") == ["messages.db"]


def test_without_a_folder_it_runs_in_the_notebooks_own(program, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    server = run(program(WRITES))
    assert output(server) == "1 []\n" and os.listdir(".") == ["messages.db"] and server.folder is None


@pytest.mark.parametrize("wrong", ["nowhere", __file__])
def test_a_folder_that_is_not_there_says_so(program, wrong):
    with pytest.raises(GlassError) as caught:
        run(program(WRITES), folder=wrong)
    says(caught, f"There is no folder {os.path.basename(wrong)!r} to run in", "folder=True.")


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"], ids=["as usual", "killed"])
def test_it_ends_with_its_notebook(program, tmp_path, monkeypatch, end):
    """Where the notebook is killed, it is swept away when the next one is made."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    notebook = dedent(f"""\
        import os
        from helpers import run
        server = run({str(program(WRITES))!r}, folder=True)
        print(os.fspath(server.folder))
        server.listen(lambda: False, {LONG})
        """) + end
    where = subprocess.run([sys.executable, "-u", "-c", notebook], stdout=subprocess.PIPE, text=True).stdout.strip()
    assert os.path.exists(where) == bool(end)
    monkeypatch.setattr(folder, "NEW", -1)
    keep = folder.Temporary()
    eventually(lambda: not os.path.exists(where))
    folder.sweep()
    assert os.path.isdir(keep), "one that is in use is left alone"
