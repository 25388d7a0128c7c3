"""Somebody pours, and somebody doesn't read: what does a program keep meanwhile?"""
from contextlib import contextmanager

from ..trials import MUCH, Failed, Seen, check, memory, trade

FLAT = 5_000_000   # bytes that a program's memory may grow by, with all that it has for other things
POURS = 4          # times MUCH: 32 MB


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
