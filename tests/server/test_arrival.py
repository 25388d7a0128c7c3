"""Whether what a client does has arrived: the two ways in which Linux tells say the same."""
import socket
import sys

import pytest

from helpers import connect, run
from helpers.server import arrival

CLOSE_WAIT = 8     # as linux/tcp_states.h numbers it

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of the other end")


@pytest.fixture(params=["IPv4", "IPv6"])
def ends(request):
    """(near, far) of a connection, and its listener."""
    family, host = (socket.AF_INET6, "::1") if request.param == "IPv6" else (socket.AF_INET, "127.0.0.1")
    try:
        listener = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"no {request.param} on this machine")
    with listener, socket.create_connection(listener.getsockname()[:2]) as near:
        far, _ = listener.accept()
        with far:
            yield near, far


def refuse(*_):
    raise OSError("no sock_diag here")


@pytest.fixture
def no_sock_diag(monkeypatch):
    monkeypatch.setattr(arrival, "ask_the_kernel", refuse)


def ways(near, monkeypatch):
    """The two ways to look at the far end."""
    quick = arrival.far_end(near)
    with monkeypatch.context() as patch:
        patch.setattr(arrival, "ask_the_kernel", refuse)
        slow = arrival.far_end(near)
    assert (quick.func, slow.func) == (arrival.ask_the_kernel, arrival.search)
    return quick, slow


def test_both_ways_tell_what_is_unread_and_who_has_gone(ends, monkeypatch):
    near, far = ends
    looks = ways(near, monkeypatch)
    seen = []

    def look():
        [one, other] = [each() for each in looks]
        assert one == other
        seen.append(one)

    look()
    near.sendall(b"hello")
    arrival.until(lambda state, unread: unread == 5, looks[0])
    look()
    far.recv(3)
    look()
    near.shutdown(socket.SHUT_WR)
    arrival.until(lambda state, unread: state != arrival.ESTABLISHED, looks[0])
    assert looks[0]()[0] == looks[1]()[0] == CLOSE_WAIT
    far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    far.close()                                # with a reset: nothing of it stays
    look()
    assert seen == [(arrival.ESTABLISHED, 0), (arrival.ESTABLISHED, 5), (arrival.ESTABLISHED, 2), (None, 0)]


@pytest.mark.parametrize("way", ["sock_diag", "the table"])
def test_a_held_server_finds_all_of_it_at_its_next_step(echo, way, request):
    if way == "the table":
        request.getfixturevalue("no_sock_diag")
    with run(echo, held=True) as server:
        for number in range(10):
            client = connect(server, f"client {number}")
            assert server.step().operations[0].peer == client.name
            client.send("hello")
            assert server.step().readable == [client.name] and client.receive() == "hello"
            client.close()
            assert [str(one) for one in server.step().operations] == ["recv 0", "close"]


def test_where_the_system_tells_nothing_nothing_is_waited_for(ends, monkeypatch, no_sock_diag):
    monkeypatch.setattr(arrival.Path, "exists", lambda path: False)
    assert arrival.far_end(ends[0]) is None
