"""Lesson 14: 100,000 timers, half of them cancelled, beside asyncio's; and a walk over 75 seconds of a held clock."""
import json
import subprocess
import sys
from statistics import median

from helpers import connect, run
from tests import ROOT

from .measuring import note, report, timed

SIDES = "lesson", "asyncio"
ROUNDS = 7
WALK = 75                # seconds of the program's clock
MEASURED = {"time": ("100,000 set, half of them cancelled: time", "ms", 1000),
            "memory": ("memory of these", "kB", 1),
            "calling": ("50,000 that are due, called: time", "ms", 1000)}
BOUNDS = {"time": 1.0, "memory": 1.0}        # to call what is due is told only


def timers():
    """Both sides in processes of their own, in turn."""
    rounds = [{side: set_by(side) for side in SIDES} for _ in range(ROUNDS)]
    good = []
    for what, (words, unit, scale) in MEASURED.items():
        note(f"{words}, {unit}: "
             + ", ".join(f"{side} {scale * median(one[side][what] for one in rounds):.0f}" for side in SIDES) + " (medians)")
        good.append(report(f"timers: {words}, lesson / asyncio",
                           [one["lesson"][what] / one["asyncio"][what] for one in rounds],
                           BOUNDS.get(what)))
    return all([*good, report(f"timers: a walk over {WALK} s, held", [walk() for _ in range(ROUNDS)], 1.0, " s")])


def set_by(side):
    done = subprocess.run([sys.executable, "-m", "tests.benchmarks.set_timers", side],
                          cwd=ROOT, stdout=subprocess.PIPE, timeout=300, check=True)
    return json.loads(done.stdout)


def walk():
    """Seconds of the reader's: a client comes, is silent, and is let go; and the heartbeats."""
    with run("14_timers", held=True) as server, connect(server, "alice") as alice:
        server.step()
        seconds = timed(server.pass_time, WALK)
        assert alice.receive() == "goodbye\n" and server.time() == WALK
    return seconds
