"""What is told of a server that has failed: what came, and what has become of the server.

The words are the same in every run: they hold no time, no port and no address.
"""
from contextlib import suppress

from ..errors import GlassError, died, how_it_ended, line_of
from ..server import connect

PATIENCE = 2.0     # seconds without a byte, after which nothing more is expected
SHORT = 40         # bytes: so many are shown, and of more it is said how many they are
GOES_ON = "the server goes on"      # what is expected when it dies: one wording, whoever notices first

# How an exchange can end. Whether a connection ends with a reset is often a matter of luck, so both have one word.
END, SILENCE = "the end of the connection", "nothing more"


class Failed(Exception):
    """A trial's outcome: what was expected, what came instead.

    Perhaps also which lesson cures just this, or what to look at next where just this happens.
    """

    def __init__(self, expected, received, cure=None, look=None):
        super().__init__(expected, received)
        self.expected, self.received, self.cure, self.look = expected, received, cure, look


class NotAsked(Exception):
    """A trial that makes no sense for this server's language. The message says why."""


class NotCarriedOut(Exception):
    """A trial that was begun, and could not be brought to its end, for want of something on this machine. The message
    says of what, and what to do. It says nothing of the server."""


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
            newcomer.socket.sendall(server.speaker.say(b"hello"))
            return bool(newcomer.socket.recv(1))
    return False
