"""who (lesson 05): an echo server that tells who comes and who leaves."""
import re

from ...server import connect
from ...trials import Failed, Seen, descriptors, echo, gives_back, hear, stopped, trade, with_state
from ..guests import SENT, half_closes, in_any_order, may_have_heard, words
from ..loops import comes_back, waits
from . import Task

task = Task("who", hard="What was hard: to tell is to send, and whom you tell may have gone, too. Such an error ends nothing: "
                        "their own turn comes.",
            looks={"the end": "This client hasn't left, and its connection is over. Which line closes it?"})
VISITS = 12        # who come and leave, one after the other
MANY = 20          # who leave at once


def come(number):
    return f"conn {number} is here\n".encode()


def left(number):
    return f"conn {number} has left\n".encode()


def together(start, *names):
    """A fresh server, and clients who have come one after the other: each has heard of all who came later."""
    server, clients = start(), []
    for number, name in enumerate(names, 1):
        clients.append(comes(server, name, number, *clients))
        if number == 1:
            server.comes_to_rest()             # nobody is there to hear of the first one
    return server, *clients


def comes(server, name, number, *others):
    """Somebody comes, and all others hear of it."""
    client = connect(server, name, timeout=10)
    for other in others:
        hear(other, come(number))
    return client


@task.trial("silence costs nothing", "alice and bob come, and say nothing",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody comes or leaves."""
    server = start()
    _clients = connect(server, "alice"), connect(server, "bob")
    server.comes_to_rest()
    waits(server)


@task.trial("who comes", "alice comes, then bob, then carol; then each of them: b'hello'",
            look="Who has to hear of a newcomer, and who hasn't? Which number does the first one have?")
def who_comes(start):
    """All who are there hear of a newcomer. Nobody needs to be told of themselves."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    for client in (carol, bob, alice):
        echo(client, b"hello")                 # the first that carol hears is her own word
    waits(server, alice, bob, carol)


@task.trial("an echo",
            f"bob: b'hello'; alice: b'and I'; bob: {SENT}; then carol comes; alice: b'still here'; carol: b'and I'",
            look="To whom does a client's word go back? Is it what recv has given, all of it?")
def word(start):
    """What a client says comes back to that client, as it is, and to nobody else."""
    server, alice, bob = together(start, "alice", "bob")
    bob.send(b"hello")
    comes_back(server)
    hear(bob, b"hello")
    echo(alice, b"and I")
    for one in words():
        echo(bob, one)
    carol = comes(server, "carol", 3, alice, bob)
    echo(alice, b"still here")
    echo(carol, b"and I")


@task.trial("who leaves", f"alice, bob and carol are there; carol: the end; then bob: b'hello'; then {VISITS} come and leave, "
            "without a word, after a word, or by a half-close, alone or together with a word",
            look='What does recv give when the other side has gone? Who is told then, and is the connection out of the list, '
                 'and closed?')
def who_leaves(start):
    """All others hear of it, and the descriptor is given back."""
    server, alice, bob = together(start, "alice", "bob")
    before = descriptors(server)
    carol = comes(server, "carol", 3, alice, bob)
    carol.close()
    for client in (alice, bob):
        hear(client, left(3))
    gives_back(server, before)
    echo(bob, b"hello")
    visits(server, (ends, ends_after_a_word, half_closes, half_closes_with_a_word), alice, bob)


@task.trial("a reset", f"alice, bob and carol are there; bob: a reset; then carol: b'hello'; then {VISITS} come, and break off, "
            "without a word, or together with a word, or say a word and leave before the answer",
            look="What does recv do after a reset? And what does sendall do?")
def reset(start):
    """Who breaks off has left, too."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    bob.reset()
    hear(alice, left(2))
    hear(carol, left(2))
    echo(carol, b"hello")
    waits(server, alice, carol)
    visits(server, (breaks_off, breaks_off_with_a_word, ends_with_a_word), alice, carol)


@task.trial("two resets at once", "alice, bob and carol are there; alice and bob: a reset, before select is called",
            look="You tell of the one, and the other has gone, too: what does sendall do? Who tells of the other then?")
def two_resets(start):
    """Telling is sending, and sending can fail."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    with stopped(server):
        alice.reset()
        bob.reset()
    in_any_order(carol, left(1), left(2))
    echo(carol, b"hello")


@task.trial("many leave at once",
            f"alice, bob and {MANY} others are there; of these, at once: the end, or a reset, with a word or without; "
            "then alice: b'hello', and bob: b'hello'",
            look="Everybody who has left must be told of, once, and closed. And nobody else may be skipped, or closed.")
def many(start):
    """The network breaks down, and all who came through it are gone."""
    server, alice, bob = together(start, "alice", "bob")
    before, guests = descriptors(server), []
    for number in range(3, 3 + MANY):
        guests.append(comes(server, f"guest {number}", number, alice, bob))
    with stopped(server):
        for number, guest in enumerate(guests):
            if number % 4 > 1:
                guest.send("hello")
            (guest.reset if number % 2 else guest.close)()
    for client in (alice, bob):
        in_any_order(client, *(left(number) for number in range(3, 3 + MANY)))
        echo(client, b"hello")
    gives_back(server, before)


@task.trial("a number is used once",
            f"alice and bob come; bob leaves; {VISITS} others come and leave; alice leaves, too; then carol and dave come",
            look="Where does your number come from? The list gets shorter, too, and it may be empty.")
def numbers(start):
    """Nobody is taken for somebody who was there before."""
    server, alice, bob = together(start, "alice", "bob")
    bob.close()
    hear(alice, left(2))
    for number in range(3, 3 + VISITS):
        guest = comes(server, f"guest {number}", number, alice)
        (guest.reset if number % 2 else guest.close)()
        hear(alice, left(number))
    alice.close()
    server.comes_to_rest()
    carol = connect(server, "carol", timeout=10)
    server.comes_to_rest()
    dave = comes(server, "dave", 4 + VISITS, carol)
    carol.close()
    hear(dave, left(3 + VISITS))


@task.trial("a reset, and a newcomer",
            "alice is there; alice: a reset, and bob comes, before select is called; bob: b'hello'; then carol comes",
            look="You tell alice of the newcomer, and she has gone: what does sendall do?")
def reset_and_newcomer(start):
    """Nobody who comes may pay for somebody who has gone."""
    server, alice = together(start, "alice")
    with stopped(server):
        alice.reset()
        bob = connect(server, "bob")
    server.comes_to_rest()
    may_have_heard(bob, left(1))
    echo(bob, b"hello")
    comes(server, "carol", 3, bob)


@task.trial("all at once", "alice, bob and carol are there; carol: the end, bob: b'hello', and dave and erin come, at once",
            look="All of them are in `readable`. What has each of them to hear, and who is served after the one who has left?")
def all_at_once(start):
    """Nobody asks whether this is a good moment."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    with stopped(server):
        carol.close()
        bob.send("hello")
        dave, erin = connect(server, "dave"), connect(server, "erin")
    in_any_order(alice, left(3), come(4), come(5))
    in_any_order(bob, b"hello", left(3), come(4), come(5))
    server.comes_to_rest()
    lines = left(3), come(5), left(3) + come(5)
    may_have_heard(dave, *lines, come(5) + left(3))
    may_have_heard(erin, left(3))
    for client in (dave, erin):
        echo(client, b"hello")


def visits(server, ways, *others):
    """Clients come and leave, each in one of these ways; all others hear of each of them. Nothing is left of who has left."""
    before = descriptors(server)
    for number in range(VISITS):
        guest = connect(server, f"guest {number}", timeout=10)
        line = next_line(others[0])
        if not re.fullmatch(rb"conn \d+ is here\n", line):
            raise Failed(f"{others[0].name} hears of a newcomer", with_state(server, Seen(repr(line), "other")))
        for other in others[1:]:
            hear(other, line)
        ways[number % len(ways)](guest)
        for other in others:
            hear(other, line.replace(b"is here", b"has left"))
    gives_back(server, before)
    echo(others[0], b"still here")


def next_line(client):
    """The next line that comes; as much of it as comes at all. Which number it tells is the matter of a trial of its own."""
    line = b""
    while not line.endswith(b"\n") and (byte := trade(client, size=1)[0]):
        line += byte
    return line


def ends(guest):
    guest.close()


def ends_after_a_word(guest):
    echo(guest, b"hello")
    guest.close()


def ends_with_a_word(guest):
    with stopped(guest.server):
        guest.send("hello")
        guest.close()


def half_closes_with_a_word(guest):
    half_closes(guest, b"hello")


def breaks_off(guest):
    guest.reset()


def breaks_off_with_a_word(guest):
    with stopped(guest.server):
        guest.send("hello")
        guest.reset()
