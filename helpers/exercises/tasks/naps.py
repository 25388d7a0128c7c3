"""naps (lesson 15): a loop of coroutines with three faults. Each shows only if something happens while a task waits."""
from ...server import connect
from ...trials import Failed, Seen, descriptors, gives_back, rests
from ..beside import hears_after, waits_beside
from ..guests import hears, hears_the_end
from ..held import goes_on
from ..loops import waits
from . import Task

task = Task("naps", hard="What was hard: as long as one thing happens at a time, this loop is right. A wait can end in two ways, "
                         "and whatever was set up for it must be gone when it is over, whichever way it was.",
            looks={"early": "What wakes this task, and which wait was that meant for? Is it still there when that wait is over?"})
NAPPING = "somebody naps"
VISITS = 12


def together(start, *names):
    """A fresh server that is held, and clients who have been accepted."""
    server = start(held=True)
    clients = [connect(server, name) for name in names]
    goes_on(server)
    return server, *clients


@task.trial("silence costs nothing", "alice comes, and says nothing; then b'0\\n', and nothing more",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start()
    alice = connect(server, "alice")
    server.comes_to_rest()
    waits(server)
    alice.send("0\n")
    hears(alice, b"awake\n")
    rests(server)
    waits(server, alice)


@task.trial("a nap", "alice: b'2\\n', and then b'1\\n1', and in a second piece b'.5\\n'",
            look="Which line wakes a task that sleeps, and when?")
def nap(start):
    """Who naps for two seconds is awake after two seconds."""
    server, alice = together(start, "alice")
    alice.send("2\n")
    hears_after(alice, 2, b"awake\n", what=NAPPING)
    alice.send("1\n1")
    hears_after(alice, 1, b"awake\n", what=NAPPING)
    alice.send(".5\n")
    hears_after(alice, 1.5, b"awake\n", what=NAPPING)


@task.trial("each its own nap", "alice: b'3\\n', bob: b'1\\n', carol: b'9\\n', at once",
            look="Whom does a timer wake, and who is cancelled by whose limit?")
def own(start):
    """All of them nap at the same time. A nap of more than 5 seconds is cut short."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    alice.send("3\n"), bob.send("1\n"), carol.send("9\n")
    hears_after(bob, 1, b"awake\n", what=NAPPING)
    hears_after(alice, 1.9, b"awake\n", what=NAPPING)
    hears_after(carol, 1.9, b"too long\n", what=NAPPING)


@task.trial("who speaks meanwhile", "alice: b'3\\n', and a second later b'1\\n'",
            look={"on readable": "Alice is readable, and nobody waits for that as long as she naps. Why does select tell of her "
                                 "again and again?",
                  "nothing": "After her nap alice is waited for again. Is she watched then, and does `until` know whether she "
                             "is? And is she still connected?",
                  "the end": "Alice has only said something more. Which line closes her connection?",
                  "": "While alice naps, nobody waits for what she says. Who is told that she is ready, and what is done then?"})
def meanwhile(start):
    """Her coroutine naps, so nobody waits for her words. They are answered after it."""
    server, alice = together(start, "alice")
    for _ in range(2):
        alice.send("3\n")
        waits_beside(server, 1, NAPPING)
        alice.send("1\n")
        hears_after(alice, 2, b"awake\n", what=NAPPING)
        hears_after(alice, 0.9, b"awake\n", what=NAPPING)


@task.trial("a line that makes no sense", "alice: b'3\\n'; bob: b'soon\\n'; then carol comes: b'1\\n'",
            look={"unheard": "Who looks at the server's terminal should see what went wrong. Which line prints it?",
                  "no end": "Bob's coroutine is over. Which line closes his connection?",
                  "": "An error comes out of bob's coroutine. Who has called `send` or `throw`, and where does the error go from "
                      "there?"})
def no_sense(start):
    """One client's mistake is no business of the others. But it is printed, so that somebody hears of it."""
    server, alice, bob = together(start, "alice", "bob")
    alice.send("3\n")
    goes_on(server)
    bob.send("soon\n")
    goes_on(server)
    hears_the_end(bob)
    carol = connect(server, "carol")
    goes_on(server)
    carol.send("1\n")
    hears_after(carol, 1, b"awake\n", what=NAPPING)
    hears_after(alice, 1.6, b"awake\n", what=NAPPING)
    if "ValueError" not in server.output:
        raise Failed("the error that nobody has caught is printed", Seen("nothing of it is printed", "unheard"))


@task.trial("after one that was too long", "alice: b'7\\n', bob: b'8\\n', and 3 seconds later carol: b'4\\n'; when theirs were "
                                           "too long, alice: b'4\\n', and bob: b'1\\n4\\n'",
            look="A nap was cut short. What was cleared away then? All that was set up for this nap, and nothing else?")
def after(start):
    """A nap is as long as it should be, whatever was before it, and whatever is cut short beside it."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    alice.send("7\n"), bob.send("8\n")
    waits_beside(server, 3, NAPPING)
    carol.send("4\n")
    hears_after(alice, 2, b"too long\n", (bob, b"too long\n"), what=NAPPING)
    alice.send("4\n"), bob.send("1\n4\n")
    hears_after(bob, 1, b"awake\n", what=NAPPING)
    hears_after(carol, 0.8, b"awake\n", what=NAPPING)
    hears_after(alice, 2, b"awake\n", what=NAPPING)
    hears_after(bob, 0.9, b"awake\n", what=NAPPING)


@task.trial("who leaves meanwhile", f"{VISITS} clients: b'1\\n', and then the end, a reset, or that this was all; "
                                    "alice: b'1\\n' after it",
            look="Whoever naps is told of nothing. When does their coroutine notice, and which line closes?")
def leaves(start):
    """Some don't stay until they are awake."""
    server, alice = together(start, "alice")
    before = descriptors(server)
    for number in range(VISITS):
        guest = connect(server, "guest")
        goes_on(server)
        guest.send("1\n")
        goes_on(server)
        (guest.close, guest.reset, guest.half_close)[number % 3]()
        waits_beside(server, 1, NAPPING)
        if number % 3 == 2:
            goes_on(server)
            hears_the_end(guest, b"awake\n")
            guest.close()
    alice.send("1\n")
    hears_after(alice, 1, b"awake\n", what=NAPPING)
    gives_back(server, before)
