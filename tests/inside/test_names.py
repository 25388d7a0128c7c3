"""Which descriptor is which socket: names, and descriptors that have another owner now."""
import sys

import pytest

from helpers import connect, run
from tests.conftest import eventually
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
    assert second.watched_read[0].startswith("udp")


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
    assert server.iterations[1].watched_read == ["udp 1"]


def test_the_programs_own_client_is_named_by_where_it_goes(ran):
    iteration, = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        client = socket.create_connection(("127.0.0.1", 6666))
        select.select([listener, client], [], [], 0)
        """).iterations
    assert iteration.watched_read == ["listener", "to :6666"]


def watched(server):
    return [iteration.watched_read for iteration in server.iterations]


def test_a_number_that_was_closed_unseen_gives_its_name_to_nobody(ran):
    first, second, third, fourth, fifth = watched(ran("""
        import os, select, socket, subprocess
        with subprocess.Popen(["true"], stdout=subprocess.PIPE) as process:
            number = process.stdout.fileno()
            select.select([process.stdout], [], [], 0)
            process.stdout.close()                      # in C: nobody sees it
            sock = socket.socket(type=socket.SOCK_DGRAM)
            assert sock.fileno() == number
            select.select([sock], [], [], 0)
            sock.close()
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            for name in "one", "other":
                os.mkfifo(f"{folder}/{name}")
            file = open(f"{folder}/one", "rb+", buffering=0)
            number = file.fileno()
            select.select([file], [], [], 0)
            file.close()
            file = open(f"{folder}/other", "rb+", buffering=0)
            assert file.fileno() == number
            select.select([file], [], [], 0)
            file.close()
            file = open(f"{folder}/one", "rb+", buffering=0)
            poll = select.poll()
            poll.register(file, select.POLLIN)
            poll.poll(0)
        """))
    assert len({*first, *second, *third, *fourth, *fifth}) == 5
    assert second == ["udp 1"]


def test_poll_goes_on_with_whoever_has_the_number(ran):
    server = ran(PAIR + """
poll = select.poll()
number = one.fileno()
poll.register(number, select.POLLIN)
poll.poll(0)
one.close()
sock = socket.socket(type=socket.SOCK_DGRAM)
assert sock.fileno() == number
poll.poll(0)
""")
    assert watched(server) == [["socket 1"], ["udp 1"]]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems give sockets no inode")
@pytest.mark.parametrize("code", ["again = one.dup()", "again = socket.socket(fileno=os.dup(one.fileno()))",
                                  "again = socket.fromfd(one.fileno(), one.family, one.type)",
                                  "again = socket.socket(fileno=one.detach())"])
def test_a_duplicate_is_the_same_socket(ran, code):
    assert watched(ran(PAIR + f"""
select.select([one], [], [], 0)
{code}
select.select([again], [], [], 0)
one.close()
select.select([again], [], [], 0)
""")) == [["socket 1"]] * 3


def test_two_upstream_sockets_of_a_proxy_are_two(ran):
    server = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 7020))
        ups = [socket.create_connection(("127.0.0.1", 7020)) for _ in range(2)]
        select.select(ups, [], [], 0)
        """)
    assert watched(server) == [["to :7020", "to :7020 (2)"]]


def test_a_later_listener_does_not_rename_the_first(program):
    path = program("""
        import select, socket
        listeners = [socket.create_server(("127.0.0.1", 7020))]
        while True:
            select.select(listeners, [], [], 1)
            if len(listeners) < 3:
                listeners.append(socket.create_server(("127.0.0.1", 7020 + len(listeners))))
        """)
    names = ["listener", "listener :7021", "listener :7022"]
    held = run(path, held=True)
    for _ in range(3):
        held.step()
    assert watched(held) == [names[:1], names[:2], names]
    with run(path, name="free") as free:
        eventually(lambda: len(free.iterations) > 2)
        assert watched(free)[:3] == watched(held)            # also where they are fetched together


@pytest.mark.parametrize("lines", [
    "bell, ring = socket.socketpair()",
    "(bell, ring) = \\\n    socket.socketpair(\n    socket.AF_UNIX, socket.SOCK_STREAM)",
    "class One: pass\nself = One(); self.bell, self.ring = socket.socketpair(); bell, ring = self.bell, self.ring",
    "bell, ring = os.pipe()",
    "import socket as s; from socket import socketpair as sp\nprint('ü'); bell, ring = sp()",
])
def test_a_pair_is_called_as_the_program_calls_it(ran, lines):
    iteration, = ran("import os, select, socket\n" + lines + "\nselect.select([bell], [ring], [], 0)").iterations
    assert (iteration.watched_read, iteration.watched_write) == (["bell"], ["ring"])


@pytest.mark.parametrize("lines", ["pair = socket.socketpair()", "a, b = make()", "pair = [socket.socketpair()][0]",
                                   "pair = list(socket.socketpair())"])
def test_a_pair_that_gets_no_two_names_has_numbers(ran, lines):
    iteration, = ran(f"""
import select, socket
def make():
    return socket.socketpair()
{lines}
a, b = locals().get("pair") or (a, b)
select.select([a], [b], [], 0)""").iterations
    assert (iteration.watched_read, iteration.watched_write) == (["socket 1"], ["socket 2"])


def test_pairs_of_one_name_and_those_of_a_library_are_told_apart(ran):
    iteration, = ran("""
        import select, socket, subprocess
        bells = []
        for _ in range(2):
            bell, ring = socket.socketpair()
            bells.append(bell)
        process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        select.select([*bells, process.stdout], [], [], 0)
        process.kill(), process.wait()
        """).iterations
    assert iteration.watched_read == ["bell", "bell 2", "pipe 1"]


def test_asyncio_is_woken_by_its_wake_up(ran):
    server = ran("""
        import asyncio
        async def main():
            loop = asyncio.get_running_loop()
            await asyncio.to_thread(lambda: None)
        asyncio.run(main())
        """)
    assert server.iterations[0].watched_read == ["wake-up"]
    assert {each.socket for one in server.iterations for each in one.operations} <= {"wake-up", "wake-up (ring)"}
