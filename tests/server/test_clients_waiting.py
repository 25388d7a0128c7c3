"""What a client is told where nothing comes, and where it can't do what is asked of it."""
import select

import pytest

from helpers import GlassError, NothingCame
from helpers.server import clients
from tests.conftest import LONG, says


def test_nothing_came_while_held(pair):
    with pytest.raises(NothingCame) as caught:
        pair[1].receive()
    says(caught, "nothing came for alice. echo is held: it does nothing until it is stepped.")


def test_nothing_came_from_a_free_server(pair):
    server, alice = pair
    server.release()
    with pytest.raises(NothingCame) as caught:
        alice.receive(timeout=0.05)
    says(caught, "nothing came for alice in 0.05 s.")


def test_too_little_came_while_held(pair):
    server, alice = pair
    alice.send("hello")
    server.step()
    with pytest.raises(NothingCame) as caught:
        alice.receive_bytes(7)
    says(caught, "only 5 bytes came for alice. echo is held")


def test_too_little_came_from_a_free_server(pair):
    server, alice = pair
    server.release()
    alice.send("abc")
    assert select.select([alice.socket], [], [], LONG)[0]
    with pytest.raises(NothingCame) as caught:
        alice.receive_bytes(5, timeout=0.05)
    says(caught, "only 3 bytes came for alice in 0.05 s.")


@pytest.mark.parametrize("wrong", [5, None, ["hello"], 1.5])
def test_a_client_can_not_send_what_is_neither_text_nor_bytes(pair, wrong):
    with pytest.raises(GlassError) as caught:
        pair[1].send(wrong)
    says(caught, f"send() takes text or bytes, and {wrong!r} is neither. Put it in quotes: send(\"{wrong}\")")


@pytest.mark.parametrize("ask", [lambda alice: alice.send("x"), lambda alice: alice.receive(),
                                 lambda alice: alice.receive_bytes(3), lambda alice: alice.half_close()],
                         ids=["send", "receive", "receive_bytes", "half_close"])
def test_a_client_that_has_left_says_so(pair, ask):
    alice = pair[1]
    alice.close()
    with pytest.raises(GlassError) as caught:
        ask(alice)
    says(caught, "alice", "Connect again: connect(server, 'alice')")


def test_a_client_of_a_server_that_does_not_receive(pair, monkeypatch):
    alice = pair[1]
    monkeypatch.setattr(clients, "PATIENCE", 0.2)
    with pytest.raises(GlassError) as caught:
        alice.send(b"x" * 50_000_000)
    says(caught, "The server doesn't take what alice sends: its buffers are full", "Step it, or send less")
