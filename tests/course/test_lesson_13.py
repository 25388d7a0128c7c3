"""Lesson 13: who doesn't read isn't read. Its program, stepped and plain, its client that pours, what its notebook says."""
import signal
import socket
import struct
from contextlib import ExitStack

import nbformat
import pytest

from helpers import change, connect, figures, run, trials
from helpers.trials import descriptors
from tests import ROOT
from tests.conftest import LONG, eventually
from tests.course.test_lessons import call, read_until, receive, started
from tests.trials.lessons import FAILED_BY

STEM = "13_backpressure"
HIGH, LOW, RECV = 65_536, 16_384, 65_536
MUCH = b"all work and no play " * 2_000_000
TEXT = "0123456789" * 12


def small(high=30, low=10):
    marks = change(STEM, "HIGH, LOW = 65536, 16384", f"HIGH, LOW = {high}, {low}")
    return change(change(marks, "recv(65536)", "recv(10)"), "connection.send(data)", "connection.send(data[:5])")


def owed(server, name):
    """Bytes received from it, less those sent to it."""
    done = [one for each in server.iterations for one in each.operations if one.socket == name and one.size]
    return sum(one.size if one.name == "recv" else -one.size for one in done)


def most_owed(server, name):
    most = now = 0
    for one in (one for each in server.iterations for one in each.operations if one.socket == name and one.size):
        now += one.size if one.name == "recv" else -one.size
        most = max(most, now)
    return most


def test_from_high_water_on_she_is_not_watched_and_at_low_water_she_is_again():
    with run(small(), held=True) as held:
        alice = connect(held, "alice")
        held.step()
        alice.send(TEXT)
        rounds = [held.step() for _ in range(26)]
        watched = ["alice" in one.watched_read for one in rounds]
        assert watched == [True] * 6 + [False] * 4 + [True] * 4 + [False] * 4 + [True] * 8
        assert alice.receive() == TEXT
        data = figures.pending(held, levels={"HIGH": 30, "LOW": 10}).axes[0].lines
        assert [list(line.get_ydata()) for line in data] == [
            [30, 30], [10, 10], [0, 5, 10, 15, 20, 25, 30, 25, 20, 15, 10, 15, 20, 25, 30, 25, 20, 15, 10, 15, 20, 15, 10, 5, 0,
                                 0, 0]]


@pytest.mark.parametrize("low, comes_and_goes", [(10, 4), (30, 14), (0, 3)])
def test_one_mark_flaps_and_is_no_faster(low, comes_and_goes):
    with run(small(low=low), held=True) as held:
        alice = connect(held, "alice")
        held.step()
        alice.send(TEXT)
        for _ in range(30):
            held.step()
        rounds = [one for one in held.iterations if one.readable or one.writable]
        changes = sum(one.watched_read != after.watched_read for one, after in zip(rounds[1:], rounds[2:]))
        assert (len(rounds), changes) == (25, comes_and_goes) and alice.receive() == TEXT


def test_more_than_high_water_is_heard_with_one_sign_less():
    with run(change(small(), "len(owed) >= HIGH", "len(owed) > HIGH"), held=True) as held:
        alice = connect(held, "alice")
        held.step()
        alice.send(TEXT)
        assert ["alice" in held.step().watched_read for _ in range(8)] == [True] * 7 + [False]


def test_who_has_ended_is_not_heard_again_and_with_it_forgotten_it_spins():
    forgetful = change(STEM, "if connection in ended or len(owed) >= HIGH:", "if len(owed) >= HIGH:")
    for program, spins in (STEM, False), (forgetful, True):
        with run(program, held=True) as held:
            carol = connect(held, "carol")
            held.step()
            carol.send("hello")
            carol.half_close()
            held.step(), held.step()
            assert ("carol" in held.step().watched_read) == spins
            held.release()
            assert ("round and round" in str(held.settle(timeout=0.3))) == spins


def test_without_a_way_back_it_dies():
    stuck = change(small(), "    if len(owed) <= LOW:\n        return READ\n", "")
    with run(stuck) as free:
        alice = connect(free, "alice")
        alice.send(TEXT)
        eventually(lambda: free.listen(lambda: False, 0.1) or free.ended)
        assert "KeyError" in free.output


def test_a_client_who_pours_is_owed_high_water_and_one_recv_at_most_and_loses_nothing():
    with run(STEM) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        taken = alice.pour(MUCH)
        free.settle(LONG)
        assert 0 < taken < len(MUCH)
        bob.send("hello")
        assert bob.receive() == "hello"
        heard = [one for one in free.iterations if "bob" in one.readable][-1]
        assert (heard.watched_read, heard.watched_write, heard.writable) == (["listener", "bob"], ["alice"], [])
        assert HIGH <= owed(free, "alice") < HIGH + RECV
        assert alice.receive_bytes(taken, timeout=LONG) == MUCH[:taken]
        free.settle(LONG)
        assert owed(free, "alice") == 0 and alice.pour(MUCH[taken:]) > 0
        free.settle(LONG)
        assert most_owed(free, "alice") < HIGH + RECV


@pytest.mark.parametrize("way", ["reset", "close", "half_close"])
def test_whoever_leaves_while_it_is_not_heard_is_closed(way):
    with run(STEM) as free:
        bob = connect(free, "bob")
        for number in range(3):
            guest = connect(free, f"guest {number}")
            taken = guest.pour(MUCH)
            free.settle(LONG)
            getattr(guest, way)()
            if way == "half_close":
                assert guest.receive_bytes(taken, timeout=LONG) == MUCH[:taken] and guest.receive() == ""
            free.settle(LONG)
            bob.send("hello")
            assert bob.receive() == "hello"
            closed = [one for each in free.iterations for one in each.operations if one.name == "close"]
            assert len(closed) == number + 1
        free.hold()
        assert free.step().watched_read == ["listener", "bob"]


def test_who_wants_no_answer_and_leaves_in_every_state_leaves_nothing():
    """Plain sockets, many. Who isn't closed, for any reason, keeps a descriptor."""
    with run(STEM, record=False) as free, ExitStack() as stack:
        bob = stack.enter_context(call(free.address[1]))
        bob.sendall(b"hello")
        receive(bob, 5)
        before = descriptors(free)
        for number in range(60):
            with call(free.address[1]) as guest:
                guest.setblocking(False)
                with_it = b"x" * (0, 5, 5_000_000)[number % 3]
                if with_it:
                    guest.send(with_it)
                if number % 2:
                    guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            bob.sendall(b"hello")
            assert receive(bob, 5) == b"hello"
        eventually(lambda: descriptors(free) == before)


def test_it_is_a_plain_program_and_so_is_the_client_that_pours():
    """At 10 it comes to its end; here each of them waits for the other, and bob for nobody."""
    for program, ends in ("10_beyond_select", True), (STEM, False):
        with started(program, "0") as process:
            port = int(read_until(process.stdout.fileno(), r"port \d+\n").split()[-1])
            with started("pour", str(port)) as pouring:
                if ends:
                    assert pouring.wait(6 * LONG) == 0 and b"all of it is back" in pouring.stdout.read()
                    continue
                read_until(pouring.stdout.fileno(), r"1 of 80 pieces sent\n")
                with call(port) as bob:
                    bob.sendall(b"hello")
                    assert receive(bob, 5) == b"hello"
                assert pouring.poll() is None
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0


def test_the_client_that_pours_stands_in_sendall_and_the_server_waits():
    with run(STEM) as server, run("pour", 6666, to=server) as pouring:
        assert pouring.settle(LONG) == "pour stands in line 19, `server.sendall(piece)`."
        assert server.settle(LONG).startswith(f"{STEM} waits in ")


def test_a_client_that_reads_while_it_writes_comes_to_an_end():
    reading = change("pour", "        server.sendall(piece)\n", """\
        rest = memoryview(piece)
        server.setblocking(False)
        while rest:
            readable, writable, _ = select.select([server], [server], [])
            if readable:
                back += len(server.recv(65536))
            if writable:
                rest = rest[server.send(rest[:65536]):]
""")
    reading = change(reading, "import sys", "import select\nimport sys")
    reading = change(reading, "count = 80", "count = 30\nback = 0")
    reading_back = "    for _ in range(count):\n        assert server.recv(len(piece), socket.MSG_WAITALL) == piece\n"
    reading = change(reading, reading_back, """\
    server.setblocking(True)
    while back < count * len(piece):
        back += len(server.recv(65536))
""")
    with run(STEM) as server, run(reading, 6666, to=server) as client:
        eventually(lambda: "all of it is back" in client.output)
        assert most_owed(server, "pour") < HIGH + RECV


def test_who_takes_all_and_where_bob_is_answered():
    """As the notebook's own cell tries it."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{STEM}.ipynb", as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    names = {}
    exec(sources["13-02"].split("old = ")[0], names)
    exec(sources["13-07"], names)
    tried = {program: tuple(names["poured_at"](program).values())
             for program in ("05_disconnect_cleanup", "10_beyond_select", "11_threads", STEM)}
    assert tried == {"05_disconnect_cleanup": (False, False), "10_beyond_select": (True, True), "11_threads": (False, True),
                     STEM: (False, True)}


@pytest.mark.long
def test_a_stand_in_for_kqueue_survives_it_too():
    """A system that tells of reading and of writing in two events, in whichever order."""
    table = trials.run_all("tests/course/kqueue_stand_in.py", ROOT / "lessons" / f"{STEM}.py", 6666)
    assert set(table.failed) == FAILED_BY[STEM]
