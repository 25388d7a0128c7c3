"""Columns: what is alike is folded, what was not kept is a gap, and a long recording is cut in its middle."""
import itertools

import pytest

from helpers.recording.folding import COLUMNS, FOLD, columns, sockets
from tests.recording.walks import heard, one, op


def kinds(iterations):
    return [(column.first, column.last, column.kind) for column in columns(iterations)]


def test_idle_stretches_are_folded_and_short_ones_are_not():
    walk = [heard(1), *(one(number) for number in range(2, 7)), heard(7), one(8), one(9)]
    assert kinds(walk) == [(1, 1, "one"), (2, 6, "idle"), (7, 7, "one"), (8, 8, "one"), (9, 9, "one")]
    assert columns(walk)[1].count == 5
    assert kinds([one(number) for number in range(1, 200)]) == [(1, 199, "idle")]


@pytest.mark.parametrize("count", [FOLD, 4999])
@pytest.mark.parametrize("operations, kind", [
    ([], "spin"),
    ([op("recv", size=0)], "spin"),
    ([op("recv", error="ConnectionResetError")], "spin"),
    ([op("recv", size=5)], "alike"),
    ([op("accept", "listener", peer="alice")], "alike"),
], ids=["nothing done", "recv 0", "recv error", "recv 5", "accept"])
def test_iterations_that_are_alike_are_a_spin_only_if_nothing_comes_of_them(operations, kind, count):
    assert kinds([one(number, ["alice"], (), *operations) for number in range(1, count + 1)]) == [(1, count, kind)]


def test_what_may_have_come_of_it_unseen_is_no_spin():
    assert kinds([one(number, ["alice"], unseen=["alice"]) for number in range(1, 6)]) == [(1, 5, "again")]
    assert kinds([one(1, ["alice"]), *(one(number, ["alice"], unseen=["alice"]) for number in range(2, 6))]) == [
        (1, 1, "one"), (2, 5, "again")]
    assert kinds([one(number, ["alice"], (), op("recv", size=1), unseen=["bob"]) for number in range(1, 6)])[0][2] == "alike"


@pytest.mark.parametrize("other", [
    one(3, ["alice"]), one(3, (), ["alice"]), one(3, exceptional=["alice"]), one(3, watched=["listener"]),
    one(3, to_write=["alice"]), one(3, flags={"alice": "HUP"}), one(3, (), (), op("close")),
], ids=["readable", "writable", "exceptional", "watched", "to write", "flags", "operations"])
def test_a_difference_ends_a_stretch(other):
    assert len(columns([one(1), one(2), one(3)])) == 1
    assert len(columns([one(1), one(2), other])) == 3


def test_what_was_not_kept_is_a_gap():
    walk = [heard(5), one(6), heard(10)]
    assert kinds(walk) == [(1, 4, "gap"), (5, 5, "one"), (6, 6, "one"), (7, 9, "gap"), (10, 10, "one")]
    assert columns(walk)[0].iteration is None
    assert kinds([one(500), one(501)])[0] == (1, 499, "gap")


def test_a_long_recording_is_cut_in_its_middle():
    walk = [heard(number) if number % 2 else one(number) for number in range(1, 5001)]
    cut = columns(walk)
    assert len(cut) == COLUMNS and [column.kind for column in cut].count("gap") == 1
    assert sum(column.count for column in cut) == 5000
    assert (cut[0].first, cut[-1].last) == (1, 5000)
    assert all(left.last + 1 == right.first for left, right in itertools.pairwise(cut))


def test_columns_of_nothing():
    assert columns([]) == []


def test_sockets_come_in_order_and_without_the_closed():
    walk = [one(1, (), (), op("accept", "listener", peer="alice"), watched=["listener"]),
            one(2, (), (), op("select", None, error="OSError"), op("send", "bob", 1),
                watched=["listener", "alice", "closed"])]
    assert sockets(walk) == ["listener", "alice", "bob"]
