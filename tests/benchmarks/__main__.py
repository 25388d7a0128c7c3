"""What the glass costs. What is compared is measured side by side, in turn, in one run; seconds are of this machine.

    python -m tests.benchmarks                    all of them
    python -m tests.benchmarks start step         some of them, by name

Exit status 1 if a median is out of its bound. A module each: starting, stepping, notebooks, recorded, throughput,
trying, playing, memory, classroom; measuring is what they share.
"""
import sys

from .classroom import classroom
from .memory import memory
from .notebooks import notebooks
from .playing import playing
from .recorded import recording
from .starting import start
from .stepping import step
from .throughput import throughput
from .trying import put_on_trial

BENCHMARKS = {one.__name__: one for one in (start, step, notebooks, recording, throughput, put_on_trial, playing,
                                             memory, classroom)}

if unknown := set(sys.argv[1:]) - BENCHMARKS.keys():
    sys.exit(f"There is no benchmark {unknown.pop()!r}. There are: {', '.join(BENCHMARKS)}.")
results = [BENCHMARKS[name]() for name in sys.argv[1:] or BENCHMARKS]
sys.exit(0 if all(results) else 1)
