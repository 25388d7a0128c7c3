"""make bench: what the glass costs. Each number is a ratio of two things that were measured in turn, in this run."""
import json
import os
import resource
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers import connect, run

ROOT = Path(__file__).resolve().parents[2]
LESSON = ROOT / "lessons" / "04_multi_client_echo.py"


def main():
    start_up()
    step()
    recording()
    memory()
    notebooks()


def report(what, values, bound, unit=""):
    """A line: the median, what was met around it, and the bound. `bound` reads like "≤ 2.0"."""
    median = statistics.median(values)
    sign, number = bound.split()
    kept = median <= float(number) if sign == "≤" else median >= float(number)
    print(f"{what:<62} {median:7.2f}{unit}  (min {min(values):.2f}, max {max(values):.2f}; bound {bound}{unit})"
          f"  {'kept' if kept else 'NOT KEPT'}", flush=True)


def seconds(action):
    before = time.perf_counter()
    action()
    return time.perf_counter() - before


def start_up():
    """run() until the loop is held, beside a bare interpreter that imports what every lesson imports."""
    ratios = []
    for _ in range(20):
        bare = seconds(lambda: subprocess.run([sys.executable, "-c", "import select, socket"], check=True))
        before = time.perf_counter()
        with run("04_multi_client_echo", held=True):
            ratios.append((time.perf_counter() - before) / bare)
    report("start-up: run(held=True) / python -c 'import select, socket'", ratios, "≤ 2.0")


def step():
    """What step() takes, less what the loop itself waited and worked: milliseconds."""
    added = []
    with run("04_multi_client_echo", held=True) as server:
        alice = connect(server, "alice")
        server.step()
        for _ in range(200):
            alice.send("x" * 64)
            before = time.perf_counter()
            one = server.step()
            added.append((time.perf_counter() - before - one.waited - one.worked) * 1000)
            alice.receive()
    report("step(): added to what the loop takes", added, "≤ 3", " ms")


# -- recording ---------------------------------------------------------------------------------------------------------

def recording():
    """CPU time of the server for an echo, run plainly / recorded: the part of the throughput that is kept.

    Time on the clock would measure the load generator, which is as slow as the server; see technical notes in the
    field: compare what the server's process itself uses, in turn, several times.
    """
    ratios = []
    for _ in range(7):
        ratios.append(plain_echo() / recorded_echo())
    report("recording: throughput kept, 50 busy clients, 64-byte echoes", ratios, "≥ 0.7")


def plain_echo():
    process = subprocess.Popen([sys.executable, "-u", str(LESSON), "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = int(process.stdout.readline().split()[-1])
        return cpu_for_an_echo(process.pid, port)
    finally:
        process.kill()
        process.communicate()


def recorded_echo():
    with run("04_multi_client_echo") as server:
        return cpu_for_an_echo(server.child.process.pid, server.address[1])


def cpu_for_an_echo(pid, port, clients=50, lasts=1.5):
    """Seconds of the server's CPU for one echo, while `clients` play ping-pong with 64 bytes for `lasts` seconds."""
    selector, message, echoes = selectors.DefaultSelector(), b"x" * 64, 0
    socks = [socket.create_connection(("127.0.0.1", port)) for _ in range(clients)]
    for sock in socks:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(sock, selectors.EVENT_READ)
        sock.sendall(message)
    warm, end, before = time.monotonic() + 0.3, time.monotonic() + 0.3 + lasts, None
    while (now := time.monotonic()) < end:
        if before is None and now >= warm:
            before, echoes = cpu_of(pid), 0
        for key, _ in selector.select(1):
            key.fileobj.recv(4096)
            key.fileobj.sendall(message)
            echoes += 1
    used = cpu_of(pid) - before
    for sock in socks:
        sock.close()
    return used / echoes


def cpu_of(pid):
    """User and system seconds of a process so far. Linux tells them to the nanosecond; elsewhere ps to the 1/100 s."""
    path = Path(f"/proc/{pid}/schedstat")
    if path.exists():
        return int(path.read_text().split()[0]) / 1e9
    minutes, rest = subprocess.run(["ps", "-o", "time=", "-p", str(pid)], capture_output=True, text=True).stdout.split(":")
    return int(minutes) * 60 + float(rest)


SPIN = """
import resource, select, sys, time
end, count = time.monotonic() + 10, 0
while time.monotonic() < end:
    for _ in range(1000):
        select.select([], [], [], 0)
    count += 1000
unit = 1024 if sys.platform != "darwin" else 1 << 20
print(count // 10, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit)
"""


def memory():
    """A program that calls select as fast as it can for 10 s, recorded: megabytes of both processes at their most."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spin.py"
        path.write_text(SPIN)
        watch = ("from helpers import run; import resource, sys; s = run(sys.argv[1]); s.listen(lambda: s.ended, 60); "
                 "n = len(s.iterations); "
                 "print(s.output.split()[0], s.output.split()[1], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, n)")
        said = subprocess.run([sys.executable, "-c", watch, str(path)], capture_output=True, text=True, timeout=120).stdout
    rate, child, ours, kept = map(int, said.split())
    print(f"    {rate:,} calls of select a second, for 10 s; {kept:,} iterations kept")
    report("memory of the child after 10 s of spinning", [child], "≤ 100", " MB")
    report("memory of the process that records it", [ours], "≤ 100", " MB")


# -- notebooks ---------------------------------------------------------------------------------------------------------

def notebooks():
    """nbval over all notebooks / nbval over as many notebooks of one empty cell, started in the same way."""
    files = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    cell = {"cell_type": "code", "id": "empty", "execution_count": 1, "metadata": {}, "outputs": [], "source": "pass"}
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            book = json.loads(file.read_text())
            (Path(folder) / file.name).write_text(json.dumps({**book, "cells": [cell]}))
        shutil.copy(ROOT / "notebooks" / "conftest.py", folder)
        ratios = [seconds(lambda: nbval(ROOT / "notebooks")) / seconds(lambda: nbval(folder)) for _ in range(5)]
    report(f"nbval: {len(files)} notebooks / {len(files)} empty ones", ratios, "≤ 1.5")


def nbval(folder):
    subprocess.run([sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider",
                    str(folder)], cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=300,
                   env={**os.environ, "PYTEST_ADDOPTS": ""})


if __name__ == "__main__":
    main()
