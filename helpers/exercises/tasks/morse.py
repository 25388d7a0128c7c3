"""morse (lesson 16): lines in Morse code, on asyncio's streams. Right for one client who asks, reads, and goes on asking."""
from ...server import connect
from ...trials import Failed, descriptors, gives_back, trade
from ..clocked import at_this_moment, in_time, lets_pass, nothing_yet
from ..guests import hears, hears_the_end, together
from ..held import MOMENT
from ..limits import begun, one_who_never_ends, one_who_speaks, says, silent_ones
from ..loops import waits
from ..streams import has_received, lacking
from ..water import flat
from . import Task

task = Task("morse", hard="What was hard: each fault is a line that isn't there. Who writes waits until there is room; who waits "
                          "for a client waits for a while, and not for ever; and whatever ends a handler, it closes its client.",
            looks={"elsewhere": "Which line lets the time pass? A coroutine gives its turn to others at an `await`, and "
                                "nowhere else."})
SIGNS = dict(zip("abcdefghijklmnopqrstuvwxyz0123456789 ", """
    .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..
    ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----. /""".split()))
FOR_EVER = 86_400      # a limit that never comes
MISTAKES = b"a-b\n", b"caf\xc3\xa9\n", b"\xff\xfe\n", b"sos?!\n"
WAYS = "close", "reset", "half_close"
GUESTS = 40            # more than any pool has threads
END = "Which lines run when a handler is over, or when an error comes out of one of its lines? Who closes the connection then?"
OVER = "For how long does your handler wait for a line? And if no line has come by then?"


def morse(text):
    """The answer to this line."""
    return " ".join(SIGNS[letter] for letter in text.lower()).encode() + b"\n"


SOS = morse("sos")
MANY = [f"{number:0400}" for number in range(6_000)]       # 2.4 MB, and its answer is six times as long
ONCE = {"text": b"sos\n", "answer": SOS}


@task.trial("silence costs nothing", "alice comes, and says nothing; then b'sos\\n', and nothing more",
            look="Where does your program wait while nobody says anything?")
def silence(start):
    """Most of the time nobody says anything."""
    server, alice = together(start, "alice")
    waits(server, alice, must_loop=True)
    alice.send("sos\n")
    hears(alice, SOS)
    waits(server, alice, must_loop=True)


@task.trial("lines", "alice: all letters and digits; some words, in small and in capital letters; three lines in one go; a line "
                     "in two pieces; bob: a line of 60,000 letters", look="Each whole line is answered with its signs.")
def lines(start):
    """Each line is answered, whatever the pieces in which it comes."""
    server, alice, bob = together(start, "alice", "bob")
    for text in "".join(SIGNS).strip(), "2 men", "Two BOATS":
        alice.send(f"{text}\n")
        hears(alice, morse(text))
    alice.send("one\n2\nthree\n")
    hears(alice, morse("one") + morse("2") + morse("three"))
    alice.send("s")
    server.comes_to_rest()
    alice.send("os\n")
    hears(alice, SOS)
    bob.send(b"e" * 60_000 + b"\n")
    hears(bob, morse("e" * 60_000))


@task.trial("urgent", "alice: b'sos!\\nok\\n', and bob: b'ok\\n', at once; bob again, half a second later",
            look="An urgent line is sent three times, a second apart; then comes alice's next line. Which line sends, and which "
                 "one waits?")
def urgent(start):
    """What is urgent is said three times. Nobody else waits meanwhile."""
    server, alice, bob = begun(start, "alice", "bob")
    alice.send("sos!\nok\n")
    says(bob, b"ok\n", morse("ok"))
    in_time(alice, SOS)
    lets_pass(server, 0.5)
    says(bob, b"ok\n", morse("ok"))
    lets_pass(server, 0.5 - MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, SOS)
    lets_pass(server, 1 - 2 * MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, SOS + morse("ok"))


@task.trial("many are urgent", f"{GUESTS} clients: b'sos!\\n', at once",
            look="Nobody waits for the others. How many can wait at the same time, in your program?")
def many_urgent(start):
    """A storm: all of them call."""
    server, *guests = begun(start, *(f"guest {number}" for number in range(1, GUESTS + 1)))
    for guest in guests:
        guest.send("sos!\n")
    for _ in range(3):
        at_this_moment(server)
        for guest in guests:
            in_time(guest, SOS)
        lets_pass(server, 1)


@task.trial("what has no sign",
            f"four clients, one after the other: {', '.join(map(repr, MISTAKES))}; alice: b'sos\\n' after each of them",
            look={"": END, "no end": END,
                  "nothing": "An error comes out of a line of the handler. Which line catches it, and what is said then?",
                  "the end": "The connection is over, and this client doesn't know why. Which errors can come out of "
                             "`in_morse`, and where are they caught?"})
def mistakes(start):
    """Who says something else is told so, and let go. It is no business of the others."""
    server, alice = begun(start, "alice")
    before = descriptors(server)
    for number, mistake in enumerate(MISTAKES, 1):
        guest = connect(server, f"guest {number}")
        at_this_moment(server)
        says(guest, b"ok\n", morse("ok"))
        says(guest, mistake, b"what?\n", ends=True)
        guest.close()
        says(alice, **ONCE)
    gives_back(server, before)


@task.trial("a line without an end", "mallory: 70,000 letters, and no line end; alice: b'sos\\n'",
            look="Which error does `readline` raise when a line is longer than its limit? What becomes of this client?")
def too_long(start):
    """Who never comes to an end can't fill the server's memory: asyncio's limit is 64 KiB."""
    _, alice, mallory = together(start, "alice", "mallory")
    mallory.send(b"e" * 70_000)
    hears_the_end(mallory, b"what?\n")
    alice.send("sos\n")
    hears(alice, SOS)


@task.trial("who leaves", "guests who leave by a goodbye, a reset or a half-close, after b'sos\\n', or after b'sos!\\n' at once; "
                          "alice: b'sos\\n' after each of them",
            look=dict.fromkeys(("", "nothing", "no end", "descriptors"), END))
def leaves(start):
    """Each is heard to the end, and given back. Who has only said that this was all hears every answer, and then the end."""
    server, alice = begun(start, "alice")
    before = descriptors(server)
    for number in range(6):
        guest = connect(server, f"guest {number + 1}")
        at_this_moment(server)
        guest.send("sos!\n" if number >= 3 else "sos\n")
        at_this_moment(server)
        getattr(guest, way := WAYS[number % 3])()
        at_this_moment(server)
        lets_pass(server, 3)
        if way == "half_close":
            in_time(guest, SOS * (3 if number >= 3 else 1), ends=True)
            guest.close()
        says(alice, **ONCE)
        gives_back(server, before)


@task.trial("who doesn't read", "alice: 2.4 MB of lines, as many as are taken, and she reads nothing; bob: b'sos\\n'; then she "
                                "says the rest, and reads",
            look={"grows": "What has been written and can't be sent is kept, in memory. Which line waits until there is room?",
                  "": "Each line is answered, also that of somebody who reads late."})
def reads_late(start):
    """Who doesn't read isn't read, and memory stays flat."""
    server, alice, bob = together(lambda: start(6666, FOR_EVER), "alice", "bob")
    said = "".join(f"{line}\n" for line in MANY).encode()
    with flat(server):
        sent = alice.pour(said)
        bob.send("sos\n")
        hears(bob, SOS)
        has_received(server)
    answer = b"".join(map(morse, MANY))
    received, ended = trade(alice, said[sent:], len(answer))
    if received != answer:
        raise Failed("alice hears the answer to each of her lines", lacking(alice, answer, received, ended or "more than that"))


@task.trial("who is silent", "the limit is 30 seconds; alice comes, and 10.5 seconds later bob; both say nothing",
            look=dict.fromkeys(("", "nothing", "no end"), OVER))
def silent(start):
    """Some come, and never say a word: they are told goodbye, and let go."""
    silent_ones(start)


@task.trial("who speaks, stays", "alice: b'sos\\n' each 20 seconds, five times, and then nothing",
            look=dict.fromkeys(("", "early", "the end"), "Alice has said a line, and has all her time again. What is the limit "
                                                         "put around: one wait for a line, or more?"))
def speaks(start):
    """Who says a line now and then may stay."""
    one_who_speaks(start, **ONCE)


@task.trial("never a whole line", "mallory: a byte each 10 seconds, and never the end of her line",
            look="What gives this client its time again: a byte, or a whole line?")
def slowly(start):
    """Who never comes to the end of a line is let go, too."""
    one_who_never_ends(start)
