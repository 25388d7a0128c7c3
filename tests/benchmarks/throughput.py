"""Lesson 06 beside asyncio and two other loops: what an echo costs a server with many busy clients.

Each side at its best: see AT_ITS_BEST. Servers on one core, their clients on another, where cores can be chosen.
"""
import select
from pathlib import Path
from statistics import median

from tests import ROOT

from .measuring import QUEUES, costs, note, report

HERE = Path(__file__).parent / "servers"
PROTOCOL, OURS = "asyncio's Protocol", "lesson 06"
SERVERS = {PROTOCOL: HERE / "protocol.py", "asyncio's streams": HERE / "streams.py",
           OURS: ROOT / "lessons" / f"{QUEUES}.py", "select on numbers": HERE / "select_numbers.py"}
if hasattr(select, "epoll"):
    SERVERS["epoll"] = HERE / "epoll.py"

ROUNDS, TURNS = 5, 8
ECHOES = {50: 4000, 900: 9000}                       # in each turn


def throughput():
    """64-byte echoes of 50 and of 900 busy clients: a server's CPU time an echo, to that of asyncio's Protocol.

    The bound: with 50 clients lesson 06 costs about what asyncio costs; were it a quarter dearer, its notebook would
    not tell the truth. With 900 it looks for each client in a list of 900 (`not in inputs`): that is told only.
    """
    good = True
    for clients, echoes in ECHOES.items():
        rounds = [costs(SERVERS, clients, TURNS, echoes) for _ in range(ROUNDS)]
        note(f"{clients} busy clients, µs an echo: "
             + ", ".join(f"{name} {median(one[name] for one in rounds):.1f}" for name in SERVERS) + " (medians)")
        for name in list(SERVERS)[1:]:
            good &= report(f"throughput: {name} / {PROTOCOL}, {clients} clients",
                           [one[name] / one[PROTOCOL] for one in rounds],
                           1.25 if name == OURS and clients == 50 else None)
    return good
