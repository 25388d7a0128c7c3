"""A program that dies says how, in its own words, and names nothing of ours."""
import errno
import os
import re
from contextlib import suppress
from pathlib import Path

import pytest

from helpers import GlassError, ProgramDied, change, connect, run
from helpers.server import clients
from tests.conftest import LONG, ended, says

BROKEN = """\
    import select
    def broken(number):
        return 1 / number
    for number in 1, 0:
        select.select([], [], [], 0)
        broken(number)
    """


def test_a_program_that_dies_shows_its_own_traceback(program):
    server = run(program(BROKEN), held=True)
    server.step()
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "program died in line 3, `return 1 / number`: ZeroDivisionError: division by zero.")
    error = caught.value
    assert (error.error, error.line) == ("ZeroDivisionError", 3)
    assert error.traceback.splitlines()[:2] == ["Traceback (most recent call last):",
                                                '  File "program.py", line 6, in <module>']
    assert "helpers" not in error.traceback and "/" not in error.traceback.replace("1 / number", "")
    assert str(server.program.path.parent) not in error.traceback + server.output
    assert error._render_traceback_()[0] == error.traceback.rstrip()
    assert error.traceback in server.output and len(server.iterations) == 2


@pytest.mark.parametrize("ask", [
    lambda server: server.step(), lambda server: server.hold(), lambda server: server.release(),
    lambda server: connect(server, "alice"), lambda server: server.type("x"), lambda server: server.address,
], ids=["step", "hold", "release", "connect", "type", "address"])
def test_a_dead_program_says_so_whatever_is_asked(program, ask):
    server = run(program("import select\nselect.select([], [], [], 0)\n1 / 0"), held=True)
    with pytest.raises(ProgramDied):
        server.step()
    with pytest.raises(ProgramDied) as caught:
        ask(server)
    says(caught, "program died in line 3, `1 / 0`")


def test_a_free_program_that_dies_says_so_at_the_next_call(program):
    with pytest.raises(ProgramDied) as caught:
        server = run(program(BROKEN))
        assert ended(server)
        connect(server, "alice")
    says(caught, "died in line 3")


def test_a_free_program_that_dies_of_a_client_says_so_to_the_next_one(program):
    server = run(program("""\
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        select.select([listener], [], [])
        raise RuntimeError("no more")
        """))
    with suppress(ProgramDied):                # it may die before alice has noticed that she was taken
        connect(server, "alice")
    assert ended(server)
    with pytest.raises(ProgramDied, match="RuntimeError: no more"):
        connect(server, "bob")


def test_a_program_that_dies_while_a_client_connects_tells_of_its_death_and_not_of_a_closed_listener(program, monkeypatch):
    server = run(program("""\
        import os, select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        while not os.path.exists(__file__ + ".gone"):
            select.select([listener], [], [], 0.01)
        raise RuntimeError("no more")
        """))

    def broken_off(address):                   # what the system says to whom a dying program breaks off
        Path(f"{server.program.path}.gone").touch()
        raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))

    server.address
    monkeypatch.setattr(clients.socket.socket, "connect", lambda self, address: broken_off(address))
    monkeypatch.setattr(clients, "LAST_WORDS", LONG)
    with pytest.raises(ProgramDied, match="RuntimeError: no more"):
        connect(server, "alice")


CLOSED = "ValueError: file descriptor cannot be a negative integer (-1)"


@pytest.mark.parametrize("before, call, error, hint", [
    ("", "select.select([closed], [], [], 0)", CLOSED, "A socket that is closed is still in a list"),
    ("select.select([], [], [], 0)", "select.select([closed], [], [], 0)", CLOSED, "is still in a list"),
    ("select.select([], [], [], 0)", "select.select([], [], [], timeout=1)",
     "TypeError: select.select() takes no keyword arguments", ""),
    ("select.select([], [], [], 0)", "select.select(['x'], [], [], 0)",
     "TypeError: argument must be an int, or have a fileno() method.", ""),
    ("select.select([], [], [], 0)", "select.select([1], [])",
     "TypeError: select expected at least 3 arguments, got 2", ""),
    ("select.select([], [], [], 0)", "select.select([], [], [], -1)", "ValueError: timeout must be non-negative", ""),
], ids=["closed, at once", "closed", "by name", "no descriptor", "too few", "negative"])
def test_an_error_in_select_itself_has_no_frames_of_ours(program, before, call, error, hint):
    text = f"import select, socket\nclosed = socket.socket(); closed.close()\n{before}\n{call}"
    server = run(program(text), held=True)
    with pytest.raises(ProgramDied) as caught:
        for _ in range(3):
            server.step()
    says(caught, f"line 4, `{call}`", hint)
    name, _, message = error.partition(": ")
    assert caught.value.error == name and message.split("(")[0] in caught.value.traceback
    assert "helpers" not in caught.value.traceback and "helpers" not in server.output


@pytest.mark.parametrize("raise_it", ["raise RuntimeError('mine')", "raise RuntimeError('mine') from error"])
def test_nor_has_an_error_that_came_of_another(program, raise_it):
    server = run(program(f"""\
        import select, socket
        sock = socket.socket()
        sock.close()
        try:
            select.select([sock], [], [])
        except ValueError as error:
            {raise_it}
        """), held=True)
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "line 7", "RuntimeError: mine")
    assert "ValueError" in caught.value.traceback
    assert "helpers" not in caught.value.traceback and "helpers" not in server.output


def test_an_error_beneath_the_standard_library_names_no_folder(program):
    server = run(program("import asyncio\nasync def main():\n    raise RuntimeError('mine')\nasyncio.run(main())\n"))
    with pytest.raises(ProgramDied) as caught:
        assert ended(server)
        connect(server)
    says(caught, "line 3", "RuntimeError: mine")
    assert not re.search(r'File "/', caught.value.traceback), caught.value.traceback


@pytest.mark.parametrize("code, hint", [
    ("one.send('text')", 'Sockets take bytes, and this is text: write b"hello", or text.encode().'),
    ("one.sendall('text')", 'Sockets take bytes, and this is text: write b"hello", or text.encode().'),
    ("one.setblocking(False); one.recv(1)", "ask select first"),
    ("a = socket.create_server(('127.0.0.1', 6666)); socket.socket().bind(('127.0.0.1', 6666))",
     "ask for the same port"),
])
def test_common_errors_come_with_a_hint(program, code, hint):
    text = f"import select, socket\none, other = socket.socketpair()\nselect.select([], [], [], 0)\n{code}"
    server = run(program(text), held=True)
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "line 4", hint)
    assert "[Errno" not in str(caught.value)


@pytest.mark.parametrize("ending, words", [("os._exit(4)", "has ended (exit status 4)"),
                                           ("os.kill(os.getpid(), 9)", "was ended by SIGKILL")])
def test_a_program_that_goes_without_a_word(program, ending, words):
    server = run(program(f"import os, select\nselect.select([], [], [], 0)\n{ending}"), held=True)
    for _ in range(2):
        with pytest.raises(GlassError) as caught:
            server.step()
        says(caught, "program " + words, "Run it again")


def test_messages_hold_no_port_and_no_descriptor(echo):
    broken = change(echo, "sock.sendall(data)", "raise KeyError(sock)")
    server = run(broken, held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hello")
    with pytest.raises(GlassError, match="KeyError: <a socket>") as caught:
        server.step()
        server.step()
    assert "raddr" not in caught.value.traceback


def test_a_selector_that_knows_a_number_already_is_told_without_the_number(program):
    server = run(program("""\
        import selectors, socket
        selector, one = selectors.DefaultSelector(), socket.socket(type=socket.SOCK_DGRAM)
        selector.register(one, 1)
        selector.select(0)
        selector.register(one, 1)
        """), held=True)
    with pytest.raises(GlassError, match='KeyError: "<a socket> is already registered"') as caught:
        server.step()
    assert "(FD" not in str(caught.value)


def test_a_program_that_closes_our_line_in_c_is_told_so_and_was_written_nothing_of_ours(program, short_grace):
    """No twin keeps code in C from it. What is open under that number afterwards is the program's."""
    server = run(program("""\
        import ctypes, os, select, time
        select.select([], [], [], 0)
        for number in range(3, 5000):
            ctypes.CDLL(None).close(number)
        mine = os.open(__file__ + ".mine", os.O_RDWR | os.O_CREAT)
        for number in range(200, min(os.sysconf("SC_OPEN_MAX"), 5000)):
            os.dup2(mine, number)
            os.close(number)
            os.dup2(mine, number)
        while True:
            select.select([], [], [], 0.01)
        """), held=True)
    with pytest.raises(GlassError) as caught:
        server.step()
        server.step()
    says(caught, "program has closed the line to its notebook, as code in C can, and was ended. Run it again: run(")
    assert Path(f"{server.program.path}.mine").read_bytes() == b""
