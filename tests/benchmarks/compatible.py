"""Lesson 17 beside the real redis-server: the same load on both, in turn; and 10,000 sequences of commands at random."""
import csv
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from statistics import median

import psutil

from tests import ROOT
from tests.course.resp import real

from .measuring import cores, cpu_time, note, plain_server, put_on, report

LESSON = ROOT / "lessons" / "17_redis.py"
COMMANDS = ("SET", "GET")
CLIENTS = 50
ROUNDS = 7
AT_ONCE = {1: 50_000, 16: 200_000}           # commands that a client sends before it waits: how many in a round
RATE = {1: 0.85, 16: 0.3}
LATENCY = {1: 2, 16: None}                   # with 16 at once all clients wait for the server's CPU: the rate says it already
SEQUENCES = 10_000
BOUND = 300                                  # seconds: the longest that one load may take


def redis():
    """Commands a second, latency, and CPU time a command, lesson 17's to the real one's; then the replies to random commands."""
    if not (shutil.which("redis-benchmark") and shutil.which("redis-server")):
        note("redis: needs redis-server and redis-benchmark (apt-get install redis-server redis-tools)")
        return False
    with plain_server(LESSON) as (process, port), real() as other:
        servers = {"17": (process.pid, port), "redis": (process_at(other), other)}
        for number, _ in servers.values():
            put_on(cores()[0], number)
        good = [calls(port, other), *(loads(servers, at_once) for at_once in AT_ONCE)]
    return all(good) & sequences()


def process_at(port):
    """The number of the process that listens there: one that this one has started."""
    return next(child.pid for child in psutil.Process().children() for one in child.net_connections()
                if one.status == psutil.CONN_LISTEN and one.laddr.port == port)


def calls(*ports):
    """Somebody else's clients make the same calls to both: a table, commands by clients, "=" where they are told the same."""
    from tests.course import test_lesson_17_clients as clients  # it needs redis-py
    with ExitStack() as stack:
        asks = {f"redis-cli -{protocol}": [partial(clients.cli, port, f"-{protocol}") for port in ports] for protocol in (2, 3)}
        for protocol in 2, 3:
            pair = [stack.enter_context(clients.redis.Redis(port=port, protocol=protocol)) for port in ports]
            asks[f"redis-py {protocol}"] = [partial(clients.told, one) for one in pair]
        note(f"{'':<22}" + "  ".join(asks))
        good = True
        for line in ["DEL a b l", *clients.CALLS]:
            marks = [("=" if one(*line.split()) == other(*line.split()) else "DIFFERENT") for one, other in asks.values()]
            good &= set(marks) == {"="}
            note(f"{line:<22}" + "  ".join(f"{mark:<{len(name)}}" for name, mark in zip(asks, marks)).rstrip())
    return good


def loads(servers, at_once):
    rounds = [{name: load(*server, at_once) for name, server in servers.items()} for _ in range(ROUNDS)]
    good = True
    for command in COMMANDS:
        def ratios(what, command=command):
            return [one["17"][command][what] / one["redis"][command][what] for one in rounds]
        for what, unit in ("rps", "commands a second"), ("p99_latency_ms", "ms, p99"):
            note(f"{command} -P {at_once}, {unit}: "
                 + ", ".join(f"{name} {median(one[name][command][what] for one in rounds):,.2f}" for name in servers))
        good &= report(f"redis: {command}, -P {at_once}, {CLIENTS} clients, rate", ratios("rps"), RATE[at_once], at_least=True)
        good &= report(f"redis: {command}, -P {at_once}, {CLIENTS} clients, p99", ratios("p99_latency_ms"), LATENCY[at_once])
    note(f"-P {at_once}, µs of CPU a command: "
         + ", ".join(f"{name} {median(one[name]['cpu'] for one in rounds):.2f}" for name in servers))
    report(f"redis: -P {at_once}, CPU time a command", [one["17"]["cpu"] / one["redis"]["cpu"] for one in rounds], None)
    return good


def load(number, port, at_once):
    """What redis-benchmark says of each command, and the server's µs of CPU time a command."""
    before = cpu_time(number)
    done = subprocess.run(["redis-benchmark", "-p", str(port), "-t", ",".join(COMMANDS).lower(), "-n", str(AT_ONCE[at_once]),
                           "-c", str(CLIENTS), "-P", str(at_once), "--csv"],
                          stdout=subprocess.PIPE, text=True, timeout=BOUND, check=True, preexec_fn=lambda: put_on(cores()[1]))
    spent = cpu_time(number) - before
    found = {row["test"]: {key: float(value) for key, value in row.items() if key != "test"} for row in csv.DictReader(
        done.stdout.splitlines())}
    return {**found, "cpu": spent / len(COMMANDS) / AT_ONCE[at_once] * 1e6}


def sequences():
    """Commands at random: the replies of both are the same, byte for byte."""
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "tests/course/test_lesson_17_random.py"], cwd=ROOT,
                          env={**os.environ, "REDIS_SEQUENCES": str(SEQUENCES)}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    good = done.returncode == 0 and "1 passed" in done.stdout
    note(f"redis: {SEQUENCES:,} random sequences of commands: " + ("0 different" if good else "DIFFERENT\n" + done.stdout))
    return good
