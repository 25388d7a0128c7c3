"""Lesson 08: what one commit an iteration saves, what a flood needs of memory, and what is lost when it is killed."""
import random
import tempfile
import time
from pathlib import Path

from helpers import change
from helpers.trials import room_for
from tests.course.flood import PROGRAM, Client, call, flood, killed, lost_and_twice, serving

from .measuring import note, report
from .memory import peak

INSERT = 'database.executemany(f"INSERT INTO {table} (message) VALUES (?)", ((one,) for one in messages))'
EACH = change(PROGRAM, INSERT, 'for one in messages:\n    database.execute(f"INSERT INTO {table} (message) VALUES (?)", (one,))\n'
              '    database.execute("COMMIT")\n    database.execute("BEGIN IMMEDIATE")')
ROUNDS = 3
FLOOD, WAITING = "flood without waiting", "each waits for its ok"
BOUNDS = {(FLOOD, 50): 50, (WAITING, 50): 5}
MESSAGES = {PROGRAM: {FLOOD: 100_000, WAITING: 5_000}, EACH: {FLOOD: 2_000, WAITING: 2_000}}      # of all clients together
MOST = 60          # MB
KILLS = 50


def tables():
    """Messages a second, each acknowledged: one commit an iteration to one commit a message, side by side, in turn; then
    the peak of its memory in a flood of 1,000,000 messages; then it is killed fifty times in a flood.
    """
    good = True
    for way, ahead in (FLOOD, None), (WAITING, 1):
        for clients in 1, 50, 500:
            rounds = [[rate(program, clients, messages[way], ahead) for program, messages in MESSAGES.items()]
                      for _ in range(ROUNDS)]
            note(f"{way}, {clients} clients, messages a second: "
                 + "; ".join(f"{ours:,.0f} to {each:,.0f}" for ours, each in rounds))
            good &= report(f"tables: one commit an iteration / a message, {clients} clients",
                           [ours / each for ours, each in rounds], BOUNDS.get((way, clients)), at_least=True)
    good &= report("tables: peak in a flood of 1,000,000 messages, 50 clients", [peak_in_a_flood(50, 20_000)], MOST, " MB")
    return kills() and good


def rate(program, clients, messages, ahead):
    """Messages a second, from the first one to the last answer."""
    path = getattr(program, "path", program)
    with room_for(clients), tempfile.TemporaryDirectory() as folder, serving(folder, path) as (_, port):
        people = [Client(port, number, max(1, messages // clients), ahead) for number in range(clients)]
        started = time.perf_counter()
        flood(people)
        seconds = time.perf_counter() - started
        assert lost_and_twice(Path(folder), people) == (0, 0)
    return sum(one.acknowledged for one in people) / seconds


def peak_in_a_flood(clients, messages):
    """The most memory that the server has had, in MB."""
    with tempfile.TemporaryDirectory() as folder, serving(folder) as (process, port):
        people = [Client(port, number, messages) for number in range(clients)]
        started = time.perf_counter()
        flood(people)
        note(f"{clients * messages:,} messages of {clients} clients in {time.perf_counter() - started:.1f} s")
        call(port, b"still there").close()
        return peak(process.pid)


def kills():
    """Killed in a flood, at fifty moments: what was acknowledged is there, once."""
    luck, acknowledged, lost, twice = random.Random(8), 0, 0, 0
    for _ in range(KILLS):
        with tempfile.TemporaryDirectory() as folder:
            one = killed(Path(folder), clients=8, messages=20_000, enough=luck.randrange(1, 60_000))
        acknowledged, lost, twice = acknowledged + one[0], lost + one[1], twice + one[2]
    note(f"{KILLS} kills in a flood of 8 clients, {acknowledged:,} messages acknowledged")
    return report("tables: acknowledged, and lost", [lost], 0) & report("tables: clients with a message twice", [twice], 0)
