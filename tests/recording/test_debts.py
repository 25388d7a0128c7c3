"""What is pending: what came from a client, and was not sent back to it yet."""
import pytest

from helpers.recording import depths, pending
from tests.recording.walks import one, op


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
    walk = [one(1, (), (), op("recv", size=5), op("recv", "bob", 7), op("send", size=5))]
    assert pending(walk) == [{"bob": 7}]


def test_depths_are_a_list_a_client():
    walk = [one(1, (), (), op("recv", size=500)), one(2, (), (), op("recv", "bob", 10)),
            one(3, (), (), op("send", size=200)), one(4, (), (), op("close", "bob"))]
    assert depths(walk) == ([1, 2, 3, 4], {"alice": [500, 500, 300, 300], "bob": [0, 10, 10, 0]})
    assert depths([]) == ([], {})
