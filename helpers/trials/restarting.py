"""Trials: how a server ends, and comes again."""
import random
import signal
import socket
from contextlib import suppress

from ..server import connect
from .bounds import eventually
from .judging import trial
from .telling import PATIENCE, Failed, state_of
from .trying import echo, trade


@trial("restarted at once on the same port",
       "alice: b'hello'; the server ends while she is there, and starts again", cure="02")
def restart(start):
    """You mend a line, and start it again. The system still remembers its port."""
    port = free_port()
    server = start(port=port)
    alice = connect(server, "alice")
    echo(alice, b"hello")
    server.stop()
    trade(alice)                           # to the end of the connection: the server has closed it first
    alice.close()
    echo(connect(start(port=port), "bob"), b"hello")


def free_port():
    """A port that the system gives to nobody who doesn't ask for it by its number."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port


def await_end(server):
    """Until the server has ended, or has had its time."""
    eventually(server, lambda: server.ended, PATIENCE)


@trial("stops cleanly on SIGINT and SIGTERM", "Ctrl-C to one server, SIGTERM to another", cure="06")
def stops(start):
    """Ctrl-C in a terminal; `kill`, or the system that goes down."""
    for number in (signal.SIGINT, signal.SIGTERM):
        server = start()
        echo(connect(server, "alice"), b"hello")
        server.comes_to_rest()
        server.child.process.send_signal(number)
        await_end(server)
        if server.death or server.exit_status != 0:
            raise Failed(f"after {number.name} the server ends by itself, with exit status 0",
                         state_of(server) or "it goes on")
