"""How long a reader waits for a notebook's cells, and a developer for the strict proof of all of them."""
import subprocess
import sys
import tempfile
from statistics import median

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

from tests import ROOT

from .measuring import note, report, timed

LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
TRIALS = "trials.run_all("                  # a cell with this runs a table of trials
PATIENCE = 60                               # seconds that a cell may take
ROUNDS = 5


def notebooks():
    """Seconds: each lesson's cells without its table of trials; the table; and strict nbval of all, two side by side.

    A reader's kernel has started already, so its start counts in the proof alone.
    """
    took = {path: [] for path in LESSONS}
    proof = []
    for _ in range(ROUNDS):
        for path in LESSONS:
            took[path].append(cells(path))
        proof.append(timed(nbval, LESSONS))
    good = True
    for path, rounds in took.items():
        good &= report(f"notebooks: {path.stem}", [plain for plain, _ in rounds], 2.5, " s")
        if any(tables for _, tables in rounds):
            good &= report(f"notebooks: {path.stem}, its table of trials", [tables for _, tables in rounds], 6, " s")
    note(f"all cells one after the other {sum(median(map(sum, rounds)) for rounds in took.values()):.1f} s (medians)")
    return report(f"notebooks: strict nbval of {len(LESSONS)}, two side by side", proof, 20, " s") and good


def cells(path):
    """(seconds of the cells without trials, seconds of those with trials), in a kernel of its own."""
    notebook, took = nbformat.read(path, as_version=4), {False: 0.0, True: 0.0}
    with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:        # short: a socket's path is bounded
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/k")
        client = NotebookClient(notebook, km=kernel, timeout=PATIENCE, resources={"metadata": {"path": path.parent}})
        with client.setup_kernel(cleanup_kc=True):
            for place, cell in enumerate(notebook.cells):
                took[TRIALS in cell.source] += timed(client.execute_cell, cell, place)
    return took[False], took[True]


def nbval(paths):
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env",
                           f"--nbval-cell-timeout={PATIENCE}", "-n", "2", "--dist", "loadfile",
                           "-p", "no:cacheprovider", *map(str, paths)],
                          cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=600)
    assert done.returncode == 0, done.stdout
