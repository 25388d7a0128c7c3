"""who (lesson 05): an echo server that tells who comes and who leaves."""
from ...server import connect
from ...trials import Failed, descriptors, echo, gives_back, hear, rests, stopped, trade, with_state
from . import Task

task = Task("who")


def come(number):
    return f"conn {number} is here\n".encode()


def left(number):
    return f"conn {number} has left\n".encode()


def together(start, *names):
    """A fresh server, and clients who have come one after the other: each has heard of all who came later."""
    server, clients = start(), []
    for number, name in enumerate(names, 1):
        client = connect(server, name)
        for earlier in clients:
            hear(earlier, come(number))
        clients.append(client)
        if number == 1:
            server.comes_to_rest()             # nobody is there to hear of the first one
    return server, *clients


@task.trial("silence costs nothing", "alice and bob come, and say nothing",
            look="Does select have a timeout of 0, or does a socket stay readable because nobody takes what is there?")
def silence(start):
    """Most of the time nobody comes or leaves."""
    server = start()
    _clients = connect(server, "alice"), connect(server, "bob")
    rests(server)


@task.trial("who comes", "alice comes, then bob, then carol; then each of them: b'hello'",
            look="Who has to hear of a newcomer, and who hasn't? Which number does the first one have?")
def who_comes(start):
    """All who are there hear of a newcomer. Nobody needs to be told of themselves."""
    _, alice, bob, carol = together(start, "alice", "bob", "carol")
    for client in (carol, bob, alice):
        echo(client, b"hello")                 # the first that carol hears is her own word


@task.trial("an echo", "alice: each of the 256 bytes; bob: b'hello'; then carol comes",
            look="To whom does a client's word go back?")
def word(start):
    """What a client says comes back to that client, and to nobody else."""
    server, alice, bob = together(start, "alice", "bob")
    echo(alice, bytes(range(256)))
    echo(bob, b"hello")
    _carol = connect(server, "carol")
    hear(alice, come(3))
    hear(bob, come(3))


@task.trial("who leaves", "alice, bob and carol are there; carol: the end; then bob: b'hello'",
            look='What does recv give when the other side has gone? Who is told then, and is the connection out of the list, '
                 'and closed?')
def who_leaves(start):
    """All others hear of it, and the descriptor is given back."""
    server, alice, bob = together(start, "alice", "bob")
    before = descriptors(server)
    carol = connect(server, "carol")
    for client in (alice, bob):
        hear(client, come(3))
    carol.close()
    for client in (alice, bob):
        hear(client, left(3))
    gives_back(server, before)
    echo(bob, b"hello")


@task.trial("a reset", "alice, bob and carol are there; bob: a reset; then carol: b'hello'",
            look="What does recv do after a reset?")
def reset(start):
    """Who breaks off has left, too."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    bob.reset()
    hear(alice, left(2))
    hear(carol, left(2))
    echo(carol, b"hello")
    rests(server)


@task.trial("two resets at once", "alice, bob and carol are there; alice and bob: a reset, before select is called",
            look="You tell of the one, and the other has gone, too: what does sendall do? Who tells of the other then?")
def two_resets(start):
    """Telling is sending, and sending can fail."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    with stopped(server):
        alice.reset()
        bob.reset()
    received, _ = trade(carol, size=len(left(1) + left(2)))
    if sorted(received.splitlines(keepends=True)) != [left(1), left(2)]:
        raise Failed(f"carol hears {left(1)!r} and {left(2)!r}, in any order", told_instead(server, received))
    echo(carol, b"hello")


@task.trial("a number is used once", "alice and bob are there; bob: the end; then carol comes",
            look="Where does your number come from? The list gets shorter, too.")
def numbers(start):
    """Nobody is taken for somebody who was there before."""
    server, alice, bob = together(start, "alice", "bob")
    bob.close()
    hear(alice, left(2))
    carol = connect(server, "carol")
    hear(alice, come(3))
    carol.close()
    hear(alice, left(3))


@task.trial("a reset, and a newcomer", "alice is there; alice: a reset, and bob comes, before select is called; then carol comes",
            look="You tell alice of the newcomer, and she has gone: what does sendall do?")
def reset_and_newcomer(start):
    """Nobody who comes may pay for somebody who has gone."""
    server, alice = together(start, "alice")
    with stopped(server):
        alice.reset()
        bob = connect(server, "bob")
    server.comes_to_rest()
    received = what_is_there(bob)              # whether bob was there in time to be told is the server's business
    if received not in (b"", left(1)):
        raise Failed(f"bob hears {left(1)!r}, or nothing", told_instead(server, received))
    echo(bob, b"hello")
    _carol = connect(server, "carol")
    hear(bob, come(3))


def told_instead(server, received):
    """What was told, and where the server is."""
    return with_state(server, repr(received[:60]) if received else "nothing")


def what_is_there(client):
    """The bytes that have come already."""
    client.socket.settimeout(0)
    try:
        return client.socket.recv(65536)
    except OSError:
        return b""
