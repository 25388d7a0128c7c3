"""Somebody else's client program: what it sends is there, the server knows it by its name, and it ends with the notebook."""
import os
import shutil
import signal
import subprocess
import sys
from textwrap import dedent

import psutil
import pytest

from helpers import GlassError, run, use
from tests.conftest import eventually, held_or_free, says

CLIENT = """\
    import socket, sys
    server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    server.sendall(sys.argv[3].encode())
    print("it says", server.recv(100).decode(), flush=True)
    for line in sys.stdin:
        server.sendall(line.encode())
        print("it says", server.recv(100).decode().strip(), flush=True)
    server.close()
    print("bye")
    """

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of both ends")


@pytest.fixture
def client(program):
    """client(server, "hello", **options) uses a small client in Python."""
    path = program(CLIENT, "small")
    return lambda server, word, **options: use(server, sys.executable, path, "{host}", "{port}", word,
                                               **{"name": "small", **options})


@linux
@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_what_it_sends_is_there_for_the_next_step(echo, client, terminal):
    server = run(echo, held=True)
    small = client(server, "hello", terminal=terminal)
    assert repr(small) == "small, a client of echo: runs"
    assert server.step().operations[0].peer == "small"
    assert [str(one) for one in server.step().operations] == ["recv 5 b'hello'", "sendall 5 b'hello'"]
    assert small.output == "it says hello\n" and repr(small) == "small, a client of echo: runs\n  it says hello"
    for word in "one", "two":
        small.type(f"{word}\n")
        assert server.step().operations[0].data == f"{word}\n".encode()
    small.type("\x04")
    assert [str(one) for one in server.step().operations] == ["recv 0", "close"]
    assert small.ended and small.exit_status == 0
    assert repr(small).splitlines() == ["small, a client of echo: has ended (exit status 0)", "  it says hello", "  it says one",
                                        "  it says two", "  bye"]


@linux
def test_each_has_its_name_and_so_has_one_that_is_gone_at_once(echo, client, program):
    server = run(echo, held=True)
    client(server, "a")
    gone = use(server, sys.executable, "-c", "import socket, sys; socket.create_connection(sys.argv[1:]).sendall(b'!')",
               "{host}", "{port}", name="gone")
    assert gone.ended
    client(server, "b")
    assert [server.step().operations[-1].peer, *[one.peer for one in server.step().operations if one.peer],
            *[one.peer for one in server.step().operations if one.peer]] == ["small", "gone", "small 2"]


@held_or_free
def test_it_ends_with_its_server(echo, client, held):
    server = run(echo, held=held)
    small = client(server, "hello")
    pid = small.child.process.pid
    server.stop()
    assert small.ended and not psutil.pid_exists(pid)


def test_it_is_stopped_by_itself(echo, client):
    server = run(echo, held=True)
    small = client(server, "hello")
    everybody = [small.child.process.pid, *(one.pid for one in psutil.Process(small.child.process.pid).children())]
    small.stop()
    assert small.exit_status == -signal.SIGTERM and not any(map(psutil.pid_exists, everybody)) and len(everybody) == 2
    with pytest.raises(GlassError) as caught:
        small.type("x\n")
    says(caught, "small was ended by SIGTERM. Use it again")
    assert small not in server.guests


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"], ids=["as usual", "killed"])
def test_it_ends_with_its_notebook(echo, program, end):
    notebook = dedent(f"""\
        import os, sys
        from helpers import run, use
        server = run({str(echo)!r}, held=True)
        used = use(server, sys.executable, {str(program(CLIENT, "small"))!r}, "{{host}}", "{{port}}", "hello")
        print(used.child.process.pid)
        import psutil
        print(*[one.pid for one in psutil.Process(used.child.process.pid).children()])
        """) + end
    told = subprocess.run([sys.executable, "-u", "-c", notebook], stdout=subprocess.PIPE, text=True).stdout.split()
    assert len(told) == 2
    eventually(lambda: not any(psutil.pid_exists(int(pid)) for pid in told))


@pytest.mark.parametrize("ask, words", [
    (lambda server: use(server, "no-such-program"), "There is no program 'no-such-program' on this computer. Install it"),
    (lambda server: use(server, sys.executable, "-c", "pass"), "must be told where the server is. Write {host} and {port}"),
    (lambda server: use(server, "client.py"), "For a Python program: run('client.py', to=server)."),
    (lambda server: use(server, sys.executable, "{port}", port=80), "echo doesn't listen on port 80. Its ports are: 6666."),
])
def test_what_is_missing_is_named(echo, ask, words):
    server = run(echo, held=True)
    with pytest.raises(GlassError) as caught:
        ask(server)
    assert words in str(caught.value)


def test_the_package_of_a_program_that_is_missing(echo, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(GlassError, match="its package is mostly called redis-tools."):
        use(run(echo, held=True), "redis-cli")


def test_a_server_that_has_ended_says_so(echo):
    server = run(echo, held=True)
    server.stop()
    with pytest.raises(GlassError) as caught:
        use(server, sys.executable, "{port}")
    says(caught, "Run it again")


def test_its_signals_are_what_they_are_without_us(echo):
    """A program that Python starts must not inherit what Python does with SIGPIPE, nor what our keeper does with SIGTERM."""
    shown = use(run(echo), sys.executable, "-c", "import os, signal; print(*[signal.getsignal(one) == signal.SIG_DFL for one in "
                "(signal.SIGTERM, signal.SIGHUP)], os.environ.get('HOME')); '{port}'")
    eventually(lambda: shown.ended)
    assert shown.output == f"True True {os.environ.get('HOME')}\n" and shown.exit_status == 0


@linux
@pytest.mark.skipif(not shutil.which("nc"), reason="nc isn't installed")
def test_nc(echo):
    server = run(echo, held=True)
    nc = use(server, "nc")
    assert server.step().operations[0].peer == "nc"
    nc.type("hello\n")
    assert server.step().operations[0].data == b"hello\n"
    assert nc.output == "hello\n"


REDIS = """\
    import select, socket
    listener = socket.create_server(("127.0.0.1", 6379))
    inputs = [listener]
    while True:
        for sock in select.select(inputs, [], [])[0]:
            if sock is listener:
                inputs.append(listener.accept()[0])
            elif sock.recv(1024):
                sock.sendall(b"+OK\\r\\n")
            else:
                inputs.remove(sock)
                sock.close()
    """


@linux
@pytest.mark.skipif(not shutil.which("redis-cli"), reason="redis-cli isn't installed")
def test_redis_cli(program):
    server = run(program(REDIS, "redis"), held=True)
    asks = use(server, "redis-cli", "get", "a")
    assert server.step().operations[0].peer == "redis-cli"
    assert server.step().operations[0].data == b"*2\r\n$3\r\nget\r\n$1\r\na\r\n"
    assert asks.ended and asks.output == "OK\n"
    assert [str(one) for one in server.step().operations] == ["recv 0", "close"]


def test_what_it_prints_has_the_port_that_the_servers_program_knows(echo):
    server = run(echo)
    shown = use(server, sys.executable, "-c", "import sys; print(f'{sys.argv[1]}> connected to {sys.argv[2]}')",
                "{host}:{port}", "{host} {port}")
    eventually(lambda: shown.ended)
    assert shown.output == "127.0.0.1:6666> connected to 127.0.0.1 6666\n"


@linux
@pytest.mark.skipif(not shutil.which("curl"), reason="curl isn't installed")
def test_curl(program):
    server = run(program(REDIS.replace('"+OK\\\\r\\\\n"', '"HTTP/1.0 200 OK\\\\r\\\\n\\\\r\\\\nhello"').replace(
        "sock.sendall", "inputs.remove(sock); sock.sendall"), "web"), held=True)
    curl = use(server, "curl", "-s", "http://{host}:{port}/page")
    assert server.step().operations[0].peer == "curl"
    assert server.step().operations[0].data.startswith(b"GET /page HTTP/1.1\r\n")
    assert curl.output in ("", "hello")
    server.stop()
    assert curl.ended


