"""later (lesson 14): answers that are late on purpose: the next deadline is the timeout of the one call that waits."""
import random

from ...server import connect
from ...trials import Failed, Seen, descriptors, gives_back, holdings
from ..beside import heard
from ..clocked import (
    SET_BACK,
    at_this_moment,
    copy_of,
    has_ended,
    in_its_call,
    in_order,
    in_time,
    lets_pass,
    no_thread,
    nothing_yet,
    rests_in_its_call,
)
from ..guests import hears
from ..held import MOMENT, goes_on, together
from ..loops import waits
from . import Task

task = Task("later", hard="What was hard: one call waits for all of them, clients and deadlines, and only until the earliest. "
                          "Who has asked may have left when it is time.",
            looks={"TypeError": "Which two things does the heap compare, when two deadlines are the same?",
                   "elsewhere": "Which line lets the time pass: does it wait, or has it much to do? Meanwhile nobody who comes "
                                "can wake it; select can be woken."})
QUIET, HOUR = 60, 3600      # seconds in which nothing is due
GUESTS, LINES = 20, 60     # so many ask, and so much each
LONGEST = 45       # seconds that one of these answers may take
LONG = 60_000      # letters of a long answer
WAYS = ("close", "reset", "half_close")
FIRST = "Which answer is next, of those that are set by now? Does the call wait until that one, and for no other?"


def says(client, text):
    client.send(text)
    at_this_moment(client.server)


@task.trial("silence costs nothing", "alice and bob come, and say nothing; then alice: b'0 hello\\n', and nothing more",
            look={"": "Where does your program wait while nothing is asked for?",
                  "part": "What is missing at the end? Each answer is a line."})
def silence(start):
    """Most of the time nobody asks for anything."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    server.comes_to_rest()
    waits(server, alice, bob, must_loop=True)
    alice.send("0 hello\n")
    hears(alice, b"hello\n")
    waits(server, alice, bob, must_loop=True)


@task.trial("in its time",
            "alice: b'3 hello\\n', and when that has come b'1.5 again\\n'; bob: b'hello\\n', which asks for nothing",
            look="When is this answer due, and which line gives it then?")
def in_its_time(start):
    """An answer comes when its time has come: not before, and not after."""
    server, alice, bob = together(start, "alice", "bob")
    before, now = holdings(server), server.time()
    alice.send("3 hello\n")
    goes_on(server, 0)
    no_thread(server, before)
    in_its_call(server, now)
    at_this_moment(server)
    lets_pass(server, 1)
    says(bob, "hello\n")
    in_time(bob, b"what?\n")
    lets_pass(server, 2 - MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, b"hello\n")
    says(alice, "1.5 again\n")
    lets_pass(server, 1.5 - MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, b"again\n")
    nothing_yet(bob)


@task.trial("the clock on the wall", "alice: b'3 hello\\n'; meanwhile the clock on the wall is set back by an hour",
            look="The clock on the wall was set meanwhile. By which clock does your program wait?")
def wall_clock(start):
    """Somebody sets the clock, or a program that asks others how late it is."""
    server, alice = together(start, "alice", program=copy_of(start.program, SET_BACK))
    says(alice, "3 hello\n")
    lets_pass(server, 3 - MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, b"hello\n")


@task.trial("no look in between", f"alice: b'{QUIET} hello\\n'; so long nothing happens; and then nothing is due for an hour",
            look="Which timeout has the call, while the next deadline is far away?")
def no_look(start):
    """A program that waits well does nothing in all that time."""
    server, alice = together(start, "alice")
    says(alice, f"{QUIET} hello\n")
    rests_in_its_call(server, QUIET - MOMENT)
    nothing_yet(alice)
    rests_in_its_call(server, 2 * MOMENT, "the answer is nearly due")
    in_time(alice, b"hello\n")
    rests_in_its_call(server, QUIET)
    rests_in_its_call(server, HOUR)


@task.trial("the earlier one first",
            "alice: b'9 nine\\n3 three\\n1 one\\n2 two\\n'; after 4 seconds bob: b'2 six\\n'; at last b'5 five\\n5.01 more\\n'",
            look=FIRST)
def earlier_first(start):
    """Who is asked for much at once gives each in its own time."""
    server, alice, bob = together(start, "alice", "bob")
    says(alice, "9 nine\n3 three\n1 one\n2 two\n")
    lets_pass(server, MOMENT)
    for word in b"one\n", b"two\n", b"three\n":
        lets_pass(server, 1 - MOMENT * 2)
        nothing_yet(alice)
        lets_pass(server, MOMENT * 2)
        in_time(alice, word)
    lets_pass(server, 1 - MOMENT)
    says(bob, "2 six\n")
    lets_pass(server, 2 - MOMENT)
    nothing_yet(alice, bob)
    lets_pass(server, 2 * MOMENT)
    in_time(bob, b"six\n")
    lets_pass(server, 3 - 2 * MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, b"nine\n")
    says(bob, "5 five\n5.01 more\n")
    lets_pass(server, 5 - MOMENT)
    nothing_yet(bob)
    lets_pass(server, MOMENT + 0.005)           # the second one isn't due
    in_time(bob, b"five\n")
    lets_pass(server, MOMENT)
    in_time(bob, b"more\n")


@task.trial("the same moment", "alice: b'2 c\\n2 a\\n2 b\\n2 a\\n'; bob: b'2 z\\n', at the same moment; and then both once more",
            look="Of two that are due at the same moment, which is first in your heap? Who asked first is to be first.")
def same_moment(start):
    """Two are due at the same moment: who asked first is answered first."""
    server, alice, bob = together(start, "alice", "bob")
    for _ in range(2):
        says(alice, "2 c\n2 a\n2 b\n2 a\n"), says(bob, "2 z\n")
        lets_pass(server, 2 - MOMENT)
        nothing_yet(alice, bob)
        lets_pass(server, 2 * MOMENT)
        in_time(alice, b"c\na\nb\na\n")
        in_time(bob, b"z\n")


@task.trial("a thousand at once", f"{GUESTS} clients: {LINES} lines each, all for some moment in the next {LONGEST} seconds",
            look=FIRST)
def a_thousand(start):
    """So many wait, and none of them costs a thread."""
    server, *guests = together(start, *(f"guest {number}" for number in range(1, GUESTS + 1)))
    asks = {guest: [(random.randrange(10, LONGEST * 10), place) for place in range(LINES)] for guest in guests}
    for guest, lines in asks.items():
        guest.send("".join(f"{tenths / 10} {guest.name}, {place}\n" for tenths, place in lines))
        at_this_moment(server)
    lets_pass(server, MOMENT / 2)          # so that nothing is due at the very moment at which we look
    passed = 0
    while passed < LONGEST:
        lets_pass(server, 5)
        passed += 5
        for guest, lines in asks.items():
            in_order(guest, [f"{guest.name}, {place}" for tenths, place in sorted(lines) if tenths <= 10 * passed])


@task.trial("who leaves", "alice: b'20 a secret\\n', and she leaves; bob comes: b'9 mine\\n'; and so on: by a goodbye, a reset, "
                          "a half-close; dave is there all the time: b'100 still here\\n'; at last alice asks for two answers, "
                          "bob for four, by turns, and alice leaves",
            look={"": "Somebody has left. Which of the answers that are still to come are for whom?",
                  "KeyError": "This one has left. Who looks whether it is still there, before it is given something?",
                  "early": "This client hasn't asked for that. To whom does an answer belong: to a number, or a connection?",
                  "descriptors": "Who has left is closed at once, and not when its answers would have been due."})
def leaves(start):
    """Some don't wait for their answer. The others notice nothing."""
    server, dave = together(start, "dave")
    says(dave, "100 still here\n")
    before = descriptors(server)
    for way in WAYS:
        alice = connect(server, "alice")
        goes_on(server)
        says(alice, "20 a secret\n20 more\n")
        lets_pass(server, 1)
        getattr(alice, way)()
        lets_pass(server, MOMENT)
        if way == "half_close":
            if not has_ended(alice):
                raise Failed("who has said the last word has left: its connection is closed", Seen("it stays open", "no end"))
            alice.close()
        gives_back(server, before)
        bob = connect(server, "bob")
        goes_on(server)
        says(bob, "9 mine\n")
        lets_pass(server, 10)
        in_time(bob, b"mine\n")
        lets_pass(server, 15)
        nothing_yet(bob)
        bob.close()
        lets_pass(server, MOMENT)
    nothing_yet(dave)
    lets_pass(server, 30)
    in_time(dave, b"still here\n")
    alice, bob = connect(server, "alice"), connect(server, "bob")
    goes_on(server)
    for client, text in ((alice, "1 x\n"), (bob, "10 ten\n"), (alice, "2 y\n"), (bob, "11 and\n12 more\n3 three\n")):
        says(client, text)
    alice.close()
    lets_pass(server, 4)
    in_time(bob, b"three\n")
    lets_pass(server, 8 + MOMENT)
    in_time(bob, b"ten\nand\nmore\n")


@task.trial("a long answer",
            f"alice: 100 lines that ask for {LONG:,} letters each, in 1 second, and she reads late; bob: b'2 hello\\n'",
            look="Alice doesn't read yet. Which line gives her the answers, and who keeps what doesn't fit?")
def long_answers(start):
    """Who reads late gets all of it, and holds up nobody."""
    server, alice, bob = together(start, "alice", "bob")
    line = b"x" * LONG + b"\n"
    for _ in range(100):
        alice.send(b"1 " + line)
        at_this_moment(server)
    says(bob, "2 hello\n")
    lets_pass(server, 2 + MOMENT)
    in_time(bob, b"hello\n")
    received = bytearray()
    for _ in range(1000):
        more = heard(alice)
        received += more
        if len(received) >= 100 * len(line):
            break
        goes_on(server)
    if bytes(received) != 100 * line:
        raise Failed("alice hears all of it", Seen(f"{len(received):,} bytes of {100 * len(line):,}", "part"))
