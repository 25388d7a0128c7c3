"""The lesson programs by themselves: plain processes, plain sockets, nothing of the course."""
import ast
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests import AN_HOUR, ROOT

LESSONS = sorted((ROOT / "lessons").glob("*.py"))
LONGEST = {"07_messages": 75, "08_messages_to_tables": 110, "09_slow_handlers": 120, "epoll_alone": 82, "12_many_kinds": 85,
           "tls_echo": 71, "tables_beside": 135, "13_backpressure": 66, "14_timers": 122, "15_your_own_event_loop": 175,
           "17_redis": 250, "redis_commands": 175}      # lines of code
PARTS = {"redis_commands": "17_redis"}             # a file that isn't started itself, and the program that imports it
BOUND = 10.0       # seconds: the longest that anything here may take


def before_it_starts():
    """In the new process. A shell lets what it starts with & ignore Ctrl-C, and so would all that we start from there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.alarm(AN_HOUR)                       # also where a test that is killed can't end it any more


@contextmanager
def started(program, *arguments, **streams):
    """A lesson in a process of its own, unbuffered: its output is a pipe here, and read line by line."""
    with subprocess.Popen([sys.executable, "-u", f"lessons/{program}.py", *arguments], cwd=ROOT,
                          preexec_fn=before_it_starts,
                          **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **streams}) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def server(program, *arguments):
    """A lesson that listens, and the ports that it says it listens on."""
    with started(program, *arguments) as process:
        said = read_until(process.stdout.fileno(), rf"(listening on port \d+\n){{{len(arguments)}}}")
        yield [int(port) for port in re.findall(r"port (\d+)", said)]


def read_until(descriptor, pattern):
    """What is said there, up to a match of the pattern."""
    said, end = "", time.monotonic() + BOUND
    while not re.search(pattern, said):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"{pattern!r} did not come in {BOUND:g} s, only {said!r}"
        data = os.read(descriptor, 4096)
        assert data, f"the end came before {pattern!r}, after {said!r}"
        said += data.decode().replace("\r\n", "\n")
    return said


def call(port):
    return socket.create_connection(("127.0.0.1", port), timeout=BOUND)


def receive(sock, size):
    """Exactly so many bytes, or fewer before the end."""
    received = b""
    while len(received) < size and (data := sock.recv(size - len(received))):
        received += data
    return received


def receive_all(sock):
    return receive(sock, 1 << 20)


# -- every file ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_imports_the_standard_library_alone(path):
    """And its own parts, which import it nowhere."""
    known = sys.stdlib_module_names | {part for part, program in PARTS.items() if program == path.stem}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module.partition(".")[0] in known
        elif isinstance(node, ast.Import):
            assert {name.name.partition(".")[0] for name in node.names} <= known


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_says_how_to_start_it_and_is_short(path):
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text), clean=False)
    assert f"python lessons/{PARTS.get(path.stem, path.stem)}.py" in docstring
    assert code_lines(text) <= LONGEST.get(path.stem, 60)


DOCUMENTED = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef


def code_lines(text):
    """How many lines of a program are code: no docstring, no comment alone, not empty."""
    told = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            told |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return sum(number not in told and not line.lstrip().startswith("#") and line.strip() != ""
               for number, line in enumerate(text.splitlines(), 1))


# -- 00 and 01: no socket --------------------------------------------------------------------------------------------

def test_00_goes_round_until_ctrl_c():
    with started("00_start_here", stderr=subprocess.PIPE) as process:
        read_until(process.stdout.fileno(), "round again\nround again\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(BOUND) == -signal.SIGINT
        assert b"KeyboardInterrupt" in process.stderr.read()


@contextmanager
def typing(*arguments):
    """Lesson 01 on a terminal of its own: (process, the keyboard and screen of it)."""
    keyboard, terminal = pty.openpty()
    try:
        with started("01_stdin_select", *arguments, stdin=terminal, stdout=terminal) as process:
            yield process, keyboard
    finally:
        os.close(keyboard)
        os.close(terminal)


def test_01_on_a_terminal():
    with typing("0.05") as (process, keyboard):
        read_until(keyboard, "nobody typed anything\n")
        os.write(keyboard, b"hello\n")
        read_until(keyboard, "you typed: hello\n")
        os.write(keyboard, b"one\ntwo\n")                         # a terminal gives one line a read
        read_until(keyboard, "(?s)you typed: one\n.*you typed: two\n")
        os.write(keyboard, b"\x04")
        assert process.wait(BOUND) == 0


def test_01_waits_for_ever_if_asked_to():
    with typing("none") as (process, keyboard):
        os.write(keyboard, b"hello\n")
        assert "nobody" not in read_until(keyboard, "you typed: hello\n")
        os.write(keyboard, b"\x04")
        assert process.wait(BOUND) == 0


def test_01_on_a_pipe_sees_a_second_line_late():
    """The weakness that its docstring names: the second line lies in Python's buffer, where select can't see it."""
    with started("01_stdin_select", "0.3", stdin=subprocess.PIPE) as process:
        os.write(process.stdin.fileno(), b"a\nb\n")
        read_until(process.stdout.fileno(), "you typed: a\nnobody typed anything\n")
        os.write(process.stdin.fileno(), b"c\n")
        read_until(process.stdout.fileno(), "you typed: b\nyou typed: c\n")
        process.stdin.close()
        assert process.wait(BOUND) == 0


# -- 02 to 04: servers -----------------------------------------------------------------------------------------------

def test_02_welcomes_whoever_comes():
    with server("02_one_listening_socket", "0") as (port,):
        for _ in range(2):
            with call(port) as alice, call(port) as bob:
                assert receive_all(bob) == receive_all(alice) == b"welcome\n"


def test_03_has_two_doors():
    with server("03_multiple_ports", "0", "0") as ports:
        assert len(set(ports)) == 2
        for port in (*ports, *ports[::-1]):
            with call(port) as alice:
                assert receive_all(alice).decode() == f"you come from {alice.getsockname()}\n"


def test_04_echoes_to_each_its_own():
    with server("04_multi_client_echo", "0") as (port,):
        with call(port) as alice, call(port) as bob, call(port):      # the third is silent all the time
            alice.sendall(b"hello")
            assert receive(alice, 5) == b"hello"
            alice.sendall(b"a" * 3000)                                # more than one recv takes
            bob.sendall(b"b" * 3000)
            assert receive(bob, 3000) == b"b" * 3000
            assert receive(alice, 3000) == b"a" * 3000
        with call(port) as carol:                                     # "never forgets a client": and still serves
            carol.sendall(b"still there?")
            assert receive(carol, 12) == b"still there?"


def test_a_server_takes_the_port_that_it_is_told_and_meets_others_with_an_error():
    with server("04_multi_client_echo", "0") as (port,):
        with started("04_multi_client_echo", str(port), stderr=subprocess.PIPE) as second:
            assert second.wait(BOUND) == 1
            assert b"Address already in use" in second.stderr.read()


# -- the client for the terminal -------------------------------------------------------------------------------------

def client(port, typed):
    """lessons/client.py with its input typed already: the process when it is done."""
    return subprocess.run([sys.executable, "lessons/client.py", str(port)], cwd=ROOT, input=typed, text=True,
                          capture_output=True, timeout=BOUND)


def test_the_client_talks_with_04():
    with server("04_multi_client_echo", "0") as (port,):
        done = client(port, "hello\ngrüß dich\n")
    assert done.stdout == "you:    server: hello\nyou:    server: grüß dich\nyou:    \n"
    assert (done.returncode, done.stderr) == (0, "")


def test_the_client_says_that_the_server_has_closed():
    with server("02_one_listening_socket", "0") as (port,):
        done = client(port, "\n\n")
    assert "server: welcome\n" in done.stdout
    assert done.stdout.endswith("The server has closed the connection.\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_client_says_that_nobody_listens():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))                 # the port is ours, and nobody listens on it
        port = silent.getsockname()[1]
        done = client(port, "hello\n")
    assert done.stderr == f"Nobody listens on port {port}. Start a server first, in another terminal.\n"
    assert (done.returncode, done.stdout) == (1, "")
