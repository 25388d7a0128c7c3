"""Where a client finds a program that listens, and what is said where it finds none."""
import socket

import pytest

from helpers import GlassError, connect, run
from helpers.server import outside
from tests.conftest import eventually, held_or_free, says
from tests.server.programs import TICK


@held_or_free
def test_a_program_that_never_listens(program, held):
    server = run(program(TICK), held=held)
    with pytest.raises(GlassError) as caught:
        server.find_listener(timeout=0.1)
    says(caught, "Nobody listens at program: it has not called listen()",
         *["It is held; does its program listen at all?"] * held)
    assert server.state == ("held" if held else "running free")


def test_a_held_program_that_never_listens_is_not_said_to_be_stuck(program):
    """It stands before its select, because we hold it there; nothing keeps it from serving anybody."""
    server = run(program(TICK), held=True)
    with pytest.raises(GlassError) as caught:
        server.find_listener(timeout=0.1)
    assert "not in select" not in str(caught.value) and "nobody else is served" not in str(caught.value)


def test_a_free_server_names_its_port(echo):
    server = run(echo)
    server.address
    with pytest.raises(GlassError) as caught:
        server.find_listener(7777, timeout=0.1)
    says(caught, "doesn't listen on port 7777. Its ports are: 6666.")


def test_a_held_server_names_its_ports():
    server = run("03_multiple_ports", held=True)
    with pytest.raises(GlassError) as caught:
        connect(server, "alice", port=80)
    says(caught, "doesn't listen on port 80. Its ports are: 7777 · 7778.")


def test_a_listener_that_is_closed_takes_no_connection(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        select.select([], [], [], 0)
        listener.close()
        while True:
            select.select([], [], [], 1)
        """), held=True)
    server.step()
    with pytest.raises(GlassError) as caught:
        connect(server, "alice")
    says(caught, "program took no connection", "Is its listener closed, or its queue of waiting clients full?")


def test_a_server_on_a_unix_socket_says_that_no_client_can_come(program, tmp_path):
    server = run(program("""
        import os, select, socket
        os.chdir(os.path.dirname(__file__))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("door")
        listener.listen()
        select.select([listener], [], [], 1)
        """), held=True)
    with pytest.raises(GlassError) as caught:
        connect(server, "alice")
    says(caught, "program")


def test_a_port_of_ones_choice():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with run("06_read_write_queues", port=port) as server:
        assert server.address == ("127.0.0.1", port)
        eventually(lambda: server.output == "listening on port 6666\n")            # it believes what it always believes
    with run("06_read_write_queues", "0", port=port) as server:
        assert server.address == ("127.0.0.1", port)


SECOND = """\
    import asyncio
    async def echo(reader, writer):
        writer.write(await reader.read(100))
    async def main():
        first = await asyncio.start_server(echo, "127.0.0.1", 9101)
        {between}
        second = await asyncio.start_server(echo, "127.0.0.1", 9102)
        await asyncio.sleep(1000)
    asyncio.run(main())
    """


@pytest.mark.parametrize("between", ["", "await asyncio.sleep(0)", "await asyncio.sleep(0.5)",
                                     "for _ in range(20):\n            await asyncio.sleep(0)"])
def test_a_held_program_is_stepped_on_until_it_listens_on_that_port(program, between):
    server = run(program(SECOND.format(between=between)), held=True)
    alice, bob = connect(server, "alice", port=9102), connect(server, "bob", port=9101)
    for client in alice, bob:
        client.send("hello")
    for _ in range(6):
        server.step()
    assert alice.receive() == bob.receive() == "hello"


def test_a_port_that_the_program_computes_is_found_as_long_as_its_loop_does_not_wait(program):
    server = run(program(SECOND.format(between="").replace("9102", "9101 + 1")), held=True)
    connect(server, "alice", port=9102)


@pytest.mark.parametrize("lesson, port", [("02_one_listening_socket", 80), ("03_multiple_ports", 6666),
                                          ("06_read_write_queues", 7777)])
def test_a_wrong_port_does_not_move_a_lesson(lesson, port):
    """Clients who wait at the door must be met in the learner's own step."""
    server = run(lesson, held=True)
    alice = connect(server, "alice", port=7777 if lesson.startswith("03") else None)
    with pytest.raises(GlassError) as caught:
        connect(server, "bob", port=port)
    says(caught, f"doesn't listen on port {port}. Its ports are: ")
    assert server.iterations == []
    assert server.step().operations[0].peer == alice.name


@pytest.mark.parametrize("timeout, most", [("None", 0), ("0.5", 0), ("0", 3)])
def test_a_held_program_with_nothing_to_do_is_not_stepped_for_ever(program, timeout, most):
    """Nor is it left on its way, in a select that may wait for ever: the next step is as if nobody had asked."""
    server = run(program(f"""\
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        while True:
            for sock in select.select([listener], [], [], {timeout})[0]:
                sock.accept()
        """), held=True)
    with pytest.raises(GlassError) as caught:
        connect(server, "alice", port=80)
    says(caught, "program doesn't listen on port 80. Its ports are: 6666.")
    assert server.state == "held" and len(server.iterations) <= most
    connect(server, "alice")
    assert server.step().operations[0].peer == "alice"


IN_C = """\
    import _socket
    listener = _socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)
    while True:
        connection = _socket.socket(fileno=listener._accept()[0])
        connection.send(connection.recv(100))
    """


def test_a_listener_that_no_call_of_pythons_has_made_is_found(program):
    """uvloop and gevent listen in C: the system tells where."""
    server = run(program(IN_C, "in_c"))
    with connect(server, "alice") as alice:
        alice.send("hello")
        assert alice.receive() == "hello"
    assert server.addresses == [server.address]
    connect(server, "bob", port=server.address[1])
    with pytest.raises(GlassError) as caught:
        server.find_listener(80, timeout=0.1)
    assert "doesn't listen on port 80. Its ports are: " in str(caught.value)


def test_it_can_not_be_held_and_the_reason_is_not_that_it_is_starting(program):
    with pytest.raises(GlassError) as caught:
        run(program(IN_C, "in_c"), held=True, timeout=0.5)
    says(caught, "in_c has not called select", "line 6, `connection = _socket.socket(fileno=listener._accept()[0])`",
         "It listens all the same.", "can only run free: held=False.")


def test_a_program_that_waits_in_a_librarys_line_is_not_still_starting(program, tmp_path):
    """As with gevent: no frame of the program is on the stack while its hub waits."""
    (tmp_path / "hub.py").write_text("import os, time\ndef rest():\n    time.sleep(1000)\n")
    server = run(program("""\
        import atexit, hub, _socket
        listener = _socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        atexit.register(hub.rest)
        """), timeout=0.1)
    eventually(lambda: server.addresses)
    assert server.where_it_is() == ("It is in no line of its own, but in a library's, and has not called select "
                                    "(or poll, epoll, kqueue) yet. It listens all the same.")


@pytest.mark.parametrize("library, text", [
    ("uvloop", "import asyncio, uvloop\nuvloop.install()\n"),
    ("gevent", "from gevent.server import StreamServer\n"),
])
def test_libraries_that_loop_in_c(program, library, text):
    pytest.importorskip(library)
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    serve = f"""
async def echo(reader, writer):
    writer.write(await reader.read(100))
async def main():
    await (await asyncio.start_server(echo, "127.0.0.1", {port})).serve_forever()
asyncio.run(main())
""" if library == "uvloop" else f"""
StreamServer(("127.0.0.1", {port}), lambda sock, address: sock.sendall(sock.recv(100))).serve_forever()
"""
    path = program("")
    path.write_text(text + serve)
    server = run(path)
    alice = connect(server, "alice", port=port)
    alice.send("hello")
    assert alice.receive() == "hello"
    assert "starting" not in server.where_it_is() and "listens all the same" in server.where_it_is()
    server.stop()
    with pytest.raises(GlassError) as caught:
        run(path, held=True, timeout=1.0)
    says(caught, "has not called select", "It listens all the same.", "held=False.")


@pytest.mark.parametrize("beside", ["threading.Thread(target=time.sleep, args=[1000], daemon=True).start()",
                                    "os.fork() or time.sleep(1000)"])
def test_where_others_are_at_work_nobody_is_said_to_be_unserved(program, beside):
    server = run(program(f"import os, select, threading, time\nselect.select([], [], [], 0)\n{beside}\ntime.sleep(1000)"))
    eventually(lambda: server.whereabouts().line == 4)
    assert server.where_it_is() == "It is in line 4, `time.sleep(1000)`, and not in select."


def test_a_free_program_is_not_to_be_stepped(program):
    server = run(program("import select, socket\none, other = socket.socketpair()\nselect.select([one], [], [])\n"))
    with pytest.raises(GlassError) as caught:
        server.find_listener(timeout=0.1)
    says(caught, "it has not called listen(). It waits in select with no timeout, and nothing that it watches is ready.")


def test_the_first_of_several_is_the_one_that_was_bound_first_also_where_the_system_tells(program, monkeypatch):
    """A UDP socket comes first, and so it is known that the program has started. Its listeners are only seen from outside."""
    server = run(program("""\
        import select, socket
        datagrams = socket.socket(type=socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", 6666))
        first, second = (socket.create_server(("127.0.0.1", port)) for port in (6666, 7777))
        while True:
            select.select([first, second, datagrams], [], [], 1)
        """))
    eventually(lambda: len(server.addresses) == 3)
    _, first, second = server.addresses
    names = server.recording.names
    monkeypatch.setattr(names, "listeners", {})
    monkeypatch.setattr(outside, "listening", lambda pid: [second, first])
    assert (server.find_listener(), server.find_listener(7777)) == (first, second)
