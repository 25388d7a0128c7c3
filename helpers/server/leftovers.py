"""All that a program has started ends with it: processes in sessions of their own, daemons, whatever became of them.

Each run has a mark of its own, a variable of the environment that all of its processes inherit. The mark is random, so
nobody else bears it. Who has got rid of it is found by its parent, or by its session, which began with the run.

While the notebook's process lives, it ends them itself. When that is killed, its keeper does: this file, run as a
program of its own, one for each notebook, which does nothing but wait for that moment.
"""
import os
import sys
import time
from contextlib import suppress

NAME = "COURSE_RUN"      # the variable that bears the mark
LOOK = 1000              # milliseconds between two looks at who our parent is
ROUNDS = 50              # times that all are ended, where new ones come up in the meantime
MOMENT = 0.002           # seconds that they get to be gone

keeper = None            # (the process that it belongs to, the beginning of its marks, its Popen)
runs = 0


def new_mark() -> str:
    """A mark for a run of this process; its keeper is started with the first one."""
    global runs
    runs += 1
    return f"{start_keeper()}{runs}."


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


def end_all(mark: str, known=()) -> None:
    """End all who bear this mark, or one that begins so, and what they have started; and whoever is known already."""
    import psutil
    known = set(known)
    for _ in range(ROUNDS):
        known |= family(mark)
        alive = [one for one in known if is_alive(one)]
        if not alive:
            return
        for process in alive:
            with suppress(psutil.Error):
                process.kill()                 # psutil looks first whether the number is still that process's
        time.sleep(MOMENT)


def is_alive(process) -> bool:
    import psutil
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def family(mark: str) -> set:
    """All processes (psutil's) that bear this mark, their sessions, and their children's children."""
    import psutil
    parents, sessions, found = {}, {}, set()
    for number in psutil.pids():
        try:
            sessions[number] = os.getsid(number)
            parents[number], marked = look_at(number, f"{NAME}={mark}")
        except (OSError, psutil.Error):        # it has gone, or is none of ours
            continue
        if marked:
            found.add(number)
    led = {sessions[number] for number in found}
    new = found | {number for number in parents if sessions[number] in led}
    while new:
        found |= new
        new = {number for number in parents if parents[number] in new} - found
    return {psutil.Process(number) for number in found - {os.getpid()} if psutil.pid_exists(number)}


def look_at(number: int, marked: str) -> tuple[int, bool]:
    """(its parent, does it bear the mark?) of a process. Linux's own files say it in a tenth of psutil's time."""
    if sys.platform == "linux":
        with open(f"/proc/{number}/environ", "rb") as environment, open(f"/proc/{number}/stat", "rb") as status:
            return int(status.read().rpartition(b")")[2].split()[1]), marked.encode() in environment.read()
    import psutil
    process = psutil.Process(number)
    return process.ppid(), process.environ().get(NAME, "").startswith(marked.partition("=")[2])


if __name__ == "__main__":
    keep(sys.argv[1], int(sys.argv[2]))
