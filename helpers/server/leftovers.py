"""All that a program has started ends with it: processes in sessions of their own, daemons, whatever became of them.

Each run has a mark of its own, a variable of the environment that all of its processes inherit. The mark is random, so
nobody else bears it. Who has got rid of it is found by its parent, or by its session, which began with the run.

While the notebook's process lives, it ends them itself. When that is killed, its keeper does: this file, run as a
program of its own, one for each notebook, which does nothing but wait for that moment.
"""
import os
import signal
import sys
import time
from contextlib import suppress
from itertools import count
from threading import Lock
from typing import NamedTuple

NAME = "COURSE_RUN"      # the variable that bears the mark
LOOK = 1000              # milliseconds between two looks at who our parent is
ROUNDS = 50              # times that all are ended, where new ones come up in the meantime
MOMENT = 0.002           # seconds that they get to be gone

keeper = None            # (the process that it belongs to, the beginning of its marks, its Popen)
runs = count(1)
starting = Lock()        # trials start their servers in threads


def new_mark() -> str:
    """A mark for a run of this process, which no other has; its keeper is started with the first one."""
    with starting:
        return f"{start_keeper()}{next(runs)}."


def start_keeper() -> str:
    """The beginning of all marks of this process, whose keeper is there from now on."""
    global keeper
    import secrets
    import subprocess
    if not keeper or keeper[0] != os.getpid() or keeper[2].poll() is not None:
        begin = f"{secrets.token_hex(8)}."
        keeper = os.getpid(), begin, subprocess.Popen(
            [sys.executable, "-P", os.path.abspath(__file__), begin, str(os.getpid())], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/")
    return keeper[1]


def keep(begin: str, parent: int) -> None:
    """What the keeper does: wait until the notebook's process has gone, then end all that it has started."""
    import select
    notebook = select.poll()
    notebook.register(0, 0)                    # its hang-up, which comes with the end of whoever holds the pipe
    while os.getppid() == parent and not notebook.poll(LOOK):
        pass
    end_all(begin)


class Seen(NamedTuple):
    """A process as it was seen: when it `began` tells it from another one that has its number later."""
    number: int
    began: float
    parent: int
    session: int


def end_all(mark: str, known=()) -> None:
    """End all who bear this mark, or one that begins so, and what they have started; and whoever is known already."""
    known = set(known)
    for _ in range(ROUNDS):
        known |= family(mark)
        alive = [one for one in known if (now := look_at(one.number)) and now.began == one.began]
        if not alive:
            return
        for one in alive:
            with suppress(OSError):
                os.kill(one.number, signal.SIGKILL)
        time.sleep(MOMENT)


def family(mark: str) -> set[Seen]:
    """All living processes that bear this mark, their sessions, and their children's children."""
    import psutil
    all_of = {one.number: one for number in psutil.pids() if (one := look_at(number))}
    sessions = {}                              # session -> does it bear the mark?
    for one in all_of.values():
        if not sessions.get(one.session) and (its := mark_of(one.number)):
            sessions[one.session] = its.startswith(mark)       # all of a session began with one process, and its mark
    new = {one for one in all_of.values() if sessions.get(one.session)}
    found = set()
    while new:
        found |= new
        numbers = {one.number for one in new}
        new = {one for one in all_of.values() if one.parent in numbers} - found
    return {one for one in found if one.number != os.getpid()}


def look_at(number: int) -> Seen | None:
    """The process of this number; None if there is none that lives. Linux's own file says it in a tenth of psutil's time."""
    try:
        if sys.platform == "linux":
            with open(f"/proc/{number}/stat", "rb") as status:
                state, parent, _, session, *rest = status.read().rpartition(b")")[2].split()
            return Seen(number, int(rest[15]), int(parent), int(session)) if state not in b"ZX" else None
        import psutil
        with suppress(psutil.Error):
            process = psutil.Process(number)
            if process.status() != psutil.STATUS_ZOMBIE:
                return Seen(number, process.create_time(), process.ppid(), os.getsid(number))
    except OSError:                            # it has gone, or is none of ours
        pass
    return None


def mark_of(number: int) -> str:
    """The mark that a process bears; "" if it bears none, or is none of ours."""
    try:
        if sys.platform == "linux":
            with open(f"/proc/{number}/environ", "rb") as environment:
                return (b"\0" + environment.read()).partition(f"\0{NAME}=".encode())[2].partition(b"\0")[0].decode()
        import psutil
        with suppress(psutil.Error):
            return psutil.Process(number).environ().get(NAME, "")
    except OSError:
        pass
    return ""


if __name__ == "__main__":
    keep(sys.argv[1], int(sys.argv[2]))
