"""Bounds are for a server that does nothing, not for a machine that has no time.

A class presses the same key at the same moment, and its servers wait for a processor: no verdict may come of it. The
system tells how long each thread has waited for one, and that time is not counted. (Linux tells so; elsewhere all counts.)
"""
import time
from contextlib import suppress
from pathlib import Path

QUICK = 0.25       # of a bound: so much passes before anybody looks who has waited for a processor
LOOK = 0.25        # seconds between two looks
SHARE = 0.2        # of the time that passes, so much counts at least: what is busy for ever comes to its end, too


def processes(server):
    """The server's process, and those that it has started; none if it has ended."""
    import psutil
    with suppress(psutil.Error):
        own = psutil.Process(server.child.process.pid)
        return [own, *own.children(recursive=True)]
    return []


def queued(folder):
    """Seconds that a thread has waited for a processor, by the system's account in its folder of /proc."""
    with suppress(OSError, IndexError):
        return int(Path(folder, "schedstat").read_text().split()[1]) / 1e9
    return 0.0


def waited(server):
    """Seconds that the threads of a server, those of its processes, and this one of ours have waited for a processor."""
    folders = [Path("/proc/thread-self")]
    for process in processes(server):
        with suppress(OSError):
            folders += Path(f"/proc/{process.pid}/task").iterdir()
    return sum(map(queued, folders))


class Clock:
    """Tells how much of the time since it was asked last is the server's own."""

    def __init__(self, server):
        self.server, self.asked, self.before = server, time.monotonic(), waited(server)

    def passed(self):
        """Seconds, without those in which somebody waited for a processor."""
        now, total = time.monotonic(), waited(self.server)
        passed, lost = now - self.asked, max(total - self.before, 0)
        self.asked, self.before = now, total
        return max(passed - lost, SHARE * passed)


def patiently(server, attempt, seconds):
    """Call attempt(at most so many seconds) again and again: what it gives, or None after `seconds` of the server's own."""
    if found := attempt(QUICK * seconds):              # nearly always: so nothing more is looked at
        return found
    clock, left = Clock(server), (1 - QUICK) * seconds
    while left > 0:
        if found := attempt(min(left, LOOK)):
            return found
        left -= clock.passed()
    return None


def eventually(server, true, seconds):
    """Ask again and again whether true(); False after so many seconds of the server's own."""
    def attempt(most):
        end = time.monotonic() + most
        while not (found := true()) and time.monotonic() < end:
            server.listen(lambda: False, min(most, 0.05))
        return found
    return bool(patiently(server, attempt, seconds))
