"""forwarder (lesson 12): what a client says goes to another server, and what that one says comes back."""
from ...server import connect
from ...trials import (
    END,
    MUCH,
    PATIENCE,
    Failed,
    Seen,
    check,
    descriptors,
    eventually,
    gives_back,
    hears_all,
    stopped,
    trade,
    with_state,
)
from ..guests import crowd, hears, hears_the_end
from ..loops import waits
from ..other_side import LONG, NARROW, WELCOME, between, both_rest, greeted_and_silent, has_heard, leaves_somehow, talk
from . import Task

task = Task("forwarder", hard="What was hard: each client is two sockets, and each direction comes to its end by itself. A "
                              "socket is closed when both are over, and its other one with it.")
ANY = bytes(range(256)) * 4096       # 1 MB
CROWD = 21
SIP = 1_000_000      # bytes that a slow client reads at first
VISITS = 15        # who come and leave, in five ways
NOBODY = 1         # a port at which nobody listens
CLOSED = "Both sockets of a client must be closed in the end. Which line closes the second one?"


@task.trial("silence costs nothing", "alice and bob come, and are greeted; then alice: b'hello'; and nothing more",
            look={"nothing": "When does your program connect to the other side, and when does it begin to hear that one?",
                  "the end": "The other side is there. Which line closes the connection?",
                  "": "Where does your program wait while nobody says anything, and for whom?"})
def silence(start):
    """Mail servers greet whoever comes, and who waits for that says nothing before."""
    greeted_and_silent(start)


@task.trial("there and back", f"alice: b'hello', twice; then {len(ANY):,} bytes of all kinds; bob: b'hello'",
            look={"other": "Which bytes does your program change? They must be passed on as they are.",
                  "": "Follow a byte: from whom is it received, into whose queue does it go, and which line sends it?"})
def there_and_back(start):
    """A picture is no text."""
    with between(start, "alice", "bob") as (_, server, alice, bob):
        talk(alice), talk(alice), talk(bob)
        talk(alice, ANY), talk(bob)


@task.trial("many at once", f"{CROWD} clients or more: each its own name, all at once, three times",
            look="Has each client a connection of its own on the other side? Which one belongs to whom?")
def many(start):
    """One evening all are there, and all speak at once."""
    with between(start) as (_, server):
        guests = crowd(server, CROWD)
        for guest in guests:
            hears(guest, WELCOME)
        for _ in range(3):
            with stopped(server):
                for guest in guests:
                    guest.send(guest.name)
            for guest in guests:
                said = guest.name.encode()
                check(guest, said.upper(), *trade(guest, size=len(said)))


@task.trial("the client has said all", f"alice: b'hello', and that this was all; bob: {len(ANY):,} bytes, and that this was all",
            look={"no end": "The client has said that this was all. Who must be told, and by which call?",
                  "nothing": "The client has said that this was all, and still hears. What becomes of the way back?",
                  "part": "When may the other side be told that this was all: at once, or when it has been sent all?",
                  "": "The client still hears. Which line closes its connection, and has all been sent before?"})
def client_says_all(start):
    """A request may end with the end: then comes the answer."""
    with between(start, "alice", "bob") as (_, server, alice, bob):
        with stopped(server):
            alice.send("hello")
            alice.half_close()
        hears_the_end(alice, b"HELLO")
        hears_all(bob, ANY.upper(), *trade(bob, ANY, finish=True))


@task.trial("the other side has said all", "alice: b'last'; the other side: b'LAST', and that this was all; alice: b'and more'",
            look={"no end": "The other side has said that this was all. Who must be told, and by which call?",
                  "": "One direction is over, and the other isn't. Who may still speak, and to whom does it go?"})
def other_says_all(start):
    """A server may have said all, and still take what is sent to it."""
    with between(start, "alice") as (other, server, alice):
        alice.send("last")
        hears_the_end(alice, b"LAST")
        alice.send("and more")
        if not eventually(server, lambda: has_heard(other, b"and more"), PATIENCE):
            raise Failed("the other side hears b'and more'", with_state(server, Seen("it hears nothing", "other")))


@task.trial("both have said all", "alice: b'long'; the other side: 8 MB, and that this was all; alice, who has read nothing "
                                  "yet: that this was all; then she reads",
            look={"no end": CLOSED, "": "Both have said all, and something is still owed. Is all kept "
                                        "that `send` doesn't take? And when may the two sockets be closed?"})
def both_say_all(start):
    """Who has asked for much has nothing more to say, and a slow line."""
    with between(start, "alice") as (other, server, alice):
        alice.pour("long")
        both_rest(server, other)
        alice.half_close()
        both_rest(server, other)
        hears_all(alice, LONG, *trade(alice))


@task.trial("who comes early", "before they are let in: alice: b'hello'; bob: b'hello', and that this was all; carol: that this "
                               "was all, and nothing before it",
            look={"part": "Something was said before the connect was over. Where does it lie, and who sends it when it is over?",
                  "no end": "The end was said before the connect was over. Who tells the other side, when it is over?",
                  "": "A client spoke before the connect was over. Was `connected` called for it? Who stood in `writers` then?"})
def early(start):
    """A client doesn't know that there is another side, and needn't wait for it."""
    with between(start) as (_, server):
        with stopped(server):
            alice, bob, carol = [connect(server, name) for name in ("alice", "bob", "carol")]
            alice.send("hello")
            bob.send("hello")
            bob.half_close()
            carol.half_close()
        hears(alice, WELCOME + b"HELLO")
        hears_the_end(bob, WELCOME + b"HELLO")
        hears_the_end(carol, WELCOME)
        talk(alice)


@task.trial("nobody is there", f"the server is to pass on to port {NOBODY}, where nobody listens; {VISITS + 2} clients come",
            look={"": "The connect is over, and it isn't well. How does your program learn that, and what becomes of the client?",
                  "descriptors": CLOSED})
def nobody(start):
    """The server behind it is restarted, and for a moment nobody is there."""
    server = start(6666, NOBODY)
    before = descriptors(server)
    alice = connect(server, "alice")
    hears_the_end(alice)
    with stopped(server):
        bob = connect(server, "bob")
        bob.send("hello")
    hears_the_end(bob)
    words = f"nobody at {NOBODY}"
    if not eventually(server, lambda: words in server.output, PATIENCE):
        raise Failed(f"the program prints `{words}`", with_state(server, Seen("it prints nothing of it", "other")))
    for number in range(VISITS):
        guest = connect(server, "guest")
        if number % 3:
            hears_the_end(guest)
        (guest.reset if number % 2 else guest.close)()
    for guest in (alice, bob):
        guest.close()
    gives_back(server, before)
    waits(server, must_loop=True)


@task.trial("a connect that waits", "the other side lets nobody in any more; alice comes; bob, who has come before: b'hello'",
            look="Which call waits for the other side here? A call that waits stops everybody.")
def connects(start):
    """The server behind it is so busy that nobody is let in for a while."""
    with between(start, "bob", backlog=NARROW) as (other, server, bob):
        talk(bob, b"shut")
        fillers = [connect(other, f"filler {number}") for number in range(NARROW + 1)]
        alice = connect(server, "alice")
        alice.send("hello")
        server.comes_to_rest()
        for _ in range(2):
            talk(bob)
        alice.close()
        talk(bob)
        for one in fillers:
            one.close()


@task.trial("a slow client", "alice: many MB; bob: b'hello'; alice reads a part; bob: b'hello'; she reads the rest",
            look={"part": "How many bytes did send take? What becomes of the rest?",
                  "": "Alice reads a part, and stops. Which line waits until she reads more?"})
def slow_client(start):
    """Who has a slow line holds up nobody else, and loses nothing."""
    with between(start, "alice", "bob") as (other, server, alice, bob):
        poured = alice.pour(MUCH)
        both_rest(server, other)
        talk(bob)
        received, _ = trade(alice, size=SIP)
        both_rest(server, other)
        talk(bob)
        more, ended = trade(alice, size=poured - SIP)
        hears_all(alice, MUCH[:poured].upper(), received + more, ended or END)
        talk(bob)


@task.trial("a slow other side", "alice: b'hush', and many MB, which the other side doesn't read; bob: b'hello'; "
                                "the other side reads a part, and stops again; bob: b'hello'; alice leaves",
            look="The other side reads nothing of alice's. Which line waits until it does?")
def slow_other(start):
    """The server behind it has trouble with one client, and with no other."""
    with between(start, "bob", "alice") as (other, server, bob, alice):
        alice.send("hush")
        eventually(server, lambda: has_heard(other, b"hush"), PATIENCE)       # else what follows is read with it
        alice.pour(MUCH), alice.pour(MUCH)     # far more than all buffers on the way
        both_rest(server, other)
        talk(bob)
        talk(bob, b"sip")                      # there is room for a part of it again: who waits for room, waits from here on
        both_rest(server, other)
        talk(bob)
        alice.reset(), talk(bob)


@task.trial("who leaves, in any way", f"{VISITS} clients: the end, a reset, or that this was all; bob: b'hello', after each; "
                                       "then the other side ends",
            look={"": "One of the two sockets is over. What becomes of the other one, and who else is touched?",
                  "descriptors": CLOSED})
def leaves(start):
    """However somebody leaves, on either side, nobody else notices, and nothing is left of it."""
    with between(start) as (other, server):
        empty = descriptors(server)
        bob = connect(server, "bob")
        hears(bob, WELCOME)
        before = descriptors(server)
        for number in range(VISITS):
            guest = connect(server, "guest")
            if number % 2:
                hears(guest, WELCOME)
                talk(guest)
            leaves_somehow(server, guest, number)
            talk(bob)
        gives_back(server, before)
        waits(server, bob, must_loop=True)
        other.stop()
        hears_the_end(bob)
        bob.close()
        gives_back(server, empty)
