"""What a program that never rests costs in memory."""
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from helpers import run
from tests import ROOT

from .measuring import note, report

SPINNING = "import select\nwhile True:\n    select.select([], [], [], 0)\n"


def memory():
    """A program that does nothing but select, for ten seconds, recorded; its iterations are asked for each second.

    In a process of its own, so that its peak is not that of another benchmark.
    """
    done = subprocess.run([sys.executable, "-m", __name__], cwd=ROOT, stdout=subprocess.PIPE, timeout=60)
    seen = json.loads(done.stdout)
    note(f"{seen['selects'] / seen['seconds']:,.0f} selects a second for {seen['seconds']:.1f} s; "
         f"{seen['kept']:,} iterations kept in the end, {seen['dropped']:,} counted only")
    good = report("memory: peak of the program's process", [seen["child"]], 100, " MB")
    return report("memory: peak of the notebook's process (helpers alone)", [seen["here"]], 100, " MB") and good


def spin():
    """Print what `memory` reports, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "spinning.py"
        program.write_text(SPINNING)
        with run(program) as server:
            started = time.perf_counter()
            child = 0
            for second in range(1, 11):
                while time.perf_counter() - started < second:
                    child = max(child, peak(server.child.process.pid))
                    time.sleep(0.05)
                server.fetch()
            seconds = time.perf_counter() - started
            child = max(child, peak(server.child.process.pid))
            print(json.dumps({"selects": server.iterations[-1].number, "seconds": seconds, "child": child,
                              "here": peak(psutil.Process().pid), "kept": len(server.recording.iterations),
                              "dropped": server.recording.dropped}))


def peak(number):
    """The most memory that a process has had, in MB; where the system doesn't tell, what it has now."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 / 1e6
    except FileNotFoundError:
        return psutil.Process(number).memory_info().rss / 1e6


if __name__ == "__main__":
    spin()
