"""chat (lesson 04): what one client says goes to all the others."""
from ...server import connect
from ...trials import Failed, hear, stopped
from ..guests import SENT, crowd, in_any_order, what_is_there, words
from ..loops import waits
from . import Task

task = Task("chat")
CROWD = 21         # more than fit into any number that stands in a lesson's program, listen(5) for instance
LISTS = "Over which list do you go when you send, and who must be left out?"


def together(start, *names):
    """A fresh server, and clients who have all been accepted."""
    server = start()
    clients = [connect(server, name) for name in names]
    server.comes_to_rest()
    return server, *clients


def says(client, word, *others):
    """This client says a word, and each of the others hears it."""
    client.send(word)
    for other in others:
        hear(other, word)


@task.trial("silence costs nothing", "alice and bob come, and say nothing",
            look="Does select have a timeout of 0, or does a socket stay readable because nobody takes what is there?")
def silence(start):
    """Most of the time nobody speaks."""
    waits(*together(start, "alice", "bob"))


@task.trial("two clients", "alice: b'hello'; then bob: b'hello, alice'", look=LISTS)
def two(start):
    """What one says, the other hears."""
    _, alice, bob = together(start, "alice", "bob")
    says(alice, b"hello", bob)
    says(bob, b"hello, alice", alice)


@task.trial("all the others", f"{CROWD} clients or more come; each of them, one after the other: b'hello'", look=LISTS)
def all_others(start):
    """A chat is for all who are there, however many they are."""
    guests = crowd(start(), CROWD)
    for guest in guests:
        says(guest, b"hello", *(one for one in guests if one is not guest))


@task.trial("and not the one who speaks", "alice: b'one'; then bob: b'two'; then carol: b'three'; then alice: b'four'", look=LISTS)
def not_oneself(start):
    """Who speaks knows what they have said. So the first thing that alice hears is bob's."""
    _, alice, bob, carol = together(start, "alice", "bob", "carol")
    says(alice, b"one", carol)
    says(bob, b"two", alice, carol)
    hear(bob, b"one")
    says(carol, b"three", alice, bob)
    says(alice, b"four", bob, carol)


@task.trial("two speak at once", "alice: b'A', and bob: b'B', at once",
            look="After the first of `readable` was served: does your loop go on to the next?")
def at_once(start):
    """Nobody waits for their turn."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    for _ in range(3):
        with stopped(server):
            alice.send("A")
            bob.send("B")
        hear(alice, b"B")
        hear(bob, b"A")
        in_any_order(carol, b"A", b"B")


@task.trial("who comes later", "alice: b'before'; carol comes; alice: b'after'", look="When does a connection join the list?")
def later(start):
    """A newcomer hears what is said from now on."""
    server, alice, bob = together(start, "alice", "bob")
    says(alice, b"before", bob)
    carol = connect(server, "carol")
    server.comes_to_rest()
    says(alice, b"after", carol, bob)
    says(carol, b"and I", alice, bob)


@task.trial("some come while others speak", "carol, dave and erin come, and bob: b'hello', at once; then each of them: b'I am here'",
            look="Both are in `readable`: the listener, and somebody who speaks. What does your loop do with the second of them?")
def come_and_speak(start):
    """Nobody asks whether this is a good moment."""
    server, alice, bob = together(start, "alice", "bob")
    with stopped(server):
        guests = [connect(server, name) for name in ("carol", "dave", "erin")]
        bob.send("hello")
    hear(alice, b"hello")
    server.comes_to_rest()
    for guest in guests:                       # whether they were there in time to hear it is the server's business
        there = what_is_there(guest)
        if there not in (b"", b"hello"):
            raise Failed(f"{guest.name} hears b'hello', or nothing", repr(there[:40]))
    for guest in guests:
        says(guest, b"I am here", alice, bob, *(one for one in guests if one is not guest))


@task.trial("any bytes", f"alice: {SENT}",
            look="Does your program change what it only has to pass on? All that recv has given is the client's.")
def any_bytes(start):
    """The server passes on bytes. What they mean is no business of its own."""
    _, alice, bob, carol = together(start, "alice", "bob", "carol")
    for word in words():
        says(alice, word, bob, carol)


@task.trial("nobody is waited for", "alice: b'hello', and then nobody says anything; then bob: b'and now I', and again nobody",
            look="After a word was passed on, the next who speaks may be anybody. For whom does your program wait, and where?")
def silence_again(start):
    """Who has spoken once may say nothing more for a long time, and the others speak."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    says(alice, b"hello", bob, carol)
    waits(server, alice, bob, carol)
    says(bob, b"and now I", alice, carol)
    waits(server, alice, bob, carol)
