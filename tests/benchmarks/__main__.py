"""What the glass costs. What is compared is measured side by side, in turn, in one run; seconds are of this machine.

    python -m tests.benchmarks                    all of them
    python -m tests.benchmarks start step         some of them, by name
    python -m tests.benchmarks accounts           for this one alone: a Hub whose learners have accounts of the system's

Exit status 1 if a median is out of its bound. A module each: starting, stepping, notebooks, recorded, throughput,
beyond, trying, playing, memory, tables, slow, ways, water, timers (set_timers belongs to it), own, compatible (redis), classroom,
learners (hub and learner belong to it); measuring is what they share.
"""
import sys

from .beyond import beyond
from .classroom import classroom
from .compatible import redis
from .learners import accounts, hub, learners
from .memory import memory
from .notebooks import notebooks
from .own import own
from .playing import playing
from .recorded import recording
from .slow import slow
from .starting import start
from .stepping import step
from .tables import tables
from .throughput import throughput
from .timers import timers
from .trying import put_on_trial
from .water import water
from .ways import ways

BENCHMARKS = {one.__name__: one for one in (start, step, notebooks, recording, throughput, beyond, put_on_trial, playing,
                                             memory, tables, slow, ways, water, timers, own, redis, classroom,
                                             learners, hub)}
ASKED_FOR = {"accounts": accounts}          # makes accounts: never unless it is named

if unknown := set(sys.argv[1:]) - BENCHMARKS.keys() - ASKED_FOR.keys():
    sys.exit(f"There is no benchmark {unknown.pop()!r}. There are: {', '.join(BENCHMARKS | ASKED_FOR)}.")
results = [(BENCHMARKS | ASKED_FOR)[name]() for name in sys.argv[1:] or BENCHMARKS]
sys.exit(0 if all(results) else 1)
