"""room (lesson 16): a chat of lines, on asyncio's streams: each has a name, and nobody holds up the others."""
from itertools import count

from ...server import connect
from ...trials import Failed, Seen, descriptors, gives_back, stopped, trade, with_state
from ..chatting import begun, gets, left, line_of, named, narrow, says, sent, talk
from ..guests import come, hears, hears_the_end, in_any_order
from ..loops import comes_back, waits
from ..streams import lacking
from ..water import flat
from . import Task

task = Task("room", hard="What was hard: whoever waits for one client, lets all the others wait. To write needs no waiting; but "
                         "what somebody doesn't read piles up, and your program must look at how much it is.",
            looks={"other": "Who hears which line, and what stands before it? Is anything changed that is only to be passed on?",
                   "the end": "This client hasn't left, and its connection is over. Which line closes it, or which error?",
                   "unnamed": "When does somebody get a name, and who has it already?"})
MOST = 1_000_000   # bytes that may wait in the program for one client
SOME = 300_000     # and so many wait, for who reads late
LONGEST = 16_000_000   # bytes after which somebody who never reads must have been let go
CROWD = 21
VISITS = 12
BURST = 8_000      # lines in one go
LAST = "Which lines run when somebody has left, in whatever way? What is kept of them, and who is told?"
WAITED = "Who is waited for here, and who waits meanwhile? Which call writes without waiting?"


@task.trial("silence costs nothing",
            "alice and bob come, and say their names, and carol says nothing; then alice: b'hello\\n', and nothing more",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server, alice, bob = begun(start, "alice", "bob")
    carol = connect(server, "carol")
    waits(server, alice, bob, carol, must_loop=True)
    says(alice, b"hello", bob)
    comes_back(server)
    waits(server, alice, bob, carol, must_loop=True)


@task.trial("a name each", "alice: b'alice\\n'; bob: b'alice\\n', then b'\\n', then b'bob\\n'; carol and dave: b'carol\\n', at "
                           "once; then alice: b'hello\\n', and bob: b'hello, alice\\n'",
            look=dict.fromkeys(("", "other", "unnamed"), "Who has this name, and when is it theirs?"))
def names(start):
    """A name belongs to one. Who says one that is taken, or none, may say another."""
    server, alice = begun(start, "alice")
    bob, carol, dave = (connect(server, name) for name in ("bob", "carol", "dave"))
    for text in b"alice\n", b"\n":
        bob.send(text)
        hears(bob, b"no\n")
    named(bob)
    with stopped(server):
        carol.send("carol\n")
        dave.send("carol\n")
    heard = sorted(trade(one, size=3)[0] for one in (carol, dave))
    if heard != [b"no\n", b"wel"]:
        raise Failed("two say the same name at once: one of them hears b'welcome\\n', and the other b'no\\n'",
                     with_state(server, Seen(f"{heard[0]!r} and {heard[1]!r} …", "unnamed")))
    says(alice, b"hello", bob)
    says(bob, b"hello, alice", alice)


@task.trial("all the others", f"{CROWD} clients come, and say their names; each of them, one after the other: b'this is …\\n'",
            look="Over whom do you go when you write, and who must be left out?")
def all_others(start):
    """What one says, all the others hear, and not the one who speaks."""
    server, *_ = begun(start)
    guests = [named(guest) for guest in come(server, [f"guest {number}" for number in range(1, CROWD + 1)])]
    for guest in guests:
        says(guest, b"this is " + guest.name.encode(), *(one for one in guests if one is not guest))


@task.trial("whole lines", "alice: a line in two pieces; three lines in one go, an empty one among them; letters of many lands, "
                           "spaces at the edges, bytes that are no text",
            look=dict.fromkeys(("", "other"), "What is a message, and where does it end? Is it passed on as it came?"))
def whole_lines(start):
    """A message is a line, whatever stands in it, and whatever the pieces in which it comes."""
    server, alice, bob, carol = begun(start, "alice", "bob", "carol")
    alice.send("hel")
    server.comes_to_rest()
    alice.send("lo\n")
    hears(bob, line_of(alice, b"hello"))
    hears(carol, line_of(alice, b"hello"))
    alice.send("one\n\nthree\n")
    hears(bob, line_of(alice, b"one") + line_of(alice, b"") + line_of(alice, b"three"))
    hears(carol, line_of(alice, b"one") + line_of(alice, b"") + line_of(alice, b"three"))
    for text in "漢字 привет".encode(), b"  edges \t", b"\xff\xc3", b"no: has left", b"x" * 5_000:
        says(alice, text, bob, carol)


@task.trial("who has no name yet", "carol comes, and says nothing; alice: b'hello\\n'; carol: b'carol\\n'; alice: b'welcome\\n'",
            look=dict.fromkeys(("", "other", "unnamed"), "When does somebody begin to hear the others: when they come, or when "
                                                         "they have a name?"))
def no_name(start):
    """Who comes hears the others when they have said who they are."""
    server, alice, bob = begun(start, "alice", "bob")
    carol = connect(server, "carol")
    server.comes_to_rest()
    says(alice, b"hello", bob)
    named(carol)
    says(alice, b"welcome", bob, carol)
    says(carol, b"thank you", alice, bob)


@task.trial("many lines in one go", f"alice: {BURST:,} short lines in one go; bob and carol read",
            look="Both read, and are sent to when the line that speaks is done. What do you count meanwhile, lines or bytes? "
                 "And is it too much already?")
def burst(start):
    """Who pastes a page says many lines at once."""
    server, alice, bob, carol = begun(start, "alice", "bob", "carol")
    texts = [b"%d" % number for number in range(BURST)]
    with stopped(server):
        alice.send(b"\n".join(texts) + b"\n")
    for one in bob, carol:
        gets(one, b"".join(line_of(alice, text) for text in texts))


@task.trial("who leaves", f"{VISITS} others come, with a name or without one, and leave by a goodbye, a reset or a half-close, "
                          "some in the middle of a line; alice: b'still here\\n' after each of them",
            look=dict.fromkeys(("", "nothing", "other", "descriptors", "no end", "unnamed"), LAST))
def leaves(start):
    """The others are told, the name is free again, and every descriptor is given back."""
    server, alice, bob = begun(start, "alice", "bob")
    before = descriptors(server)
    for number in range(VISITS):
        guest = connect(server, "guest")
        if number >= 3:
            named(guest, "guest")
        server.comes_to_rest()
        if number >= 6:
            guest.send("I must" if number >= 9 else "bye\n")
            server.comes_to_rest()
        way = ("close", "reset", "half_close")[number % 3]
        getattr(guest, way)()
        if way == "half_close":
            hears_the_end(guest)
            guest.close()
        for one in alice, bob:
            hears(one, (line_of(guest, b"bye") if 6 <= number < 9 else b"") + (left(guest) if number >= 3 else b""))
        says(alice, b"still here", bob)
    gives_back(server, before)
    waits(server, alice, bob, must_loop=True)


@task.trial("many leave at once", f"alice, bob and {CROWD} others are there; alice: b'hello\\n', and all the others leave at the "
                                  "same moment, by a goodbye or a reset; then some of them come again, under their names",
            look=dict.fromkeys(("", "other", "part", "nothing"), "While you go through all who are there, some of them leave. "
                                                                 "Over what does your loop go, and what changes meanwhile?"))
def leave_at_once(start):
    """After the last train nobody stays but two."""
    server, alice, bob = begun(start, "alice", "bob")
    before = descriptors(server)
    guests = [named(guest) for guest in come(server, [f"guest {number}" for number in range(1, CROWD + 1)])]
    with stopped(server):
        alice.send("hello\n")
        for number, guest in enumerate(guests):
            (guest.reset if number % 2 else guest.close)()
    in_any_order(alice, *map(left, guests))
    in_any_order(bob, line_of(alice, b"hello"), *map(left, guests))
    gives_back(server, before)
    again = [named(connect(server, "again"), guest.own) for guest in guests[:3]]
    says(bob, b"welcome", alice, *again)


@task.trial("a line without an end", "mallory: b'mallory\\n', and then 70,000 letters, and no line end; alice: b'hello\\n'",
            look="Which error comes out of the line that reads, when a line is longer than asyncio's limit? What becomes of this "
                 "client, and who is told?")
def too_long(start):
    """Who never comes to an end is let go."""
    server, alice, bob, mallory = begun(start, "alice", "bob", "mallory")
    mallory.send(b"e" * 70_000)
    for one in alice, bob:
        hears(one, left(mallory))
    hears_the_end(mallory)
    says(alice, b"hello", bob)


@task.trial("who reads late", f"alice: line after line; carol reads them, and bob doesn't, until {SOME:,} bytes wait for him in "
                              "the program; then he reads all of it",
            look=dict.fromkeys(("", "part", "nothing"), WAITED))
def reads_late(start):
    """The network is slow. Nobody waits for whoever reads late, and nothing is lost."""
    server, alice, bob, carol = begun(start, "alice", "bob", "carol")
    narrow(bob)
    said, gone = b"", left(bob)
    for number in count():
        wanted, received = talk(alice, number, carol)
        said += wanted
        if gone in received:
            raise Failed(f"bob may stay: he reads late, and fewer than {MOST:,} bytes wait for him",
                         Seen("bob is let go", "other"),
                         look="How much waits for bob in your program? What do you count, and when is it too much?")
        if received != wanted:
            raise Failed("carol hears each line while bob reads nothing", lacking(carol, wanted, received, "nothing more"))
        if len(said) - sent(server, bob) > SOME or len(said) > LONGEST:
            break
    gets(bob, said, "This was said while bob had no room. What becomes of it in your program?")
    says(alice, b"and more", bob, carol)


@task.trial("who never reads",
            "alice: line after line; carol reads them, and bob doesn't, until he is let go; then dave comes: b'bob\\n'",
            look={"": "How much waits for bob? Who looks at that, and lets him go at once? (`close` first sends all that waits.)",
                  "grows": "How much waits for bob, and how long is it kept?",
                  "descriptors": "`close` waits until all is sent, and bob reads nothing. What doesn't wait?",
                  **dict.fromkeys(("part", "nothing"), WAITED)})
def never_reads(start):
    """A laptop is closed, and its connection is there. When too much waits for it, it is let go, and what waits is given up."""
    server, alice, carol = begun(start, "alice", "carol")
    before = descriptors(server)
    bob = narrow(named(connect(server, "bob")))
    gone, told, said = left(bob), b"", 0
    with flat(server):
        for number in count():
            wanted, received = talk(alice, number, carol)
            said += len(wanted)
            if gone in received:
                received = received.replace(gone, b"") + trade(carol, size=len(gone))[0]
                told = gone
            if received != wanted:
                raise Failed("carol hears each line, and at last that bob has left",
                             lacking(carol, wanted, received, "nothing more"))
            if told:
                break
            if said > LONGEST:
                raise Failed(f"when more than {MOST:,} bytes wait for bob, he is let go", Seen("bob is still there", "kept"))
    hears(alice, gone)
    gives_back(server, before)
    dave = connect(server, "dave")
    dave.send("bob\n")
    hears(dave, b"welcome\n")
    says(alice, b"and more", carol, dave)
