"""processes(): what a program has started, for whom each is, and who is a zombie."""
from threading import Timer

import pytest

from helpers import GlassError, connect, run
from helpers.server import processes, sleepers
from helpers.server.outside import tcp
from tests.conftest import LONG, eventually, says

FORKS = """
import os, socket
listener = socket.create_server(("127.0.0.1", 6666), backlog=10)
while True:
    connection = listener.accept()[0]
    if os.fork() == 0:
        while connection.recv(100):
            connection.sendall(b"here")
        os._exit(0)
    connection.close()
"""


def seen(server):
    return str(server.processes()).splitlines()


@pytest.mark.parametrize("held", [False, True])
def test_a_program_that_starts_nothing_has_none_but_its_own(echo, held):
    assert seen(run(echo, held=held)) == ["no process but its own"]


def test_each_is_told_with_its_client_in_the_order_in_which_clients_came(program):
    server = run(program(FORKS))
    clients = [connect(server, name) for name in ("zoe", "bob", "alice", "bob 2")]
    for client in clients:
        client.send("hello")
        assert client.receive() == "here"
    assert seen(server) == [f"a process  for {name}" for name in ("zoe", "bob", "alice", "bob 2")]
    clients[1].close()
    eventually(lambda: seen(server) == [*(f"a process  for {name}" for name in ("zoe", "alice", "bob 2")), "a zombie"])


def test_one_that_has_two_clients_and_one_that_has_none(program):
    server = run(program("""
        import os, select, socket
        listener = socket.create_server(("127.0.0.1", 6666), backlog=10)
        if os.fork() == 0:
            os.read(os.pipe()[0], 1)                   # for ever: it has the other end, too
        if os.fork() == 0:
            both = [listener.accept()[0] for _ in range(2)]
            both[0].sendall(b"here")
            select.select(both, [], [])
            os._exit(0)
        os.wait()
        """))
    alice, _bob = connect(server, "alice"), connect(server, "bob")
    assert alice.receive(timeout=LONG) == "here"
    assert sorted(seen(server)) == ["a process", "a process  for alice and bob"]


def test_a_program_that_has_ended_says_so(echo):
    server = run(echo)
    server.stop()
    with pytest.raises(GlassError) as caught:
        server.processes()
    says(caught, "has been stopped")


def test_one_that_has_ended_is_not_at_work(program):
    server = run(program(FORKS))
    with connect(server, "alice") as alice:
        alice.send("hello")
        assert alice.receive() == "here"
    eventually(lambda: seen(server) == ["a zombie"])
    eventually(lambda: sleepers(server.child.process.pid))


def test_one_that_has_no_processor_on_its_way_out_is_waited_for(program):
    server = run(program(FORKS))
    alice, bob = connect(server, "alice"), connect(server, "bob")
    for client in (alice, bob):
        client.send("hello")
        assert client.receive() == "here"
    hers = next(one for one in processes(server.child.process.pid)[1:]
                if any(row.raddr and row.raddr[1] == alice.address[1] for row in tcp(one)))
    hers.suspend()
    alice.close()
    later = Timer(3, hers.resume)              # longer than two looks take
    later.start()
    try:
        assert seen(server) == ["a process  for bob", "a zombie"]
    finally:
        later.join()


def test_one_that_computes_on_and_on_is_not_waited_for(program):
    server = run(program(FORKS.replace('        while connection.recv(100):\n            connection.sendall(b"here")',
                                       '        connection.sendall(b"here")\n        while True: pass')))
    alice = connect(server, "alice")
    assert alice.receive() == "here"
    assert seen(server) == ["a process  for alice"]
