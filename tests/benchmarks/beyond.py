"""Lesson 10 beside asyncio, uvloop and C: what an echo costs, and what the idle ones cost.

Each side at its best, as in `throughput`: see AT_ITS_BEST. The system's own work is most of each echo, so two servers are
never far apart: what is compared takes turns, ECHOES at a time.
"""
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests import ROOT

from .measuring import AT_ITS_BEST, call, costs, idle_memory, note, receive, report

HERE = Path(__file__).parent / "servers"
PROTOCOL, UVLOOP, IN_C, OURS, ALONE = "asyncio's Protocol", "uvloop's Protocol", "epoll in C", "lesson 10", "epoll_alone"
LESSONS = {OURS: ROOT / "lessons" / "10_beyond_select.py", ALONE: ROOT / "lessons" / "epoll_alone.py"}
# What is written on `selectors` is read most easily, and pays for a look at a key for each event; on epoll itself it keeps up
# with uvloop, and nearly with C.
BOUNDS = {(ALONE, PROTOCOL): 0.85, (ALONE, UVLOOP): 1.05, (ALONE, IN_C): 1.25, (OURS, PROTOCOL): 0.95}

ROUNDS, TURNS = 7, 8
ECHOES = {50: 4000, 900: 9000}               # in each turn
CALLS = 2000                                 # echoes whose system calls are counted
IDLE, BUSY = 10_000, 50
CLIENTS = 2000                               # whose memory is measured


def beyond():
    """Lesson 10's two programs: CPU time an echo, system calls an echo, memory and time for those who are idle."""
    with tempfile.TemporaryDirectory() as folder:
        paths = servers(Path(folder))
        results = [speed(paths, clients, echoes) for clients, echoes in ECHOES.items()]
    for what in calls, memory, beside_the_idle:
        results += [what(name, path) for name, path in LESSONS.items()]
    return all(results)


def servers(folder):
    """{name: path} of those that can be started here; of the others it is said why not."""
    found = {PROTOCOL: HERE / "protocol.py", **LESSONS}
    if importlib.util.find_spec("uvloop"):
        found[UVLOOP] = HERE / "uvloop_protocol.py"
    else:
        note(f"{UVLOOP}: not measured, since uvloop isn't installed (it is in the test extra)")
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler:
        subprocess.run([compiler, "-O2", "-Wall", "-o", folder / "in_c", HERE / "epoll.c"], check=True, timeout=60)
        found[IN_C] = folder / "in_c"
    else:
        note(f"{IN_C}: not measured, since there is no compiler")
    return found


def speed(paths, clients, echoes):
    rounds = [costs(paths, clients, TURNS, echoes) for _ in range(ROUNDS)]
    note(f"{clients} busy clients, µs an echo: "
         + ", ".join(f"{name} {median(one[name] for one in rounds):.2f}" for name in paths) + " (medians)")
    good = True
    for ours in LESSONS:
        for other in (PROTOCOL, UVLOOP, IN_C):
            if other in paths:
                good &= report(f"beyond: {ours} / {other}, {clients} clients",
                               [one[ours] / one[other] for one in rounds], BOUNDS.get((ours, other)))
    return good


def calls(name, path):
    """System calls an echo, counted by strace: those of more echoes, less those of fewer."""
    if not shutil.which("strace"):
        note("system calls an echo: not counted, since there is no strace")
        return True
    counts = [counted(path, echoes) for echoes in (CALLS, 3 * CALLS)]
    return report(f"beyond: {name}, system calls an echo, {BUSY} clients", [(counts[1] - counts[0]) / (2 * CALLS)], 2.1)


def counted(path, echoes):
    """How many system calls a server has made, from its start to its end, if so many echoes were asked of it."""
    with tempfile.NamedTemporaryFile("r") as table:
        with subprocess.Popen(["strace", "-f", "-c", "-o", table.name, sys.executable, "-u", path, "0"],
                              stdout=subprocess.PIPE, text=True, env={**os.environ, **AT_ITS_BEST}) as process:
            port = int(process.stdout.readline().split()[-1])
            sockets = [call(("127.0.0.1", port)) for _ in range(BUSY)]
            for _ in range(echoes // BUSY):
                for sock in sockets:
                    sock.sendall(b"x" * 64)
                for sock in sockets:
                    receive(sock, 64)
            [server] = children(process.pid)
            server.terminate()
            process.wait(30)
            for sock in sockets:
                sock.close()
        return int(re.search(r"^\s*100\.00\s.*?(\d+)(?:\s+\d+)? total$", table.read(), re.MULTILINE)[1])


def children(number):
    import psutil
    return psutil.Process(number).children()


def memory(name, path):
    """What an idle client costs a server: its own memory, before and after many of them."""
    return report(f"beyond: {name}, memory of an idle client", [idle_memory(path, CLIENTS)], 0.5, " K")


def beside_the_idle(name, path):
    """50 busy clients beside 10,000 idle ones, to the same without them: two servers of one program, in turn."""
    ratios = []
    for _ in range(ROUNDS):
        found = costs({"without": path, "beside": path}, BUSY, TURNS, ECHOES[BUSY], idle={"beside": IDLE})
        ratios.append(found["beside"] / found["without"])
    return report(f"beyond: {name}, {BUSY} busy clients beside {IDLE:,} idle / without", ratios, 1.1)
