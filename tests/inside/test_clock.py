"""The held clock: it stands still while the loop is held, and jumps where nobody is waited for."""
import time

import pytest

from helpers import StillWaiting, connect, run
from tests.conftest import LONG
from tests.inside.programs import PAIR

WATCHING = """
    import select, time
    before = CLOCK()
    while True:
        select.select([], [], [], 8)
        now = CLOCK()
        print((now - before) / SECOND)
        before = now
    """


@pytest.mark.parametrize("clock", ["time.time", "time.monotonic", "time.perf_counter", "time.time_ns",
                                   "time.monotonic_ns", "time.perf_counter_ns"])
def test_a_held_loop_does_not_wait_and_its_clock_jumps(program, clock):
    second = "1e9" if clock.endswith("_ns") else "1"
    server = run(program(WATCHING.replace("CLOCK", clock).replace("SECOND", second)), held=True)
    began = time.monotonic()
    iterations = [server.step(timeout=4) for _ in range(4)]             # in far less than 8 seconds each
    assert time.monotonic() - began < 5
    assert all(8 <= float(each.printed) < 9 and 8 <= each.waited < 9 for each in iterations)
    assert iterations[0].waited == pytest.approx(8, abs=0.5) == float(iterations[0].printed)


def test_a_clock_that_a_class_keeps_is_no_method(ran):
    server = ran("""
        import time
        class Timer:
            clock = time.monotonic
        print(Timer().clock() > 0)
        """)
    assert server.output == "True\n"


def test_the_clock_stands_still_while_held(program):
    server = run(program("""
        import select, time
        before = time.monotonic()
        while True:
            select.select([], [], [], 0)
            now = time.monotonic()
            print(now - before)
            before = now
        """), held=True)
    server.step()
    time.sleep(0.3)                                     # not for luck: this is the time that must not count
    iteration = server.step()
    assert float(iteration.printed) < 0.25
    assert iteration.waited + iteration.worked < 0.25


def test_a_free_loop_really_waits(ran):
    server = ran("""
        import select, time
        before = time.clock_gettime(time.CLOCK_MONOTONIC)
        select.select([], [], [], 0.1)
        print(time.clock_gettime(time.CLOCK_MONOTONIC) - before >= 0.1)
        """)
    assert server.output == "True\n" and server.iterations[0].waited >= 0.09


def test_a_loop_that_waits_for_ever_is_still_there_for_the_next_step(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        while True:
            select.select([listener], [], [])
            listener.accept()
        """), held=True)
    with pytest.raises(StillWaiting):
        server.step(timeout=0.05)
    assert server.settle(LONG) == "program waits in select."
    for _ in range(2):
        with pytest.raises(StillWaiting, match="waits in select with no timeout"):
            server.step(timeout=0.05)
    assert server.state == "on its way" and server.iterations == []
    connect(server, "alice")
    iteration = server.step()
    assert iteration.number == 1 and iteration.operations[0].peer == "alice"
    assert server.state == "held" and server.iterations == [iteration]


def test_a_held_loop_waits_for_a_thread_that_is_at_work(program):
    server = run(program(PAIR + """
threading.Timer(0.1, other.send, [b"x"]).start()
select.select([one], [], [], 5)
"""), held=True)
    assert server.step(timeout=LONG).readable == ["socket 1"]
