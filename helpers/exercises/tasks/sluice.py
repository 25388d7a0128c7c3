"""sluice (lesson 13): an echo with high and low water. It keeps its bound, and three things are wrong with its pause."""
from ...server import connect
from ...trials import check, descriptors, echo, gives_back, hears_all, stopped, trade
from ..guests import crowd, half_closes
from ..loops import so_far, waits
from ..water import flat, poured, pours, reads, unheard
from . import Task

task = Task("sluice", hard="What was hard: a pause has three sides. Whom it concerns, and nobody else; how it ends, by itself; "
                           "and what becomes of somebody who leaves meanwhile.",
            looks={"grows": "What is owed must have a bound. Which line says that a client isn't heard any more?",
                   "heard": "Alice is heard, and her own queue hasn't become shorter. Which line ends her pause, when does it "
                            "run, and for whom?"})
VISITS = 6         # who break off, one after the other
CROWD = 21


@task.trial("silence costs nothing", "alice and bob come; alice: b'hello'; and nothing more",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    server.comes_to_rest()
    waits(server, alice, bob)
    echo(alice, b"hello")
    waits(server, alice, bob)


@task.trial("an echo", f"{CROWD} guests or more: each its own name, all at once; then alice: b'hello', and that this was all",
            look={"no end": "Who has said the last word is closed, when all is sent. Which line does that?",
                  "": "Each hears what it has said. Whose queue is it?"})
def an_echo(start):
    """Everybody hears what they have said."""
    server = start()
    guests = crowd(server, CROWD)
    with stopped(server):
        for guest in guests:
            guest.send(guest.name)
    for guest in guests:
        said = guest.name.encode()
        check(guest, said, *trade(guest, size=len(said)))
    half_closes(connect(server, "alice"), b"hello")


@task.trial("flat", "alice: 32 MB, or as much as is taken, and she reads nothing",
            look="What is owed must have a bound. Which line says that alice isn't heard any more?")
def stays_flat(start):
    """Who pours and reads nothing must not fill the memory of all."""
    server = start()
    alice = connect(server, "alice")
    with flat(server):
        pours(alice)
    waits(server)


@task.trial("the others", "alice: 32 MB, or as much as is taken, and she reads nothing; bob: b'hello', twice; carol "
                          "comes: b'hello'; and nothing more for a moment",
            look={"stands": "What does this line wait for? As long as it waits, nobody is served.",
                  "": "Alice is owed too much. Who is missing in the lists of `select` then? Whom must it concern?"})
def others(start):
    """One doesn't read. What have the others to do with it?"""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    pours(alice)
    with unheard(server, alice):
        echo(bob, b"hello"), echo(bob, b"hello")
        echo(connect(server, "carol"), b"hello")
    waits(server, bob)


@task.trial("she goes on", "alice: 32 MB, or as much as is taken; then she reads all of it; then b'hello'; all this twice",
            look={"nothing": "Alice isn't heard any more. Which line ends her pause, and what must be owed to her just then?",
                  "part": "A part is missing. Is alice heard again when it has become less that she is owed? When just?",
                  "the end": "Her connection is over. Which line closes it? She has only been slow.",
                  "": "Nothing may be lost while she isn't heard. What becomes of bytes for which there is no room?"})
def goes_on(start):
    """Who was slow for a while is a client like any other afterwards."""
    server = start()
    alice = connect(server, "alice")
    for _ in range(2):
        taken = pours(alice)
        reads(alice, taken)
        paused = so_far(server)            # until here it was right not to wait for her
        echo(alice, b"hello")
    waits(server, alice, since=paused)


@task.trial("all is said", "alice: 8 MB, or as much as is taken, and that this was all; then she reads",
            look="Alice has said all. Is she heard until then, is all sent after it, and which line closes her connection then?")
def all_is_said(start):
    """The end comes after all that was said, and waits with it."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    taken = pours(alice, 1)
    alice.half_close()
    hears_all(alice, poured(taken), *trade(alice))
    echo(bob, b"hello")
    waits(server, bob)


@task.trial("it breaks off", f"alice: 16 MB, or as much as is taken, and she reads nothing; {VISITS} guests, one after the "
                             "other: 8 MB, or as much as is taken; then a reset; bob: b'hello', after each",
            look={"descriptors": "A guest breaks off while it isn't heard. Go through `send`: what happens to it, line by line? "
                                 "Who closes it, and who ends its pause?",
                  "": "A guest breaks off while it isn't heard. Go through `send`: what happens to it, line by line?"})
def breaks_off(start):
    """Who waits for too long may lose patience."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    pours(alice, 2)
    echo(bob, b"hello")
    before = descriptors(server)
    with unheard(server, alice):
        for number in range(VISITS):
            guest = connect(server, f"guest {number}")
            pours(guest, 1)
            guest.reset()
            echo(bob, b"hello")
    gives_back(server, before)
    waits(server, bob)
