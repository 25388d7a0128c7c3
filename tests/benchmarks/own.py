"""Lesson 15's loop beside asyncio: what an echo costs, and a connection that says nothing. Both sides at their best."""

from statistics import median

from tests import ROOT

from .beyond import ECHOES, HERE
from .measuring import costs, idle_memory, note, report

OWN, PROTOCOL, STREAMS = "lesson 15", "asyncio's Protocol", "asyncio's streams"
PATHS = {OWN: ROOT / "lessons" / "15_your_own_event_loop.py", PROTOCOL: HERE / "protocol.py",
         STREAMS: ROOT / "lessons" / "11_asyncio.py"}
BOUNDS = {PROTOCOL: 1.1, STREAMS: 0.7}
ROUNDS, TURNS = 7, 8
CLIENTS = 1000                               # whose memory is measured


def own():
    """Lesson 15: CPU time an echo, with few busy clients and with many; memory of a connection."""
    results = [speed(clients, echoes) for clients, echoes in ECHOES.items()]
    return memory() and all(results)


def speed(clients, echoes):
    rounds = [costs(PATHS, clients, TURNS, echoes) for _ in range(ROUNDS)]
    note(f"{clients} busy clients, µs an echo: "
         + ", ".join(f"{name} {median(one[name] for one in rounds):.2f}" for name in PATHS) + " (medians)")
    results = [report(f"own: {OWN} / {other}, {clients} clients", [one[OWN] / one[other] for one in rounds], bound)
                for other, bound in BOUNDS.items()]
    return all(results)


def memory():
    """In turn, each in a process of its own."""
    rounds = [{name: idle_memory(PATHS[name], CLIENTS) for name in (OWN, STREAMS)} for _ in range(5)]
    note("KiB of memory a connection: "
         + ", ".join(f"{name} {median(one[name] for one in rounds):.2f}" for name in (OWN, STREAMS)) + " (medians)")
    return report(f"own: {OWN} / {STREAMS}, memory of a connection", [one[OWN] / one[STREAMS] for one in rounds], 1)
