"""Which descriptor is which socket: names, and descriptors that have another owner now."""
import pytest

from helpers import connect, run
from tests.inside.programs import PAIR


def test_one_listener_has_no_port_and_clients_have_their_names(echo):
    server = run(echo, held=True)
    for name in "alice", "bob", "alice", None, None:
        connect(server, name)
        server.step()
    assert server.iterations[-1].watched_read == ["listener", "alice", "bob", "alice 2", "conn 1"]
    assert server.iterations[-1].operations[0].peer == "conn 2"


def test_several_listeners_have_their_ports_and_a_client_without_a_name_has_a_number():
    server = run("03_multiple_ports", held=True)
    for name, peer in ("alice", "alice"), (None, "conn 1"):
        client = connect(server, name, port=7778)
        iteration = server.step()
        assert iteration.watched_read == ["listener :7777", "listener :7778"]
        assert iteration.readable == ["listener :7778"]
        assert [(each.socket, each.name, each.peer) for each in iteration.operations] == [
            ("listener :7778", "accept", peer), (peer, "sendall", None), (peer, "close", None)]
        assert client.receive().startswith("you come from")
    assert len(server.addresses) == 2


def test_a_closed_descriptor_gives_its_name_to_nobody(echo):
    server = run(echo, held=True)
    for name in "alice", "bob":
        client = connect(server, name)
        server.step()
        client.close()
        assert server.step().operations[-1].socket == name       # its close; the next has the same descriptor


@pytest.mark.parametrize("ending", ["os.close(reading)", "one = socket.socket(fileno=reading); os.close(one.detach())"])
def test_nor_does_a_pipe_or_a_detached_socket(ran, ending):
    server = ran(f"""
        import os, select, socket
        def new():
            return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if "detach" in {ending!r}:
            reading = new().detach()
        else:
            reading, writing = os.pipe()
        select.select([reading], [], [], 0)
        {ending}
        sock = new()
        assert sock.fileno() == reading
        select.select([sock], [], [], 0)
        """)
    first, second = server.iterations
    assert first.watched_read != second.watched_read
    assert second.watched_read[0].startswith("socket")


def test_a_descriptor_that_was_not_open_gives_its_name_to_nobody(ran):
    server = ran(PAIR + """
number = one.fileno()
one.close()
try:
    select.select([number], [], [], 0)
except OSError:
    pass
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
assert sock.fileno() == number
select.select([sock], [], [], 0)
""")
    assert server.iterations[1].watched_read[0].startswith("socket")


def test_the_programs_own_client_is_named_by_where_it_goes(ran):
    iteration, = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        client = socket.create_connection(("127.0.0.1", 6666))
        select.select([listener, client], [], [], 0)
        """).iterations
    assert iteration.watched_read == ["listener", "to :6666"]
