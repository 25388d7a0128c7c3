"""Every kind of loop that the course speaks of, unchanged, can be held, stepped, released and recorded."""
import select

import pytest

from helpers import connect, run
from tests.conftest import LONG
from tests.inside.loops import DEFAULT, LOOPS


@pytest.mark.parametrize("way", LOOPS)
def test_every_way_of_waiting_is_held_stepped_released_and_recorded(program, way):
    call, text = LOOPS[way]
    if not hasattr(select, call):
        pytest.skip(f"no {call} on this system")
    server = run(program(text), held=True)
    first = server.step()
    assert (first.watched_read, first.readable, first.timeout) == (["listener"], [], 1)

    alice = connect(server, "alice")
    accepted = server.step()
    assert accepted.readable == ["listener"]
    assert [(one.name, one.socket, one.peer) for one in accepted.operations
            if one.name != "register"] == [("accept", "listener", "alice")]

    alice.send("hello")
    echoed = server.step()
    assert echoed.watched_read == ["listener", "alice"] and echoed.readable == ["alice"]
    assert [(one.name, one.socket, one.size, one.data) for one in echoed.operations] == [
        ("recv", "alice", 5, b"hello"), ("sendall", "alice", 5, b"hello")]
    assert [str(one) for one in echoed.operations] == ["recv 5 b'hello'", "sendall 5 b'hello'"]
    assert alice.receive() == "hello"
    assert server.step().idle

    alice.close()
    server.step()
    assert server.step().watched_read == ["listener"]

    bob = connect(server, "bob")
    bob.send("free")                             # it is there before the loop is let go: in its next two rounds
    server.release()
    assert bob.receive(timeout=LONG) == "free"
    bob.send("again")                            # the second answer shows that the first one's iteration is over
    assert bob.receive(timeout=LONG) == "again"
    assert [one.operations[-1].name for one in server.iterations[6:8]] in (["accept", "sendall"], ["register", "sendall"])
    assert server.iterations[7].operations[-1].data == b"free"
    assert {one.call for one in server.iterations} == {call} and {one.timeout for one in server.iterations} == {1}


ASYNCIO_ECHO = """
    import asyncio

    async def serve(reader, writer):
        while data := await reader.read(1024):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def main():
        await asyncio.sleep(0)
        async with await asyncio.start_server(serve, "127.0.0.1", 6666) as server:
            print("listening on", server.sockets[0].getsockname()[1])
            await server.serve_forever()

    asyncio.run(main())
    """


@pytest.mark.parametrize("port", [None, 6666], ids=["its listener", "its port"])
def test_asyncio_is_stepped_to_its_listener_and_recorded(program, port):
    server = run(program(ASYNCIO_ECHO), held=True)
    assert server.addresses == []                       # asyncio goes round before it listens
    alice = connect(server, "alice", port=port)         # and connect steps on until it does
    before = len(server.iterations)
    alice.send("hello")
    done = []
    while "send 5 b'hello'" not in done:                # a step without anything to do would raise StillWaiting
        done += [str(each) for each in server.step().operations if each.socket == "alice"]
        assert server.iterations[-1].number < 30
    assert before >= 1 and {each.call for each in server.iterations} == {DEFAULT}
    assert done == ["recv 5 b'hello'", "send 5 b'hello'"]
    assert any("alice" in each.readable for each in server.iterations)
    assert alice.receive() == "hello"
    assert server.output == "listening on 6666\n"


def test_asyncio_runs_free(program):
    with run(program(ASYNCIO_ECHO)) as server, connect(server, "alice") as alice:
        alice.send("hello")
        assert alice.receive() == "hello"
        assert any(each.readable == ["alice"] for each in server.iterations)


@pytest.mark.parametrize("server_class", ["TCPServer", "ThreadingTCPServer"])
def test_socketserver_is_held_and_recorded(program, server_class):
    server = run(program(f"""
        import socketserver

        class Shout(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(self.rfile.readline().upper())

        with socketserver.{server_class}(("127.0.0.1", 6666), Shout) as server:
            server.serve_forever()
        """), held=True)
    alice = connect(server, "alice")
    alice.send("hello\n")
    assert server.step().readable == ["listener"]
    assert alice.receive_bytes(6) == b"HELLO\n"
