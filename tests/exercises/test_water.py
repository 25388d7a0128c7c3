"""Somebody pours: what is seen of a program that keeps all of it, and of one that keeps a bound."""
from helpers import connect
from helpers.exercises.water import POURS, flat, poured, pours, reads
from helpers.trials import MUCH, Trial, judge
from tests import ROOT


def seen(lesson, function):
    [verdict] = judge(ROOT / "lessons" / f"{lesson}.py", (), [Trial("water", "much", "", function)], record=True)
    return verdict


def test_what_is_poured_goes_on_and_on():
    assert poured(0) == b"" and poured(5) == MUCH[:5]
    assert poured(len(MUCH) + 3) == MUCH + MUCH[:3]


def test_memory_that_grows_and_memory_that_stays_flat():
    taken = []

    def pour(start):
        alice = connect(start(), "alice")
        with flat(alice.server):
            taken.append(pours(alice))

    grown = seen("10_beyond_select", pour)
    assert not grown.survived and grown.kinds == ("grows",)
    assert seen("13_backpressure", pour).survived
    assert taken[0] == POURS * len(MUCH) > taken[1] > 0


def test_what_was_poured_is_read_and_compared():
    def pour(answer):
        def go(start):
            alice = connect(start(), "alice")
            reads(alice, pours(alice), answer)
        return go

    assert seen("13_backpressure", pour(bytes)).survived
    assert not seen("13_backpressure", pour(bytes.upper)).survived
