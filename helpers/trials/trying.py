"""How a trial talks with a server: says and hears, and waits for newcomers to be served.

Whatever a server does, nothing here waits without a bound. What was expected and did not come is a `Failed`, in
words that are the same in every run: they hold no time, no port and no address.
"""
import base64
import random
import socket
import time
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector

from ..errors import GlassError, died, how_it_ended, line_of
from ..server import connect

PATIENCE = 2.0     # seconds without a byte, after which nothing more is expected
LONGEST = 15.0     # seconds after which nobody waits for an answer any more
MOST = 16_000_000  # bytes: more are no answer to anything that is sent here
SHORT = 40         # bytes: so many are shown, and of more it is said how many they are
AGAIN = 0.1        # seconds in which a second answer would come

TEXT = base64.b64encode(random.Random(6).randbytes(6_000_000))      # 8 MB that don't repeat themselves
MANY, MUCH = TEXT[:1_000_000], TEXT     # much is more than the system's own buffers of a connection take (about 4 MB)

GOES_ON = "the server goes on"      # what is expected when it dies: one wording, whoever notices first

# How an exchange can end. Whether a connection ends with a reset is often a matter of luck, so both have one word.
ENOUGH, END, SILENCE, TOO_MUCH = "", "the end of the connection", "nothing more", "more and more"


class Failed(Exception):
    """A trial's outcome: what was expected, what came instead.

    Perhaps also which lesson cures just this, or what to look at next where just this happens.
    """

    def __init__(self, expected, received, cure=None, look=None):
        super().__init__(expected, received)
        self.expected, self.received, self.cure, self.look = expected, received, cure, look


# -- say and hear ----------------------------------------------------------------------------------------------------

def echo(client, data):
    """Say it, and hear the same."""
    check(client, data, *trade(client, data, len(data)))


def check(client, data, received, ended):
    """Is what came what was said, all of it?"""
    if received != data:
        raise Failed(f"{client.name} gets back {shown(data)}", came(client, data, received, ended))


def hears_all(client, data, received, ended):
    """Did all come that was said, and then the end?"""
    if received != data:
        raise Failed("every byte comes back", came(client, data, received, ended), cure="06")
    if ended != END:
        raise Failed("every byte comes back, and then the end",
                     with_state(client.server, "every byte, and never the end"))


def hear(client, data):
    """Hear just this, whoever has said it."""
    received, ended = trade(client, size=len(data))
    if received != data:
        raise Failed(f"{client.name} hears {shown(data)}", came(client, data, received, ended))


def trade(client, data=b"", size=None, finish=False):
    """Send `data` and read at the same time, until `size` bytes have come (None: until the end of the connection).

    finish: half-close when all is sent. Returns the bytes that came, and how it ended.
    """
    sock, rest, received = client.socket, memoryview(data), bytearray()
    sock.setblocking(False)
    with DefaultSelector() as selector:
        selector.register(sock, EVENT_READ | EVENT_WRITE if rest else EVENT_READ)
        while size is None or len(received) < size:
            events = selector.select(time_left(client.server))
            if not events:
                time_left(client.server)               # Failed, where it is the trial that has taken too long
                return bytes(received), SILENCE
            if len(received) > MOST:
                return bytes(received), TOO_MUCH
            try:
                if events[0][1] & EVENT_WRITE:
                    rest = rest[sock.send(rest[:65536]):]
                    if not rest:
                        selector.modify(sock, EVENT_READ)
                        if finish:
                            sock.shutdown(socket.SHUT_WR)
                if events[0][1] & EVENT_READ:
                    chunk = sock.recv(65536 if size is None else min(65536, size - len(received)))
                    if not chunk:
                        return bytes(received), END
                    received += chunk
            except BlockingIOError:
                pass
            except OSError:
                return bytes(received), END
    return bytes(received), ENOUGH


def time_left(server):
    """Seconds that a client may wait for the next byte. Failed if the whole trial has taken too long."""
    left = server.deadline - time.monotonic()
    if left < 0:
        raise Failed("an end of the trial, sooner or later", with_state(server, "it went on for too long"))
    return min(PATIENCE, left)


def hear_no_more(client):
    """An answer comes once."""
    client.socket.settimeout(AGAIN)
    with suppress(OSError):
        again = client.socket.recv(65536)
        if again:
            raise Failed(f"{client.name} gets one answer, and no more", "it comes again")


# -- newcomers -------------------------------------------------------------------------------------------------------

def visit(server, patience=None):
    """A newcomer says hello: "served", "refused" (closed at once), or "waiting". Returns that and the socket.

    Failed where nobody listens any more.
    """
    try:
        sock = socket.create_connection(server.address, PATIENCE)
    except OSError:
        raise Failed(GOES_ON, state_of(server) or "nobody listens any more") from None
    answer = b""
    try:
        sock.settimeout(patience or time_left(server))
        sock.sendall(b"hello")
        while len(answer) < 5 and (data := sock.recv(5)):
            answer += data
    except TimeoutError:
        time_left(server)
        return "waiting", sock
    except OSError:
        pass
    return ("served" if answer == b"hello" else "refused"), sock


def serves_newcomers(server):
    """Is somebody who comes now served, at once or after a moment?"""
    end = time.monotonic() + PATIENCE
    outcome = ""
    while outcome != "served":
        if time.monotonic() > end:
            raise Failed("a newcomer is served", with_state(server, f"the newcomer is {outcome}"))
        outcome, sock = visit(server)
        sock.close()


# -- in words --------------------------------------------------------------------------------------------------------

def shown(data):
    """Bytes, or how many there are."""
    return f"{data!r}" if len(data) <= SHORT else f"{len(data):,} bytes"


def came(client, data, received, ended):
    """What came instead of `data`. Of much, how much is missing differs from run to run, and isn't said."""
    if not received:
        text = "nothing" if ended == SILENCE else ended
    elif data.startswith(received):
        part = shown(received) if len(data) <= SHORT else "not all of it"
        text = f"{part}, and then {ended}"
    else:
        text = shown(received) if len(data) <= SHORT else "other bytes"
    return with_state(client.server, text) if ended else text


def with_state(server, text):
    """The text, and what has become of the server: it died, it stands still in some line; nothing if it goes on."""
    state = state_of(server)
    return f"{text}. {state}" if state else text


def rounds(server):
    """How often the loop has gone round; 0 where it is no loop over select and the like."""
    return server.whereabouts().rounds


def state_of(server):
    """A sentence on a server that doesn't do what it should. "" if it goes on and serves others."""
    if server.just_before is None:                     # what follows makes it go round, too
        server.just_before = server.iterations
    if server.must_loop:
        place = place_of(server)
        if not server.ended:
            return place
    elif rounds(server):                               # only of a loop we know that it should stand in its call
        if server.comes_to_rest(PATIENCE) and (now := server.whereabouts()).line and not now.call:
            return f"{server.called} stands in line {now.line}, `{line_of(server.program, now.line)}`."
    if not server.ended and not greets(server):
        server.listen(lambda: False, PATIENCE)         # it may be about to end
    if server.death:
        return str(died(server.called, server.program, *server.death))
    return f"{server.called} {how_it_ended(server.exit_status)}" if server.ended else ""


def place_of(server):
    """Of a loop: the line in which it stands or is busy. "" if it goes round: what it answers is its own business."""
    before, rests = rounds(server), server.comes_to_rest(PATIENCE)
    now = server.whereabouts()
    if not now.line or now.call or now.rounds > before:
        return ""
    if not now.rounds:
        return server.where_it_is()
    return f"{server.called} {'stands' if rests else 'is busy'} in line {now.line}, `{line_of(server.program, now.line)}`."


def greets(server):
    """Does a newcomer get an answer?"""
    with suppress(GlassError, OSError):
        with connect(server) as newcomer:
            newcomer.socket.settimeout(PATIENCE)
            newcomer.socket.sendall(b"hello")
            return bool(newcomer.socket.recv(5))
    return False
