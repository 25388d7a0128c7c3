"""survivor (lesson 05): however a client leaves, the others don't notice."""
from ...server import connect
from ...trials import descriptors, echo, gives_back, hear, rests, stopped
from ..guests import SENT, half_closes, words
from ..loops import comes_back, waits
from . import Task

task = Task("survivor", hard="What was hard: after an error, a name keeps what it had before. So the fault was made in one "
                             "iteration, and seen in another.",
            looks={"the end": "This client hasn't left, and its connection is over. Which line closes it?"})
CROWD = 20         # clients who leave at once
VISITS = 20        # and one after the other
STEPS = "Step your program through just this. Which lines run in its last iteration, and what stands in each name there?"


def together(start, *names):
    """A fresh server, and clients who have all been heard."""
    server = start()
    clients = [connect(server, name) for name in names]
    server.comes_to_rest()                 # who comes while others speak is the matter of a trial of its own
    for client in clients:
        echo(client, b"hello")
    return server, *clients


def goes_on(server, before, *others):
    """Those who have left are forgotten, and the others are served. `before`: the descriptors that are needed for these."""
    server.comes_to_rest()                 # or to its end
    for _ in range(2):
        for client in others:
            echo(client, b"still here")
    gives_back(server, before)


@task.trial("silence costs nothing", "alice and bob come, and say nothing",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody speaks."""
    server = start()
    _clients = connect(server, "alice"), connect(server, "bob")
    server.comes_to_rest()
    waits(server)


@task.trial("a word comes back", f"alice: b'hello'; bob: b'hello'; alice: {SENT}",
            look="This was right as it was handed out. What does your change do to somebody who has not left?")
def word(start):
    """Who mends one thing can break another."""
    server, alice, bob = together(start, "alice", "bob")
    for one in words():
        echo(alice, one)
    bob.send(b"hello")
    comes_back(server)
    hear(bob, b"hello")
    waits(server, alice, bob)


@task.trial("a goodbye",
            f"alice: b'hello', and then the end; bob: b'still here'; then {VISITS} come and leave, without a word, "
            "or by a half-close, alone or together with a word; bob: b'still here'",
            look="`b\"\"` is a goodbye. Is the connection taken out of the list then, and closed, once?")
def goodbye(start):
    """Most clients leave in an orderly way."""
    server, bob = together(start, "bob")
    before = descriptors(server)
    alice = connect(server, "alice")
    echo(alice, b"hello")
    alice.close()
    goes_on(server, before, bob)
    for number in range(VISITS):
        guest = connect(server, "guest", timeout=10)
        if number % 2:
            half_closes(guest, b"hello" if number % 4 > 1 else b"")
        guest.close()
    goes_on(server, before, bob)


@task.trial("a reset",
            f"alice: b'hello'; bob: b'hello'; alice: a reset; bob: b'still here'; then {VISITS} others: b'hello', and a reset; "
            "bob: b'still here'",
            look="What does recv do after a reset, and which lines run after it?")
def reset(start):
    """A program ends with bytes unread: there is no goodbye."""
    server, bob = together(start, "bob")
    before = descriptors(server)
    alice = connect(server, "alice")
    echo(alice, b"hello")
    echo(bob, b"hello")
    alice.reset()
    goes_on(server, before, bob)
    for _ in range(VISITS):
        guest = connect(server, "guest", timeout=10)
        echo(guest, b"hello")
        guest.reset()
    goes_on(server, before, bob)


@task.trial("a goodbye, and then a reset", "carol: the end; then alice: a reset; bob: b'still here'", look=STEPS)
def reset_after_goodbye(start):
    """One leaves in an orderly way, and the next one doesn't."""
    server, bob = together(start, "bob")
    before = descriptors(server)
    alice, carol = connect(server, "alice"), connect(server, "carol")
    server.comes_to_rest()
    for client in (alice, carol, bob):
        echo(client, b"hello")
    carol.close()
    server.comes_to_rest()
    alice.reset()
    goes_on(server, before, bob)


@task.trial("a reset before the first word", "alice: a reset, and nobody has said anything so far; bob: b'still here'",
            look=STEPS)
def reset_first(start):
    """A port scanner looks in, and breaks off. It may be the first guest of the day."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    server.comes_to_rest()
    alice.reset()
    server.comes_to_rest()
    echo(bob, b"still here")
    echo(bob, b"still here")


@task.trial("gone before the answer",
            "alice: b'hello', and the end at once; carol: b'hello', and a reset at once; bob: b'still here'",
            look="The error may come from recv, and it may come from sendall. What stands in `data` then, in each case?")
def before_the_answer(start):
    """Who has no time doesn't wait for the answer, and somebody must send it all the same."""
    server, bob = together(start, "bob")
    before = descriptors(server)
    alice, carol = connect(server, "alice"), connect(server, "carol")
    server.comes_to_rest()
    with stopped(server):                  # the word and the end meet it in one iteration
        alice.send("hello")
        alice.close()
    server.comes_to_rest()
    with stopped(server):
        carol.send("hello")
        carol.reset()
    goes_on(server, before, bob)


@task.trial("many leave at once",
            f"{CROWD} clients: each leaves in one of these ways; alice and bob: b'still here'; then nobody says anything",
            look="Who has left must be in no list, and closed. And nobody else may be skipped, or closed.")
def many(start):
    """The network breaks down, and all who came through it are gone."""
    server, alice, bob = together(start, "alice", "bob")
    before = descriptors(server)
    guests = [connect(server, f"guest {number}") for number in range(CROWD)]
    for guest in guests:
        echo(guest, b"hello")
    with stopped(server):
        for number, guest in enumerate(guests):
            if number % 4 > 1:
                guest.send("hello")
            (guest.reset if number % 2 else guest.close)()
    goes_on(server, before, alice, bob)
    rests(server)


@task.trial("the others, at the same moment",
            "alice: a reset, bob and carol: b'still here', and dave comes, at once; dave: b'hello'; then the same with erin, who "
            "came last, and frank",
            look="Who else is in `readable`, when somebody has broken off? What becomes of them, and of the listener?")
def at_once(start):
    """However somebody leaves, all the others are served as before, and newcomers, too."""
    server, alice, bob, carol, erin = together(start, "alice", "bob", "carol", "erin")
    for leaver, name in (alice, "dave"), (erin, "frank"):
        with stopped(server):
            leaver.reset()
            for client in (bob, carol):
                client.send("still here")
            newcomer = connect(server, name)
        for client in (bob, carol):
            hear(client, b"still here")
        echo(newcomer, b"hello")
    waits(server, bob, carol, newcomer)
