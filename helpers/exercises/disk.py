"""What befalls a server and its disk: the power fails, it is asked too often, and a clock goes on meanwhile.

Each is a statement that a copy of the program begins with (see copy_of). `os.fsync` is another function then, which notes what it
is asked for in files of its own, beside the program's.
"""
from pathlib import Path

from ..trials import Failed, Seen

FILE = "ledger.aof"                                                   # what the program writes
DISK, FAILS, ASKED = "on the disk", "the power fails", "asked"        # what is beside it
SLOW = 0.1         # seconds that such a disk takes: who is answered before that is answered in this time
LATER = 400        # seconds that a server is off


def befalls(code):
    return f"exec({code!r}, {{}})"


def syncs(body):
    """os.fsync, and the like, does this, with `real` the function that it was."""
    return befalls(f"""
import os, time
def twin(real):
    def sync(file):
{body}
    return sync
for name in "fsync", "fdatasync":
    if hasattr(os, name):
        setattr(os, name, twin(getattr(os, name)))
""")


KEEPS_A_COPY = syncs(f"""
        time.sleep({SLOW})
        real(file)
        number = file if isinstance(file, int) else file.fileno()
        if os.path.exists({FILE!r}) and os.path.samestat(os.fstat(number), os.stat({FILE!r})):
            with open({FILE!r}, "rb") as now, open({DISK!r}, "wb") as kept:
                kept.write(now.read())""")
ENDS = syncs(f"""
        if os.path.exists({FAILS!r}):
            time.sleep({SLOW})
            os.kill(os.getpid(), 9)
        real(file)""")
COUNTS = syncs(f"""
        real(file)
        with open({ASKED!r}, "ab") as asked:
            asked.write(b".")""")
IS_LATER = befalls(f"""
import datetime, time
def later(real, more):
    return lambda *given: real(*given) + more
time.time, time.time_ns = later(time.time, {LATER}), later(time.time_ns, {LATER} * 10 ** 9)
real, more = datetime.datetime, datetime.timedelta(seconds={LATER})
class Later(real):
    now = classmethod(lambda kind, zone=None: real.now(zone) + more)
    utcnow = classmethod(lambda kind: real.now(datetime.timezone.utc).replace(tzinfo=None) + more)
datetime.datetime = Later
""")


def content(server):
    """What is in the file now."""
    try:
        return Path(server.folder / FILE).read_bytes()
    except FileNotFoundError:
        raise Failed(f"what is to be kept is in {FILE}", Seen("there is no such file", "no file")) from None


def put(server, data):
    """The server has ended. This is in its file when it starts again."""
    Path(server.folder / FILE).write_bytes(data)


def on_the_disk(server):
    """What was in the file when it was written to the disk the last time (KEEPS_A_COPY)."""
    path = Path(server.folder / DISK)
    return path.read_bytes() if path.exists() else b""


def power_fails(server, fails=True):
    """From now on it fails as soon as the disk is asked; or not any more (ENDS)."""
    path = Path(server.folder / FAILS)
    path.touch() if fails else path.unlink()


def times_asked(server):
    """How often the disk was asked so far (COUNTS)."""
    path = Path(server.folder / ASKED)
    return path.stat().st_size if path.exists() else 0
