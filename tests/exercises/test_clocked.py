"""clocked: what is seen of deadlines, of a program that is held. One small server, changed a little each time."""
from textwrap import dedent

import pytest

from helpers import connect, run
from helpers.exercises.clocked import (
    IS_HELD_UP,
    SET_BACK,
    at_this_moment,
    copy_of,
    from_where,
    in_its_call,
    in_time,
    lets_pass,
    no_thread,
    nothing_yet,
    rests_in_its_call,
)
from helpers.exercises.held import goes_on
from helpers.server import Program
from helpers.trials import Failed, holdings

# Who comes is told `late` three seconds later, and is let go at once after that.
SERVER = dedent("""
    import select, socket, threading, time
    listener = socket.create_server(("127.0.0.1", 6666))
    guests = []                         # (when, connection), in order
    while True:
        left = max(0, guests[0][0] - time.monotonic()) if guests else None
        readable, _, _ = select.select([listener], [], [], left)
        if readable:
            guests.append((time.monotonic() + 3, listener.accept()[0]))
        while guests and guests[0][0] <= time.monotonic():
            guest = guests.pop(0)[1]
            guest.sendall(b"late")
            guest.close()
""")
LEFT, COMES = "if guests else None", "        guests.append("


@pytest.fixture
def started(tmp_path):
    servers = []

    def start(*change):
        path = tmp_path / "late.py"
        assert not change or change[0] in SERVER
        path.write_text(SERVER.replace(*change) if change else SERVER, encoding="utf-8")
        servers.append(run(path, held=True))
        servers[-1].just_before, servers[-1].must_loop = None, True
        return servers[-1], connect(servers[-1], "alice")
    yield start
    for one in servers:
        one.stop()


def walk(server, alice):
    before, now = holdings(server), server.time()
    goes_on(server, 0)
    no_thread(server, before)
    in_its_call(server, now)
    at_this_moment(server)
    rests_in_its_call(server, 2.9)
    nothing_yet(alice)
    lets_pass(server, 0.2)
    in_time(alice, b"late", ends=True)


def test_what_comes_in_its_time(started):
    walk(*started())


@pytest.mark.parametrize("kind, old, new", [
    ("early", "monotonic() + 3", "monotonic() + 2"),
    ("nothing", "monotonic() + 3", "monotonic() + 4"),
    ("part", 'b"late"', 'b"la"'),
    ("other", 'b"late"', 'b"later"'),
    ("no end", "guest.close()", "mine = guest.dup()"),
    ("the end", "guest.sendall(b\"late\")", "pass"),
    ("looks", LEFT, "if guests else None\n    left = left and min(left, 0.1)"),
    ("threads", COMES, "        threading.Timer(3, print).start()\n" + COMES),
    ("spins", "left = max", "left = 0 * max"),
    ("elsewhere", COMES, "        time.sleep(0.2)\n" + COMES),
    ("elsewhere", LEFT, "if guests else None\n    if guests:\n        time.sleep(0.01 + left)"),
])
def test_what_is_seen_of_a_program_that_is_wrong(started, kind, old, new):
    with pytest.raises(Failed) as failed:
        walk(*started(old, new))
    assert kind in failed.value.kinds, failed.value


SECONDS = """# a first line
from __future__ import annotations
import select, socket, time
listener = socket.create_server(("127.0.0.1", 6666))
began = time.time(), time.time_ns() / 1e9, time.monotonic()
while True:
    select.select([listener], [], [], 2)
    now = time.time(), time.time_ns() / 1e9, time.monotonic()
    print(*(round(one - other) for one, other in zip(now, began)))
"""


@pytest.mark.parametrize("befalls, printed", [(SET_BACK, "-3598 -3598 2\n"), (IS_HELD_UP, "2 2 2\n")])
def test_what_befalls_a_copy_of_a_program(tmp_path, befalls, printed):
    path = tmp_path / "seconds.py"
    path.write_text(SECONDS, encoding="utf-8")
    copy = copy_of(Program(path), befalls)
    assert copy.text.splitlines()[3:] == SECONDS.splitlines()[3:]
    with run(copy, held=True) as server:
        server.pass_time(2)
        assert server.output.endswith(printed)


def test_a_copy_that_is_held_up_when_its_call_has_come_back(tmp_path):
    path = tmp_path / "seconds.py"
    path.write_text(SECONDS.replace("[], 2)", "[], 29.6)"), encoding="utf-8")
    with run(copy_of(Program(path), IS_HELD_UP), held=True) as server:
        server.pass_time(29.6)
        assert server.output.endswith("31 31 31\n")


def test_a_copy_finds_the_neighbours_of_the_program(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import select\nimport neighbour\n\nprint(neighbour.said)\nselect.select([], [], [], 0)\n", encoding="utf-8")
    (tmp_path / "neighbour.py").write_text("said = 'found'\n", encoding="utf-8")
    with run(copy_of(Program(path), SET_BACK), held=True) as server:
        assert server.output == "found\n"


@pytest.mark.parametrize("data, received, place", [
    (b"short", b"shirt", 0), (b"a" * 50, b"a" * 50, 10), (b"a" * 50 + b"b" * 50, b"a" * 100, 50), (b"a" * 50, b"", 0),
    (b"a" * 49 + b"b", b"a" * 48, 8)], ids=str)
def test_what_was_heard_and_what_should_have_been_are_shown_from_the_same_place(data, received, place):
    """Else nobody could compare them."""
    assert from_where(data, received) == place
