"""What it takes to step a held loop."""
from contextlib import ExitStack
from statistics import median

from helpers import connect, run

from .measuring import ECHO, all_echo, call, note, plain_server, report, timed


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
    note(f"ten echoes: {median(stepped) * 1e3:.2f} ms with a step, {median(plain) * 1e3:.2f} ms by a plain server "
         "(medians)")
    return report("step(): what it adds to the loop's own time, ten clients ready", added, 1.0, " ms")
