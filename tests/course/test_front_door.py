"""What an editor and a type checker see at the front door, though everything behind it is loaded when it is first used."""
import re
import subprocess
import sys
from textwrap import dedent

import jedi
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from tests import ROOT

PROGRAM = dedent("""\
    from helpers import change, connect, figures, player, run, trials
    server = run("04_multi_client_echo", 6666, held=True)
    alice = connect(server, "alice", port=6666)
    reveal_type(server.step())
    reveal_type(alice.receive())
    reveal_type(server.iterations[0].readable)
    reveal_type(figures.describe(server))
    reveal_type(trials.run_all(change("04_multi_client_echo", "a", "b")).failed)
    reveal_type(player(server).save("walk.html"))
    run("04_multi_client_echo", hold=True)
    connect(server, 5)
    """)


@pytest.mark.long
def test_a_type_checker_knows_what_comes_back_and_what_is_wrong(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    done = subprocess.run([sys.executable, "-m", "mypy", "--no-error-summary", "--no-incremental", path], cwd=tmp_path,
                          timeout=120, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert re.findall(r'(\d+): note: Revealed type is "(?:[\w.]+\.(?=[A-Z]))?(.*)"', done.stdout) == [
        ("4", "Iteration | None"), ("5", "str"), ("6", "list[str]"), ("7", "Words"), ("8", "list[str]"), ("9", "Path")]
    assert re.findall(r"(\d+): error: (.*?)  \[", done.stdout) == [
        ("10", 'Unexpected keyword argument "hold" for "run"'),
        ("11", 'Argument 2 to "connect" has incompatible type "int"; expected "str | None"')], done.stdout


def completed(text):
    """The names that an editor offers at the end of a text; jedi is what JupyterLab's kernel and many editors ask."""
    return [one.name for one in jedi.Script(text, path=ROOT / "program.py").complete()]


def test_an_editor_completes_what_the_front_door_has():
    assert {"run", "connect", "figures", "player", "trials", "check", "show", "change"} <= set(completed("from helpers import "))
    assert {"step", "release", "iterations", "output"} <= set(completed("from helpers import run\nrun('x')."))
    assert {"iterations", "describe", "pending", "times"} <= set(completed("from helpers import figures\nfigures."))
    assert {"send", "receive", "close", "reset"} <= set(completed("from helpers import connect, run\nconnect(run('x'))."))


def test_an_editor_shows_the_signature_of_run():
    [signature] = jedi.Script("from helpers import run\nrun(", path=ROOT / "program.py").get_signatures()
    assert [one.name for one in signature.params][:4] == ["program", "arguments", "held", "terminal"]
    assert signature.docstring().startswith("run(program: str | PathLike | Program, *arguments: object, held: bool=False")


def test_jupyterlabs_kernel_completes_and_explains_it_too():
    shell = InteractiveShell()

    def offered(code):
        with provisionalcompleter():
            return {one.text for one in shell.Completer.completions(code, len(code))}

    assert {"run", "connect", "player"} <= offered("from helpers import ")
    shell.run_cell("from helpers import run", silent=True)
    assert "held=" in offered("run(he")
    assert shell.object_inspect("run")["docstring"].startswith("Start a program in a background process")
