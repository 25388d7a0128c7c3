"""What a class on one machine meets: all press the same key at the same moment."""
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import ROOT

from .measuring import QUEUES, note, report

LEARNERS = 24
LONGEST = 480                               # seconds that anything here may take
TABLE = f"from helpers import trials; print(trials.run_all({QUEUES!r}))"
NOTEBOOK = "05_disconnect_cleanup"


def classroom():
    """So many tables of lesson 06 at once, each as it is alone; and so many strict proofs of notebook 05 (which has one, too)."""
    [alone] = told([[sys.executable, "-c", TABLE]])
    begun = time.perf_counter()
    tables = told([[sys.executable, "-c", TABLE]] * LEARNERS)
    seconds = time.perf_counter() - begun
    same = sum(one == alone for one in tables)
    for other, times in Counter(tables).items():
        if other != alone:
            note(f"{times} times another one: {other}")
    fine = report(f"{LEARNERS} tables of lesson 06 at once: as it is alone", [same], LEARNERS, at_least=True)
    fine = report("    until the last of them is there", [seconds], 240, " s") and fine
    return notebooks_at_once() and fine


def notebooks_at_once():
    """Each proof has a folder of its own, as each learner has."""
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder) / str(number) / f"{NOTEBOOK}.ipynb" for number in range(LEARNERS)]
        for copy in copies:
            copy.parent.mkdir()
            copy.write_bytes((ROOT / "notebooks" / f"{NOTEBOOK}.ipynb").read_bytes())
        begun = time.perf_counter()
        proofs = told([[sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(copy.parent), "--nbval",
                        "--nbval-current-env", "--nbval-cell-timeout=240", str(copy)] for copy in copies], pause=10 / LEARNERS)
        seconds = time.perf_counter() - begun
    for proof in (bad := [one for one in proofs if " failed" in one or " passed" not in one])[:3]:
        note(proof[-2000:])
    fine = report(f"{LEARNERS} proofs of notebook 05 within ten seconds: green", [LEARNERS - len(bad)], LEARNERS, at_least=True)
    return report("    until the last of them is there", [seconds], None, " s") and fine


def told(commands, pause=0.0):
    """What these programs print, started one after the other with this pause, and running side by side."""
    running = []
    for command in commands:
        running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        time.sleep(pause)
    try:
        return [one.communicate(timeout=LONGEST)[0] for one in running]
    finally:
        for one in running:
            one.kill()
