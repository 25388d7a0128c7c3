"""What it takes to start a program under the glass."""
import subprocess
import sys
import time
from statistics import median

from helpers import run

from .measuring import ECHO, note, report, timed


def start():
    """run() to the first iteration held, to a bare interpreter that imports what a server needs."""
    ours, bare = [], []
    for _ in range(21):
        bare.append(timed(subprocess.run, [sys.executable, "-c", "import select, socket"]))
        started = time.perf_counter()
        server = run(ECHO, held=True)
        ours.append(time.perf_counter() - started)
        server.stop()
    ours, bare = ours[1:], bare[1:]                  # the first one reads files that the others find in memory
    note(f"run(held=True) {median(ours) * 1e3:.1f} ms, a bare interpreter {median(bare) * 1e3:.1f} ms (medians)")
    return report("start-up: run() to the first iteration held / bare interpreter",
                  [one / other for one, other in zip(ours, bare)], 1.3)
