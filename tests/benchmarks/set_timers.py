"""A process of `timers`: sets many timers, cancels half of them, and prints what that took, as JSON.

    python -m tests.benchmarks.set_timers lesson        or asyncio

The lesson's side is the lesson's own source, without its server: see `functions`.
"""
import ast
import asyncio
import heapq
import itertools
import json
import os
import random
import sys
import time
from pathlib import Path

from .measuring import own_memory

LESSON = Path(__file__).parents[2] / "lessons" / "14_timers.py"
MANY = 100_000
FAR = 1000.0, 4600.0      # seconds from now: none of them is due meanwhile
NAMES = {"heap", "calls", "numbers"}
FUNCTIONS = {"call_at", "cancel", "time_left", "call_due"}


def functions():
    """The timers of lesson 14: its three names and its four functions, out of its source, and nothing else of it."""
    wanted = [one for one in ast.parse(LESSON.read_text(encoding="utf-8")).body
              if (isinstance(one, ast.FunctionDef) and one.name in FUNCTIONS)
              or (isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) in NAMES)]
    names = {"heapq": heapq, "itertools": itertools, "time": time}
    exec(compile(ast.Module(wanted, []), LESSON, "exec"), names)
    assert NAMES | FUNCTIONS <= names.keys()
    return names


def lesson():
    """(now, set, cancel, go round once), all in the lesson's way."""
    names = functions()

    def go_round():
        names["time_left"]()
        names["call_due"]()

    return time.monotonic, names["call_at"], names["cancel"], go_round


def of_asyncio():
    """The same in asyncio's: call_at, since call_later is that and an addition. A round ends the loop that it begins."""
    loop = asyncio.new_event_loop()

    def go_round():
        loop.call_soon(loop.stop)
        loop.run_forever()

    return loop.time, loop.call_at, lambda timer: timer.cancel(), go_round


def measured(now, call_at, cancel, go_round):
    """Seconds to set and to cancel, kB that are held then, and seconds to call what is left when it is due."""
    chance, called = random.Random(14), []
    moments = [chance.uniform(*FAR) for _ in range(MANY)]
    go_round()
    before, began = own_memory(os.getpid()), time.perf_counter()
    start = now()
    timers = [call_at(start + moment, called.append, moment) for moment in moments]
    for timer in timers[::2]:
        cancel(timer)
    go_round()
    timed, held = time.perf_counter() - began, own_memory(os.getpid()) - before
    assert not called
    for timer in timers[1::2]:
        cancel(timer)
    go_round()
    due = [call_at(start - 1 + moment / FAR[1], called.append, moment) for moment in moments[::2]]
    began = time.perf_counter()
    go_round()
    go_round()
    calling = time.perf_counter() - began
    assert called == sorted(moments[::2]) and len(due) == MANY // 2
    return {"time": timed, "memory": held, "calling": calling}


if __name__ == "__main__":
    print(json.dumps(measured(*(lesson if sys.argv[1] == "lesson" else of_asyncio)())))
