"""A bound counts what is the server's own, and not what it has waited for a processor."""
import time

import pytest

from helpers.trials import bounds
from helpers.trials.bounds import Clock, eventually, patiently


class Idle:
    """A server that isn't there: only what `bounds` asks of one."""
    def listen(self, done, timeout):
        time.sleep(timeout)


@pytest.fixture
def lost(monkeypatch):
    """lost[0]: seconds that a thread has waited for a processor, so far."""
    seconds = [0.0]
    monkeypatch.setattr(bounds, "waits", lambda server: {"a thread": seconds[0]})
    monkeypatch.setattr(bounds, "pid_of", lambda server: 0)
    return seconds


def test_what_was_waited_for_a_processor_does_not_count(lost):
    clock = Clock(Idle())
    time.sleep(0.2)
    lost[0] += 0.1
    assert 0.1 <= clock.passed() + 0.001 and lost[0] == 0.1
    lost[0] += 100                     # many threads together wait longer than time passes: some of it counts nevertheless
    time.sleep(0.1)
    assert 0.1 * bounds.SHARE <= clock.passed() < 0.1


def test_threads_that_have_gone_give_no_time_back(lost):
    lost[0] = 5.0
    clock = Clock(Idle())
    lost[0] = 0.0
    time.sleep(0.05)
    assert 0.05 <= clock.passed() < 5


def test_who_has_no_processor_is_waited_for_longer(lost):
    """Nine tenths of the time are lost: what comes after three times the bound comes in time."""
    begun = time.monotonic()

    def attempt(seconds):
        time.sleep(seconds)
        lost[0] += 0.9 * seconds
        return time.monotonic() > begun + 0.6
    assert patiently(Idle(), attempt, 0.2)


def test_who_does_nothing_is_given_up_in_time(lost):
    begun = time.monotonic()
    assert not eventually(Idle(), lambda: False, 0.2)
    assert 0.2 <= time.monotonic() - begun < 5


def test_the_system_tells_how_long_a_thread_has_waited(monkeypatch):
    """More threads than processors that are busy all the time: each waits for one, ours too."""
    monkeypatch.setattr(bounds, "pid_of", lambda server: 0)
    monkeypatch.setattr(bounds, "processes", lambda pid: [])
    import os
    import subprocess
    import sys
    if not os.path.exists("/proc/thread-self/schedstat"):
        pytest.skip("this system doesn't tell")
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * os.cpu_count())]
    try:
        [(ours, before)], end = bounds.waits(None).items(), time.monotonic() + 10
        while bounds.waits(None)[ours] < before + 0.2 and time.monotonic() < end:
            sum(range(100_000))
        assert bounds.waits(None)[ours] >= before + 0.2
    finally:
        for process in busy:
            process.kill()
            process.wait()
