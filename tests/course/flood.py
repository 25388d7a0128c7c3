"""Lesson 08 as a plain process, in a folder of its own, and clients who flood it, or wait for each `ok`."""
import selectors
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress

from tests import ROOT
from tests.course.test_lessons import read_until

PROGRAM = ROOT / "lessons" / "08_messages_to_tables.py"
FILE = "messages.db"
BOUND = 30.0                                # seconds without a word from the server: it hangs


@contextmanager
def serving(folder, program=PROGRAM):
    """The program in this folder: (its process, its port)."""
    with subprocess.Popen([sys.executable, "-u", program, "0", FILE], cwd=folder, stdout=subprocess.PIPE) as process:
        try:
            yield process, int(read_until(process.stdout.fileno(), r"port \d+\n").split()[-1])
        finally:
            process.kill()


def ask(folder, query):
    """What another program reads in the database of this folder."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        return database.execute(query).fetchall()


def call(port, name=None):
    """A connection; with a name it has been greeted."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=BOUND)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if name is not None:
        answers(sock, name + b"\n", b"hello %b\n" % name)
    return sock


def answers(sock, said, expected):
    """What is said is answered with just that."""
    sock.sendall(said)
    received = b""
    while len(received) < len(expected) and (data := sock.recv(len(expected) - len(received))):
        received += data
    assert received == expected


class Client:
    """A client who says its messages, `NAME 1`, `NAME 2` and so on, at most `ahead` of them before their `ok`."""

    def __init__(self, port, number, messages, ahead=None):
        self.name, self.messages, self.ahead = b"client-%d" % number, messages, ahead or messages
        self.said = self.acknowledged = 0
        self.sock, self.rest, self.came, self.gone = call(port, self.name), b"", b"", False
        self.sock.setblocking(False)

    @property
    def done(self):
        return self.gone or self.acknowledged == self.messages

    def say(self):
        """Say what may be said now, and fits."""
        more = min(self.messages, self.acknowledged + self.ahead) - self.said
        if more and not self.rest:
            more = min(more, 5000)
            self.rest = b"".join([b"%b %d\n" % (self.name, self.said + number) for number in range(1, more + 1)])
            self.said += more
        with suppress(BlockingIOError):
            self.rest = self.rest[self.sock.send(self.rest):] if self.rest else b""

    def hear(self):
        """Count the answers that have come."""
        data = self.sock.recv(262144)
        self.gone = not data
        *lines, self.came = (self.came + data).split(b"\n")
        if lines:
            first, last = self.acknowledged + 1, self.acknowledged + len(lines)
            assert (lines[0], lines[-1]) == (b"ok %d" % first, b"ok %d" % last), lines
            self.acknowledged = last


def flood(clients, enough=None, then=lambda: None):
    """Let all of them talk until all of theirs is acknowledged, or the server is gone.

    then: called once, as soon as so many messages are acknowledged.
    """
    with selectors.DefaultSelector() as selector:
        for one in clients:
            selector.register(one.sock, selectors.EVENT_READ | selectors.EVENT_WRITE, one)
        left = len(clients)
        while left:
            events = selector.select(BOUND)
            assert events, "the server says nothing any more"
            for key, ready in events:
                one = key.data
                try:
                    if ready & selectors.EVENT_READ:
                        one.hear()
                    one.say()
                except BlockingIOError:
                    pass
                except OSError:
                    one.gone = True
                more = one.rest or one.said < min(one.messages, one.acknowledged + one.ahead)
                events = selectors.EVENT_READ | (selectors.EVENT_WRITE if more else 0)
                if one.done:
                    left -= 1
                    selector.unregister(one.sock)
                elif events != key.events:
                    selector.modify(one.sock, events, one)
            if enough is not None and sum(one.acknowledged for one in clients) >= enough:
                then()
                enough = None
    for one in clients:
        one.sock.close()


def lost_and_twice(folder, clients):
    """Of all that was acknowledged: how much isn't in the tables; how many clients have not theirs alone, once, in order."""
    numbers = {name: number for number, name in ask(folder, "SELECT number, name FROM clients")}
    lost = twice = 0
    for one in clients:
        kept = [message for message, in ask(folder, f"SELECT message FROM messages_{numbers[one.name]} ORDER BY number")
                ] if one.name in numbers else []
        lost += max(one.acknowledged - len(kept), 0)
        twice += kept != [b"%b %d" % (one.name, number) for number in range(1, len(kept) + 1)]
    return lost, twice


def killed(folder, clients, messages, enough):
    """Flood a server, kill it when so many are acknowledged, start it again: (acknowledged, lost, clients with a wrong table)."""
    with serving(folder) as (process, port):
        people = [Client(port, number, messages) for number in range(clients)]
        flood(people, enough, process.kill)
    with serving(folder) as (process, port):             # it starts again with what was left
        call(port, b"client-0").close()
    return (sum(one.acknowledged for one in people), *lost_and_twice(folder, people))
