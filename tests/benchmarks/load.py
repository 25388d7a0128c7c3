"""Busy clients of several servers, in a process of their own: what an echo costs each server.

    python -m tests.benchmarks.load CLIENTS TURNS ECHOES NUMBER:PORT[:IDLE] …        NUMBER: the server's process

Each client sends 64 bytes, and sends again as soon as its echo is there. The servers take turns: ECHOES by the first,
ECHOES by the second, and so on, TURNS times, so that all of them meet the same weather. IDLE more connections say nothing
meanwhile. Prints, as JSON, for each server the microseconds of its CPU time an echo.

The clients are all in one loop, over epoll where there is one, and its every step is as short as Python can have it:
when clients are slower than their server, it meets few of them ready at once, and pays more for each.
"""
import json
import os
import select
import sys

from .measuring import call, cores, cpu_time, put_on

DATA = b"x" * 64


class Crowd:
    """The clients of one server."""

    def __init__(self, clients, number, port, idle=0):
        self.number = number
        self.idle = [call(("127.0.0.1", port)) for _ in range(idle)]
        self.sockets = [call(("127.0.0.1", port)) for _ in range(clients)]
        self.watch = getattr(select, "epoll", select.poll)()
        for sock in self.sockets:
            sock.setblocking(True)
            self.watch.register(sock, select.POLLIN)

    def go(self, echoes):
        """So many echoes; the server's CPU time for all of them, in seconds."""
        before = cpu_time(self.number)
        read, write, poll = os.read, os.write, self.watch.poll
        for sock in self.sockets:
            write(sock.fileno(), DATA)
        waiting, left = len(self.sockets), echoes - len(self.sockets)
        while waiting:
            for number, _ in poll():
                assert read(number, 64) == DATA
                if left > 0:
                    left -= 1
                    write(number, DATA)
                else:
                    waiting -= 1
        return cpu_time(self.number) - before


def main(clients, turns, echoes, *servers):
    put_on(cores()[1])
    clients, turns, echoes = int(clients), int(turns), int(echoes)
    crowds = [Crowd(clients, *map(int, server.split(":"))) for server in servers]
    spent = [0.0] * len(crowds)
    for crowd in crowds:
        crowd.go(echoes)                             # to warm up
    for _ in range(turns):
        for place, crowd in enumerate(crowds):
            spent[place] += crowd.go(echoes)
    print(json.dumps([one / (turns * echoes) * 1e6 for one in spent]))


if __name__ == "__main__":
    main(*sys.argv[1:])
