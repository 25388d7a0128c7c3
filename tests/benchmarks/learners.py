"""What a learner needs of a machine: memory, descriptors, processes, CPU time; with a JupyterLab each, or at a Hub."""
import os
import shlex
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from typing import NamedTuple

import nbformat
import psutil

from tests import ROOT
from tests.browser.lab import lab
from tests.exercises.handed import program

from .hub import COURSE, at_a_hub, homes, why_not
from .learner import Learner, Needs, needs
from .measuring import QUEUES, note, report

NAMES = ("ada", "barbara", "frances", "grace")
LESSON, TABLE = f"notebooks/{QUEUES}.ipynb", "trials.run_all("
EXERCISE, SOLVED = "upper", "upper is solved"
BEGIN = "import matplotlib.pyplot\nfrom helpers import check, connect, figures, player, run, show, trials"
THREE = f"""
servers = [run("{QUEUES}", held=True, name=name) for name in ("one", "two", "three")]
clients = [connect(server, name) for server in servers for name in ("alice", "bob", "carol")]
[server.step() for server in servers for _ in range(3)];
figures.iterations(servers[0])"""
STOP = "for server in servers:\n    server.stop()"
PAUSE = 0.2        # seconds between two looks at what somebody needs
MOST = 475         # MB that a learner may need; INSTRUCTORS.md says 500, since a browser at JupyterLab makes it 25 more


def learners():
    """A few learners, each with a JupyterLab server of their own, do the same at the same moment."""
    return a_class("JupyterLab", labs)


def hub():
    """The same, each with an account and a server of a real JupyterHub. Skipped where there is none."""
    if why := why_not():
        note(f"hub: skipped, since {why}")
        return True
    return a_class("the Hub", at_a_hub)


def accounts():
    """The same, under accounts of the system's own, which are made for it, and removed. Root alone can do so."""
    if why := why_not() or os.geteuid() and "only root can make accounts":
        note(f"accounts: skipped, since {why}")
        return True
    return a_class("the Hub, with accounts", lambda names: at_a_hub([f"course-{name}" for name in names], real=True))


@contextmanager
def labs(names):
    """Learners at a JupyterLab each, started as a learner starts it, in a folder of their own."""
    with ExitStack() as stack:
        started = []
        for name, home in homes(stack.enter_context(tempfile.TemporaryDirectory(prefix="labs-", dir="/tmp")), names).items():
            command = shlex.join(["COURSE_PROGRESS=", sys.executable, "-m", "jupyterlab", "--allow-root",
                                  f"--ServerApp.root_dir={home}"])
            before = set(psutil.Process().children())
            url, token = stack.enter_context(lab(home, command))
            [server] = set(psutil.Process().children()) - before
            started.append(Learner(name, url.removesuffix("lab"), token, server.pid))
        yield started


def a_class(where, started):
    """What each needs, and whether each sees what the notebook's stored outputs say; True if all is within its bound."""
    with started(NAMES) as group, ThreadPoolExecutor(len(group)) as side_by_side:
        def all_of_them(do):
            return list(side_by_side.map(do, group))

        def tell(what, bound=None):
            return report(f"a learner at {where}: {what}", [one.needs().memory for one in group], bound, " MB")

        tell("the server")
        all_of_them(lambda one: opens(one, f"notebooks/exercises/{QUEUES}/{QUEUES}.ipynb"))
        tell("and a kernel with the course in it")
        verdicts = all_of_them(checked)
        all_of_them(lambda one: opens(one, LESSON))
        tell("and another, for the lesson")
        all_of_them(lambda one: succeeds(one, THREE))
        good = tell("and three held servers, three clients each", MOST)
        all_of_them(lambda one: succeeds(one, STOP))
        done = all_of_them(lesson)
        good &= report(f"a learner at {where}: the most, in lesson 06 and its trials",
                       [one.most.memory for one in done], MOST, " MB")
        good &= report("    descriptors, of the process that has most", [one.most.descriptors for one in done], 2000)
        good &= report("    processes", [one.most.processes for one in done], 30)
        good &= report("    threads", [one.most.threads for one in done], 100)
        report("    CPU time of all cells", [one.cpu for one in done], None, " s")
        report("    CPU time of the table of trials", [one.table_cpu for one in done], None, " s")
        report(f"    the table of trials, {len(group)} at once", [one.table for one in done], None, " s")
        other = [f"{one.name}: {cell}" for one, its in zip(group, done) for cell in its.other]
        note(f"cells that show something else than in the notebook: {'; '.join(other) or 'none'}")
        report(f"    a check, {len(group)} at once", [took for _, took in verdicts], None, " s")
        note(f"checks that say {SOLVED!r}: {sum(solved for solved, _ in verdicts)} of {len(group)}")
    return good and not other and all(solved for solved, _ in verdicts)


def opens(learner, notebook):
    """A notebook of the course, with a kernel of its own, in which the course is imported."""
    learner.open(f"{COURSE}/{notebook}")
    succeeds(learner, BEGIN)


def succeeds(learner, source):
    shown, error = learner.execute(source)
    assert not error, error
    return shown


class Lesson(NamedTuple):
    """What came of a lesson. other: ids of cells that show something else than in the notebook; seconds; CPU seconds."""
    other: list
    most: Needs
    cpu: float
    table: float
    table_cpu: float


def lesson(learner):
    """Run all cells of lesson 06."""
    other, began = [], learner.cpu_time()
    with watched(learner) as most:
        for cell in nbformat.read(ROOT / LESSON, as_version=4).cells:
            if cell.cell_type == "code":
                started, before = time.monotonic(), learner.cpu_time()
                if learner.execute(cell.source) != stored(cell):
                    other.append(cell.id)
                if TABLE in cell.source:
                    table, table_cpu = time.monotonic() - started, learner.cpu_time() - before
    return Lesson(other, most(), learner.cpu_time() - began, table, table_cpu)


def stored(cell):
    """What Learner.execute gives for this cell, by the notebook's stored outputs."""
    shown, error = [], None
    for output in cell.outputs:
        if output.output_type == "error":
            error = f"{output.ename}: {output.evalue}"
        else:
            shown.append(output.text if output.output_type == "stream" else output.data["text/plain"])
    return shown, error


def checked(learner):
    """Whether the solution of an exercise is solved, and the seconds that its check takes."""
    source = program("solutions", EXERCISE).partition("\n")[2]
    succeeds(learner, f"%%program {EXERCISE}\n{source}")
    started = time.monotonic()
    shown = succeeds(learner, f'check("{EXERCISE}")')
    return any(SOLVED in text for text in shown), time.monotonic() - started


@contextmanager
def watched(learner):
    """Look again and again at what a learner needs. Yields a function that tells the most of each, in the end."""
    seen, over = [needs([])], Event()

    def look():
        while not over.wait(PAUSE):
            seen.append(learner.needs())

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield lambda: Needs(*map(max, zip(*seen)))
    finally:
        over.set()
        watcher.join()
