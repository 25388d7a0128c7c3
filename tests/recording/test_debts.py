"""What is pending: what came from a client of an echo server, and was not sent back to it yet. Elsewhere nothing is."""
import pytest

from helpers.recording import depths, pending
from tests.recording.walks import one, op

ACCEPT = op("accept", "listener", peer="alice"), op("accept", "listener", peer="bob")


def after(*operations):
    """What is pending after each of these, an iteration each, of a server that has accepted alice and bob."""
    return pending([one(1, (), (), *ACCEPT), *(one(2 + place, (), (), each) for place, each in enumerate(operations))])[1:]


def test_pending_counts_what_came_and_was_not_sent_back():
    walk = [one(1, ["alice"], (), op("recv", size=10)), one(2, (), ["alice"], op("send", size=4)),
            one(3), one(4, (), ["alice"], op("sendall", size=6)), one(5, ["alice"], (), op("recv_into", size=3)),
            one(6), one(7, (), (), op("close"))]
    assert pending(walk) == [{"alice": 10}, {"alice": 6}, {"alice": 6}, {}, {"alice": 3}, {"alice": 3}, {}]


@pytest.mark.parametrize("operation", [op("send", size=100), op("recv", error="BlockingIOError"), op("recv", size=0),
                                       op("accept", "listener", peer="alice"), op("shutdown")])
def test_nothing_is_pending_below_zero_or_without_bytes(operation):
    assert pending([one(1, (), (), operation)]) == [{}]


def test_pending_is_counted_for_each_connection():
    assert after(op("recv", size=5), op("recv", "bob", 7), op("send", size=5)) == [
        {"alice": 5}, {"alice": 5, "bob": 7}, {"bob": 7}]


def test_depths_are_a_list_a_client():
    walk = [one(1, (), (), *ACCEPT, op("recv", size=500)), one(2, (), (), op("recv", "bob", 10)),
            one(3, (), (), op("send", size=200)), one(4, (), (), op("close", "bob"))]
    assert depths(walk) == ([1, 2, 3, 4], {"alice": [500, 500, 300, 300], "bob": [0, 10, 10, 0]})
    assert depths([]) == ([], {})


def heard(data, name="alice"):
    return op("recv", name, len(data), data=data[:64])


def said(data, name="alice"):
    return op("send", name, len(data), data=data[:64])


@pytest.mark.parametrize("operations", [
    (heard(b"hello\n"),),                                                     # nothing is known of this server yet
    (heard(b"hello\n"), said(b"hello\n", "bob")),                             # a chat
    (heard(b"hello\n"), said(b"hello\n"), said(b"hello\n", "bob"), heard(b"more")),           # that tells all of them
    (heard(b"hello\n"), said(b"hello\n", "to :7020")),                        # a proxy
    (heard(b"hello\n"), said(b"OK\n"), heard(b"more")),
    (heard(b"hello\n"), said(b"HELLO\n"), heard(b"more")),
    (heard(b"hello\n"), said(b"echo: hello\n"), heard(b"more")),
    (heard(b"hello\n"), said(b"hello\nhello\n"), heard(b"more")),             # more than came
    (heard(b"hello\n"), said(b"hello\n"), heard(b"quit\n"), said(b"bye\n"), heard(b"more")),
    (heard(b"hel"), heard(b"lo\n"), said(b"lo\n"), heard(b"more")),           # not from the beginning
    (heard(b"x" * 100), heard(b"y" * 100), said(b"x" * 50), said(b"x" * 60)),
], ids=["silent", "chat", "broadcast", "proxy", "OK", "upper", "prefix", "twice", "bye", "behind", "parts"])
def test_nothing_is_pending_where_it_is_no_echo(operations):
    assert after(*operations) == [{}] * len(operations)


@pytest.mark.parametrize("operations, last", [
    ((heard(b"hel"), heard(b"lo\n"), said(b"hello\n"), heard(b"more")), {"alice": 4}),
    ((heard(b"hello\n"), said(b"he"), said(b"llo")), {"alice": 1}),
    ((heard(b"x" * 100), heard(b"y" * 100), said(b"x" * 70), said(b"x" * 30 + b"y" * 30)), {"alice": 70}),
    ((heard(b"a\n"), said(b"a\n"), heard(b"b\n"), heard(b"c\n", "bob")), {"alice": 2, "bob": 2}),
    ((heard(b"a\n"), said(b"a\n"), op("recv", "bell", 1, data=b"!"), op("recv", "stdin", 5, data=b"quit\n")), {}),
])
def test_what_an_echo_server_owes(operations, last):
    assert after(*operations)[-1] == last


def test_a_datagram_is_no_debt():
    echo = [op("recvfrom", "udp :5353", 3, data=b"abc", peer="ulla"), op("sendto", "udp :5353", 3, data=b"abc", peer="ulla")]
    assert after(*echo, echo[0]) == [{}] * 3
