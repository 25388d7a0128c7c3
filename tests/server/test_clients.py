"""Clients: what they send and receive, how they leave, and what they are called."""
import socket

import pytest

from helpers import GlassError, ProgramDied, connect, run
from tests.conftest import LONG, says


@pytest.mark.parametrize("sent", ["hello", "grüß", b"hello", bytearray(b"hello"), memoryview(b"hello")],
                         ids=["text", "not ASCII", "bytes", "bytearray", "memoryview"])
def test_a_client_sends_text_or_bytes(pair, sent):
    server, alice = pair
    alice.send(sent)
    server.step()
    assert alice.receive_bytes() == (sent.encode() if isinstance(sent, str) else bytes(sent))


def test_what_is_no_utf8_is_shown_all_the_same(pair):
    server, alice = pair
    alice.send(b"a\xff\xc3")
    server.step()
    assert alice.receive() == "a\\xff\\xc3"


def test_receive_takes_all_that_is_there_and_receive_bytes_as_much_as_asked(pair):
    server, alice = pair
    for _ in range(2):
        alice.send("hello")
        server.step()
    assert alice.receive_bytes(7) == b"hellohe" and alice.receive() == "llo"
    assert alice.receive_bytes(0) == b""


def test_the_end_is_an_empty_text(pair):
    server, alice = pair
    alice.half_close()
    assert str(server.step().operations[-1]) == "close"
    assert alice.receive() == "" and alice.receive_bytes(5) == b""


def test_close_and_reset_are_seen_by_the_server(echo):
    server = run(echo, held=True)
    with connect(server, "alice") as alice:
        server.step()
        assert repr(alice) == "alice, a client of echo" and alice.address[0] == "127.0.0.1"
    assert [str(each) for each in server.step().operations] == ["recv 0", "close"]
    connect(server, "bob").reset()
    server.step()
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "ConnectionResetError")
    assert server.iterations[-1].operations[-1].error == "ConnectionResetError"


def test_a_client_that_has_received_can_still_send_much(program):
    """To receive, it sets its timeout to nothing; to send, it must wait for a server that takes its time."""
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        connection, address = listener.accept()
        connection.sendall(b"welcome")
        while True:
            select.select([connection], [], [])
            if not connection.recv(65536):
                break
        """))
    alice = connect(server, "alice")
    assert alice.receive() == "welcome"
    alice.send(b"x" * 20_000_000)


def test_clients_in_a_crowd_keep_their_names(echo):
    server = run(echo, held=True)
    clients = [connect(server, name) for name in ("alice", "bob", "alice")]
    for _ in clients:
        server.step()
    assert [client.name for client in clients] == ["alice", "bob", "alice 2"]
    clients[2].send("hello")
    assert server.step().readable == ["alice 2"]


def test_a_client_without_a_name(echo):
    server = run(echo, held=True)
    client = connect(server)
    assert repr(client) == "the client, a client of echo" and server.step().operations[0].peer == "conn 1"


def test_a_client_can_be_any_socket(echo):
    server = run(echo)
    with socket.create_connection(server.address, timeout=LONG) as client:
        client.sendall(b"hello")
        assert client.recv(100) == b"hello"


def test_pour_says_how_much_was_taken(program):
    with run(program("""
            import select, socket
            listener = socket.create_server(("127.0.0.1", 6666))
            select.select([listener], [], [])
            connection, _ = listener.accept()
            while True:
                select.select([], [], [], 1)
            """)) as server:
        alice = connect(server, "alice")
        taken = alice.pour(bytes(50_000_000))
        assert 0 < taken < 50_000_000
        assert alice.pour("text") == 0
        with pytest.raises(GlassError, match="takes text or bytes"):
            alice.pour(5)
        alice.close()
        with pytest.raises(GlassError, match="alice has left"):
            alice.pour("text")
