"""services (lesson 03): three ports, another service on each, and one loop."""
import re

from ...server import connect
from ...trials import END, Failed, came, rests, stopped, trade
from . import Task

task = Task("services")
CLOCK, UPPER, BACKWARDS = 7001, 7002, 7003
WHICH = "How does your program know which service a connection is for, when its words come?"
AND_THEN = "What is done with a connection that has got its answer? Which lists and dictionaries know of it after that?"


def gets(client, words, said=b""):
    """It says its words, hears these, and then the end of the connection."""
    received, ended = trade(client, said)
    if received != words or ended != END:
        raise Failed(f"{client.name} hears {words!r}, and then the end" if len(words) < 40 else
                     f"{client.name} hears its {len(words)} bytes, and then the end", came(client, words, received, ended))


def gets_the_time(client):
    """It hears the time of day, and then the end of the connection."""
    received, ended = trade(client)
    if not re.fullmatch(rb"([01]\d|2[0-3]):[0-5]\d:[0-5]\d\n", received) or ended != END:
        shown = received if len(received) < 40 else received[:40]
        raise Failed(f"{client.name} hears HH:MM:SS and a line end, and then the end",
                     came(client, b"?" * 9, b"", ended) if not received else
                     "something of another form" if ended == END else f"{re.sub(rb'[0-9]', b'9', shown)!r}, and then {ended}")


@task.trial("silence costs nothing", "somebody at 7002 and somebody at 7003, and both say nothing",
            look="Does select have a timeout of 0?")
def silence(start):
    """Who says nothing costs nothing."""
    server = start()
    _silent = connect(server, "alice", UPPER), connect(server, "bob", BACKWARDS)
    server.comes_to_rest()
    rests(server)


@task.trial("the clock", "alice comes to 7001, and says nothing", look="Does your clock wait for a word?")
def clock(start):
    """Who comes is told the time at once."""
    server = start()
    gets_the_time(connect(server, "alice", CLOCK))
    gets_the_time(connect(server, "bob", CLOCK))


@task.trial("upper case", "alice comes to 7002: b'Hello, 1st!'; then bob: b'and 2nd'", look=AND_THEN)
def upper(start):
    """Small letters become capitals. All the rest stays."""
    server = start()
    gets(connect(server, "alice", UPPER), b"HELLO, 1ST!", b"Hello, 1st!")
    gets(connect(server, "bob", UPPER), b"AND 2ND", b"and 2nd")


@task.trial("backwards", "alice comes to 7003: b'Hello, 1st!'", look=WHICH)
def backwards(start):
    """The last byte comes first."""
    gets(connect(start(), "alice", BACKWARDS), b"!ts1 ,olleH", b"Hello, 1st!")


@task.trial("any bytes", "alice at 7002 and bob at 7003: each of the 256 bytes",
            look="Sockets carry bytes. Why do you need to know what letters they stand for?")
def any_bytes(start):
    """Not all bytes are text, and they have an order all the same."""
    server, data = start(), bytes(range(256))
    gets(connect(server, "alice", UPPER), data.upper(), data)
    gets(connect(server, "bob", BACKWARDS), data[::-1], data)


@task.trial("who says nothing holds up nobody",
            "alice at 7002 and bob at 7003: nothing; carol at 7001, dave at 7002, erin at 7003; then alice and bob",
            look="recv waits until there is something. Who knows when that is?")
def silent(start):
    """Who thinks about their words must not stop the clock."""
    server = start()
    alice, bob = connect(server, "alice", UPPER), connect(server, "bob", BACKWARDS)
    server.comes_to_rest()
    gets_the_time(connect(server, "carol", CLOCK))
    gets(connect(server, "dave", UPPER), b"DAVE", b"dave")
    gets(connect(server, "erin", BACKWARDS), b"nire", b"erin")
    gets(bob, b"bob", b"bob")
    gets(alice, b"ALICE", b"alice")


@task.trial("three at once", "alice at 7001, bob at 7002, carol at 7003, before select is called", look=WHICH)
def three(start):
    """All three doors are opened in the same iteration."""
    server = start()
    for _ in range(3):
        with stopped(server):
            alice, bob, carol = (connect(server, name, port) for name, port in
                                 (("alice", CLOCK), ("bob", UPPER), ("carol", BACKWARDS)))
            carol.send("carol")
            bob.send("bob")
        gets_the_time(alice)
        gets(bob, b"BOB")
        gets(carol, b"lorac")


@task.trial("who leaves without a word", "alice at 7002 and bob at 7003: the end; then carol at 7002: b'carol'",
            look='recv gives b"" when the other side has gone. Is the connection out of the list then, and closed?')
def leaves(start):
    """Somebody has changed their mind."""
    server = start()
    for name, port in (("alice", UPPER), ("bob", BACKWARDS)):
        connect(server, name, port).close()
    server.comes_to_rest()
    rests(server)
    gets(connect(server, "carol", UPPER), b"CAROL", b"carol")
