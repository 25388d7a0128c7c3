"""What the glass costs. Each number is measured beside the thing that it is compared with, in turn, in one run.

    python -m tests.benchmarks                    all of them
    python -m tests.benchmarks start step         some of them, by name

Exit status 1 if a median is out of its bound.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import median

import nbformat
import psutil

from helpers import Iteration, Operation, Recording, connect, player, run, trials
from helpers.trials import room_for
from tests import ROOT

ECHO, QUEUES = "04_multi_client_echo", "06_read_write_queues"
TRIALS = "trials.run_all("
PATIENCE = 10.0    # seconds: the longest that a client waits

SPINNING = "import select\nwhile True:\n    select.select([], [], [], 0)\n"


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
    started = time.perf_counter()
    function(*arguments, **keywords)
    return time.perf_counter() - started


# -- start-up --------------------------------------------------------------------------------------------------------

def start():
    """run() to the first iteration held, to a bare interpreter that imports what a server needs."""
    ours, bare = [], []
    for _ in range(21):
        bare.append(timed(subprocess.run, [sys.executable, "-c", "import select, socket"]))
        started = time.perf_counter()
        server = run(ECHO, held=True)
        ours.append(time.perf_counter() - started)
        server.stop()
    ours, bare = ours[1:], bare[1:]                  # the first one reads files that the others find in memory
    note(f"run(held=True) {median(ours) * 1e3:.1f} ms, a bare interpreter {median(bare) * 1e3:.1f} ms (medians)")
    return report("start-up: run() to the first iteration held / bare interpreter",
                  [one / other for one, other in zip(ours, bare)], 2.0)


# -- step ------------------------------------------------------------------------------------------------------------

def step():
    """Ten clients speak, the loop goes round, ten answers are there: with step(), and with a plain server."""
    clients, data = 10, b"x" * 64
    stepped, plain = [], []
    with plain_server() as (_, port), run(ECHO, held=True) as server, ExitStack() as sockets:
        there = [sockets.enter_context(call(("127.0.0.1", port))) for _ in range(clients)]
        here = []
        for number in range(clients):
            here.append(sockets.enter_context(connect(server, f"client {number}")).socket)
            server.step()
        for _ in range(200):
            plain.append(timed(all_echo, there, data))
            stepped.append(timed(all_echo, here, data, between=server.step))
        assert all(len(one.readable) == clients for one in server.iterations[-200:])
    added = [(one - other) * 1e3 for one, other in zip(stepped, plain)]
    note(f"ten echoes: {median(stepped) * 1e3:.2f} ms with a step, {median(plain) * 1e3:.2f} ms by a plain server (medians)")
    return report("step(): what it adds to the loop's own time, ten clients ready", added, 3.0, " ms")


def all_echo(sockets, data, before=lambda: None, between=lambda: None):
    before()
    for sock in sockets:
        sock.sendall(data)
    between()
    for sock in sockets:
        receive(sock, len(data))


# -- notebooks -------------------------------------------------------------------------------------------------------

def notebooks():
    """Strict nbval over the course, to nbval over as many notebooks of one empty cell; with the trials, and without."""
    course = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    whole, lessons, floor = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        empty = copies(course, Path(folder) / "empty", lambda cells: [nbformat.v4.new_code_cell("", execution_count=1)])
        plain = copies(course, Path(folder) / "plain", lambda cells: [one for one in cells if TRIALS not in one.source])
        for _ in range(3):
            floor.append(timed(nbval, empty))
            lessons.append(timed(nbval, plain))
            whole.append(timed(nbval, course))
    note(f"{len(course)} notebooks {median(whole):.1f} s, without trials {median(lessons):.1f} s, "
         f"as many empty ones {median(floor):.1f} s (medians)")
    report("notebooks: nbval over all of them / over as many empty ones",
           [one / other for one, other in zip(whole, floor)], None)
    return report("notebooks: the same without the cells that run trials",
                  [one / other for one, other in zip(lessons, floor)], 1.5)


def copies(paths, folder, choose):
    """Copies of notebooks with the cells that choose(cells) returns; their paths."""
    folder.mkdir()
    shutil.copy(ROOT / "notebooks" / "conftest.py", folder)
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = choose(notebook.cells)
        nbformat.write(notebook, folder / path.name)
    return [folder / path.name for path in paths]


def nbval(paths):
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env",
                           "--nbval-cell-timeout=60", "-p", "no:cacheprovider", "-c", "pyproject.toml",
                           *map(str, paths)], cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=600)
    assert done.returncode == 0, done.stdout


# -- recording -------------------------------------------------------------------------------------------------------

def recording():
    """50 busy clients, 64-byte echoes: the server's CPU time an echo, plain and recorded.

    Not the rate: this load generator is as slow as the server, and would flatten every ratio.
    """
    clients, rounds = 50, 1500
    with plain_server() as (process, port), run(ECHO) as server, ExitStack() as sockets:
        plain, recorded = [
            Load(number, [sockets.enter_context(call(address)) for _ in range(clients)])
            for number, address in ((process.pid, ("127.0.0.1", port)), (server.child.process.pid, server.address))]
        times = []
        for _ in range(8):
            before = server.iterations[-1].number
            times.append((plain.go(rounds), recorded.go(rounds)))
            last = server.iterations[-1]
            # as many clients at once for both: each round is one iteration, and now and then an idle one
            assert rounds <= last.number - before < 1.1 * rounds and len(last.operations) in (0, 2 * clients)
        del times[0]                                 # to warm up
        note(f"{median(one for one, _ in times) * 1e6:.2f} µs an echo plain, "
             f"{median(two for _, two in times) * 1e6:.2f} µs recorded (medians)")
    return report("recording: throughput kept under 50 busy clients",
                  [one / two for one, two in times], 0.7, at_least=True)


class Load:
    """Clients of one server that send 64 bytes each, wait for the echoes, and send again.

    The server is stopped while they send, so that it finds all of them ready at once, as it does when clients are
    quicker than it is. Otherwise the slower of two servers meets larger batches, and its cost an echo looks smaller.
    """

    def __init__(self, number, sockets):
        self.number, self.sockets, self.data = number, sockets, b"x" * 64
        self.server = psutil.Process(number)

    def go(self, rounds):
        """The server's CPU time an echo."""
        before = self.spent()
        for _ in range(rounds):
            all_echo(self.sockets, self.data, self.stop, self.go_on)
        return (self.spent() - before) / (rounds * len(self.sockets))

    def stop(self):
        os.kill(self.number, signal.SIGSTOP)
        _, status = os.waitpid(self.number, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "the server has ended"

    def go_on(self):
        os.kill(self.number, signal.SIGCONT)

    def spent(self):
        spent = self.server.cpu_times()
        return spent.user + spent.system


# -- throughput ------------------------------------------------------------------------------------------------------

def throughput():
    """64-byte echoes of lesson 06, asyncio's Protocol and asyncio's streams: echoes a second of the server's CPU time."""
    good = True
    with tempfile.TemporaryDirectory() as folder, room_for(1000):
        servers = {"lesson 06": ROOT / "lessons" / f"{QUEUES}.py"}
        for name, text in (("Protocol", PROTOCOL), ("streams", STREAMS)):
            servers[name] = Path(folder) / f"{name}.py"
            servers[name].write_text(text)
        for clients, rounds, bound in ((50, 1000, 1.0), (900, 60, None)):
            spent = {name: [] for name in servers}
            for _ in range(5):                       # in turns, so that all of them meet the same weather
                for name, path in servers.items():
                    spent[name].append(an_echo(path, clients, rounds))
            note(f"{clients} clients: " + ", ".join(f"{name} {1 / median(one):,.0f}" for name, one in spent.items())
                 + " echoes a second of CPU time (medians)")
            for other in ("Protocol", "streams"):
                ratios = [theirs / ours for ours, theirs in zip(spent["lesson 06"], spent[other])]
                good &= report(f"throughput: lesson 06 / asyncio's {other}, {clients} busy clients", ratios,
                               bound if other == "Protocol" else None, at_least=True)
    return good


def an_echo(path, clients, rounds):
    """The server's CPU time an echo, of a fresh server with so many busy clients."""
    with plain_server(path) as (process, port), ExitStack() as sockets:
        load = Load(process.pid, [sockets.enter_context(call(("127.0.0.1", port))) for _ in range(clients)])
        load.go(rounds // 5)                         # to warm up
        return load.go(rounds)


PROTOCOL = """
import asyncio

class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

async def main():
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, backlog=128)
    print("listening on port", server.sockets[0].getsockname()[1])
    await server.serve_forever()

asyncio.run(main())
"""

STREAMS = """
import asyncio

async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()

async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=128)
    print("listening on port", server.sockets[0].getsockname()[1])
    await server.serve_forever()

asyncio.run(main())
"""


# -- trials ----------------------------------------------------------------------------------------------------------

def put_on_trial():
    """All trials, for a good server and for each of the bank of faulty ones: seconds, since a reader waits for them."""
    from tests.trials.bank import BANK, faulty
    good = [timed(quietly, QUEUES) for _ in range(5)]
    bad = {wrong: timed(quietly, faulty(changes)) for _, wrong, _, changes, _ in BANK}
    slowest = max(bad, key=bad.get)
    note(f"the slowest of {len(bad)} faulty servers: {slowest}")
    fine = report("trials: all of them, for lesson 06", good, 20, " s")
    return report("trials: all of them, for the slowest faulty server", [bad[slowest]], 60, " s") and fine


def quietly(program):
    with redirect_stdout(StringIO()):
        trials.run_all(program)


# -- the player ------------------------------------------------------------------------------------------------------

def playing():
    """A recording of 10,000 iterations, 40 clients talking, as a page in Chromium: how long until it is there, and a step."""

    from tests.browser.lab import browser_page, chromium
    if not chromium():
        note("the player is not measured: there is no Chromium")
        return True
    with tempfile.TemporaryDirectory() as folder:
        recording = crowd(10_000)
        started = time.perf_counter()
        page = player(recording, program=ECHO).save(Path(folder) / "walk.html")
        made = time.perf_counter() - started
        opened, steps = [], []
        with browser_page(chromium()) as browser:
            for _ in range(5):
                browser.page.goto(page.as_uri())
                browser.page.locator(".player .verdict", has_text="readable").wait_for()
                opened.append(made + browser.page.evaluate(OPENED))
                steps.append(median(browser.page.evaluate(STEPS)))
    note(f"its film and its page were made in {made:.2f} s, which is counted in")
    return all([report("player: 10,000 iterations, from the recording to the first picture", opened, 1.0, " s"),
                report("player: one step, with layout and paint (medians of 200)", steps, 16.0, " ms")])


# Seconds from the start of the navigation to the first paint with content.
OPENED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"

# Milliseconds from a key, in a frame, until that frame is painted (the message comes after it), all over the recording.
STEPS = """async () => {
    const root = document.querySelector('.player'), slider = document.querySelector('.slider'), took = [];
    for (let number = 0; number < 200; number++) {
        if (number % 20 === 0) { slider.value = number * 45; slider.dispatchEvent(new Event('input')); }
        await new Promise(requestAnimationFrame);
        const started = performance.now();
        root.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
        const channel = new MessageChannel();
        const painted = new Promise((done) => (channel.port1.onmessage = done));
        channel.port2.postMessage(null);
        await painted;
        took.push(performance.now() - started);
    }
    return took;
}"""


def crowd(number):
    names = [f"conn {place}" for place in range(40)]
    recording = Recording(ECHO)
    for count in range(1, number + 1):
        ready = [names[(count * step) % 40] for step in (1, 3, 7)]
        did = [Operation(what, name, 64, b"x" * 64) for name in dict.fromkeys(ready) for what in ("recv", "sendall")]
        recording.append(Iteration(count, "select", 1, ["listener", *names], [], list(dict.fromkeys(ready)), [], [],
                                   0.001, 0.001, did, [25, 26, 27, 32, 33, 24]))
    return recording


# -- memory ----------------------------------------------------------------------------------------------------------

def memory():
    """A program that does nothing but select, for ten seconds, recorded; its iterations are asked for each second.

    In a process of its own, so that its peak is not that of another benchmark.
    """
    done = subprocess.run([sys.executable, "-m", __spec__.name, "spin"], cwd=ROOT, stdout=subprocess.PIPE, timeout=60)
    seen = json.loads(done.stdout)
    note(f"{seen['selects'] / seen['seconds']:,.0f} selects a second for {seen['seconds']:.1f} s; "
         f"{seen['kept']:,} iterations kept in the end, {seen['dropped']:,} counted only")
    good = report("memory: peak of the program's process", [seen["child"]], 100, " MB")
    return report("memory: peak of the notebook's process (helpers alone)", [seen["here"]], 100, " MB") and good


def spin():
    """Print what `memory` reports, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "spinning.py"
        program.write_text(SPINNING)
        with run(program) as server:
            started = time.perf_counter()
            child = 0
            for second in range(1, 11):
                while time.perf_counter() - started < second:
                    child = max(child, peak(server.child.process.pid))
                    time.sleep(0.05)
                server.fetch()
            seconds = time.perf_counter() - started
            child = max(child, peak(server.child.process.pid))
            print(json.dumps({"selects": server.iterations[-1].number, "seconds": seconds, "child": child,
                              "here": peak(psutil.Process().pid), "kept": len(server.recording.iterations),
                              "dropped": server.recording.dropped}))


def peak(number):
    """The most memory that a process has had, in MB; where the system doesn't tell, what it has now."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 / 1e6
    except FileNotFoundError:
        return psutil.Process(number).memory_info().rss / 1e6


# -- servers and sockets ---------------------------------------------------------------------------------------------

@contextmanager
def plain_server(path=ROOT / "lessons" / f"{ECHO}.py"):
    """A lesson, or another server, as a plain process with nothing of the course: (process, port)."""
    with subprocess.Popen([sys.executable, "-u", path, "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, int(process.stdout.readline().split()[-1])
        finally:
            process.kill()


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


BENCHMARKS = {one.__name__: one for one in (start, step, notebooks, recording, throughput, put_on_trial,
                                             playing, memory)}

if __name__ == "__main__":
    if sys.argv[1:] == ["spin"]:
        spin()
    elif unknown := set(sys.argv[1:]) - BENCHMARKS.keys():
        sys.exit(f"There is no benchmark {unknown.pop()!r}. There are: {', '.join(BENCHMARKS)}.")
    else:
        results = [BENCHMARKS[name]() for name in sys.argv[1:] or BENCHMARKS]
        sys.exit(0 if all(results) else 1)
