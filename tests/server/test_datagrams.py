"""Clients that send datagrams: each is one message, none is the end, and nobody connects."""
import pytest

from helpers import GlassError, NothingCame, connect, figures, player, run
from tests.conftest import LONG, held_or_free, says

ECHO = """
    import select, socket
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 5353))
    tcp = socket.create_server(("127.0.0.1", 5353))
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.1", 5354))
    while True:
        for sock in select.select([udp, tcp, other], [], [], 5)[0]:
            if sock is tcp:
                sock.accept()
            else:
                data, peer = sock.recvfrom(1000)
                sock.sendto(data.upper(), peer)
    """


@pytest.fixture
def held(program):
    return run(program(ECHO), held=True)


def did(iteration):
    return [f"{each.socket} {each}" for each in iteration.operations]


def test_peers_have_their_names_and_an_empty_datagram_is_one(held):
    ulla, nobody = connect(held, "ulla", port=5353, udp=True), connect(held, port=5354, udp=True)
    for data in "abc", "", b"\xff":
        ulla.send(data)
    nobody.send("x")
    alice = connect(held, "alice", port=5353)
    assert alice.name == "alice"
    first, second, third = held.step(), held.step(), held.step()
    assert first.watched_read == ["udp :5353", "listener", "udp :5354"] == first.readable
    assert did(first) == ["udp :5353 recvfrom ← ulla 3 b'abc'", "udp :5353 sendto → ulla 3 b'ABC'", "listener accept → alice",
                          "udp :5354 recvfrom ← peer 1 1 b'x'", "udp :5354 sendto → peer 1 1 b'X'"]
    assert did(second) == ["udp :5353 recvfrom ← ulla 0 b''", "udp :5353 sendto → ulla 0 b''"]
    assert [ulla.receive(), ulla.receive(), ulla.receive_bytes()] == ["ABC", "", b"\xff"]
    assert nobody.receive() == "X"
    assert "recvfrom ← ulla 0 b''" in figures.describe(held) and "pending" not in figures.describe(held)
    film = player(held).film
    assert not any(film["lists"][scene["left"]] for scene in film["scenes"])          # nobody has said his last word
    assert third.operations[0].data == b"\xff"


def test_addresses_are_those_of_connections_and_datagrams_in_order(held):
    (_, first), (_, second), (_, third) = held.addresses
    names = held.recording.names
    assert [row[2] for row in names.bound.values()] == [first, second, third]
    assert [row[2] for row in names.listeners.values()] == [second]
    with connect(held, "ulla", port=5354, udp=True) as ulla:
        assert ulla.to[1] == third
    assert connect(held, "alice").socket.getpeername()[1] == second


@held_or_free
def test_a_datagram_is_there_at_the_next_step(program, held):
    server = run(program(ECHO), held=held)
    ulla = connect(server, "ulla", udp=True)
    for number in range(50):
        ulla.send(f"message {number}")
        if held:
            assert server.step().operations[0].data == f"message {number}".encode()
        assert ulla.receive(LONG) == f"MESSAGE {number}"


def test_an_answer_may_come_from_another_port(program):
    server = run(program("""
        import select, socket
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 6969))
        while True:
            select.select([udp], [], [])
            data, peer = udp.recvfrom(1000)
            transfer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            transfer.sendto(b"block 1", peer)
        """), held=True)
    ulla = connect(server, "ulla", udp=True)
    ulla.send("read file")
    assert did(server.step()) == ["udp :6969 recvfrom ← ulla 9 b'read file'", "udp 1 sendto → ulla 7 b'block 1'"]
    assert ulla.receive() == "block 1"


def test_what_is_not_there_is_said(held, echo):
    with pytest.raises(GlassError) as caught:
        connect(held, "ulla", port=99, udp=True)
    says(caught, "no UDP socket on port 99. Its UDP ports are: 5353 · 5354.")
    server = run(echo, held=True)
    with pytest.raises(GlassError) as caught:
        connect(server, "ulla", udp=True, port=6666)
    says(caught, "has bound no UDP socket", "leave out udp=True.")
    assert not server.iterations                             # and it was not stepped for that
    ulla = connect(held, "ulla", udp=True)
    for use, words in [(lambda: ulla.send(5), "send() takes text or bytes"), (lambda: ulla.send("x" * 70_000), "one datagram"),
                       (ulla.reset, "no connection"), (lambda: ulla.pour("x"), "no connection")]:
        with pytest.raises(GlassError) as caught:
            use()
        says(caught, words)
    with pytest.raises(NothingCame) as caught:
        ulla.receive()
    assert str(caught.value).endswith("it does nothing until it is stepped.")
    ulla.close()
    with pytest.raises(GlassError) as caught:
        ulla.send("x")
    says(caught, "ulla has left")


def nothing(client, *words):
    with pytest.raises(NothingCame) as caught:
        client.receive()
    says(caught, f"nothing came for {client.name}. ", *words)


def test_why_nothing_comes_is_said_as_far_as_it_is_seen(program):
    server = run(program("""
        import select, socket
        udp, other = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(2))
        inputs = [udp, other]
        for port, sock in enumerate(inputs, 5353):
            sock.bind(("127.0.0.1", port))
        while True:
            for sock in select.select(inputs, [], [], 1)[0]:
                data, peer = sock.recvfrom(1000)
                if not data:
                    inputs.remove(sock)
        """), held=True)
    ulla, vera = connect(server, "ulla", udp=True), connect(server, "vera", udp=True)
    nothing(ulla, "program is held: it does nothing until it is stepped.")
    ulla.send("a"), vera.send("b"), ulla.send("c")
    server.step(), server.step()
    nothing(vera, "program is held, and has read all that vera has sent.")
    nothing(ulla, "program is held: it does nothing until it is stepped.")
    server.step()
    nothing(ulla, "program is held, and has read all that ulla has sent.")
    ulla.send("")
    server.step()
    vera.send("d")
    nothing(vera, "program is held, and doesn't watch udp :5353.")
    walt = connect(server, "walt", port=5354, udp=True)
    walt.send("e")
    nothing(walt, "program is held: it does nothing until it is stepped.")


def test_who_sends_datagrams_leaves_and_nobody_is_told(held):
    connect(held, "ulla", udp=True)
    assert player(held).do({"do": "leave", "name": "ulla"})["says"] == "ulla has left. Nobody is told: datagrams have no end."


def test_a_connected_datagram_socket_says_whom_it_hears(program):
    server = run(program("""
        import select, socket
        one, other = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(2))
        one.bind(("127.0.0.1", 5353))
        other.connect(("127.0.0.1", 5353))
        other.send(b"")
        select.select([one], [], [])
        _, peer = one.recvfrom(100)
        one.sendto(b"", peer)
        select.select([other], [], [])
        other.recv(100)
        select.select([], [], [], 0)
        """), held=True)
    assert did(server.step()) == ["udp :5353 recvfrom ← to :5353 0 b''", "udp :5353 sendto → to :5353 0 b''"]
    assert did(server.step()) == ["to :5353 recv ← udp :5353 0 b''"]


def test_a_client_program_is_known_by_its_name_and_hears_the_port_that_it_asked_for(program):
    server = run(program(ECHO), held=True)
    client = run(program("""
        import select, socket
        sock = socket.socket(type=socket.SOCK_DGRAM)
        sock.sendto(b"hello", ("127.0.0.1", 5353))
        select.select([sock], [], [])
        print(*sock.recvfrom(100))
        select.select([], [], [], 0)
        """, "ursula"), held=True, to=server)
    assert did(server.step()) == ["udp :5353 recvfrom ← ursula 5 b'hello'", "udp :5353 sendto → ursula 5 b'HELLO'"]
    assert client.step().printed == "b'HELLO' ('127.0.0.1', 5353)\n"
