"""Lesson 10: told once. Its two programs, what its notebook says of costs, of level and edge, and thousands of clients."""
import resource
import select
import signal
import socket
from contextlib import ExitStack

import nbformat
import pytest

from helpers import change, connect, figures, player, run, trials
from helpers.trials import room_for
from tests import ROOT
from tests.conftest import LONG, eventually
from tests.course.test_lessons import call, read_until, receive, started
from tests.trials.lessons import FAILED_BY

SELECTORS, EPOLL = "10_beyond_select", "epoll_alone"
needs_epoll = pytest.mark.skipif(not hasattr(select, "epoll"), reason="no epoll on this system")
both = pytest.mark.parametrize("program", [SELECTORS, pytest.param(EPOLL, marks=needs_epoll)])
MUCH = b"all work and no play " * 400_000
CROWD = 2000


def done(iteration):
    return [(one.socket, str(one)) for one in iteration.operations]


def cells(names, *ids):
    """The names that these cells of the notebook make, after these ones: what it measures is measured here, too."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{SELECTORS}.ipynb", as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    for one in ids:
        exec(sources[one], names)
    return names


@both
def test_an_echo_is_one_iteration_and_nobody_is_told_anything(program):
    with run(program, held=True) as held:
        alice = connect(held, "alice")
        assert done(held.step()) == [("listener", "accept → alice"), ("alice", "register IN")]
        for word in "one", "two":
            alice.send(word)
            assert done(held.step()) == [("alice", f"recv 3 b'{word}'"), ("alice", f"send 3 b'{word}'")]
            assert alice.receive() == word


@both
def test_what_does_not_fit_is_kept_and_watched_for_and_told_twice(program):
    with run(program) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        alice.pour(MUCH)
        free.settle(LONG)
        bob.send("hello")
        assert bob.receive() == "hello"
        assert alice.receive_bytes(len(MUCH), timeout=LONG) == MUCH
        free.settle(LONG)
        told = [str(one) for each in free.iterations for one in each.operations if one.name == "modify"]
        assert told == ["modify IN|OUT", "modify IN"]


@both
@pytest.mark.parametrize("said", [b"", b"hello", MUCH], ids=["nothing", "a word", "much"])
def test_who_says_that_this_was_all_gets_all_of_it_and_then_the_end(program, said):
    with run(program) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        sent = alice.pour(said)
        alice.half_close()
        bob.send("hello")
        assert bob.receive() == "hello"
        assert alice.receive_bytes(sent, timeout=LONG) == said[:sent] and alice.receive() == ""


@pytest.mark.long
@both
def test_a_number_that_is_used_again_meets_nothing(program):
    """Clients who leave in every state, one after the other: each newcomer has the number of the one before."""
    with run(program) as free:
        for number in range(60):
            guest = connect(free, f"guest {number}")
            if number % 4 == 3:
                guest.pour(MUCH[:6_000_000])
                free.settle(LONG)
            elif number % 2:
                guest.send("a word")
            (guest.close, guest.reset, guest.half_close)[number % 3]()
            free.settle(LONG)
            newcomer = connect(free, f"newcomer {number}")
            newcomer.send("hello")
            assert newcomer.receive() == "hello"
            newcomer.close()
            free.settle(LONG)


@both
def test_without_a_descriptor_it_pauses_at_the_door(program):
    with run(program, held=True, descriptors=7) as held:
        heidi, ivan, judy = [connect(held, name) for name in ("heidi", "ivan", "judy")]
        for _ in range(4):
            held.step()
        assert any(one.error == "OSError EMFILE" for each in held.iterations for one in each.operations)
        ivan.send("hello")
        held.step(), held.step()
        assert ivan.receive() == "hello"
        heidi.close()
        for _ in range(4):
            held.step()
        judy.send("hello")
        held.step(), held.step()
        assert judy.receive() == "hello"


@pytest.mark.long
@both
def test_thousands_are_served_and_the_player_shows_them(program):
    with room_for(2 * CROWD), run(program) as free, ExitStack() as stack:
        for _ in range(CROWD):
            guest = stack.enter_context(call(free.address[1]))
            guest.sendall(b"hello")
            receive(guest, 5)
        free.hold()
        alice = connect(free, "alice")
        free.step()
        alice.send("hello")
        last = free.step()
        assert len(last.watched_read) == CROWD + 2 and last.readable == ["alice"] and alice.receive() == "hello"
        assert "conn" in figures.describe(free.iterations[-2:])
        assert figures.iterations(free.iterations[-2:]).get_figheight() < 12
        assert "iterations" in repr(player(free))


@both
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_a_plain_program_and_ends_in_order(program, number):
    with started(program, "0") as process:
        port = int(read_until(process.stdout.fileno(), r"port \d+\n").split()[-1])
        with call(port) as alice:
            alice.sendall(b"hello")
            receive(alice, 5)
            process.send_signal(number)
            assert process.wait(LONG) == 0


@pytest.mark.long
@needs_epoll
def test_epoll_alone_survives_what_lesson_10_does():
    assert set(trials.run_all(EPOLL).failed) == FAILED_BY[SELECTORS]


@pytest.mark.long
def test_a_stand_in_for_kqueue_survives_it_too():
    """A system that tells of reading and of writing in two events, in whichever order."""
    table = trials.run_all("tests/course/kqueue_stand_in.py", ROOT / "lessons" / f"{SELECTORS}.py", 6666)
    assert set(table.failed) == FAILED_BY[SELECTORS]


# -- what the notebook says ----------------------------------------------------------------------------------------------

@needs_epoll
@pytest.mark.parametrize("flag, said", [
    (None, [["recv 4 b'hell'"], ["recv 4 b'o wo'"], ["recv 3 b'rld'"], []]),
    ("EPOLLET", [["recv 4 b'hell'"], [], [], []]),
    ("EPOLLONESHOT", [["recv 4 b'hell'"], [], [], []])])
def test_level_edge_and_one_shot(flag, said):
    program = change(EPOLL, "recv(65536)", "recv(4)")
    if flag:
        program = change(program, "EPOLLOUT, epoll", f"{flag}, EPOLLOUT, epoll")
        program = change(program, "watcher.register(connection, EPOLLIN)", f"watcher.register(connection, EPOLLIN | {flag})")
    with run(program, held=True) as held:
        grace = connect(held, "grace")
        held.step()
        grace.send("hello world")
        steps = [held.step() for _ in range(4)]
        assert [[str(one) for one in each.operations if one.name == "recv"] for each in steps] == said
        assert ("grace" in steps[-1].watched_read) == (flag != "EPOLLONESHOT")
        grace.send("!")
        wanted = {None: ["recv 1 b'!'"], "EPOLLET": ["recv 4 b'o wo'"], "EPOLLONESHOT": []}[flag]
        assert [str(one) for one in held.step().operations if one.name == "recv"] == wanted


@pytest.mark.long
def test_what_is_said_of_costs_is_true():
    """The figure's data, and the sentences: as the notebook's own cells measure them."""
    with room_for(10_000):
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        names = cells({"socket": socket, "room": min(soft, 12_000)}, "10-11", "10-12", "10-14", "10-17b")
    sizes, costs, growth = names["sizes"], names["costs"], names["growth"]
    assert [len(times) for times in costs.values()] == [len(some) for some in sizes.values()]
    assert [max(some) for some in sizes.values()] == [900, 9000, 9000]
    assert growth("select") > 3 and growth("poll") > 3
    if hasattr(select, "epoll"):
        assert growth("epoll") < 1.5


def test_small_pieces_wait_without_nodelay():
    names = cells({"change": change, "connect": connect, "run": run}, "10-48")
    with_it, without = names["words"](names["sipping"]), names["words"](names["delayed"])
    assert with_it[0] == without[0] == 80 and without[1] > 10 > with_it[1]


def test_a_server_of_06_without_its_check_dies_at_1024():
    bold = change("06_read_write_queues", "if connection.fileno() < 1024:", "if True:")
    with room_for(1200), run(bold, descriptors=1200, record=False) as free, ExitStack() as stack:
        for _ in range(1020):
            guest = stack.enter_context(call(free.address[1]))
            guest.sendall(b"hello")
            receive(guest, 5)
        connect(free, "olga")
        eventually(lambda: free.listen(lambda: False, 0.1) or free.ended)
