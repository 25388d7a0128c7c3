"""Lesson 14: timers. Its program, stepped and plain; its heap alone; and what its notebook says."""
import select
import signal
import time
from itertools import accumulate

import nbformat
import pytest

from helpers import ProgramDied, change, connect, figures, run
from helpers.exercises.beside import heard
from tests import ROOT
from tests.benchmarks.set_timers import functions
from tests.conftest import LONG
from tests.course.test_lessons import call, read_until, receive, receive_all, started

TIMERS = "14_timers"
GOODBYE = "goodbye\n"


def cells(names, *ids):
    """The names that these cells of the notebook make, after these ones."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{TIMERS}.ipynb", as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    for one in ids:
        exec(sources[one], names)
    return names


def moments(server):
    return list(accumulate(one.waited for one in server.iterations))


def all_that_comes(client):
    """What has come, and what the systems pass on until both are at rest: then there is room for more to be sent.

    The clock of a loop that is held doesn't wait for that. (A system says late, up to 0.2 s, that there is room again.)
    """
    received = heard(client)
    while select.select([client.socket], [], [], 0.5)[0]:
        received += heard(client)
    return received


def let_in(server, *names):
    clients = [connect(server, name) for name in names]
    for _ in clients:
        server.step()
    return clients


# -- stepped ------------------------------------------------------------------------------------------------------------

def test_a_walk_over_75_seconds():
    """Who is silent goes at 30, who speaks at 20 goes at 50, and there is a heartbeat each ten seconds: nothing else."""
    with run(TIMERS, held=True) as server:
        alice, bob = let_in(server, "alice", "bob")
        server.pass_time(20)
        bob.send("hello\n")
        server.step()
        assert bob.receive() == "1 5\n"
        began = time.perf_counter()
        server.pass_time(55)
        assert time.perf_counter() - began < LONG
        assert server.time() == 75
        assert moments(server) == [0, 0, 10, 20, 20, 30, 40, 50, 60, 70]
        assert [one.timeout for one in server.iterations] == [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
        assert (alice.receive(), alice.receive(), bob.receive(), bob.receive()) == (GOODBYE, "", GOODBYE, "")
        assert server.output.split("\n", 1)[1] == "0 here\n2 here\n2 here\n1 here\n1 here\n0 here\n0 here\n0 here\n"
        done = [(one.socket, one.name) for each in server.iterations for one in each.operations if one.name == "close"]
        assert done == [("alice", "close"), ("bob", "close")]


def test_a_byte_now_and_then_is_no_line():
    with run(TIMERS, held=True) as server:
        [mallory] = let_in(server, "mallory")
        for _ in range(2):
            server.pass_time(14)
            mallory.send("x")
            server.step()
        server.pass_time(3)
        assert mallory.receive() == GOODBYE and moments(server)[-1] == 30


@pytest.mark.long
def test_who_reads_slowly_what_is_owed_may_stay_and_who_reads_nothing_may_not():
    with run(TIMERS, held=True) as server:
        slow, never = let_in(server, "slow", "never")
        for one in slow, never:
            one.pour("hello\n" * 1_000_000)
        for _ in range(5):
            server.pass_time(20)
            assert all_that_comes(slow)
            slow.pour("hello\n" * 1_000_000)
        closed = [one.socket for each in server.iterations for one in each.operations if one.name == "close"]
        assert closed == ["never"] and server.time() == 100


def test_who_is_owed_much_is_not_heard_and_is_heard_again():
    """High and low water, as in 13."""
    with run(TIMERS) as server, connect(server, "alice") as alice, connect(server, "bob") as bob:
        said = alice.pour("hello\n" * 2_000_000)
        server.settle(LONG)
        bob.send("hello\n")
        bob.receive()
        server.settle(LONG)
        now = [one for one in server.iterations if "bob" in one.readable][-1]
        assert "alice" not in now.watched_read and "alice" in now.watched_write
        answers = b"".join(b"%d 5\n" % number for number in range(1, said // 6 + 1))
        assert alice.receive_bytes(len(answers), timeout=LONG) == answers
        server.settle(LONG)
        bob.send("hello\n")
        bob.receive()
        server.settle(LONG)
        assert "alice" in server.iterations[-1].watched_read


def test_who_has_spoken_in_time_stays_although_the_timer_is_due():
    heavy = change(TIMERS, 'print(len(clients), "here")', "time.sleep(0.5)")
    with run(heavy, 6666, 9.8, held=True) as server:
        ivan, judy = let_in(server, "ivan", "judy")
        server.step()
        assert server.time() == 10.5
        ivan.send("hello\n")
        assert [(one.socket, one.name) for one in server.step().operations] == [
            ("ivan", "recv"), ("ivan", "send"), ("judy", "send"), ("judy", "unregister"), ("judy", "close")]


def test_without_a_descriptor_the_door_is_closed_for_a_second():
    with run(TIMERS, held=True, descriptors=7) as server:
        heidi, ivan, judy = [connect(server, name) for name in ("heidi", "ivan", "judy")]
        for _ in range(4):
            server.step()
        refused = next(one for one in server.iterations if any(each.error == "OSError EMFILE" for each in one.operations))
        following = server.iterations[refused.number]
        assert "listener" not in following.watched_read
        heidi.close()
        server.pass_time(1)
        server.step()
        judy.send("hello\n")
        server.step(), server.step()
        assert judy.receive() == "1 5\n"


# -- the heap alone -----------------------------------------------------------------------------------------------------

class Clock:
    now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def timers():
    """The lesson's four functions, with a clock of ours: an object that has them as its own names."""
    names = functions()
    names["time"] = Clock()
    return type("Timers", (), {name: staticmethod(one) if callable(one) else one for name, one in names.items()})


def go_to(timers, moment):
    timers.time.now = moment
    timers.call_due()


def test_nothing_to_do_is_no_timeout(timers):
    assert timers.time_left() is None
    number = timers.call_at(3, list)
    assert timers.time_left() == 3
    timers.time.now = 5
    assert timers.time_left() == 0
    timers.cancel(number)
    assert timers.time_left() is None and timers.heap == []


def test_the_earliest_first_and_of_two_the_one_set_first(timers):
    said = []
    for when, word in (5, "b"), (3, "a"), (5, "c"), (9, "d"), (5, "b2"):
        timers.call_at(when, said.append, word)
    go_to(timers, 2.9)
    assert said == []
    go_to(timers, 5)
    assert said == ["a", "b", "c", "b2"] and timers.time_left() == 4


def test_one_that_cancels_another_of_the_same_moment(timers):
    said = []
    timers.call_at(1, lambda: timers.cancel(second))
    second = timers.call_at(1, said.append, "second")
    third = timers.call_at(1, said.append, "third")
    go_to(timers, 1)
    assert said == ["third"]
    timers.cancel(third), timers.cancel(None)              # it was called already; there is no such timer


def test_one_that_sets_another_for_now_gives_others_their_turn(timers):
    said = []

    def again():
        said.append("again")
        timers.call_at(0, again)

    timers.call_at(1, again)
    for turns in 1, 2, 3:
        go_to(timers, 1)
        assert said == ["again"] * turns and timers.time_left() == 0


def test_cancelled_ones_are_swept_and_none_that_counts(timers):
    said = []
    kept = [timers.call_at(when, said.append, when) for when in range(1000, 1500)]
    for number in range(10_000):
        timers.cancel(timers.call_at(2000 - number % 1900, said.append, "cancelled"))
        assert len(timers.heap) <= 2 * len(timers.calls) + 101
    assert len(timers.calls) == len(kept)
    go_to(timers, 3000)
    assert said == list(range(1000, 1500)) and timers.time_left() is None


# -- in a terminal ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_a_plain_program_with_a_limit(number):
    with started(TIMERS, "0", "0.3") as process:
        said = read_until(process.stdout.fileno(), r"port \d+\n(.*\n)*0 here\n")
        with call(int(said.split("port ")[1].split()[0])) as alice:
            alice.sendall(b"hello\n")
            assert receive(alice, 4) == b"1 5\n" and receive_all(alice) == GOODBYE.encode()
        process.send_signal(number)
        assert process.wait(LONG) == 0


# -- what the notebook says ---------------------------------------------------------------------------------------------

def test_the_picture_of_the_clock_shows_what_was_done_and_when():
    names = {"change": change, "connect": connect, "figures": figures, "run": run}
    names = cells(names, "14-03", "14-05", "14-07", "14-09", "14-23", "14-24", "14-26", "14-28")
    try:
        marks = {name: [moment for moment, each in zip(names["moments"], names["kinds"]) if each == name]
                 for name in names["LOOKS"]}
        assert marks == {"a client": [4, 34, 54], "goodbye": [34, 84], "heartbeat": list(range(10, 121, 10))}
    finally:
        names["server"].stop()


def test_who_leaves_without_the_timer_being_cancelled_ends_the_server_later():
    names = cells({"change": change}, "14-48", "14-53")
    with run(names["forgetful"], held=True) as server:
        [dave] = let_in(server, "dave")
        dave.close()
        server.step()
        server.pass_time(29)
        with pytest.raises(ProgramDied):
            server.pass_time(2)


def test_rounded_down_it_spins_before_each_deadline():
    names = cells({"change": change}, "14-63")
    with run(names["rounded"], 6666, 1.9, held=True) as server:
        let_in(server, "grace")
        for _ in range(50):
            server.step()
        assert [one.timeout for one in server.iterations][1:] == [1] + 49 * [0]


@pytest.mark.parametrize("seconds, timeouts", [(-3600, [10, 10, 10]), (3600, [10, 10, 10, 0])])
def test_the_clock_on_the_wall_is_set(seconds, timeouts):
    names = cells({"change": change}, "14-70")
    with run(names["set_by"](seconds), held=True) as server:
        let_in(server, "heidi")
        server.pass_time(21)
        assert [one.timeout for one in server.iterations][:4] == timeouts


def test_a_deadline_that_is_looked_at_lets_go_at_the_same_moments():
    """The cheaper way, a deadline that is looked at, lets go the same at the same moments."""
    names = cells({"change": change, "connect": connect, "run": run}, "14-40", "14-44", "14-44b")
    walks = []
    for program in TIMERS, names["lazy"]:
        with run(program, held=True, name="walk") as server:
            alice, bob = let_in(server, "alice", "bob")
            for _ in range(3):
                server.pass_time(19)
                bob.send("hello\n")
                server.step()
            server.pass_time(60)
            walks.append([(moment, one.socket) for moment, each in zip(moments(server), server.iterations)
                          for one in each.operations if one.name == "close"])
    assert walks[0] == walks[1] == [(30, "alice"), (87, "bob")]
