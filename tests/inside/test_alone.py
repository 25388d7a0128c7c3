"""The program is alone in its process: it sees what it sees in a plain run."""
import subprocess
import sys

from helpers import run
from tests.conftest import LONG, ended

OURS = {"helpers", "matplotlib", "IPython", "asyncio", "json", "dataclasses", "subprocess"}


def plain(path, *arguments):
    """What a program prints without the glass."""
    done = subprocess.run([sys.executable, str(path), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, timeout=LONG)
    return done.stdout


def test_the_program_sees_what_it_sees_in_a_plain_run(program):
    path = program("""
        import os, sys, threading
        print(sys.argv, __file__, __name__, sys.path, __package__, __spec__)
        print(sys.flags.optimize, sys.stdin.encoding, sys.stdout.encoding, sys.stdin.name)
        print(__name__, os.path.basename(__file__), sys.argv[1:], sys.path[0] == os.path.dirname(__file__))
        print(threading.active_count())
        """)
    with run(path, "a b", 7) as server:
        assert ended(server)
        assert server.output == plain(path, "a b", "7").replace(str(path), path.name)
        assert server.output.splitlines()[2:] == ["__main__ program.py ['a b', '7'] True", "1"]


def test_nothing_but_the_standard_library_is_imported(program):
    path = program("import sys\nprint(*sorted(sys.modules))")
    with run(path, held=False) as server:
        assert ended(server)
        there = {name.partition(".")[0] for name in server.output.split()}
        added = {name.partition(".")[0] for name in set(server.output.split()) - set(plain(path).split())}
    assert added and added <= sys.stdlib_module_names
    assert not OURS & added and not {"helpers", "matplotlib", "IPython", "json"} & there


def test_a_program_may_have_a_module_called_helpers(program, ran):
    program("answer = 42", "helpers")
    assert ran("import helpers, select\nselect.select([], [], [], 0)\nprint(helpers.answer)").output == "42\n"
