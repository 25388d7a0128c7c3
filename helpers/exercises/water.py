"""Somebody pours, and somebody doesn't read: what does a program keep meanwhile?"""
import time
from collections import Counter
from contextlib import contextmanager

from ..trials import MUCH, Failed, Seen, check, memory, trade
from .loops import so_far

FLAT = 5_000_000   # bytes that a program's memory may grow by, with all that it has for other things
POURS = 4          # times MUCH: 32 MB
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
