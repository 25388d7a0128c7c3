"""Somebody pours: what is seen of a program that keeps all of it, and of one that keeps a bound."""
from helpers import change, connect
from helpers.exercises.loops import so_far, waits
from helpers.exercises.water import POURS, flat, poured, pours, reads, unheard
from helpers.trials import MUCH, Trial, judge
from tests import ROOT


def seen(lesson, function):
    program = ROOT / "lessons" / f"{lesson}.py" if isinstance(lesson, str) else lesson
    [verdict] = judge(program, (), [Trial("water", "much", "", function)], record=True)
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


def test_who_is_owed_too_much_is_not_heard_because_time_passes_or_because_of_others():
    def pour(start):
        server = start()
        alice, bob = connect(server, "alice"), connect(server, "bob")
        pours(alice)
        with unheard(server, alice):
            bob.send("hello")

    assert seen("13_backpressure", pour).survived
    assert seen("11_threads", pour).survived
    after_all = "    events = selector.select(1)\n"
    for wakes in "not events", "any(key.fileobj is not listener for key, _ in events)":
        forgets = change("13_backpressure", after_all, after_all + f"""\
    for key in [one for one in selector.get_map().values() if one.events == WRITE] if {wakes} else []:
        selector.modify(key.fileobj, READ | WRITE, key.data)
""")
        one = seen(forgets, pour)
        assert not one.survived and one.kinds == ("heard",) and "bytes more are received from alice" in one.received, one


def test_what_could_be_sent_on_meanwhile_may_be_followed_by_more():
    def pour(start):
        alice = connect(start(), "alice")
        taken = pours(alice)
        with unheard(alice.server, alice):
            reads(alice, taken)
            alice.send("hello")

    assert seen("13_backpressure", pour).survived


def test_she_needs_not_be_waited_for_until_she_is_heard_again():
    """While she is paused, calls wait for their whole timeout without her, and rightly."""
    often = change("13_backpressure", "selector.select(1)", "selector.select(0.05)")

    def pour(asked):
        def go(start):
            alice = connect(start(), "alice")
            taken = pours(alice)
            alice.server.listen(lambda: False, 0.5)
            reads(alice, taken)
            waits(alice.server, alice, since=so_far(alice.server) if asked else 0)
        return go

    assert seen(often, pour(True)).survived
    assert "alice isn't watched" in seen(often, pour(False)).received
