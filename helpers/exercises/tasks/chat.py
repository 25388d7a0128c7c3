"""chat (lesson 04): what one client says goes to all the others."""
from ...server import connect
from ...trials import hear, rests, stopped
from . import Task

task = Task("chat")
LISTS = "Over which list do you go when you send, and who must be left out?"


def together(start, *names):
    """A fresh server, and clients who have all been accepted."""
    server = start()
    clients = [connect(server, name) for name in names]
    server.comes_to_rest()
    return server, *clients


@task.trial("silence costs nothing", "alice and bob come, and say nothing",
            look="Does select have a timeout of 0, or does a socket stay readable because nobody takes what is there?")
def silence(start):
    """Most of the time nobody speaks."""
    server, _, _ = together(start, "alice", "bob")
    rests(server)


@task.trial("two clients", "alice: b'hello'", look="Who is in your list, apart from connections? Nobody can send to a listener.")
def two(start):
    """What one says, the other hears."""
    _, alice, bob = together(start, "alice", "bob")
    alice.send("hello")
    hear(bob, b"hello")
    bob.send("hello, alice")
    hear(alice, b"hello, alice")


@task.trial("all the others", "alice: b'hello'; bob, carol and dave: nothing", look=LISTS)
def all_others(start):
    """A chat is for all who are there."""
    _, alice, *others = together(start, "alice", "bob", "carol", "dave")
    alice.send("hello")
    for one in others:
        hear(one, b"hello")


@task.trial("and not the one who speaks", "alice: b'one'; then bob: b'two'", look=LISTS)
def not_oneself(start):
    """Who speaks knows what they have said. So the first thing that alice hears is bob's."""
    _, alice, bob, carol = together(start, "alice", "bob", "carol")
    alice.send("one")
    hear(carol, b"one")
    bob.send("two")
    hear(alice, b"two")
    hear(carol, b"two")


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
        first = carol.receive_bytes(1)
        hear(carol, b"A" if first == b"B" else b"B")


@task.trial("who comes later", "alice: b'before'; carol comes; alice: b'after'", look="When does a connection join the list?")
def later(start):
    """A newcomer hears what is said from now on."""
    server, alice, bob = together(start, "alice", "bob")
    alice.send("before")
    hear(bob, b"before")
    carol = connect(server, "carol")
    server.comes_to_rest()
    alice.send("after")
    hear(carol, b"after")
    hear(bob, b"after")


@task.trial("any bytes", "alice: each of the 256 bytes", look="Does your program decode what it only has to pass on?")
def any_bytes(start):
    """The server passes on bytes. What they mean is no business of its own."""
    _, alice, bob = together(start, "alice", "bob")
    alice.send(bytes(range(256)))
    hear(bob, bytes(range(256)))


@task.trial("silence after a talk costs nothing", "alice: b'hello', and then nobody says anything",
            look="What stays ready after all has been passed on?")
def silence_again(start):
    """And then nobody speaks again."""
    server, alice, bob = together(start, "alice", "bob")
    alice.send("hello")
    hear(bob, b"hello")
    rests(server)
