"""Does it rest? A spin is told early from a loop at work, and a loop at work from one that rests."""
import time

import pytest

from helpers import connect, run

# What each iteration of a loop does: is it given up as a spin?
LOOPS = {
    "nothing": ("pass", True),
    "recv of a socket whose other end has gone": ("gone.recv(10)", True),
    "an error": ("try: one.recv(10)\n    except BlockingIOError: pass", True),
    "bytes": ("one.send(b'x'); other.recv(10)", False),
    "more and more": ("one.send(b'x' * (n := n % 50 + 1)); other.recv(1000)", False),
}
TEXT = """
import select, socket
one, other = socket.socketpair()
gone, left = socket.socketpair()
left.close(), one.setblocking(False)
n = 0
while True:
    select.select([], [], [], 0)
    {}
"""


@pytest.mark.parametrize("what", LOOPS)
def test_a_spin_is_given_up_early_and_work_is_not(program, what):
    does, spins = LOOPS[what]
    with run(program(TEXT.format(does))) as server:
        started = time.monotonic()
        assert not server.comes_to_rest(timeout=30 if spins else 1)
        assert time.monotonic() - started < 15                # long before its bound
        assert not server.ended


def test_without_a_recording_nobody_can_tell_and_it_is_watched_to_the_end(program):
    with run(program(TEXT.format("pass")), record=False) as server:
        started = time.monotonic()
        assert not server.comes_to_rest(timeout=1) and time.monotonic() - started >= 1
        assert server.whereabouts().news is None


def test_a_loop_that_still_works_rests_when_it_is_done():
    with run("06_read_write_queues") as server:
        alice = connect(server, "alice")
        assert alice.pour(bytes(3_000_000)) == 3_000_000 and server.comes_to_rest()
        assert sum(one.size or 0 for each in server.iterations for one in each.operations if one.name == "recv") == 3_000_000
