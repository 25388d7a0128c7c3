"""Two programs under glass, a server and its client: the one's port is the other's, and what one sends is there for the other."""
import sys

import pytest

from helpers import GlassError, StillWaiting, connect, run
from tests.conftest import LONG, ended, says

CHATTER = """\
    import select, socket, sys
    server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    server.sendall(b"hello")
    while True:
        readable, _, _ = select.select([sys.stdin, server], [], [])
        if sys.stdin in readable:
            if not (line := sys.stdin.readline()):
                break
            server.sendall(line.encode())
        if server in readable:
            if not (data := server.recv(1024)):
                break
            print("server:", data.decode().strip())
    server.close()
    select.select([], [], [], 0)
    """

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of both ends")


@pytest.fixture
def two(echo, program):
    """A held echo server, and a held client of it."""
    server = run(echo, held=True)
    return server, run(program(CHATTER, "chatter"), 6666, held=True, terminal=True, to=server)


@pytest.mark.parametrize("again", range(5))
def test_two_programs_are_stepped_in_turns(two, again):
    server, client = two
    did = [server.step(), server.step(), client.step()]
    client.type("more\n")
    did += [client.step(), server.step(), client.step()]
    client.type("\x04")
    did += [client.step(), server.step()]
    assert [[f"{one.socket} {one}" for one in each.operations] for each in did] == [
        ["listener accept → chatter"],
        ["chatter recv 5 b'hello'", "chatter sendall 5 b'hello'"],
        ["to :6666 recv 5 b'hello'"],
        ["stdin readline 5 b'more\\n'", "to :6666 sendall 5 b'more\\n'"],
        ["chatter recv 5 b'more\\n'", "chatter sendall 5 b'more\\n'"],
        ["to :6666 recv 5 b'more\\n'"],
        ["stdin readline 0", "to :6666 close"],
        ["chatter recv 0", "chatter close"]]
    assert client.output == "server: hello\nserver: more\n"


def test_what_a_step_of_a_client_waits_for_is_what_it_watches(two, program):
    server, client = two
    server.step(), server.step()
    client.step()
    with pytest.raises(StillWaiting) as caught:
        client.step(timeout=0.05)
    says(caught, "nothing that it watches is ready. Type a line, or let the other side send something, and step again.")
    deaf = run(program(CHATTER.replace("[sys.stdin, server]", "[server]"), "deaf"), 6666, held=True, to=server)
    server.step(), server.step()
    deaf.step()
    with pytest.raises(StillWaiting) as caught:
        deaf.step(timeout=0.05)
    says(caught, "It watches to :6666 alone: let the other side send something, and step again.")
    deaf.stop()
    with pytest.raises(GlassError) as caught:
        deaf.step()
    says(caught, "deaf has been stopped. Run it again: run its cell.")


def test_a_client_program_that_runs_free_is_typed_to(echo):
    """lessons/client.py has no loop: it waits for its terminal, and then for an answer."""
    server = run(echo, held=True)
    client = run("client", 6666, terminal=True, to=server)
    assert server.step().operations[0].peer == "client"
    for word in "one", "two", "three":
        client.type(f"{word}\n")
        assert server.step().operations[0].data == word.encode() + b"\n"
        assert client.output.endswith(f"server: {word}\nyou:    ")
    client.type("\x04")
    assert [str(one) for one in server.step().operations] == ["recv 0", "close"]
    assert ended(client) and client.exit_status == 0


def test_each_listener_of_the_server_is_known_and_each_client_has_its_name(program):
    server = run("03_multiple_ports", held=True)
    both = program("""\
        import socket, sys
        first, second = (socket.create_connection(("localhost", port)) for port in (7777, 7778))
        print(first.getsockname()[0])
        sys.stdin.read()
        """, "both")
    run(both, to=server)
    run(both, to=server, name="other")
    connect(server, "alice")
    peers = []
    while len(peers) < 5:
        peers += [one.peer for one in server.step().operations if one.peer]
    assert sorted(peers) == ["alice", "both", "both 2", "other", "other 2"]


def test_a_connect_that_does_not_wait_is_known_too(echo, program):
    server = run(echo, held=True)
    client = run(program("""\
        import asyncio
        async def main():
            reader, writer = await asyncio.open_connection("127.0.0.1", 6666)
            writer.write(b"hello")
            print(await reader.read(100))
        asyncio.run(main())
        """, "courier"), to=server)
    assert [server.step().operations[0].peer, server.step().operations[0].data] == ["courier", b"hello"]
    assert ended(client) and client.output == "b'hello'\n"


def test_a_port_of_nobody_is_refused_as_without_the_glass(echo, program):
    server = run(echo, held=True)
    client = run(program("import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9))\n"
                         "except ConnectionRefusedError:\n    print('refused')\n"), to=server)
    assert ended(client) and client.output == "refused\n"
    client = run(program("import socket\ntry:\n    socket.create_server(('127.0.0.1', 6666))\n"
                         "except OSError:\n    print('in use')\n"), to=server)
    assert ended(client) and client.output == "in use\n"


def test_the_ports_are_no_business_of_the_clients_children(echo, program):
    """What tells them isn't in the environment, and not in sys.argv."""
    server = run(echo, held=True)
    client = run(program("import os, sys\nprint(str(server_port) in str(os.environ) + str(sys.argv))\n".replace(
        "server_port", str(server.address[1]))), to=server)
    assert ended(client) and client.output == "False\n"


def test_a_client_of_a_server_that_has_ended_says_so(echo, program):
    server = run(echo, held=True)
    server.stop()
    with pytest.raises(GlassError) as caught:
        run("client", 6666, to=server)
    says(caught, "echo", f"Run it again: run({str(echo)!r}, held=True).")
    silent = run(program("import select\nfor _ in range(3):\n    select.select([], [], [], .01)\nselect.select([], [], [])\n"),
                 held=True)
    with pytest.raises(GlassError) as caught:
        run("client", 6666, to=silent, timeout=0.1)
    says(caught, "Nobody listens at program")


def test_what_a_client_pours_arrives_as_far_as_the_server_takes_it(echo, program):
    """A window that is shut is no reason to wait at each step."""
    server = run(echo, held=True)
    client = run(program("""\
        import select, socket
        server = socket.create_connection(("127.0.0.1", 6666))
        server.setblocking(False)
        rest = bytes(30_000_000)
        while rest:
            select.select([], [server], [], 0)
            try:
                rest = rest[server.send(rest):]
            except BlockingIOError:
                pass
        """), held=True, to=server)
    server.step()
    for _ in range(4):
        client.step()
    assert server.step(timeout=LONG).operations[0].size == 1024
