"""errands (lesson 17): BLPOP. A client waits for an element of a list, and nobody waits for that client."""
from ...server import connect
from ...trials import Failed, Seen, descriptors, gives_back, holdings
from ..clocked import has_ended, in_time, lets_pass, no_thread, nothing_yet, rests_in_its_call
from ..commands import NIL, PONG, array, asks, bulk, number, says
from ..guests import hears
from ..held import MOMENT, goes_on, together
from ..loops import waits
from . import Task

FIVE, HOUR = 5, 3600         # seconds
CHAIN = 20                   # clients
WAYS = ("close", "reset", "half_close")
NOTHING = b"*-1\r\n"
SERVED = "Which clients wait for this key, and which of them has waited longest? When does your program look for that?"
FORGOTTEN = "In how many places does your program keep who waits? Which of them still know this client, and what clears them?"
OVER = "The wait is over. Who carries out what the client has said meanwhile?"
GIVEN = "Somebody has left. Who still gives elements to her, and to whom should they go?"
task = Task("errands", hard="What was hard: a command that isn't over when its function returns. Who waits is kept in several "
                            "places, by key and by deadline; and whatever ends the wait, an element, the time or a goodbye, "
                            "must clear all of them.",
            looks={"TypeError": "Are both of these bytes, or both numbers? And which two things does a heap compare, when two "
                                "deadlines are the same?",
                   "KeyError": "Which line takes something away that isn't there any more? Who has taken it away before?"})


@task.trial("silence costs nothing", "alice: b'BLPOP jobs 0\\n', and nothing more; then bob: b'PING\\n'",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody has anything to do."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    alice.send("BLPOP jobs 0\n")
    server.comes_to_rest()
    waits(server, alice, bob, must_loop=True)
    bob.send("PING\n")
    hears(bob, PONG)


@task.trial("it is there already", "alice: b'RPUSH jobs wash iron\\n', b'BLPOP jobs 0\\n' twice; "
                                   "b'RPUSH a one\\nRPUSH b two\\n', b'BLPOP none b a 0\\n' twice",
            look="Which of the keys, in their order, has a list? Which end of that is the first element?")
def is_there(start):
    """Where there is something to do, nobody waits."""
    server, alice = together(start, "alice")
    asks(alice, "RPUSH jobs wash iron\n", number(2))
    for word in b"wash", b"iron":
        asks(alice, "BLPOP jobs 0\n", array(b"jobs", word))
    asks(alice, "RPUSH a one\nRPUSH b two\n", number(1) * 2)
    asks(alice, "BLPOP none b a 0\n", array(b"b", b"two"))
    asks(alice, "BLPOP none b a 0\n", array(b"a", b"one"))
    asks(alice, "LLEN a\nLLEN b\nLLEN none\nPING\n", number(0) * 3 + PONG)


@task.trial("no number", "alice: b'RPUSH jobs wash\\n'; b'BLPOP jobs soon\\n', the same with nan, 1.5.5 and -1; b'LLEN jobs\\n'",
            look="The last word is the timeout. What is looked at first: that, or the lists?")
def no_number(start):
    """Who is refused has changed nothing."""
    server, alice = together(start, "alice")
    asks(alice, "RPUSH jobs wash\n", number(1))
    for word in "soon", "nan", "1.5.5":
        asks(alice, f"BLPOP jobs {word}\n", b"-ERR timeout is not a float or out of range\r\n")
    asks(alice, "BLPOP jobs -1\n", b"-ERR timeout is negative\r\n")
    asks(alice, "LLEN jobs\nPING\n", number(1) + PONG)


@task.trial("it comes later", "alice: b'BLPOP jobs 0\\n'; an hour passes; bob: b'PING\\n', b'RPUSH jobs wash\\n', b'LLEN "
                              "jobs\\n'",
            look={"": SERVED, "nothing": f"{SERVED} Or has it got the element, in `owed`, and isn't in `woken`?",
                  "looks": "Nobody has a deadline here. Which timeout has the call?",
                  "stands": "Alice waits. Does your program wait with her, in this line? It must come back to its call."})
def comes_later(start):
    """A worker waits for work, and the server has others to serve."""
    server, alice, bob = together(start, "alice", "bob")
    before = holdings(server)
    says(alice, "BLPOP jobs 0\n")
    no_thread(server, before)
    for seconds in FIVE, HOUR:              # who looks again and again shows it soon
        rests_in_its_call(server, seconds, "nobody has a deadline")
    nothing_yet(alice)
    asks(bob, "PING\n", PONG)
    asks(bob, "RPUSH jobs wash\n", number(1))
    in_time(alice, array(b"jobs", b"wash"))
    asks(bob, "LLEN jobs\nLPOP jobs\n", number(0) + NIL)
    asks(alice, "PING\n", PONG)


@task.trial("no longer than that", "alice, bob and carol: b'BLPOP jobs 5\\n', b'BLPOP jobs 1.5\\n', b'BLPOP jobs 5\\n'; when "
                                   "their time is over, dave: b'RPUSH jobs wash\\nLLEN jobs\\n'",
            look={"": "When is whose time over, and what is left of the wait then? Two may have the same deadline.",
                  "other": FORGOTTEN, "nothing": "Which line is reached when the time is over? Which timeout has the call?"})
def no_longer(start):
    """A worker has something else to do, too."""
    server, alice, bob, carol, dave = together(start, "alice", "bob", "carol", "dave")
    for client, text in (alice, "BLPOP jobs 5\n"), (bob, "BLPOP jobs 1.5\n"), (carol, "BLPOP jobs 5\n"):
        says(client, text)
    lets_pass(server, 1.5 - MOMENT)
    nothing_yet(alice, bob, carol)
    lets_pass(server, 2 * MOMENT)
    in_time(bob, NOTHING)
    rests_in_its_call(server, 3.5 - 2 * MOMENT, "the next deadline is far away")
    nothing_yet(alice, carol)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, NOTHING)
    in_time(carol, NOTHING)
    asks(dave, "RPUSH jobs wash\nLLEN jobs\n", number(1) * 2)
    nothing_yet(alice, bob, carol)
    asks(alice, "PING\n", PONG)


@task.trial("in time, and once more", "alice: b'BLPOP jobs 5\\n'; after 3 seconds bob: b'RPUSH jobs wash\\n'; alice, at once: "
                                      "b'BLPOP jobs 5\\n'; and so on",
            look={"early": "This deadline is that of a wait which was over. What became of it when the element came?",
                  "": FORGOTTEN})
def once_more(start):
    """A worker that has done its work asks for more."""
    server, alice, bob = together(start, "alice", "bob")
    says(alice, "BLPOP jobs 5\n")
    lets_pass(server, 3)
    asks(bob, "RPUSH jobs wash\n", number(1))
    in_time(alice, array(b"jobs", b"wash"))
    says(alice, "BLPOP jobs 5\n")
    lets_pass(server, 5 - MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, NOTHING)
    says(alice, "BLPOP jobs 5\n")
    lets_pass(server, 1)
    asks(bob, "RPUSH jobs iron\n", number(1))
    in_time(alice, array(b"jobs", b"iron"))
    says(alice, "BLPOP jobs 0\n")
    lets_pass(server, 10)
    nothing_yet(alice)


@task.trial("one after the other", "alice, bob, carol and dave, in this order: b'BLPOP jobs 0\\n'; emma: b'RPUSH jobs 1 2\\n', "
                                   "b'LPUSH jobs 3 4\\nLPOP jobs\\n'",
            look={"": SERVED, "nothing": SERVED})
def one_after_the_other(start):
    """Several wait for the same. Who has waited longest comes first, and each gets one."""
    server, *guests, emma = together(start, "alice", "bob", "carol", "dave", "emma")
    for guest in guests:
        says(guest, "BLPOP jobs 0\n")
    alice, bob, carol, dave = guests
    asks(emma, "RPUSH jobs 1 2\n", number(2))
    in_time(alice, array(b"jobs", b"1"))
    in_time(bob, array(b"jobs", b"2"))
    nothing_yet(carol, dave)
    says(alice, "BLPOP jobs 0\n")
    asks(emma, "LPUSH jobs 3 4\nLPOP jobs\n", number(2) + NIL)
    in_time(carol, array(b"jobs", b"4"))
    in_time(dave, array(b"jobs", b"3"))
    nothing_yet(alice)
    asks(emma, "RPUSH jobs 5 6\nLLEN jobs\n", number(2) + number(1))
    in_time(alice, array(b"jobs", b"5"))


@task.trial("what it says after that", "alice, in one go: b'BLPOP jobs 0\\nRPUSH done one\\nBLPOP jobs 2\\nBLPOP jobs "
                                       "2\\nPING\\n'; bob: b'BLPOP jobs 0\\n'; alice: b'PI', b'NG\\n'; carol: b'RPUSH jobs 1 2 "
                                       "3\\n'",
            look={"early": "A client that waits has said more. When are its next commands carried out?",
                  "nothing": OVER, "part": OVER,
                  "": "In which order is a client answered? And who has waited longer: bob, or alice with her second BLPOP?"})
def after_that(start):
    """Whoever sends several commands in one go is answered in their order."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    says(alice, "BLPOP jobs 0\nRPUSH done one\nBLPOP jobs 2\nBLPOP jobs 2\nPING\n")
    says(bob, "BLPOP jobs 0\n")
    says(alice, "PI")
    says(alice, "NG\n")
    nothing_yet(alice, bob)
    asks(carol, "LLEN done\n", number(0))
    asks(carol, "RPUSH jobs 1 2 3\n", number(3))
    in_time(alice, array(b"jobs", b"1") + number(1) + array(b"jobs", b"3"))
    in_time(bob, array(b"jobs", b"2"))
    asks(carol, "LLEN done\nLLEN jobs\n", number(1) + number(0))
    lets_pass(server, 2 - MOMENT)
    nothing_yet(alice)
    lets_pass(server, 2 * MOMENT)
    in_time(alice, NOTHING + PONG + PONG)
    says(alice, "BLPOP jobs 1\nBLPOP jobs 1\nPING\n")
    lets_pass(server, 1 + MOMENT)
    in_time(alice, NOTHING)
    lets_pass(server, 1)
    in_time(alice, NOTHING + PONG)


@task.trial("one of several", "alice: b'BLPOP urgent jobs jobs 9\\n'; bob: b'RPUSH jobs 1 2\\n', b'RPUSH urgent 3\\nLLEN "
                              "urgent\\n'; alice: b'BLPOP jobs urgent 0\\n', three times",
            look={"": FORGOTTEN, "nothing": SERVED})
def one_of_several(start):
    """Who waits for several lists gets one element, of the first that has one."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    says(alice, "BLPOP urgent jobs jobs 9\n")
    asks(bob, "RPUSH jobs 1 2\n", number(2))
    in_time(alice, array(b"jobs", b"1"))
    asks(bob, "RPUSH urgent 3\nLLEN jobs\nLLEN urgent\n", number(1) * 3)
    lets_pass(server, 10)
    nothing_yet(alice)
    asks(alice, "BLPOP jobs urgent 0\n", array(b"jobs", b"2"))
    asks(alice, "BLPOP jobs urgent 0\n", array(b"urgent", b"3"))
    says(alice, "BLPOP jobs urgent 0\n")
    says(bob, "BLPOP urgent 0\n")
    asks(carol, "RPUSH urgent 4 5\n", number(2))
    in_time(alice, array(b"urgent", b"4"))
    in_time(bob, array(b"urgent", b"5"))


@task.trial("who leaves", "alice: b'BLPOP jobs more 20\\nPING\\n', and she leaves; bob: b'BLPOP jobs 0\\n'; carol: "
                          "b'RPUSH jobs wash\\n'; and so on: by a goodbye, a reset, a half-close",
            look={"": FORGOTTEN, "other": GIVEN, "nothing": GIVEN})
def leaves(start):
    """Some don't wait for their element. What was for them is for the others."""
    server, bob, carol = together(start, "bob", "carol")
    before = descriptors(server)
    for way in WAYS:
        alice = connect(server, "alice")
        goes_on(server, 0)
        says(alice, "BLPOP jobs more 20\nPING\n")
        says(bob, "BLPOP jobs 0\n")
        lets_pass(server, 1)
        getattr(alice, way)()
        lets_pass(server, MOMENT)
        if way == "half_close":
            if not has_ended(alice):
                raise Failed("who says the last word while it waits has left", Seen("its connection stays open", "no end"))
            alice.close()
        gives_back(server, before)
        nothing_yet(bob)
        asks(carol, "RPUSH jobs wash\n", number(1))
        in_time(bob, array(b"jobs", b"wash"))
        asks(carol, "RPUSH more iron\nLLEN more\nLPOP more\n", number(1) * 2 + bulk(b"iron"))
        lets_pass(server, 20)
        nothing_yet(bob, carol)


@task.trial("a chain", f"{CHAIN} clients, the first: b'BLPOP 0 0\\nRPUSH 1 word\\n', the second: b'BLPOP 1 0\\nRPUSH 2 "
                       "word\\n', and so on; alice: b'RPUSH 0 word\\n'",
            look="A client gets an element, and its next command is an element for another one. Who carries that out, and when?")
def chain(start):
    """What one has done is work for the next."""
    server, alice, *guests = together(start, "alice", *(f"guest {place}" for place in range(CHAIN)))
    for place, guest in reversed(list(enumerate(guests))):
        says(guest, f"BLPOP {place} 0\nRPUSH {place + 1} word\n")
    asks(alice, "RPUSH 0 word\n", number(1))
    for place, guest in enumerate(guests):
        in_time(guest, array(b"%d" % place, b"word") + number(1))
    asks(alice, f"LLEN 0\nLLEN {CHAIN}\n", number(0) + number(1))
