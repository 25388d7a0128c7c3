"""Somebody pours, and somebody doesn't read: what does a program keep meanwhile?"""
from contextlib import contextmanager

from ..trials import MUCH, Failed, Seen, memory

FLAT = 5_000_000   # bytes that a program's memory may grow by, with all that it has for other things
POURS = 4          # times MUCH: 32 MB


def pours(client, times=POURS):
    """It sends MUCH so many times, or as much as is taken, and reads nothing. Returns how many bytes were taken."""
    poured, wanted = 0, times * len(MUCH)
    while poured < wanted:
        taken = client.pour(MUCH[poured % len(MUCH):])
        poured += taken
        if not taken:                      # once it has taken less than all, it may still have been at work on it
            break
    return poured


def poured(size):
    """The first bytes, so many, of what is poured."""
    return (MUCH * (size // len(MUCH) + 1))[:size]


@contextmanager
def flat(server):
    """Whatever happens in here, its memory stays flat."""
    server.comes_to_rest()
    before = memory(server)
    yield
    server.comes_to_rest()
    if memory(server) - before > FLAT:
        raise Failed("its memory stays flat", Seen("its memory grows by many megabytes", "grows"))
