"""What all benchmarks share: how a number is reported, how time and CPU time are taken, and servers to compare with."""
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psutil

from helpers.trials import room_for
from tests import AN_HOUR, ROOT

ECHO, QUEUES = "04_multi_client_echo", "06_read_write_queues"
PATIENCE = 10.0                             # seconds: the longest that a client waits
REST = 0.005                                # seconds after the last echo: the server waits again

# asyncio reads with recv(256 KiB). Where glibc's malloc fetches that much from the system, and gives it back, each
# time, an echo costs three times as much: it is luck, start by start. With this room on its heap no server meets it.
AT_ITS_BEST = {"MALLOC_TOP_PAD_": str(4 << 20)}


def report(what, values, bound, unit="", at_least=False):
    """Print a line; True if the median is within the bound (None: there is none, the number is only told)."""
    middle = median(values)
    good = bound is None or (middle >= bound if at_least else middle <= bound)
    verdict = "" if bound is None else (f"   bound {'≥' if at_least else '≤'} {bound:g}{unit}   "
                                        f"{'ok' if good else 'OUT OF BOUND'}")
    print(f"{what:<62} {middle:7.2f}{unit:<3} ({min(values):.2f} – {max(values):.2f}, {len(values)} times){verdict}",
          flush=True)
    return good


def note(what):
    print(f"    {what}", flush=True)


def timed(function, *arguments, **keywords):
    """Seconds that a call takes."""
    started = time.perf_counter()
    function(*arguments, **keywords)
    return time.perf_counter() - started


def cpu_time(number):
    """Seconds of CPU time, user and system, that a process and those that it has started have had, when it has come to
    rest; to a nanosecond on Linux.

    There the account of a process that runs is some milliseconds behind (/proc/NUMBER/task/*/schedstat).
    """
    time.sleep(REST)
    return sum(map(of_one, [number, *(child.pid for child in psutil.Process(number).children(recursive=True))]))


def of_one(number):
    try:
        return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{number}/task").glob("*/schedstat")) / 1e9
    except FileNotFoundError:
        spent = psutil.Process(number).cpu_times()
        return spent.user + spent.system


def cores():
    """A core for the servers and another for their clients, as sets; None, None where they can't be chosen."""
    if not hasattr(os, "sched_getaffinity") or len(ours := sorted(os.sched_getaffinity(0))) < 2:
        return None, None
    return {ours[0]}, {ours[1]}


def put_on(core, number=0):
    """Let a process, or this one, run on that core alone."""
    if core:
        os.sched_setaffinity(number, core)


@contextmanager
def plain_server(path=ROOT / "lessons" / f"{ECHO}.py"):
    """A lesson, or another server, as a plain process with nothing of the course: (process, port)."""
    command = [sys.executable, "-u", path, "0"] if path.suffix == ".py" else [path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **AT_ITS_BEST},
                          preexec_fn=lambda: signal.alarm(AN_HOUR)) as process:
        try:
            yield process, int(process.stdout.readline().split()[-1])
        finally:
            process.kill()


def costs(paths, clients, turns, echoes, idle=None, guests=None):
    """{name: µs of CPU time an echo} of servers that have just been started, {name: path}, and take turns (see load).

    They are on one core, and their clients on another. idle: {name: how many more connections say nothing}. guests: {name: a
    context manager that takes the port, and keeps somebody there meanwhile}.
    """
    idle = idle or {}
    with ExitStack() as stack, room_for(clients * len(paths) + sum(idle.values())):      # the clients' process inherits it
        servers = []
        for name, path in paths.items():
            process, port = stack.enter_context(plain_server(path))
            put_on(cores()[0], process.pid)
            if guests and name in guests:
                stack.enter_context(guests[name](port))
            servers.append(f"{process.pid}:{port}:{idle.get(name, 0)}")
        done = subprocess.run([sys.executable, "-m", "tests.benchmarks.load", str(clients), str(turns), str(echoes), *servers],
                              cwd=ROOT, stdout=subprocess.PIPE, timeout=300, check=True)
    return dict(zip(paths, json.loads(done.stdout)))


def own_memory(number):
    """KiB that a process and those that it has started have for themselves, with their share of what they share (PSS).

    Where the system doesn't tell it, only what isn't shared (USS).
    """
    process = psutil.Process(number)
    told = [one.memory_full_info() for one in (process, *process.children())]
    return sum(getattr(one, "pss", one.uss) for one in told) / 1024


def idle_memory(path, clients):
    """KiB that an idle client costs a server of that program. As many come before: they make room that these need, too."""
    with room_for(2 * clients), plain_server(path) as (process, port), ExitStack() as stack:
        for _ in range(clients):
            stack.enter_context(call(("127.0.0.1", port)))
        before = own_memory(process.pid)
        for _ in range(clients):
            stack.enter_context(call(("127.0.0.1", port)))
        return (own_memory(process.pid) - before) / clients


def call(address):
    """A connection that the server has accepted: its queue of waiting clients is short."""
    sock = socket.create_connection(address, timeout=PATIENCE)
    sock.sendall(b"hello")
    receive(sock, 5)
    return sock


def receive(sock, size):
    while size:
        data = sock.recv(size)
        assert data, "the server has closed the connection"
        size -= len(data)


def all_echo(sockets, data, before=lambda: None, between=lambda: None):
    """All of them say it, and then each hears it back."""
    before()
    for sock in sockets:
        sock.sendall(data)
    between()
    for sock in sockets:
        receive(sock, len(data))
