"""relay (lesson 13): the forwarder of lesson 12 with flat memory. Who is too fast waits, on either side."""
from contextlib import ExitStack
from functools import partial

from ...server import connect
from ...trials import MUCH, Failed, Seen, check, descriptors, gives_back, hears_all, stopped, trade, with_state
from ..guests import crowd, hears, hears_the_end
from ..loops import waits
from ..other_side import LONG, WELCOME, between, both_rest, greeted_and_silent, leaves_somehow, talk
from ..water import FITS, POURS, STEP, TRIES, flat, is_owed, owes, poured, pours, reads, says_piece_by_piece, unheard
from . import Task

task = Task("relay", hard="What was hard: who is owed too much is on one side, and who must not be heard is on the other. Why "
                          "a socket isn't heard must be remembered: it has said all, or it must wait.",
            looks={"grows": "Which queue grows here, and from whom comes what lies in it? That one must not be heard for a "
                            "while.",
                   "heard": "What alice has said can't be sent on. Which line hears her again, when does it run, and how much is "
                            "owed to the other side then?",
                   "descriptors": "Both sockets of a client must be closed in the end. Which line closes the second one?"})
ANY = bytes(range(256)) * 4096       # 1 MB
CROWD = 21
TWICE = 2          # times 8 MB
VISITS = 15        # who come and leave, in five ways


@task.trial("silence costs nothing", "alice and bob come, and are greeted; then alice: b'hello'; and nothing more",
            look={"nothing": "What one side says is owed to the other. Which line puts it into that queue, and which sends it?",
                  "": "Where does your program wait while nobody says anything, and for whom?"})
def silence(start):
    """Mail servers greet whoever comes, and who waits for that says nothing before."""
    greeted_and_silent(start)


@task.trial("there and back", f"alice: b'hello', twice; then {len(ANY):,} bytes of all kinds; {CROWD} guests or more: each "
                             "its name",
            look="Follow a byte: from whom is it received, into whose queue does it go, and which line sends it?")
def there_and_back(start):
    """A picture is no text."""
    with between(start, "alice") as (_, server, alice):
        talk(alice), talk(alice)
        talk(alice, ANY)
        guests = crowd(server, CROWD)
        for guest in guests:
            hears(guest, WELCOME)
        with stopped(server):
            for guest in guests:
                guest.send(guest.name)
        for guest in guests:
            said = guest.name.encode()
            check(guest, said.upper(), *trade(guest, size=len(said)))


@task.trial("each says all", f"alice: b'hello', and that this was all; bob: {len(ANY):,} bytes, and that this was all; carol: "
                             "b'last'; the other side: b'LAST', and that this was all; dora: b'last', and that this was all; "
                              "then the other side",
            look={"no end": "One of them has said that this was all. Who must be told, when, and by which call?",
                  "": "One direction is over, and the other isn't. Who may still speak, and to whom does it go? And is somebody "
                      "heard again who has said all?"})
def each_says_all(start):
    """A request may end with the end: then comes the answer."""
    with between(start, "alice", "bob", "carol", "dora") as (other, server, alice, bob, carol, dora):
        with stopped(server):
            alice.send("hello")
            alice.half_close()
        hears_the_end(alice, b"HELLO")
        hears_all(bob, ANY.upper(), *trade(bob, ANY, finish=True))
        carol.send("last")
        hears_the_end(carol, b"LAST")
        with ExitStack() as later:
            with stopped(other):
                dora.send("last")
                dora.half_close()
                later.enter_context(stopped(server))       # when it has passed that on
            other.comes_to_rest()              # its word and its end are there, both, when the server goes on
        hears_the_end(dora, b"LAST")


@task.trial("the other side doesn't read", "alice: b'hush', and 32 MB, or as much as is taken; the other side reads nothing of "
                                           "it; bob: b'hello', twice; nothing more for a moment; carol comes: b'hello'",
            look={"": "The other side reads nothing of alice's. Who must wait for that, and who must not?"})
def other_is_full(start):
    """The server behind it has trouble with one client, and with no other."""
    with between(start, "bob", "alice") as (other, server, bob, alice):
        alice.send("hush")
        both_rest(server, other)
        with flat(server):
            pours(alice)
            with unheard(server, alice):
                talk(bob)
        waits(server, bob, must_loop=True)
        carol = connect(server, "carol")
        hears(carol, WELCOME)
        talk(carol), talk(bob)


@task.trial("a client doesn't read", "alice: 32 MB, and she reads nothing; the other side answers all of it; bob: b'hello'; "
                                     "then she reads",
            look={"taken": "Alice is owed too much. Must she wait with what she says, or the other side with its answers?",
                  "part": "Who wasn't heard for a while must be heard again. Which line does that, and when does it run?",
                  "": "The other side says more than alice reads. Who must wait for that, and who must not?"})
def client_is_full(start):
    """Each direction waits by itself: who doesn't read may still speak."""
    with between(start, "alice", "bob") as (other, server, alice, bob):
        with flat(server):
            taken = pours(alice, behind=other)
            talk(bob)
        if taken < POURS * len(MUCH):
            raise Failed("all that alice says is passed on: the other side reads it",
                         with_state(server, Seen("only a part of it is taken", "taken")))
        waits(server, bob, must_loop=True)
        reads(alice, taken, bytes.upper)
        talk(alice), talk(bob)


@task.trial("it goes on", "the other side stops; alice: 16 MB, or as much as is taken; the other side goes on, and alice reads; "
                          f"then b'hello'; once more, with {STEP:,} bytes at a time",
            look={"part": "Who wasn't heard for a while must be heard again. Which line does that, and when does it run? And "
                          "what becomes of bytes for which there is no room?",
                  "": "Nothing may be lost while somebody isn't heard. What becomes of bytes for which there is no room?"})
def goes_on(start):
    """The server behind it is slow for a moment, and then it isn't."""
    with between(start, "alice") as (other, server, alice):
        for says in partial(pours, alice, TWICE), partial(says_piece_by_piece, server, alice):
            with stopped(other), flat(server):
                taken = says()
            reads(alice, taken, bytes.upper)
            talk(alice)


@task.trial("all is said while nobody hears it", "the other side stops; alice: 16 MB, or as much as is taken, and that this was "
                                                 "all; the other side goes on, and alice reads",
            look={"no end": "Alice said that this was all while she wasn't heard. Who hears it, and when?",
                  "part": "Alice has said all, and something is still owed. When may the other side be told?",
                  "": "Who has said all is never heard again. How does your program tell it from who must wait?"})
def said_all_meanwhile(start):
    """The end comes after all that was said, and waits with it."""
    with between(start, "alice", "bob") as (other, server, alice, bob):
        with stopped(other):
            taken = pours(alice, TWICE)
            alice.half_close()
        hears_all(alice, poured(taken).upper(), *trade(alice))
        talk(bob)
        waits(server, bob, must_loop=True)


@task.trial("both have said all", "alice: b'long'; the other side: 8 MB, and that this was all; alice, who has read nothing "
                                  "yet: that this was all; then she reads",
            look={"": "Both have said all, and something is still owed. When may the two sockets be closed?"})
def both_say_all(start):
    """Who has asked for much has nothing more to say, and a slow line."""
    with between(start, "bob") as (other, server, bob):
        before = descriptors(server)
        alice = connect(server, "alice")
        hears(alice, WELCOME)
        with flat(server):
            alice.pour("long")
            both_rest(server, other)
        alice.half_close()
        both_rest(server, other)
        hears_all(alice, LONG, *trade(alice))
        gives_back(server, before)
        talk(bob)


@task.trial("the last of it", f"alice: {FITS:,} bytes, then {STEP:,}, again and again, and she reads nothing, until something "
                              "is owed to her; b'last'; the other side: b'LAST', and that this was all; alice: that this was "
                              "all; she reads",
            look={"": "Both have said all, and the other side has been told. What is still owed to alice? Which line closes?"})
def the_last_of_it(start):
    """The other side may have said all and be told all, and its client still reads."""
    with between(start, "bob") as (other, server, bob):
        for _ in range(TRIES):
            alice = connect(server, "alice")
            hears(alice, WELCOME)
            taken, seen = owes(server, other, alice)
            alice.send("last")
            both_rest(server, other)
            if not seen or is_owed(server, alice):
                break
            alice.close()                      # the system had room for all of it after all: once more
        alice.half_close()
        both_rest(server, other)
        hears_all(alice, poured(taken).upper() + b"LAST", *trade(alice))
        talk(bob)


@task.trial("it breaks off meanwhile", "alice: 16 MB, and she reads nothing; then she resets; bob: b'hello'; "
                                       "carol: b'hush'; then she resets, and the other side goes on to wait",
            look={"descriptors": "Somebody has broken off, and the other side has said nothing. Which call tells of it, and by "
                                 "what: an error, or b''? Which line closes both sockets then?",
                  "": "Alice breaks off while she is owed much. Which call tells of it, and what becomes of her two sockets?"})
def breaks_off(start):
    """A patient one may lose patience."""
    with between(start, "bob") as (other, server, bob):
        before = descriptors(server)
        for number in range(2):
            alice = connect(server, f"alice {number}")
            hears(alice, WELCOME)
            pours(alice, TWICE)
            both_rest(server, other)
            alice.reset()
            talk(bob)
        carol = connect(server, "carol")
        hears(carol, WELCOME)
        carol.send("hush")
        both_rest(server, other)
        carol.reset()
        gives_back(server, before)
        waits(server, bob, must_loop=True)


@task.trial("who leaves, in any way", f"{VISITS} clients: the end, a reset, or that this was all; bob: b'hello', after each",
            look={"": "One of the two sockets is over. What becomes of the other one, and who else is touched?"})
def leaves(start):
    """However somebody leaves, nobody else notices, and nothing is left of it."""
    with between(start, "bob") as (_, server, bob):
        before = descriptors(server)
        for number in range(VISITS):
            guest = connect(server, "guest")
            hears(guest, WELCOME)
            leaves_somehow(server, guest, number)
            talk(bob)
        gives_back(server, before)
        waits(server, bob, must_loop=True)
