"""What clients of an exercise say and hear, and how many of them come. Some of it is drawn afresh in each run."""
import random
from collections import Counter
from contextlib import nullcontext, suppress

from ..errors import GlassError
from ..server import connect
from ..trials import END, SHORT, Failed, Seen, came, shown, stopped, trade, with_state

# Each is said alone. Spaces and line ends at the edges, letters of many lands, half a letter, the same twice, two in one go.
EDGES = (b" hello ", b"hello\r\n", b"hello\n", b"\n", b" ", b"\t \r", b"one\ntwo\n\n", b"again", b"again", b"0", b"Hello, hELLO!",
         "ünder einem Dach ß é".encode(), "漢字 привет 😀".encode(), b"\xc3", b"\xbc", b"\0\0", b"quit\n", b"/bye")
SENT = ("words with spaces and line ends at their edges, letters of many lands, half a letter, each of the 256 bytes, "
        "900 and 5,000 bytes")
MOMENT = 0.1       # seconds in which more comes, if there is more
AT_A_TIME = 3      # who come at once: a queue of waiting clients may be short


def words():
    """All that clients say in a trial: the edges, each of the 256 bytes, and two long words that nobody has seen before."""
    return [*EDGES, bytes(range(256)), *(b" %b\r\n" % random.randbytes(size - 3) for size in (900, 5_000))]


def together(start, *names):
    """A fresh server, and clients who have all been accepted."""
    server = start()
    clients = [connect(server, name) for name in names]
    server.comes_to_rest()
    return server, *clients


def come(server, names):
    """Clients of these names come, a few at a time, and have been accepted."""
    guests = []
    for number, name in enumerate(names, 1):
        guests.append(connect(server, name, timeout=10))
        if not number % AT_A_TIME:
            server.comes_to_rest()
    server.comes_to_rest()
    return guests


def crowd(server, least, name="guest"):
    """So many clients, or a few more, who come one after the other: nobody knows beforehand how many."""
    return come(server, [f"{name} {number}" for number in range(1, least + random.randrange(4) + 1)])


def hears(client, word, own=b""):
    """This client hears just this. If not: all that came, and not as much alone as was expected; own: what it has said before."""
    received, ended = trade(client, size=len(word))
    if received == word:
        return
    if ended or len(word) > SHORT:
        raise Failed(f"{client.name} hears {shown(word)}", came(client, word, received, ended))
    received += more_from(client, SHORT + 1 - len(received))
    raise Failed(f"{client.name} hears {shown(word)}", with_state(client.server, Seen(
        f"{own!r}, which {client.name} has said, and then {word!r}" if own and received == own + word else
        f"{received[:SHORT]!r}{' and more' if len(received) > SHORT else ''}", "other")))


def says(client, word, *others):
    """This client says a word, and each of the others hears it."""
    client.send(word)
    for other in others:
        hears(other, word)


def more_from(client, most):
    """What comes besides, until the server rests: no more than so many bytes."""
    client.server.comes_to_rest()
    client.socket.settimeout(MOMENT)
    more = b""
    with suppress(OSError):
        while len(more) < most and (chunk := client.socket.recv(most - len(more))):
            more += chunk
    return more


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
    """This client hears all of these, whichever comes first, and nothing else."""
    received, _ = trade(client, size=len(b"".join(pieces)))
    if not mixed(received, pieces):
        raise Failed(f"{client.name} hears {listed(pieces)}, in any order", with_state(client.server, (
            Seen(repr(received[:60]), "other") if received else Seen("nothing", "nothing"))))


def listed(pieces):
    """The first of these pieces, in words, and how many more there are."""
    more = f" and {len(pieces) - 3} more" if len(pieces) > 3 else ""
    return " and ".join(map(repr, pieces[:3])) + more


def mixed(received, pieces):
    """Are these bytes just these pieces, one after the other or into one another? Each is in its own order."""
    return Counter(received) == Counter(b"".join(pieces)) and all(within(received, piece) for piece in pieces)


def within(received, piece):
    """Do these bytes come in this order, whatever comes between them?"""
    rest = iter(received)
    return all(byte in rest for byte in piece)


def cut_everywhere(server, said):
    """Clients who say the same, each of them cut at another place, and one who says a byte at a time.

    said: what each of them says, all of one length. The server has taken a piece before the next one comes. Returns the
    clients, who have heard nothing of it yet.
    """
    *guests, slow = come(server, [*(f"cut after {place}" for place in range(1, len(said[0]))), "a byte at a time"])
    for place, (guest, words) in enumerate(zip(guests, said), 1):
        say(guest, words[:place])
    server.comes_to_rest()
    for place, (guest, words) in enumerate(zip(guests, said), 1):
        say(guest, words[place:])
    for byte in said[-1]:
        server.comes_to_rest()
        say(slow, bytes([byte]))
    return [*guests, slow]


def say(client, data):
    """Say this, if there is still somebody who takes it. If not, it is told when the answer is heard."""
    with suppress(GlassError):
        client.send(data)


def hears_the_end(guest, data=b""):
    """This client hears just this, and then the end of the connection."""
    received, ended = trade(guest)
    expected = f"{guest.name} hears {f'{data!r}, and then ' if data else ''}the end of the connection"
    if received == data and ended != END:
        raise Failed(expected, with_state(guest.server, Seen("the connection stays open", "no end")))
    if received != data:
        raise Failed(expected, came(guest, data, received, ended))


def half_closes(guest, word=b""):
    """This client says a word and that this was all, at once. It hears its word, if there is one, and then the end."""
    with stopped(guest.server) if word else nullcontext():
        guest.send(word)
        guest.half_close()
    hears_the_end(guest, word)
