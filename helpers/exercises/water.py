"""Somebody pours, and somebody doesn't read: what does a program keep meanwhile?"""
import time
from collections import Counter
from contextlib import contextmanager

from ..trials import MUCH, Failed, Seen, check, memory, trade
from .loops import so_far
from .other_side import both_rest

FLAT = 5_000_000   # bytes that a program's memory may grow by, with all that it has for other things
POURS = 4          # times MUCH: 32 MB
STEP = 200_000     # bytes that a queue can owe beside others
FITS = 2_000_000   # bytes for which Linux has room between two programs, though nobody reads
TRIES = 3          # of what depends on the system's room
PIECES = 30        # so many STEPs at most: 8 MB, with FITS
PROBED = 0.5       # seconds in which the system asks whether there is room again
SILENCE = 2.5      # seconds in which a timeout of a loop passes, and what it does then is seen


def pours(client, times=POURS, behind=None):
    """It sends MUCH so many times, or as much as is taken, and reads nothing. Returns how many bytes were taken.

    behind: the server that its own server passes on to, if there is one: that one may still be at work.
    """
    poured, stalls, wanted = 0, 0, times * len(MUCH)
    while poured < wanted and stalls <= bool(behind):
        taken = client.pour(MUCH[poured % len(MUCH):])
        poured, stalls = poured + taken, 0 if taken else stalls + 1
        if not taken and behind:
            behind.comes_to_rest()
            client.server.comes_to_rest()
    return poured


def poured(size):
    """The first bytes, so many, of what is poured."""
    return (MUCH * (size // len(MUCH) + 1))[:size]


def reads(client, size, answer=bytes):
    """What it has poured, so many bytes, comes back as it was, or as `answer` makes it: some megabytes after the other."""
    expected = answer(poured(size))
    for place in range(0, size, len(MUCH)):
        part = expected[place:place + len(MUCH)]
        check(client, part, *trade(client, size=len(part)))


def says_piece_by_piece(server, client):
    """It says more and more, and waits each time until that has gone as far as it goes, until it isn't heard any more: so
    queues come to other sizes than when all is said at once. Returns how much was taken.
    """
    taken = client.pour(poured(FITS))
    for _ in range(PIECES):
        server.comes_to_rest()
        if not is_heard(server, client):
            break
        taken += client.pour(poured(taken + STEP)[taken:])
    return taken


def owes(server, other, client):
    """It says more and more, and reads nothing, until it is owed something. Returns how much was taken, and whether that was
    seen: of threads, or of asyncio, it isn't. (Linux gives a full connection some more room when it has asked for it once.)
    """
    taken, stalls = client.pour(poured(FITS)), 0
    both_rest(server, other)
    while taken < POURS * len(MUCH) and stalls < TRIES:
        more = client.pour(poured(taken + STEP)[taken:])
        taken, stalls = taken + more, 0 if more else stalls + 1
        both_rest(server, other)
        if is_owed(server, client):
            server.listen(lambda: False, PROBED)
            if is_owed(server, client):
                return taken, True
    return taken, False


def is_owed(server, client):
    """Does its loop wait in its call until this client can be written to?"""
    so_far(server)                             # whoever has come is known by name then
    return client.name in server.names_of(server.whereabouts().watched[1:])


def is_heard(server, client):
    """Does its loop wait in its call until this client says something? (Of threads it isn't known: then it may.)"""
    so_far(server)
    watched = server.whereabouts().watched
    return not watched or client.name in server.names_of(watched[:1])


@contextmanager
def flat(server):
    """Whatever happens in here, its memory stays flat."""
    server.comes_to_rest()
    before = memory(server)
    yield
    server.comes_to_rest()
    if memory(server) - before > FLAT:
        raise Failed("its memory stays flat", Seen("its memory grows by many megabytes", "grows"))


@contextmanager
def unheard(server, client):
    """It has poured, and what it has said can't go on, since nobody reads it. Whatever happens in here, and while nothing
    happens for a moment after that, nothing more is received from it.

    Unless something more was sent to where it goes: then the system had room again. (Of threads nothing is seen.)
    """
    last, sent = so_far(server), Counter()
    for one in operations(server, 0, "send"):
        sent[one.socket] += one.size
    yield
    silent(server)
    more = sum(one.size for one in operations(server, last, "recv") if one.socket == client.name)
    full = {name for name, _ in sent.most_common(1)}
    if more and not any(one.socket in full for one in operations(server, last, "send")):
        raise Failed(f"nothing more is received from {client.name} while nobody reads what was said",
                     Seen(f"{more:,} bytes more are received from {client.name}, and none of that is sent on", "heard"))


def operations(server, last, name):
    """All that it has received, or sent, since its iteration of that number."""
    return [done for one in server.iterations if one.number > last
            for done in one.operations if done.name.startswith(name) and done.size]


def silent(server):
    """Nobody says anything until a timeout of its loop has passed, twice, if it has one."""
    last, end = so_far(server), time.monotonic() + SILENCE
    while time.monotonic() < end and sum(one.number > last for one in server.iterations) < 3:
        server.listen(lambda: False, 0.05)
