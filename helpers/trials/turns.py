"""Tables take turns: of all who use this machine, so many at a time, twice as many as it has processors.

A class presses the same key at the same moment. Thirty tables side by side would be thirty slow ones, and would need
thirty thousand descriptors at once; one after the other each has the machine for a few seconds. A place is a file that
is locked: whoever ends, in whatever way, leaves it to the next. Files in the system's folder for such things are found
by all users, and anybody may lock them.
"""
import fcntl
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

PLACES = 2 * max(2, os.cpu_count() or 1)             # half of the time of a table is waiting
LONGEST = 600.0    # seconds: after them nobody waits any more, and goes ahead
PAUSE = 0.05       # seconds between two looks for a free place


@contextmanager
def turn(longest=LONGEST):
    """Wait for a free place, and keep it. Where there can be none, nobody waits."""
    end = time.monotonic() + longest
    places = [place for number in range(PLACES) if (place := opened(number)) is not None]
    try:
        while places and not any(map(locked, places)) and time.monotonic() < end:
            time.sleep(PAUSE)
        yield
    finally:
        for place in places:
            os.close(place)


def opened(number):
    """The file of one place, which is made where it isn't there yet. None if that can't be."""
    path = Path(tempfile.gettempdir(), f"io-multiplexing-trials-{number}")
    for flags in (0, os.O_CREAT | os.O_EXCL, 0):       # of another user's file Linux says no to O_CREAT, and yes without
        with suppress(OSError):
            place = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o666)
            if flags:
                os.fchmod(place, 0o666)                # whatever the umask says
            return place
    return None


def locked(place):
    """Is it ours from now on, until it is closed?"""
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
