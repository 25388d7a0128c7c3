"""Lesson 11's five ways, side by side: what a client costs in memory, what an echo costs, and two who compute."""
import sys
from contextlib import ExitStack
from statistics import median
from time import perf_counter

from helpers import connect, run
from helpers.trials import room_for
from tests import ROOT
from tests.course.ways import WAYS, changed

from .measuring import call, costs, note, own_memory, plain_server, report

PATHS = {way: ROOT / "lessons" / f"{way}.py" for way in WAYS}
ROUNDS, TURNS = 5, 6
CLIENTS = {"11_processes": 50, "11_threads": 200}      # that come, in each round; where a client costs little: MANY
MANY = 400
ORDER = ("11_processes", "11_threads", 5), ("11_threads", "11_asyncio", 2), ("11_asyncio", "11_select", 1)
ECHOES = {1: 1000, 50: 3000}         # clients that speak all the time: their echoes in each turn


def ways():
    """Memory a client (its order is what the notebook says), CPU time an echo (told only), two who count to one who does."""
    good = memory()
    echoes()
    return counting() and good


def memory():
    rounds = [{way: a_client(way) for way in WAYS} for _ in range(ROUNDS)]
    note("kB of memory a client: "
         + ", ".join(f"{way[3:]} {median(one[way] for one in rounds):.1f}" for way in WAYS) + " (medians)")
    good = True
    for dear, cheap, bound in ORDER:
        good &= report(f"ways: memory a client, {dear[3:]} / {cheap[3:]}",
                       [one[dear] / max(one[cheap], 0.01) for one in rounds], bound, at_least=True)
    return good


def a_client(way):
    """kB: as the notebook measures it."""
    number = CLIENTS.get(way, MANY)
    with plain_server(PATHS[way]) as (process, port), ExitStack() as stack, room_for(number):
        address = "127.0.0.1", port
        stack.enter_context(call(address))
        before = own_memory(process.pid)
        for _ in range(number):
            stack.enter_context(call(address))
        return (own_memory(process.pid) - before) / number


def echoes():
    """Why the notebook gives no order of speed: it is one order with one client who speaks, and another with many."""
    for busy, number in ECHOES.items():
        rounds = [costs(PATHS, busy, TURNS, number) for _ in range(ROUNDS)]
        note(f"{busy} busy, µs of CPU time an echo: "
             + ", ".join(f"{way[3:]} {median(one[way] for one in rounds):.1f}" for way in WAYS) + " (medians)")
        for way in WAYS[1:]:
            report(f"ways: CPU time an echo, {busy} busy, {way[3:]} / threads", [one[way] / one["11_threads"] for one in rounds],
                   None)


def counting():
    """Two who count at the same moment, to one alone: with a GIL, threads take turns."""
    good = True
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    for way, program in changed()["count_in"].items():
        with run(program, record=False) as server, connect(server, "kim") as kim, connect(server, "leo") as leo:
            asked(kim, leo)
            ratios = [asked(kim, leo) / asked(kim) for _ in range(ROUNDS + 2)]
        bound = 1.25 if way == "11_threads" and gil else None
        good &= report(f"ways: two who count / one, {way[3:]}", ratios, bound, at_least=True)
    return good


def asked(*clients):
    began = perf_counter()
    for client in clients:
        client.send("count")
    for client in clients:
        client.receive(timeout=60)
    return perf_counter() - began
