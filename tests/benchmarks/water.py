"""Lesson 13: what a client who pours and never reads costs a server in memory, and what it costs others in speed."""
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests import ROOT

from .measuring import call, costs, note, own_memory, plain_server, receive, report, timed

STREAMS = Path(__file__).parent / "servers" / "streams.py"
OURS, BEFORE = "lesson 13", "lesson 10"
PATHS = {"lesson 06": ROOT / "lessons" / "06_read_write_queues.py", BEFORE: ROOT / "lessons" / "10_beyond_select.py",
         OURS: ROOT / "lessons" / "13_backpressure.py", "asyncio's streams": STREAMS}
PIECE, MUCH = b"all work and no play " * 3000, 80_000_000
STALL = 0.5                                  # seconds in which nothing is taken: it is full
GROWTH = 3                                   # times that memory is measured
ROUNDS, TURNS = 7, 8
ECHOES = {50: 4000, 900: 9000}               # in each turn
WORDS = 2000                                 # of the fast reader, in each turn


def water():
    """Memory after 80 MB that nobody reads; a fast reader beside it, to alone; and what the bound costs over lesson 10."""
    results = [memory(), beside()]
    for clients, echoes in ECHOES.items():
        found = [costs({BEFORE: PATHS[BEFORE], OURS: PATHS[OURS]}, clients, TURNS, echoes) for _ in range(ROUNDS)]
        ratios = [one[OURS] / one[BEFORE] for one in found]
        results.append(report(f"water: CPU time an echo, {OURS} / {BEFORE}, {clients} clients", ratios, 1.1))
    return all(results)


def memory():
    good = True
    with tempfile.TemporaryDirectory() as folder:
        undrained = Path(folder) / "undrained.py"
        undrained.write_text(STREAMS.read_text().replace("        await writer.drain()\n", ""))
        for name, path in {**PATHS, "asyncio's streams, no drain": undrained}.items():
            grown, taken = zip(*(poured_at(path) for _ in range(GROWTH)))
            note(f"{name}: {median(taken) / 1e6:.1f} MB of {MUCH / 1e6:.0f} taken (median)")
            good &= report(f"water: memory after {MUCH / 1e6:.0f} MB, {name}", grown, 1 if name == OURS else None, " MB")
    return good


def poured_at(path):
    """(MB that its process has grown by, bytes that it took of what a client poured that reads nothing.)"""
    with plain_server(path) as (process, port), call(("127.0.0.1", port)) as other:
        before = own_memory(process.pid)
        with pouring(port) as taken:
            other.sendall(b"hello")
            receive(other, 5)                # it has come round
            grown = (own_memory(process.pid) - before) * 1024 / 1e6
            process.kill()                   # before the client leaves: nobody need tell of it
    return grown, taken


@contextmanager
def pouring(port):
    """A client that has sent as much as is taken, 80 MB at most, and reads nothing, and stays."""
    with call(("127.0.0.1", port)) as pourer:
        pourer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        pourer.settimeout(STALL)
        taken = 0
        try:
            while taken < MUCH:
                taken += pourer.send(PIECE[:MUCH - taken])
        except TimeoutError:
            pass
        yield taken


def beside():
    """One fast reader at a server where somebody pours, to the same reader alone there, in turn.

    (At two servers side by side it is the choice of processors that decides: a ratio of 5 was seen.)
    """
    ratios = []
    with plain_server(PATHS[OURS]) as (_, port), call(("127.0.0.1", port)) as reader:
        for _ in range(ROUNDS + 1):
            alone = timed(talk, reader)
            with pouring(port):
                ratios.append(alone / timed(talk, reader))
    good = report("water: echoes a second beside one who pours / alone", ratios[1:], 0.9, at_least=True)
    ratios = []
    for _ in range(ROUNDS):
        found = costs({"alone": PATHS[OURS], "beside": PATHS[OURS]}, 1, TURNS, WORDS, guests={"beside": pouring})
        ratios.append(found["alone"] / found["beside"])
    return report("water: CPU time an echo, alone / beside one who pours", ratios, 0.9, at_least=True) and good


def talk(sock):
    for _ in range(WORDS):
        sock.sendall(b"x" * 64)
        receive(sock, 64)
