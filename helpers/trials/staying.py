"""Trials: clients who stay, and are no good guests: they pour, or are silent, or never come to an end."""
import time

from ..server import connect
from .bounds import Clock
from .holding import memory
from .judging import trial
from .telling import Failed, NotAsked, NotCarriedOut
from .trying import LONGEST, echo, much, time_left

POURS = 4                # times 8 MB
FLAT = 6_000_000         # bytes that memory may grow by in any case; of much, half of what is poured
LIMIT = 1                # second: what the server is asked to bear
TOO_LONG = 3 * LIMIT     # seconds after which it has had its time
STAYS = 1.5 * LIMIT      # seconds for which somebody who isn't silent is watched
BEAT = 0.1 * LIMIT       # seconds between the words of such a one, and as long as it takes to look who is still there


@trial("pours and never reads", "alice: 32 MB, or as much as is taken, and she reads nothing; bob: b'hello'", cure="13")
def pours(start):
    """A client that hangs may send on and on, and never read an answer."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    echo(bob, b"hello")
    server.deadline += 2 * LONGEST         # a server that keeps each message on a disk takes its time
    data, before, poured = much(server), memory(server), 0
    while poured < POURS * len(data):
        taken = alice.pour(data[poured % len(data):])
        poured += taken
        echo(bob, b"hello")
        if memory(server) - before > max(FLAT, poured / 2):
            raise Failed("its memory stays flat", "its memory grows with all that alice sends")
        if not taken:                      # once it has taken less than all, it may still have been at work on it
            return
        time_left(server)


@trial("comes and stays silent",
       "the server is started with a limit, 1 second; alice: nothing; carol: b'hello', and then nothing; "
       "bob: b'hello' now and then", cure="14")
def silent(start):
    """A laptop is closed, a cable is pulled out: nobody says goodbye."""
    server = start(limit=LIMIT)
    alice, carol = connect(server, "alice"), connect(server, "carol")
    echo(carol, b"hello")
    lets_go(server, alice, carol)


@trial("one byte now and then",
       "the server is started with a limit, 1 second; alice: a byte now and then, never the end of her message; "
       "bob: b'hello' now and then", cure="14")
def never_ends(start):
    """One slow sender holds a place for ever: some do it on purpose (slowloris)."""
    if not start.speaker.endless:
        raise NotAsked("to an echo server each byte is a whole message")
    server = start(limit=LIMIT)
    alice = connect(server, "alice")
    alice.send(server.speaker.endless)
    lets_go(server, alice, byte=b"x")


def lets_go(server, *idle, byte=b""):
    """These clients are let go in time, with or without a goodbye; and bob, who talks, may stay. byte: what they say."""
    clock, left, bob = Clock(server), TOO_LONG, Talker(server)
    while idle or not bob.has_stayed:
        idle = [client for client in idle if still_there(client, byte)]
        server.listen(lambda: False, BEAT)
        bob.talks()
        if (left := left - clock.passed()) < 0:
            clock.fair()
            if not idle:
                raise NotCarriedOut("this machine is too busy to talk in time; try again when it is less so")
            raise Failed("who is silent, or never comes to an end, is let go",
                         f"{idle[0].name} is still there, after three times the limit")


class Talker:
    """bob, who says hello now and then: nobody may let him go."""

    def __init__(self, server):
        self.server = server
        self.comes()

    def comes(self):
        self.client = connect(self.server, "bob")
        self.came = self.said = time.monotonic()

    def talks(self):
        try:
            echo(self.client, b"hello")
        except Failed:
            if time.monotonic() - self.said < LIMIT / 2:
                raise
            self.comes()                   # he was late, on a busy machine: it was right to let him go
        self.said = time.monotonic()

    @property
    def has_stayed(self):
        return time.monotonic() - self.came > STAYS


def still_there(client, byte):
    """Is it still connected, in a moment? What the server says to it, a goodbye for instance, doesn't matter."""
    try:
        client.socket.settimeout(BEAT)
        client.socket.sendall(byte)
        return bool(client.socket.recv(65536))
    except TimeoutError:
        return True
    except OSError:
        return False
