"""What is told of a server that has failed: what came, and what has become of the server.

The words are the same in every run: they hold no time, no port and no address.
"""
import re
from contextlib import suppress

from ..errors import GlassError, died, how_it_ended, line_of
from ..server import connect

PATIENCE = 2.0     # seconds without a byte, after which nothing more is expected
SHORT = 40         # bytes: so many are shown, and of more it is said how many they are
GOES_ON = "the server goes on"      # what is expected when it dies: one wording, whoever notices first

# How an exchange can end. Whether a connection ends with a reset is often a matter of luck, so both have one word.
END, SILENCE = "the end of the connection", "nothing more"

# What a program died of, where the name of its error doesn't say it: the kind of it, and how it is told.
CAUSES = {"closed": r"OSError: Bad file descriptor|ValueError: file descriptor cannot be a negative integer",
          "registered": r"KeyError: .* is already registered",
          "text": r"TypeError: (a bytes-like object is required, not 'str'|can't concat str to byte(s|array)"
                  r"|can only concatenate str \(not \"bytes\"\) to str)"}


class Failed(Exception):
    """A trial's outcome: what was expected, what came instead.

    Perhaps also which lesson cures just this, or what to look at next where just this happens.
    """

    def __init__(self, expected, received, cure=None, look=None):
        super().__init__(expected, received)
        self.expected, self.received, self.cure, self.look = expected, received, cure, look
        self.kinds = getattr(received, "kinds", ())


class Seen(str):
    """What was seen of a server that has failed, in words; and its `kinds`, the special ones first.

    What to look at next depends on what was seen, and not on the trial in which it was seen. There are: the name of an
    error and "died", and before them "closed", "registered" or "text" (see CAUSES), perhaps; "ended"; "stands", "busy" (in a
    line), "no loop"; "spins" and what it spins on ("on nothing", "on readable", "on writable"); "burns"; "elsewhere" (it
    waits, and not in its call); "descriptors". And of what came: "nothing", "the end", "part", "no end", "again", "other",
    and "no line end". Of threads (see crew of helpers/exercises): the name of an error and "dies"; "alone". Of deadlines (see
    clocked there): "early"; "looks" (it comes round for nothing); "threads".
    """
    kinds: tuple[str, ...]

    def __new__(cls, words, *kinds):
        seen = super().__new__(cls, words)
        seen.kinds = kinds
        return seen


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
        seen = Seen("nothing", "nothing") if ended == SILENCE else Seen(ended, "the end")
    elif data.startswith(received) or len(received) < len(data) > SHORT:       # which ones are missing is a matter of luck
        part = shown(received) if len(data) <= SHORT else "not all of it"
        seen = Seen(f"{part}, and then {ended}", "no end" if received == data else "part")
    else:
        seen = Seen(shown(received) if len(data) <= SHORT else "other bytes", "other")
    return with_state(client.server, seen) if ended else seen


def with_state(server, seen):
    """What was seen, and what has become of the server: it died, it stands still in some line; nothing if it goes on."""
    state = state_of(server)
    return Seen(f"{seen}. {state}", *state.kinds) if state else seen


def rounds(server):
    """How often the loop has gone round; 0 where it is no loop over select and the like."""
    return server.whereabouts().rounds


def state_of(server):
    """A Seen of a server that doesn't do what it should: a sentence. "" if it goes on and serves others."""
    if server.just_before is None:                     # what follows makes it go round, too
        server.just_before = server.iterations
    if server.must_loop:
        place = place_of(server)
        if not server.ended:
            return place
    elif rounds(server):                               # only of a loop we know that it should stand in its call
        if server.comes_to_rest(PATIENCE) and (now := server.whereabouts()).line and not now.call:
            return in_line(server, "stands", now.line)
    if not server.ended and not greets(server):
        server.listen(lambda: False, PATIENCE)         # it may be about to end
    if server.death:
        obituary = died(server.called, server.program, *server.death)
        return Seen(obituary, *causes(obituary))
    return Seen(f"{server.called} {how_it_ended(server.exit_status)}", "ended") if server.ended else ""


def causes(obituary):
    """The kinds of a ProgramDied."""
    return *(kind for kind, told in CAUSES.items() if re.search(told, str(obituary))), obituary.error, "died"


def in_line(server, kind, line):
    """A Seen of a server that "stands" in this line, or is "busy" there."""
    does = "is busy" if kind == "busy" else kind
    return Seen(f"{server.called} {does} in line {line}, `{line_of(server.program, line)}`.", kind)


def place_of(server):
    """Of a loop: the line in which it stands or is busy. "" if it goes round: what it answers is its own business."""
    before, rests = rounds(server), server.comes_to_rest(PATIENCE)
    now = server.whereabouts()
    if not now.line or now.call or now.coming or now.rounds > before:      # coming: we hold it, before its call
        return ""
    if not now.rounds:
        return Seen(server.where_it_is(), "no loop")
    return in_line(server, "stands" if rests else "busy", now.line)


def greets(server):
    """Does a newcomer get an answer?"""
    with suppress(GlassError, OSError):
        with connect(server) as newcomer:
            newcomer.socket.settimeout(PATIENCE)
            newcomer.socket.sendall(server.speaker.say(b"hello"))
            return bool(newcomer.socket.recv(1))
    return False
