"""What clients of an exercise say and hear, and how many of them come. Some of it is drawn afresh in each run."""
import random

from ..server import connect
from ..trials import END, Failed, Seen, trade, with_state

# Each is said alone. Spaces and line ends at the edges, letters of many lands, half a letter, the same twice, two in one go.
EDGES = (b" hello ", b"hello\r\n", b"hello\n", b"\n", b" ", b"\t \r", b"one\ntwo\n\n", b"again", b"again", b"0", b"Hello, hELLO!",
         "ünder einem Dach ß é".encode(), "漢字 привет 😀".encode(), b"\xc3", b"\xbc", b"\0\0")
SENT = ("words with spaces and line ends at their edges, letters of many lands, half a letter, each of the 256 bytes, "
        "900 and 5,000 bytes")
AT_A_TIME = 3      # who come at once: a queue of waiting clients may be short


def words():
    """All that clients say in a trial: the edges, each of the 256 bytes, and two long words that nobody has seen before."""
    return [*EDGES, bytes(range(256)), *(b" %b\r\n" % random.randbytes(size - 3) for size in (900, 5_000))]


def crowd(server, least, name="guest"):
    """So many clients, or a few more, who come one after the other: nobody knows beforehand how many."""
    guests = []
    for number in range(1, least + random.randrange(4) + 1):
        guests.append(connect(server, f"{name} {number}", timeout=10))
        if not number % AT_A_TIME:
            server.comes_to_rest()
    server.comes_to_rest()
    return guests


def may_have_heard(client, *words):
    """This newcomer is there, and has heard one of these words, or nothing: whether it was in time is the server's business."""
    client.socket.settimeout(0)
    try:
        received = client.socket.recv(65536) or END
    except BlockingIOError:
        return
    except OSError:
        received = END
    if received not in words:
        raise Failed(f"{client.name} hears {' or '.join(map(repr, words))}, or nothing",
                     with_state(client.server, Seen(END, "the end") if received == END else Seen(repr(received[:40]), "other")))


def in_any_order(client, *pieces):
    """This client hears all of these, whichever comes first."""
    received, _ = trade(client, size=len(b"".join(pieces)))
    if not consists_of(received, pieces):
        raise Failed(f"{client.name} hears {' and '.join(map(repr, pieces))}, in any order",
                     with_state(client.server, Seen(repr(received[:60]), "other") if received else Seen("nothing", "nothing")))


def consists_of(received, pieces):
    """Are these bytes just these pieces, in some order?"""
    if not received or not pieces:
        return not received and not pieces
    return any(received.startswith(piece) and consists_of(received[len(piece):], (*pieces[:place], *pieces[place + 1:]))
               for place, piece in enumerate(pieces))


def half_closes(guest):
    """This client says that this was all, and hears the end of the connection."""
    guest.half_close()
    received, ended = trade(guest)
    if received or ended != END:
        seen = Seen("the connection stays open", "no end") if not received else Seen(repr(received[:40]), "other")
        raise Failed(f"{guest.name} hears the end of the connection", with_state(guest.server, seen))
