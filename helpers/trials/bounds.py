"""Bounds are for a server that does nothing, not for a machine that has no time.

A class presses the same key at the same moment, and its servers wait for a processor: no verdict may come of it. The
system tells how long each thread has waited for one, and that time is not counted. (Linux tells so; elsewhere all counts.)
"""
import time
from contextlib import suppress
from pathlib import Path

from ..server import cpu_time, processes, sleepers
from .telling import NotCarriedOut

QUICK = 0.25       # of a bound: so much passes before anybody looks who has waited for a processor
LOOK = 0.25        # seconds between two looks
SHARE = 0.2        # of the time that passes, so much counts at least: what is busy for ever comes to its end, too
GIVEN = 0.25       # of a bound, as CPU time: a server that was given more has had its time


def pid_of(server):
    """Of its first process."""
    return server.child.process.pid


def waits(server):
    """Seconds that each thread has waited for a processor, by its folder in /proc: the server's, and this one of ours."""
    found, ours = {}, Path("/proc/thread-self").resolve()
    for process in processes(pid_of(server)):
        with suppress(OSError):
            found |= {folder: queued(folder) for folder in Path(f"/proc/{process.pid}/task").iterdir()}
    return found | {ours: queued(ours)}


def queued(folder):
    """Seconds that a thread has waited for a processor, by the system's account in its folder."""
    with suppress(OSError, IndexError):
        return int(Path(folder, "schedstat").read_text().split()[1]) / 1e9
    return 0.0


def added(before, now):
    """What each thread has waited meanwhile. Of one that has ended nobody knows."""
    return {thread: max(seconds - before.get(thread, 0), 0) for thread, seconds in now.items()}


class Clock:
    """Tells how much of the time since it was asked last is the server's own."""

    def __init__(self, server):
        self.server, self.asked, self.before = server, time.monotonic(), waits(server)
        self.begun, self.lost, self.counted, self.computed = self.asked, 0.0, 0.0, cpu_time(pid_of(server))

    def passed(self):
        """Seconds, without those in which somebody waited for a processor."""
        now, waited = time.monotonic(), waits(self.server)
        passed, lost = now - self.asked, sum(added(self.before, waited).values())
        own = max(passed - lost, SHARE * passed)
        self.asked, self.before, self.lost, self.counted = now, waited, self.lost + lost, self.counted + own
        return own

    def fair(self, rests=True):
        """Raise NotCarriedOut if the bound is over for want of processors: somebody has waited for one, nearly always.

        A server that spins, or has many threads that do, waits as long: but it was given much more than it needs. One
        that sleeps has nothing more to do (`rests`), unless it is we who would have gone on to talk with it.
        """
        passed, given = self.asked - self.begun, cpu_time(pid_of(self.server)) - self.computed
        starved = self.lost > (1 - SHARE) * passed and given < GIVEN * self.counted
        if starved and not (rests and sleepers(pid_of(self.server))):
            raise NotCarriedOut("this machine has no time for it; try again when it is less busy")


def patiently(server, attempt, seconds):
    """Call attempt(at most so many seconds) again and again: what it gives, or None after `seconds` of the server's own."""
    if found := attempt(QUICK * seconds):              # nearly always: so nothing more is looked at
        return found
    clock, left = Clock(server), (1 - QUICK) * seconds
    while left > 0:
        if found := attempt(min(left, LOOK)):
            return found
        left -= clock.passed()
    clock.fair()
    return None


def eventually(server, true, seconds):
    """Ask again and again whether true(); False after so many seconds of the server's own."""
    def attempt(most):
        end = time.monotonic() + most
        while not (found := true()) and time.monotonic() < end:
            server.listen(lambda: False, min(most, 0.05))
        return found
    return bool(patiently(server, attempt, seconds))
