"""The held clock: it stands still while the loop is held, and jumps where nobody is waited for."""
import time

import pytest

from helpers import GlassError, StillWaiting, connect, run
from tests.conftest import LONG, eventually
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


# -- one clock, from the first line on ---------------------------------------------------------------------------------

def test_the_clock_stands_from_the_first_line_on(program):
    server = run(program("""
        import select, time
        print(time.monotonic(), time.perf_counter(), time.monotonic_ns(), time.time() % 1)
        sum(range(200_000))
        print(time.monotonic(), time.perf_counter(), time.monotonic_ns(), time.time() % 1)
        select.select([], [], [], 1)
        """), held=True)
    assert server.output == "1000.0 1000.0 1000000000000 0.0\n" * 2


def test_all_that_tells_the_time_tells_the_same(program):
    server = run(program("""
        import time
        from datetime import date, datetime, timezone
        import select
        CLOCKS = [time.time, lambda: datetime.now().timestamp(), lambda: datetime.now(timezone.utc).timestamp(),
                  lambda: datetime.utcnow().replace(tzinfo=timezone.utc).timestamp(),
                  lambda: datetime.today().timestamp(), lambda: time.mktime(time.localtime()),
                  lambda: time.mktime(time.strptime(time.ctime())), lambda: time.mktime(time.strptime(time.asctime())),
                  lambda: time.mktime(time.strptime(time.strftime("%c"))), lambda: float(time.strftime("%s")),
                  lambda: time.clock_gettime(time.CLOCK_REALTIME), lambda: time.time_ns() / 1e9]
        first = [clock() for clock in CLOCKS]
        day = date.today()
        for _ in range(2):
            select.select([], [], [], 86_400)
            print({clock() - begun for clock, begun in zip(CLOCKS, first)}, (date.today() - day).days, flush=True)
        """), held=True)
    server.step(), server.step()
    assert server.output == "{86400.0} 1\n{172800.0} 2\n"


def test_datetime_is_still_the_type_that_it_was(ran):
    server = ran("""
        import copy, pickle, select
        from datetime import datetime, date
        class Own(datetime):
            pass
        now = Own.now()
        print(type(now) is Own, isinstance(datetime.min, datetime), datetime.__mro__[1] is date, datetime.__name__)
        print(pickle.loads(pickle.dumps(now)) == now == copy.deepcopy(now), repr(datetime(2026, 1, 2)))
        select.select([], [], [], 0)
        """)
    assert server.output == "True True True datetime\nTrue datetime.datetime(2026, 1, 2, 0, 0)\n"


def test_deadlines_that_are_dates_are_reached(program):
    server = run(program("""
        import select
        from datetime import datetime, timedelta
        end = datetime.now() + timedelta(minutes=5)
        rounds = 0
        while datetime.now() < end:
            select.select([], [], [], 60)
            rounds += 1
        print(rounds)
        """), held=True)
    with pytest.raises(GlassError, match="has ended"):
        for _ in range(9):
            server.step()
    assert server.output == "5\n"


@pytest.mark.parametrize("wait, seconds", [
    ("time.sleep(0.02)", 0.02),
    ("threading.Event().wait(0.02)", 0.02),
    ("threading.Thread(target=threading.Event().wait, daemon=True).join(0.02)", None),
    ("subprocess.run(['true'], timeout=9)", None),
    ("pipe[0].poll()", None),
    ("pipe[0].poll(0.02)", 0.02),
    ("poll_until(time.monotonic() + 0.5)", None),
])
def test_a_wait_in_the_loop_ends_and_takes_time_by_the_clock(program, wait, seconds):
    server = run(program(f"""
        import multiprocessing, select, subprocess, threading, time
        def poll_until(end):
            while time.monotonic() < end:
                pass
        pipe = multiprocessing.Pipe()
        select.select([], [], [], 0)
        before = time.monotonic()
        try:
            {wait}
        except RuntimeError:
            pass
        print(time.monotonic() - before)
        select.select([], [], [], 0)
        """), held=True)
    passed = float(server.step(timeout=LONG).printed)
    assert passed == pytest.approx(seconds, abs=1e-5) if seconds else 0 <= passed < 1.5


def test_who_sleeps_beside_the_loop_wakes_by_the_clock(program):
    server = run(program(PAIR + """
def ring(wait):
    wait()
    other.send(b"x")
for wait in (lambda: time.sleep(0.2), lambda: threading.Event().wait(0.4)):
    threading.Thread(target=ring, args=[wait]).start()
threading.Timer(0.6, ring, [int]).start()
while True:
    select.select([one], [], [], 5)
    one.recv(1)
"""), held=True)
    assert [server.step(timeout=LONG).waited for _ in range(3)] == pytest.approx([0.2] * 3)


def test_a_queue_that_is_waited_for_with_a_timeout_is_given_up_by_the_clock(program):
    server = run(program(PAIR + """
import queue
def wait():
    try:
        queue.Queue().get(timeout=0.3)
    except queue.Empty:
        other.send(b"x")
threading.Thread(target=wait).start()
select.select([one], [], [], 5)
print(one.recv(1))
select.select([one], [], [], 5)
"""), held=True)
    iteration = server.step(timeout=LONG)
    assert (iteration.waited, iteration.printed) == (pytest.approx(0.3), "b'x'\n")


def test_released_the_clock_runs_and_held_again_it_stands(program):
    server = run(program("""
        import select, time
        while True:
            select.select([], [], [], 0.01)
            print(time.monotonic())
        """), held=True)
    server.step()
    server.release()
    eventually(lambda: len(server.output.split()) > 5)
    server.hold(LONG)
    first, *_, before, last = map(float, server.output.split())
    assert first == 1000.01 and before + 0.01 <= last < first + LONG
    assert float(server.step().printed) == pytest.approx(last + 0.01, abs=1e-3)
