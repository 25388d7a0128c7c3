"""Lesson 15: its loop by itself, on a clock that jumps; its server, plain and under the glass; what its notebook says."""
import selectors
import signal
import socket
import types
from contextlib import suppress

import nbformat
import pytest

from helpers import change, connect, run
from helpers.errors import NothingCame, ProgramDied
from tests import ROOT
from tests.conftest import LONG
from tests.course.test_lessons import call, read_until, receive, started

OWN, CALLBACKS = "15_your_own_event_loop", "callbacks"
LOOP = (ROOT / "lessons" / f"{OWN}.py").read_text().partition("# -- a server on this loop")[0]
MUCH = b"all work and no play " * 400_000


class Selector(selectors.DefaultSelector):
    """Where nobody is ready, the time passes at once."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def select(self, timeout=None):
        events = super().select(0)
        if not events:
            assert timeout is not None, "the loop would wait for ever"
            self.clock.now += timeout
        return events


@pytest.fixture
def loop():
    """The loop of the lesson as a module, with a clock of its own: `loop.time.now`."""
    module = types.ModuleType("loop")
    exec(compile(LOOP, "loop", "exec"), module.__dict__)
    module.selector.close()
    module.time = types.SimpleNamespace(now=0.0, monotonic=lambda: module.time.now)
    module.selector = Selector(module.time)
    yield module
    module.selector.close()


@pytest.fixture
def pair():
    one, other = socket.socketpair()
    one.setblocking(False), other.setblocking(False)
    yield one, other
    one.close(), other.close()


def story(loop, *coroutines, until=1000):
    """Run these beside each other until they are over, or until so late."""
    async def main():
        tasks = [loop.spawn(one) for one in coroutines]
        while not all(task.over for task in tasks) and loop.time.now < until:
            await loop.sleep(0.25)
    loop.run(main())


# -- the loop by itself ----------------------------------------------------------------------------------------------------

def test_who_is_spawned_has_its_turn_in_order(loop):
    said = []

    async def one(name):
        for number in range(2):
            said.append(name + str(number))
            await loop.sleep(0)

    async def main():
        for name in "abc":
            loop.spawn(one(name))
        said.append("main")
        await loop.sleep(1)
    loop.run(main())
    assert said == ["main", "a0", "b0", "c0", "a1", "b1", "c1"]


def test_sleepers_wake_in_the_order_of_their_moments(loop):
    said = []

    async def one(name, seconds):
        await loop.sleep(seconds)
        said.append((name, loop.time.now))
    story(loop, one("a", 3), one("b", 1), one("c", 3), one("d", 2))
    assert said == [("b", 1.0), ("d", 2.0), ("a", 3.0), ("c", 3.0)]


def test_an_error_ends_its_task_alone_and_is_heard(loop, capsys):
    said = []

    async def bad():
        await loop.sleep(1)
        raise ValueError("what it was")

    async def good():
        await loop.sleep(2)
        said.append("good")
    story(loop, bad(), good())
    assert said == ["good"] and "ValueError: what it was" in capsys.readouterr().err


def test_the_loop_ends_with_the_first_coroutine(loop):
    async def for_ever():
        while True:
            await loop.sleep(1)

    async def main():
        loop.spawn(for_ever())
        await loop.sleep(5)
    loop.run(main())
    assert loop.time.now == 5


@pytest.mark.parametrize("started", [True, False])
def test_a_task_that_is_cancelled_clears_away_and_ends(loop, started, capsys):
    said = []

    async def one():
        try:
            await loop.sleep(10)
            said.append("never")
        except Exception:
            said.append("nor this")
        finally:
            said.append("cleared away")

    async def main():
        task = loop.spawn(one())
        await loop.sleep(1 if started else 0) if started else None
        task.cancel()
        await loop.sleep(1)
        assert task.over
        task.cancel(), task.wake()
        await loop.sleep(20)
    loop.run(main())
    assert said == (["cleared away"] if started else []) and not capsys.readouterr().err


def test_a_wait_that_ended_leaves_nothing_that_wakes_another(loop):
    said = []

    async def one():
        with suppress(TimeoutError), loop.timeout(1):
            await loop.sleep(3)
        said.append(loop.time.now)
        await loop.sleep(10)
        said.append(loop.time.now)
    story(loop, one())
    assert said == [1.0, 11.0]


@pytest.mark.parametrize("inner, outer, renewed, ends", [
    (1, 3, False, [("inner", 1.0), ("after", 1.0), ("outer", 3.0)]),
    (3, 1, False, [("outer", 1.0)]),
    (None, 2, False, [("outer", 2.0)]),
    (2, 2, False, [("outer", 2.0)]),
    (2, 2, True, [("inner", 2.0), ("after", 2.0), ("outer", 2.0)])])        # the inner one's timer comes first
def test_timeouts_in_each_other(loop, inner, outer, renewed, ends):
    said = []

    async def one():
        try:
            with loop.timeout(outer) as patience:
                try:
                    with loop.timeout(inner):
                        if renewed:
                            patience.renew()
                        await loop.sleep(10)
                except TimeoutError:
                    said.append(("inner", loop.time.now))
                said.append(("after", loop.time.now))
                await loop.sleep(10)
        except TimeoutError:
            said.append(("outer", loop.time.now))
        await loop.sleep(50)
        said.append(("end", loop.time.now))
    story(loop, one())
    assert said == [*ends, ("end", ends[-1][1] + 50)]


def test_a_block_that_is_over_in_time_is_left_alone(loop):
    async def one():
        for _ in range(5):
            with loop.timeout(3) as patience:
                await loop.sleep(2)
                patience.renew()
                await loop.sleep(2)
        await loop.sleep(10)
    story(loop, one())
    assert loop.time.now == 30.0


def test_a_limit_at_the_same_moment_as_what_was_waited_for(loop):
    """Whichever of the two timers comes first, the next wait isn't touched."""
    said = []

    async def one():
        with suppress(TimeoutError), loop.timeout(2):
            await loop.sleep(2)
        await loop.sleep(5)
        said.append(loop.time.now)
    story(loop, one())
    assert said == [7.0]


def test_a_limit_and_a_cancellation_at_the_same_moment(loop):
    said = []

    async def one():
        try:
            with suppress(TimeoutError), loop.timeout(2):
                await loop.sleep(10)
            said.append("the limit")
            await loop.sleep(10)
            said.append("never")
        finally:
            said.append(loop.time.now)

    async def main():
        task = loop.spawn(one())
        await loop.sleep(2)
        task.cancel()
        await loop.sleep(1)
        assert task.over
    loop.run(main())
    assert said[-1] == 2.0 and "never" not in said


def test_a_cancelled_timer_stays_until_its_moment_or_until_it_is_at_the_top(loop):
    async def main():
        with loop.timeout(1000):
            pass
        for _ in range(100):
            with loop.timeout(50):
                await loop.sleep(0)
        await loop.sleep(10)
        assert len(loop.timers) == 101 and loop.time.now == 10
        await loop.sleep(45)
        assert len(loop.timers) == 1
        loop.timers.clear()
    loop.run(main())


def test_one_reads_and_one_writes_and_two_of_a_kind_are_refused(loop, pair, capsys):
    one, other = pair
    heard = []

    async def reads():
        while len(b"".join(heard)) < len(MUCH):
            heard.append(await loop.recv(other, 65536))
        await loop.send(other, b"back")

    async def hears():
        heard.append(await loop.recv(one, 100))

    async def second():
        await loop.recv(one, 100)
    story(loop, loop.send(one, MUCH), hears(), second(), reads())
    assert b"".join(heard) == MUCH + b"back"
    assert capsys.readouterr().err.count("RuntimeError: somebody else waits for the same") == 1


def test_an_event_for_which_nobody_waits_is_unwatched_and_watched_again(loop, pair):
    one, other = pair
    watched = []

    def look():
        key = loop.selector.get_map().get(one)
        watched.append(key.events if key else 0)

    async def main():
        task = loop.spawn(loop.recv(one, 10))
        await loop.sleep(0)
        look()
        other.send(b"word")
        await loop.sleep(0), await loop.sleep(0)
        assert task.over
        look()                                # nobody waits, and nothing is there: it stays watched
        other.send(b"more")
        await loop.sleep(0), await loop.sleep(0)
        look()
        assert await loop.recv(one, 10) == b"more"
        look()
        loop.close(one)
        assert not loop.waiting and not loop.selector.get_map()
    loop.run(main())
    assert watched == [loop.READ, loop.READ, 0, loop.READ]


# -- the server ------------------------------------------------------------------------------------------------------------

def test_who_went_on_and_where_it_waits():
    with run(OWN, held=True) as held:
        alice = connect(held, "alice")
        rows = [held.step().coroutines for _ in range(3)]
        alice.send("hello")
        rows.append(held.step().coroutines)
        assert alice.receive() == "hello"
        alice.close()
        rows.append(held.step().coroutines)
    assert [[(one.name, one.client, one.line is None) for one in row] for row in rows] == [
        [("main", None, False)], [("main", None, False)], [("serve", "alice", False)], [("serve", "alice", False)],
        [("serve", "alice", True)]]


def test_nothing_is_told_for_a_word_and_who_reads_slowly_leaves_watched():
    with run(OWN) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        for word in ("one", "two"):
            bob.send(word)
            assert bob.receive() == word
        free.settle(LONG)
        before = len(free.iterations)
        bob.send("three")
        assert bob.receive() == "three"
        free.settle(LONG)
        assert [one.name for each in free.iterations[before:] for one in each.operations] == ["recv", "send"]
        sent = alice.pour(MUCH)
        free.settle(LONG)
        bob.send("hello")
        assert bob.receive() == "hello" and "alice" not in free.iterations[-1].watched_read
        assert alice.receive_bytes(sent, timeout=LONG) == MUCH[:sent]


def test_the_limit_is_for_each_word():
    with run(OWN, 6666, 30, held=True) as held:
        alice, bob = connect(held, "alice"), connect(held, "bob")
        held.pass_time(20)
        bob.send("hello")
        held.pass_time(15)
        assert (bob.receive(), alice.receive()) == ("hello", "")
        held.pass_time(20)
        assert bob.receive() == ""


def test_without_a_descriptor_it_pauses_at_the_door():
    with run(OWN, held=True, descriptors=7) as held:
        heidi, ivan, judy = [connect(held, name) for name in ("heidi", "ivan", "judy")]
        held.pass_time(1)
        assert any(one.error == "OSError EMFILE" for each in held.iterations for one in each.operations)
        assert len(held.iterations) < 60
        ivan.send("hello")
        held.pass_time(0.2)
        assert ivan.receive() == "hello"
        heidi.close()
        judy.send("hello")
        held.pass_time(0.5)
        assert judy.receive() == "hello"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_a_plain_program_and_ends_in_order(number):
    with started(OWN, "0") as process:
        port = int(read_until(process.stdout.fileno(), r"port \d+\n").split()[-1])
        with call(port) as alice, call(port):
            alice.sendall(b"hello")
            receive(alice, 5)
            process.send_signal(number)
            assert process.wait(LONG) == 0


# -- what the notebook says ------------------------------------------------------------------------------------------------

def test_the_callbacks_serve_two_beside_each_other_and_die_of_one_who_leaves():
    with run(CALLBACKS) as free:
        carol, dave = connect(free, "carol"), connect(free, "dave")
        for one, word in (carol, "carol"), (dave, "dave"), (carol, "41"), (dave, "42"):
            one.receive()
            one.send(word + "\n")
        assert (carol.receive(), dave.receive(), dave.receive()) == ("no. 6 times 7?\n", "right, dave\n", "")
    with run(CALLBACKS, held=True) as held, pytest.raises(ProgramDied):
        carol = connect(held, "carol")
        held.step()
        carol.send("carol\n")
        held.step()
        carol.receive(), carol.close()
        held.step(), held.step()


@pytest.mark.parametrize("said", ["carol leaves", "three times wrong"])
def test_the_dialogue_in_one_piece(said):
    names = {"change": change}
    notebook = nbformat.read(ROOT / "notebooks" / f"{OWN}.ipynb", as_version=4)
    exec({cell.id: cell.source for cell in notebook.cells}["15-a7"], names)
    with run(names["whole"]) as free:
        carol, dave = connect(free, "carol"), connect(free, "dave")
        for number, word in enumerate(("carol", "41", "41", "41")):
            carol.receive()
            if said == "carol leaves" and number == 2:
                carol.close()
                break
            carol.send(word + "\n")
        else:
            assert carol.receive() == ""
        for word in "dave", "42":
            dave.receive()
            dave.send(word + "\n")
        assert (dave.receive(), dave.receive()) == ("right, dave\n", "")
        free.settle(LONG)
        closed = [one.socket for each in free.iterations for one in each.operations if one.name == "close"]
        assert sorted(closed) == ["carol", "dave"]


def test_an_await_that_never_stops_stops_everybody():
    greedy = change(OWN, "await send(connection, data)",
                    'await send(connection, data)\nwhile data == b"forever":\n    await send(connection, b"")')
    with run(greedy) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        alice.send("forever")
        assert alice.receive() == "forever"
        bob.send("hello")
        with pytest.raises(NothingCame):
            bob.receive(timeout=0.2)


def test_a_coroutine_that_nobody_awaits_is_told_by_the_interpreter():
    with run(change(OWN, "await send(connection, data)", "send(connection, data)"), held=True) as held:
        alice = connect(held, "alice")
        held.step(), held.step(), held.step()
        alice.send("hello")
        held.step()
        assert "never awaited" in held.output
