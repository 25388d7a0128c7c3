"""The program is alone in its process: it sees what it sees in a plain run."""
import re
import subprocess
import sys
from textwrap import dedent

import pytest

from helpers import run
from helpers.errors import without_folders
from tests.conftest import LONG, ended

OURS = {"helpers", "matplotlib", "IPython", "asyncio", "json", "dataclasses", "subprocess"}


def plain(path, *arguments):
    """What a program prints without the glass."""
    return plainly(str(path), *arguments).stdout


def plainly(*words):
    """`python words`, without the glass, to its end."""
    return subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, timeout=LONG)


def alike(text):
    """A text without what differs in any two runs."""
    return re.sub(r"0x[0-9a-f]+|refcount : \d+", "…", text)


@pytest.fixture
def same(program):
    """same(text) runs a program under the glass and plainly: it prints the same, and ends in the same way. Returns that."""
    def compare(text):
        path = program("import select; select.select([], [], [], 0)\n" + dedent(text))
        done = plainly(str(path))
        with run(path, held=True) as server:
            server.release()
            assert ended(server)
            assert alike(server.output) == alike(without_folders(done.stdout, path))
            assert server.exit_status == done.returncode
        return done.stdout
    return compare


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


# -- descriptors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("close", [
    "os.closerange(3, 256)", "os.closerange(3, 100_000)", "os.closerange(0, os.sysconf('SC_OPEN_MAX'))",
    "for number in range(3, 5000): close(number)",
    "for number in os.listdir('/dev/fd'): int(number) > 2 and close(int(number))",
    "for number in 255, 1023, 4095: os.dup2(0, number)",
], ids=["few", "many", "all", "one by one", "those that are open", "replaced"])
@pytest.mark.parametrize("forked", [False, True], ids=["itself", "forked child"])
def test_it_may_close_whatever_is_open(same, close, forked):
    said = same(f"""
import os, select, socket, time
kept = os.dup(1)
def close(number):
    try:
        number == kept or os.close(number)
    except OSError:
        pass
child = {forked} and os.fork()
if child:
    print(os.waitpid(child, 0)[1])
    raise SystemExit
select.select([], [], [], 0)
if {"closerange" in close}:
    os.set_inheritable(kept, True)
    high = os.dup2(kept, 300)
{close}
select.select([], [], [], 0.3)
try:
    os.write(1, b"still here\\n")
except OSError:
    pass
os._exit(3)
""")
    assert ("still here" in said) == ("closerange(0" not in close)
    assert not forked or "768" in said


def test_descriptors_have_the_numbers_of_a_plain_run(same):
    assert same("""
        import os, socket
        print(socket.socket().fileno(), os.pipe(), os.dup(0), os.open(os.devnull, os.O_RDONLY))
        """)


# -- its output ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", ["Writer()", "None", "closed()", "open(1, 'w', closefd=False)", "io.StringIO()", "7"])
@pytest.mark.parametrize("end", ["", "raise RuntimeError('the end')", "sys.exit('the end')", "raise KeyboardInterrupt"])
def test_it_may_put_anything_in_the_place_of_its_output(program, output, end):
    text = f"""
import io, os, select, sys
class Writer:
    def write(self, text):
        os.write(1, text.encode())
def closed():
    sys.stdout.close()
    return sys.stdout
sys.stdout = sys.stderr = {output}
for _ in range(3):
    select.select([], [], [], 0)
    if hasattr(sys.stdout, "write") and not getattr(sys.stdout, "closed", False):
        print("hello")
{end}
"""
    path = program(text)
    done = plainly(str(path))
    with run(path, held=True) as server:
        assert [server.step().number for _ in range(2)] == [1, 2]
        server.release()
        assert ended(server)
        assert alike(server.output) == alike(without_folders(done.stdout, path))
        assert server.exit_status == done.returncode


# -- its errors ------------------------------------------------------------------------------------------------------

FAILING = {
    "recv": "sock.recv(1)", "send": "sock.send(b'x')", "send text": "sock.send('x')", "sendall": "sock.sendall(b'x')",
    "recv_into": "sock.recv_into(bytearray(1))", "recvfrom": "sock.recvfrom('x')", "sendto": "sock.sendto(b'x')",
    "accept": "sock.accept()", "bind": "sock.bind('x')", "listen": "sock.listen('x')", "connect": "sock.connect('x')",
    "connect_ex": "sock.connect_ex('x')", "shutdown": "sock.shutdown(7)", "getsockname": "sock.detach(); sock.getsockname()",
    "select": "select.select([-1], [], [], 0)", "select, odd": "select.select(1)",
    "poll": "select.poll().register(-1)", "modify": "select.poll().modify(77, 1)",
    "unregister": "select.poll().unregister(77)", "os.read": "os.read(77, 1)", "os.write": "os.write(77, b'')",
    "os.close": "os.close(77)", "os.dup2": "os.dup2(77, 78)", "our line": "os.close(4095)",
    "selectors": "selectors.DefaultSelector().unregister(sock)", "makefile": "sock.makefile('rb').read(1)",
    "its own": "1 / 0",
}


@pytest.mark.parametrize("call", FAILING.values(), ids=FAILING)
def test_a_traceback_that_it_prints_has_no_frames_of_ours(same, call):
    said = same(f"""
import logging, os, select, selectors, socket, sys, threading, traceback
def fail():
    sock = socket.socket()
    {call}
def main():
    try:
        fail()
    except Exception:
        traceback.print_exc()
        logging.exception("failed")
        try:
            fail()
        except Exception as error:
            sys.excepthook(*sys.exc_info())
            try:
                raise RuntimeError("of that") from error
            except RuntimeError:
                traceback.print_exc()
main()
thread = threading.Thread(target=fail, name="worker")
thread.start()
thread.join()
sys.excepthook = lambda kind, error, chain: traceback.print_exception(error)
fail()
""")
    assert said.count("Traceback") >= 7


def test_a_stack_that_it_prints_ends_with_the_program(same):
    assert same("""
        import inspect, logging, sys, traceback
        def deep(number):
            if number:
                return deep(number - 1)
            traceback.print_stack(file=sys.stdout)
            print(traceback.format_stack(), traceback.extract_stack())
            print([frame.function for frame in inspect.stack()])
            logging.error("here", stack_info=True)
        deep(2)
        """).count("in deep") > 6


@pytest.mark.parametrize("text", [
    "raise KeyboardInterrupt", "sys.exit(7)", "sys.exit('why')", "raise SystemExit([1, 2])", "os._exit(4)",
    "del sys.excepthook\n1 / 0", "sys.stderr = None\n1 / 0", "sys.excepthook = lambda *_: sys.exit(9)\n1 / 0",
    "sys.excepthook = lambda *_: print('mine')\n1 / 0", "sys.excepthook = lambda *_: {}['x']\n1 / 0",
    "class Odd(Exception):\n    def __str__(self): return 1 / 0\nraise Odd",
    "class Text(str): pass\nraise ValueError(Text('odd'))",
    "class Odd(Exception):\n    __module__ = 7\nraise Odd",
    "import atexit\natexit.register(print, 'last')\n1 / 0", "import traceback\ndel traceback.walk_tb\n1 / 0",
    "one = ValueError(1)\ntwo = ValueError(2)\none.__context__, two.__context__ = two, one\nraise one",
    "raise ExceptionGroup('all', [ValueError(1), OSError(2)])",
])
def test_it_ends_as_in_a_plain_run(same, text):
    same("import os, sys\n" + text)


def test_what_it_does_to_the_standard_library_does_not_reach_the_line(program):
    with run(program("""
        import marshal, os, select, sys
        real = select.select
        def broken(*_, **__):
            raise RuntimeError("broken")
        for name in "getppid", "fstat", "ftruncate", "pwrite", "read", "write", "kill", "killpg":
            setattr(os, name, broken)
        del select.poll
        for number in range(10 ** 9):
            real([], [], [], 0.01)
            print(number)
        """), held=True) as server:
        assert [server.step().printed for _ in range(3)] == ["0\n", "1\n", "2\n"]


# -- a module, as python -m runs it ------------------------------------------------------------------------------------

SEEN = """
import os, sys
print(sys.argv[1:], os.path.basename(sys.argv[0]), sys.path[0] == os.getcwd(), __name__, __package__, __spec__.name)
print(sys.modules["__main__"].__dict__ is globals(), os.path.basename(__file__))
import select
for _ in range(3):
    select.select([], [], [], 0)
"""


@pytest.mark.parametrize("name, file", [("tool", "tool.py"), ("tools", "tools/__main__.py"), ("tools.one", "tools/one.py"),
                                        ("tools.more", "tools/more/__main__.py")])
@pytest.mark.parametrize("end", ["", "import sys; sys.exit(3)", "1 / 0"], ids=["", "status", "error"])
def test_a_module_runs_as_with_python_m(tmp_path, monkeypatch, name, file, end):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in "tools", "tools/more":
        if (tmp_path / folder).is_dir():
            (tmp_path / folder / "__init__.py").write_text("print('imported')")
    path.write_text(SEEN + end)
    done = plainly("-m", name, "a b", "7")
    with run("-m", name, "a b", 7, held=True) as server:
        assert server.name == name and server.step().lines
        server.release()
        assert ended(server)
        assert alike(server.output) == alike(without_folders(done.stdout, path))
        assert server.exit_status == done.returncode
