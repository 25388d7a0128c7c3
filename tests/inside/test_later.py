"""A program with workers, with timers, with tasks has one transcript: the same in every run, however busy the machine."""
import time

import pytest

from helpers import GlassError, StillWaiting, connect, run
from tests.conftest import LONG, eventually
from tests.inside.later import POOL, TIMERS, TO_THREAD, WORKER

RUNS = range(3)


def told(iterations):
    """What each iteration did, as text, with the seconds that it has waited by the clock."""
    return [", ".join([f"{one.waited:g} s", *(f"{did.socket} {did}" for did in one.operations)]) for one in iterations]


@pytest.mark.parametrize("_", RUNS)
@pytest.mark.parametrize("thinks", [0, 0.7])
def test_who_is_slow_works_beside_the_loop_and_rings(program, thinks, _):
    server = run(program(WORKER), held=True)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    server.step(), server.step()
    alice.send("slow"), bob.send("hi")
    server.step()
    time.sleep(thinks)                       # a reader who thinks for longer than alice's job takes: nothing changes
    steps = [server.step(), server.step(), server.step()]
    (bell,), = {tuple(one.readable) for one in steps[:2]}
    assert told(steps) == [f"0 s, {bell} recv 1 b'!', bob sendall 2 b'HI'",
                           f"0.5 s, {bell} recv 1 b'!', alice sendall 4 b'SLOW'",
                           "1 s"]


@pytest.mark.parametrize("_", RUNS)
def test_a_step_waits_for_processes_that_work_and_no_time_passes(program, _):
    server = run(program(POOL), held=True)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    server.step(), server.step()
    alice.send("one")
    steps = [server.step(), server.step(timeout=LONG)]
    bob.send("two")
    steps += [server.step(), server.step(timeout=LONG), server.step()]
    (bell,) = steps[1].readable
    assert told(steps) == ["0 s, alice recv 3 b'one'", f"0 s, {bell} recv 1 b'!', alice sendall 3 b'ONE'",
                           "0 s, bob recv 3 b'two'", f"0 s, {bell} recv 1 b'!', bob sendall 3 b'TWO'", "1 s"]


@pytest.mark.parametrize("_", RUNS)
def test_to_thread_is_the_same_picture(program, _):
    server = run(program(TO_THREAD), held=True)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    eventually(lambda: server.step() and len(server.recording.names.by_id) >= 5)      # asyncio goes round some times
    server.step(), server.step()
    alice.send("slow"), bob.send("hi")
    steps = [server.step() for _ in range(6)]
    sends = [(one.socket, one.data, each.number) for each in steps for one in each.operations
             if one.name == "send" and one.socket in ("alice", "bob")]
    assert [send[:2] for send in sends] == [("bob", b"HI"), ("alice", b"SLOW")] and sends[0][2] < sends[1][2]
    assert sum(one.waited for one in steps) == 0.5


@pytest.mark.parametrize("_", RUNS)
def test_timers_fall_into_the_same_iterations_in_every_run(program, _):
    server = run(program(TIMERS), held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hi")
    server.step()
    assert told(server.pass_time(30)) == ["10 s, alice sendall 4 b'tick'", "10 s, alice sendall 4 b'tick'",
                                          "10 s, alice sendall 7 b'goodbye', alice sendall 4 b'tick'"]


def test_time_passes_to_the_middle_of_a_call(program):
    server = run(program(TIMERS), held=True)
    alice = connect(server, "alice")
    server.step()
    assert server.pass_time(4) == [] and server.state == "held"
    alice.send("hi")
    iteration = server.step()
    assert (iteration.timeout, iteration.waited) == (10, 4) and iteration.readable == ["alice"]
    assert server.step().waited == 6
    assert server.pass_time(1) == [] and server.pass_time(2.5) == []
    assert server.step().waited == 10


def test_half_an_hour_of_timers_takes_a_moment(program):
    server = run(program(TIMERS), held=True)
    began = time.monotonic()
    iterations = server.pass_time(1800)
    assert [one.waited for one in iterations] == [10] * 180
    assert time.monotonic() - began < LONG


def test_a_loop_that_spins_passes_no_time(program):
    server = run(program("import select\nwhile True:\n    select.select([], [], [], 0)\n"), held=True)
    with pytest.raises(GlassError, match="gone round 20 times"):
        server.pass_time(1, rounds=20)
    assert server.state == "held" and server.step().number == 21


def test_an_iteration_that_really_takes_long_is_waited_for_as_long_as_one_says(program):
    with run(program("""
            import select, time
            while True:
                select.select([], [], [], 1)
                time.sleep(1)
            """), held=True) as server:
        with pytest.raises(StillWaiting, match="not come round after 0.1 s"):
            server.pass_time(1.5, timeout=0.1)
        assert len(server.pass_time(1.5, timeout=LONG)) >= 1


@pytest.mark.parametrize("seconds", [-1, "3", None, float("inf"), float("nan")])
def test_what_is_no_time_does_not_pass(program, seconds):
    server = run(program(TIMERS), held=True)
    with pytest.raises(GlassError, match="takes a number of seconds"):
        server.pass_time(seconds)


def test_threads_are_told_by_name_line_and_client(program):
    server = run(program(WORKER), held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("slow")
    server.step()
    main, *workers = [row.split("  ", 1) for row in str(server.threads()).splitlines()]
    assert main[0] == "MainThread" and main[1].strip() == "line 19, `readable, _, _ = select.select(inputs, [], [], 1)`"
    assert [name for name, _ in workers] == ["Thread-1 (work)", "Thread-2 (work)"]
    assert sorted(line for _, line in workers) == ["line 10, `time.sleep(0.5)`  for alice",
                                                   "line 8, `connection, word = jobs.get()`"]


def test_beside_idle_workers_no_time_passes_in_a_call_without_a_timeout(program):
    server = run(program(WORKER.replace("[], [], 1)", "[], [])")), held=True)
    alice = connect(server, "alice")
    server.step()
    with pytest.raises(StillWaiting):
        server.step(timeout=0.1)
    assert server.time() == 0
    alice.send("hi")
    assert told([server.step(), server.step()]) == ["0 s, alice recv 2 b'hi'",
                                                    "0 s, bell recv 1 b'!', alice sendall 2 b'HI'"]


def test_a_thread_that_comes_after_a_worker_has_not_its_job(program):
    """Python gives the ident of a thread that has ended to a new one."""
    server = run(program("""
        import select, socket, threading
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(abs, range(8)))
            ended = {thread.ident for thread in pool._threads}
        idle, other = socket.socketpair()
        for _ in range(50):
            thread = threading.Thread(target=idle.recv, args=[1], daemon=True)
            thread.start()
            if thread.ident in ended:
                print("again")
                break
        while True:
            select.select([], [], [], 1)
        """), held=True)
    if server.output != "again\n":
        pytest.skip("no new thread has got the ident of one that has ended")
    assert [server.step(timeout=LONG / 2).waited for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("text, word", [(WORKER, "slow"), (POOL.replace("500_000", "20_000_000"), "count")])
def test_a_step_that_waits_for_a_worker_says_so(program, text, word):
    server = run(program(text), held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send(word)
    server.step()
    with pytest.raises(StillWaiting, match="The step waits for a thread or a process of the program's own"):
        server.step(timeout=0.05)
