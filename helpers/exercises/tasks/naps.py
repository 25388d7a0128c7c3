"""naps (lesson 15): a loop of coroutines with three faults. Each shows only if something happens while a task waits."""
from ...server import connect
from ...trials import MUCH, Failed, Seen, descriptors, echo, gives_back, rests, trade, with_state
from ..another import another, ends, printed
from ..beside import at_once, heard, hears_after, waits_beside
from ..guests import hears, hears_the_end
from ..held import goes_on, together
from ..loops import waits
from . import Task

CAME_OUT = "An error comes out of bob's coroutine. Who has called `send` or `throw`, and where does the error go from there?"
WHATEVER = "An error comes out of bob's coroutine. Is it caught in the loop, whatever error it is?"
task = Task("naps", hard="What was hard: as long as one thing happens at a time, this loop is right. A wait can end in two ways, "
                         "and whatever was set up for it must be gone when it is over, whichever way it was.",
            looks={"early": "What wakes this task, and which wait was that meant for? Is it still there when that wait is over?"})
NAPPING = "somebody naps"
VISITS = 12
STAGGERED = (0, 6), (1.5, 2), (2, 4), (2.5, 9), (3, 7)     # when a guest speaks, and the nap; no two things at one moment
TOO_LONG, NEAR = 5, 0.2                                    # seconds: a longer nap is cut short; so near to a moment we look


def wakes(client, seconds, nap, word=b"awake\n", *others):
    """After so many seconds more, when a nap has taken so long in all."""
    hears_after(client, seconds, word, *others, what=NAPPING, when=f"{nap} second{'s' * (nap != 1)} after the nap began")


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
            look={"nothing": "Was this line received at all? If not: is the client watched, and does `until` know whether it is? "
                             "If it was: which line wakes a task that sleeps, and when?",
                  "": "Which line wakes a task that sleeps, and when?"})
def nap(start):
    """Who naps for two seconds is awake after two seconds."""
    server, alice = together(start, "alice")
    alice.send("2\n")
    wakes(alice, 2, 2)
    alice.send("1\n1")
    wakes(alice, 1, 1)
    alice.send(".5\n")
    wakes(alice, 1.5, 1.5)


@task.trial("each its own nap", "alice: b'3\\n', bob: b'1\\n', carol: b'9\\n', at once",
            look="Whom does a timer wake, and who is cancelled by whose limit?")
def own(start):
    """All of them nap at the same time. A nap of more than 5 seconds is cut short."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    alice.send("3\n"), bob.send("1\n"), carol.send("9\n")
    wakes(bob, 1, 1)
    wakes(alice, 1.9, 3)
    wakes(carol, 1.9, 5, b"too long\n")


@task.trial("who speaks meanwhile", "alice: b'3\\n', and a second later b'1\\n'; all this twice",
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
        wakes(alice, 2, 3)
        wakes(alice, 0.9, 1)


@task.trial("a line that makes no sense", "alice: b'3\\n'; bob: b'soon\\n'; then carol comes: b'1\\n'",
            look={"unheard": "Who looks at the server's terminal should see what went wrong. Which line prints it?",
                  "no end": "Bob's coroutine is over. Which line closes his connection?",
                  "died": CAME_OUT, "": CAME_OUT})
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
    wakes(carol, 1, 1)
    wakes(alice, 1.6, 3)
    printed(server, "could not convert string to float")


@task.trial("after one that was too long", "alice: b'7\\n', bob: b'8\\n', and 3 seconds later carol: b'4\\n'; when theirs were "
                                           "too long, alice: b'4\\n', and bob: b'1\\n4\\n'",
            look="A nap was cut short. What was cleared away then? All that was set up for this nap, and nothing else?")
def after(start):
    """A nap is as long as it should be, whatever was before it, and whatever is cut short beside it."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    alice.send("7\n"), bob.send("8\n")
    waits_beside(server, 3, NAPPING)
    carol.send("4\n")
    wakes(alice, 2, 5, b"too long\n", (bob, b"too long\n"))
    alice.send("4\n"), bob.send("1\n4\n")
    wakes(bob, 1, 1)
    wakes(carol, 0.8, 4)
    wakes(alice, 2, 4)
    wakes(bob, 0.9, 4)


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
    wakes(alice, 1, 1)
    gives_back(server, before)


@task.trial("one after the other", "five guests, at seconds 0, 1.5, 2, 2.5 and 3: b'6\\n', b'2\\n', b'4\\n', b'9\\n' and b'7\\n'",
            look="A nap was cut short. What was done to the heap then, and is it still a heap? Who takes something out, "
                 "elsewhere than at its top, must make it a heap again.")
def staggered(start):
    """They come one after the other, and each is woken in its turn."""
    server, *guests = together(start, *(f"guest {number}" for number in range(1, len(STAGGERED) + 1)))
    begun = server.time()
    spoken = [(second, number, "") for number, (second, _) in enumerate(STAGGERED)]
    ended = [(second + min(nap, TOO_LONG), number, "end") for number, (second, nap) in enumerate(STAGGERED)]
    for second, number, end in sorted(spoken + ended):
        guest, nap = guests[number], STAGGERED[number][1]
        goes_on(server, max(begun + second - (NEAR if end else 0) - server.time(), 0))
        if not end:
            guest.send(f"{nap}\n")
            continue
        word = b"too long\n" if nap > TOO_LONG else b"awake\n"
        expected = f"{guest.name} hears {word!r} {min(nap, TOO_LONG)} seconds after the nap began"
        if early := heard(guest):
            raise Failed(expected, Seen(f"{early!r}, earlier than that", "early"))
        goes_on(server, begun + second + NEAR - server.time())
        if (received := heard(guest)) != word:
            raise Failed(expected, Seen(repr(received), "other") if received else Seen("nothing", "nothing"))


@task.trial("another server: a limit around a nap", "on your loop, a server that naps for 3 seconds with a limit "
                                                    "of 1, and then pauses until somebody wakes it; alice: b'nap'; 5 "
                                                    "seconds later bob: b'wake'",
            look={"early": "A timer wakes this task for a nap that is over, while it waits for something else. The loop is to be "
                           "mended, not the server.",
                  "": "What does your loop do with a nap that was cut short?"})
def limited(start):
    """A loop is there for any server. This one waits for something else, after a nap that was cut short."""
    server = another(start, held=True)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    goes_on(server)
    alice.send("nap")
    waits_beside(server, 5, NAPPING)
    if early := heard(alice):
        raise Failed("alice hears nothing before bob wakes her", Seen(f"{early!r}, earlier than that", "early"))
    bob.send("wake")
    at_once(alice, b"nap")


@task.trial("another server: another error", "on your loop, a server in which b'divide' raises a "
                                             "ZeroDivisionError; alice: b'hello'; bob: b'divide'; alice: b'hello'",
            look={"unheard": "Who looks at the server's terminal should see what went wrong. Which line of the loop prints it?",
                  "died": WHATEVER, "": WHATEVER})
def other_error(start):
    """Whatever a task raises: it is over, it is heard, and the others go on."""
    server = another(start)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    echo(alice, b"hello")
    bob.send("divide")
    hears_the_end(bob)
    echo(alice, b"hello")
    printed(server, "division by zero")


@task.trial("another server: its end", "on your loop, a server that ends by sys.exit() at b'exit': alice says it; then one "
                                       "whose `main` ends with an error when it has let in three clients: they come",
            look={"exit": "`sys.exit()` raises SystemExit, and so does Ctrl-C in this server. They are no `Exception`, and "
                          "mean the program. What does your loop do with them?",
                  "": "`run` goes round until its coroutine is over. Is a task over that has raised an error?"})
def its_end(start):
    """Whoever ends the program, ends it, whichever task goes on just then."""
    server = another(start)
    connect(server, "alice").send("exit")
    ends(server, "sys.exit() in a coroutine ends the program, with exit status 0", "exit")
    server = another(start)
    for name in ("alice", "bob", "carol"):
        connect(server, name)
    ends(server, "when `main` has raised its error, it is over, `run` returns, and the program ends", "run")


@task.trial("another server: who reads late", "on your loop, a server that sends back what it hears; alice: as much as the "
                                              "server takes, before she reads a byte of it",
            look="Alice's coroutine waits until something can be sent, while she is readable, and nobody waits for that. Which "
                 "of these two events may be taken out?")
def late(start):
    """One event of a socket is waited for, and the other one isn't."""
    server = another(start)
    alice = connect(server, "alice")
    sent = alice.pour(MUCH)
    server.comes_to_rest()
    rests(server)
    received, _ = trade(alice, size=sent)
    if received != MUCH[:sent]:
        raise Failed("alice hears all that the server has taken", with_state(
            server, Seen(f"{'part of it' if received else 'nothing'}, and then nothing more", "part")))
