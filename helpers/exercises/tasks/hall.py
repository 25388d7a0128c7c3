"""hall (lesson 10): the chat of 04 on `selectors`: a hall has more places than `select` can watch."""
from ...server import connect
from ...trials import (
    MUCH,
    PATIENCE,
    Failed,
    Seen,
    descriptors,
    gives_back,
    hears_all,
    rests,
    room_for,
    stopped,
    trade,
    with_state,
)
from ..guests import SENT, crowd, hears, in_any_order, may_have_heard, says, together, words
from ..loops import comes_back, telling, waits
from ..streams import lacking
from . import Task

task = Task("hall", hard="What was hard: a word goes to many, and each of them takes as much as there is room for. Who takes "
                         "less is owed the rest, and is watched for it; who has gone is left to its own turn.",
            looks={"other": "Which line sends what came here, and to whom? All hear what the others say, all of it, in order.",
                   "the end": "This client hasn't left, and its connection is over. Which line closes it?"})
FEW = 21           # more than fit into any number that stands in a lesson's program
MANY = 1100        # more than select can watch
VISITS = 12        # who leave, one after the other
REST = ("How many bytes did `send` take? (`sendall` doesn't say how many.) Where is the rest kept, and who is told that it has "
        "to go out?")


@task.trial("silence costs nothing", "alice and bob come, and say nothing; then alice: b'hello', and nothing more",
            look="Where does your program wait while nobody speaks, and for whom?")
def silence(start):
    """Most of the time nobody speaks."""
    server, alice, bob = together(start, "alice", "bob")
    waits(server, must_loop=True)
    says(alice, b"hello", bob)
    comes_back(server)
    waits(server, alice, bob, must_loop=True)


@task.trial("all the others", f"{FEW} clients or more come; each of them, one after the other: their name",
            look="Over whom do you go when you send, and who must be left out?")
def all_others(start):
    """What one says, all the others hear, and not the one who speaks."""
    guests = crowd(start(), FEW)
    for guest in guests:
        says(guest, guest.name.encode(), *(one for one in guests if one is not guest))


@task.trial("any bytes", f"alice: {SENT}", look="Does your program change what it only has to pass on, or keep a part of it?")
def any_bytes(start):
    """The server passes on bytes. What they mean is no business of its own."""
    _, alice, bob, carol = together(start, "alice", "bob", "carol")
    for word in words():
        says(alice, word, bob, carol)


@task.trial("two speak at once", "alice: b'one', and bob: b'two', at once; carol comes at the same moment; then carol: b'here'",
            look="Who is served after the first of the events?")
def at_once(start):
    """Nobody waits for their turn."""
    server, alice, bob, dave = together(start, "alice", "bob", "dave")
    with stopped(server):
        carol = connect(server, "carol")
        alice.send(b"one")
        bob.send(b"two")
    hears(alice, b"two")
    hears(bob, b"one")
    in_any_order(dave, b"one", b"two")
    server.comes_to_rest()
    may_have_heard(carol, b"one", b"two", b"onetwo", b"twoone")
    says(carol, b"here", alice, bob, dave)


@task.trial("who leaves", f"alice and bob are there; {VISITS} others come, and leave by a goodbye, a reset or a half-close, with "
                          "a word before, or without; alice: b'still here' after each of them",
            look="Which line closes a connection? Is the selector told, and what else is kept of somebody who has left?")
def leaves(start):
    """The others go on, and every descriptor is given back."""
    server, alice, bob = together(start, "alice", "bob")
    says(alice, b"hello", bob)
    before = descriptors(server)
    for number in range(VISITS):
        guest = connect(server, "guest")
        server.comes_to_rest()
        if number % 2:
            says(guest, b"bye", alice, bob)
        way = ("close", "reset", "half_close")[number % 3]
        getattr(guest, way)()
        if way == "half_close":
            hears_all(guest, b"", *trade(guest))
            guest.close()
        server.comes_to_rest()
        says(alice, b"still here", bob)
    gives_back(server, before)
    waits(server, alice, bob, must_loop=True)
    if any(one.socket == "closed" and one.name.startswith("send") for each in server.iterations for one in each.operations):
        raise Failed("who has left is forgotten", Seen("a word is sent to a connection that is closed", "closed"))


@task.trial("many leave at once", f"alice, bob and {FEW} others or more are there; alice: b'hello', and all the others leave "
                                  "at the same moment, by a goodbye or a reset; then newcomers come, and bob: b'welcome'",
            look="You send to somebody who has gone: what does send raise? And whose turn is it to close them?")
def leave_at_once(start):
    """After the last train nobody stays but two. Whoever comes then may get the numbers of those who have left."""
    server, alice, bob = together(start, "alice", "bob")
    before = descriptors(server)
    guests = crowd(server, FEW)
    with stopped(server):
        alice.send("hello")
        for number, guest in enumerate(guests):
            (guest.reset if number % 2 else guest.close)()
    hears(bob, b"hello")
    server.comes_to_rest()
    newcomers = [connect(server, name) for name in ("carol", "dave", "erin")]
    server.comes_to_rest()
    says(bob, b"welcome", alice, *newcomers)
    for newcomer in newcomers:
        says(newcomer, newcomer.name.encode(), alice, bob, *(one for one in newcomers if one is not newcomer))
        newcomer.server.comes_to_rest()
    for newcomer in newcomers:
        newcomer.close()
    gives_back(server, before)


@task.trial("a slow reader", "alice: 8 MB; carol reads all of it, and bob nothing; alice: b'and more'; then bob reads all of it",
            look={"part": REST, "nothing": REST, "order": "What goes out first: what is kept, or what came last?", "": REST})
def slow_reader(start):
    """Who reads late gets everything, and nobody waits for it."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    sent = alice.pour(MUCH)
    gets(carol, MUCH[:sent])
    server.comes_to_rest()
    says(alice, b"and more", carol)
    rests(server)
    gets(bob, MUCH[:sent] + b"and more")
    server.comes_to_rest()
    waits(server, alice, bob, carol, must_loop=True)


@task.trial("a slow reader breaks off",
            "alice: 8 MB; carol reads all of it, and bob nothing; then bob: a reset; alice: b'and more'",
            look="What is owed to somebody who has gone? Who is told that there is nothing more to do?")
def breaks_off(start):
    """Some never read what they are owed."""
    server, alice, carol = together(start, "alice", "carol")
    before = descriptors(server)
    bob = connect(server, "bob")
    server.comes_to_rest()
    sent = alice.pour(MUCH)
    gets(carol, MUCH[:sent])
    server.comes_to_rest()
    bob.reset()
    server.comes_to_rest()
    says(alice, b"and more", carol)
    gives_back(server, before)
    waits(server, alice, carol, must_loop=True)


@task.trial("told nothing new",
            "alice: b'hello', twice, to bob and carol, who read; then 8 MB, of which bob reads nothing, and two words more; "
            "carol reads all of it, and then bob, too",
            look="When is somebody watched for writing? Only if `send` has left something, and only if that is new.")
def nothing_new(start):
    """There is nearly always room: a word is sent at once, and the system isn't told anything."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    for word in b"hello", b"again":
        with telling(server, "alice's word goes to bob and carol, who read, and the system isn't told anything"):
            says(alice, word, bob, carol)
    sent = alice.pour(MUCH)
    gets(carol, MUCH[:sent])
    server.comes_to_rest()
    for word in b"more", b"and more":
        with telling(server, "bob is owed much already: a word more is kept for him, and the system isn't told anything", bob):
            says(alice, word, carol)
    with telling(server, "bob reads until nothing is owed, and the system is told once: no more writing", bob, times=2):
        gets(bob, MUCH[:sent] + b"moreand more")


@task.trial("more than 1,024", f"{MANY:,} clients come, and stay; alice: b'hello', and then b'goodbye'",
            look={"ValueError": "select takes no number from 1024 on. Which selector does your program use?",
                  "": "Is everybody let in, and told of, who comes?"})
def more_than_select(start):
    """A hall has more places than select can watch."""
    with room_for(MANY):
        server = start(descriptors=MANY + 100)
        server.deadline += 4 * PATIENCE                # so many take their time
        alice, guests = connect(server, "alice"), []
        try:
            for number in range(MANY):
                guests.append(connect(server))
                if not number % 50:
                    server.comes_to_rest()
            server.comes_to_rest()
            for word in b"hello", b"goodbye":
                alice.send(word)
                for number, guest in enumerate(guests, 1):
                    if (received := trade(guest, size=len(word))[0]) != word:
                        raise Failed(f"all of them hear {word!r}", with_state(server, Seen(
                            f"{number - 1:,} hear it, and the next one hears {received!r}" if received else
                            f"{number - 1:,} hear it, and the next one nothing", "nothing")))
        finally:
            for guest in guests:
                guest.close()


def gets(client, data):
    """All of this comes, in its order."""
    received, ended = trade(client, size=len(data))
    if received != data:
        raise Failed(f"{client.name} hears all that alice has said, in its order", lacking(client, data, received, ended))
