"""Does a program wait? It sleeps, all its threads do, and it was not woken in between.

A program that has no time on a busy machine is not asleep: it stands in the queue for a processor, and Linux says so.
"""
import sys
import time
from contextlib import suppress
from pathlib import Path

from .outside import processes

QUIET = 0.02       # seconds for which it must sleep without being woken: it may sleep for a moment in between
LOOK = 0.002       # seconds between two looks


def await_sleep(pid: int, timeout: float) -> bool:
    """Wait until a process, with all that it has started, waits for something. False if that never comes, or it is gone."""
    end, before, since = time.monotonic() + timeout, None, 0.0
    while (now := time.monotonic()) < end:
        sleeping = sleepers(pid)
        if sleeping is None:
            return False
        if sleeping != before or not sleeping:
            before, since = sleeping, now
        elif now - since >= QUIET:
            return True
        time.sleep(LOOK)
    return False


def sleepers(pid: int) -> dict | None:
    """{thread: how often it has gone to sleep} if all threads sleep; {} if one is at work; None if the process is gone."""
    import psutil
    threads = {}
    for process in processes(pid):
        with suppress(psutil.Error):           # it has just ended
            if process.status() != psutil.STATUS_ZOMBIE:       # who has ended is neither at work nor asleep
                threads |= threads_of(process)
    return (threads if all(threads.values()) else {}) if threads else None


def threads_of(process):
    """{thread: its count of sleeps, or 0 while it is at work}"""
    import psutil
    if sys.platform != "linux":
        return {process.pid: 1 + process.num_ctx_switches().voluntary if process.status() != psutil.STATUS_RUNNING else 0}
    threads = {}
    for status in Path(f"/proc/{process.pid}/task").glob("*/status"):
        with suppress(OSError):                # the thread has just ended
            said = dict(line.split(":", 1) for line in status.read_text().splitlines())
            asleep = said["State"].split()[0] == "S"        # D waits for the disk, and goes on by itself: it is at work
            threads[status.parent.name] = 1 + int(said["voluntary_ctxt_switches"]) if asleep else 0
    return threads
