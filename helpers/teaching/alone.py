"""One program put through its trials, in a process of its own, in which nothing else runs that a learner wrote.

`grading` starts it with a folder of its own: `course/` has the course's own files, a copy, to be read; in `work/` the
program runs. What is to be tried comes by stdin, and the report goes to stdout: the program can reach neither.
"""
import io
import json
import os
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

from . import fence

LONGEST = 240      # seconds for all trials of a program: each has a bound of its own, and ends before
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/nix/store", "/proc", "/sys/devices/system/cpu", "/etc/localtime",
          "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/hosts")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts")


def main():
    """Read a job, and leave the trying to a child of this process, since it may not survive it. End whatever is left."""
    job = json.load(sys.stdin)
    fence.adopt()
    trying = os.fork()
    if trying == 0:
        try:
            attempt(job)
        finally:
            sys.stdout.flush()
            os._exit(0)
    end = time.monotonic() + LONGEST
    while os.waitpid(trying, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(trying, 9)
        time.sleep(0.02)
    end_all()


def end_all():
    """End the processes that a program has left behind. Those of them that start others are met again in the next round."""
    import psutil
    end = time.monotonic() + 10
    while (left := psutil.Process().children()) and time.monotonic() < end:
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=1)


def attempt(job):
    """Print the report on one program, as JSON: what came of its check and, if it has passed, of the hidden trials."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)                              # whatever else is printed is no report
    os.chdir("work")
    here = Path.cwd()
    if job["fenced"]:
        fence.shut_in([*SYSTEM, *job["readable"], here.parent / "course"], [*DEVICES, here])
    json.dump(report_on(job), out)
    out.close()


def report_on(job):
    from ..exercises import task_of
    from .hidden import trials_of
    names = [one.name for one in task_of(job["name"]).trials]
    report = {"check": outcome(lambda: checked(job), names)}
    if report["check"]["passed"]:
        report["more"] = outcome(lambda: trials_of(job["hidden"], mended(job)))
    return report


def checked(job):
    from ..exercises import check
    from ..server import WRITTEN
    Path(f"{job['name']}.py").write_text(f"# {job['name']}: {WRITTEN}\n{job['text']}", encoding="utf-8")
    check(job["name"], mended(job))


def mended(job):
    """The program, with the changes that the learner has made."""
    from ..server import change, find
    program = find(job["name"])
    for old, new in job["changes"]:
        program = change(program, old, new)
    return program


def outcome(trying, names=()):
    """What came of it: whether it passed, what is said of it, and the name of each trial with its mark.

    names: of all trials, which have passed if nothing is raised.
    """
    from ..errors import GlassError
    from ..trials import Failed
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            trying()
    except (GlassError, Failed) as error:
        said = error.received if isinstance(error, Failed) else "\n".join(error._render_traceback_())
        verdicts = getattr(error, "verdicts", ())
        return {"passed": False, "error": type(error).__name__, "said": said,
                "trials": [(one.trial.name, one.survived) for one in verdicts], "hindered": any(one.hindered for one in verdicts)}
    return {"passed": True, "said": printed.getvalue().lstrip(".\n"), "trials": [(name, True) for name in names]}


if __name__ == "__main__":
    main()
