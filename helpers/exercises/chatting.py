"""Clients of a chat of lines, who have names: what they say, what each of the others hears, and who doesn't read."""
import socket

from ..server import connect
from ..trials import Failed, Seen, trade, with_state
from .guests import hears
from .streams import lacking
from .water import operations

SMALL = 65536      # bytes that the system keeps for a client who doesn't read, so that more of it waits in the program
PIECE = 100        # lines that are said at a time


def begun(start, *names, **options):
    """A fresh server, and clients of these names who are welcome."""
    server = start(**options)
    return server, *(named(connect(server, name)) for name in names)


def named(client, own=None):
    """It has said its name, or this one, and it is welcome."""
    client.own = own or client.name
    client.send(f"{client.own}\n")
    if (received := trade(client, size=8)[0]) != b"welcome\n":
        raise Failed(f"{client.name} says {client.own!r}, a name that nobody has, and hears b'welcome\\n'",
                     with_state(client.server, Seen(repr(received) if received else "nothing", "unnamed")))
    return client


def line_of(client, text):
    return b"%b: %b\n" % (client.own.encode(), text)


def left(client):
    return b"%b has left\n" % client.own.encode()


def says(client, text, *others):
    """It says this line, and each of the others hears it, with its name."""
    client.send(text + b"\n")
    for other in others:
        hears(other, line_of(client, text), text + b"\n")


def gets(client, data, look=None):
    """All of this comes, in its order."""
    received, ended = trade(client, size=len(data))
    if received != data:
        raise Failed(f"{client.name} hears all that was said, in its order", lacking(client, data, received, ended), look=look)


def talk(speaker, number, reader):
    """Many lines in one go, and another reads as much. Returns what is to be heard, and what was heard."""
    texts = [b"%d %b" % (number * PIECE + place, b"." * 1_000) for place in range(PIECE)]
    wanted = b"".join(line_of(speaker, text) for text in texts)
    speaker.send(b"\n".join(texts) + b"\n")
    return wanted, trade(reader, size=len(wanted))[0]


def narrow(client):
    """The system keeps little for it."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    return client


def sent(server, client):
    """How much has been sent to it so far."""
    server.comes_to_rest()
    return sum(one.size for one in operations(server, 0, "send") if one.socket == client.name)
