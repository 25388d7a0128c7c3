"""bell (lesson 09): the bell is a flag. A server of slow lines, in which some answers lie in the queue and nobody takes them."""
from ...server import connect
from ...trials import check, descriptors, gives_back, hears_all, stopped, trade
from ..beside import at_once, done_meanwhile, waits_beside
from ..guests import crowd
from ..held import goes_on
from ..loops import waits
from . import Task

task = Task("bell", hard="What was hard: with one client all is well, and with two it nearly always is. Several jobs may be "
                         "done before the loop comes round, and how often it was rung says nothing.")
FEW = 3            # jobs that are done while the loop is elsewhere: all their rings find room
CROWD = 40         # and more than find room
VISITS = 12        # clients who leave during a job
TAKEN = "A ring was heard. Which answers are taken out of the queue then, and which are left in it?"


@task.trial("silence costs nothing", "alice comes, and says nothing; then b'slow\\n', and nothing more",
            look="Who is readable again and again? Which line takes away what is to be read?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start()
    alice = connect(server, "alice")
    server.comes_to_rest()
    waits(server, must_loop=True)
    check(alice, b"1 4\n", *trade(alice, b"slow\n", 4))
    waits(server, must_loop=True)


@task.trial("lines, quick and slow", "alice: quick lines and slow ones, in one go; bob, meanwhile: b'hello\\n'",
            look="In which order does a client say its lines, and in which order are they answered?")
def lines(start):
    """Who asks for much gets it in order, and nobody else waits."""
    server = start(held=True)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    goes_on(server)
    alice.send("one\nslow\nthree\ncount\nfive\n")
    bob.send("hello\n")
    at_once(bob, b"1 5\n")
    goes_on(server, 1)
    alice.send("six\n")
    at_once(alice, b"1 3\n2 4\n3 5\n4 5\n5 4\n6 3\n")


@task.trial("it is rung", "alice: b'slow\\n', and meanwhile nobody says anything",
            look="Who wakes the loop when a job is done?")
def rung(start):
    """At night nobody else speaks, and the answer comes all the same, as soon as it is there."""
    server = start(held=True)
    alice = connect(server, "alice")
    goes_on(server)
    alice.send("slow\n")
    waits_beside(server, 0.2)
    at_once(alice, b"1 4\n")


def comes_late(start, crowd):
    """So many jobs are done while the loop stands: then all of them have their answers, and may ask again."""
    server = start(held=True)
    clients = [connect(server, f"guest {number}") for number in range(crowd)]
    goes_on(server)
    for turn in (1, 3):
        done_meanwhile(server, clients, "count\nhello\n")
        for client in clients:
            at_once(client, b"%d 5\n%d 5\n" % (turn, turn + 1))


@task.trial("several done at once", f"{FEW} clients, at the same moment: b'count\\nhello\\n'; the loop comes late", look=TAKEN)
def several(start):
    """The loop is busy with others for a moment, and several jobs are done meanwhile."""
    comes_late(start, FEW)


@task.trial("more than the ring takes", f"{CROWD} clients, at the same moment: b'count\\nhello\\n'; the loop comes late",
            look=TAKEN)
def full(start):
    """On a busy day so many jobs are done meanwhile that there is no room for another ring."""
    comes_late(start, CROWD)


@task.trial("many at once", f"{CROWD} clients or more: b'count\\n' and b'hello\\n', all at once, three times", look=TAKEN)
def many(start):
    """One evening all are there, and all ask at once."""
    server = start()
    guests = crowd(server, CROWD)
    for turn in (1, 3, 5):
        with stopped(server):
            for guest in guests:
                guest.send("count\nhello\n")
        for guest in guests:
            answer = b"%d 5\n%d 5\n" % (turn, turn + 1)
            check(guest, answer, *trade(guest, size=len(answer)))


@task.trial("who leaves during a job",
            f"{VISITS} clients: b'slow\\n', and then the end, a reset, or that this was all; bob: b'hello\\n'",
            look="What becomes of a client that has left when its job is done? When is it closed?")
def leaves(start):
    """Who asks for something slow may lose patience."""
    server = start()
    bob = connect(server, "bob")
    check(bob, b"1 5\n", *trade(bob, b"hello\n", 4))
    before = descriptors(server)
    guests = [connect(server, f"guest {number}") for number in range(VISITS)]
    with stopped(server):
        for guest in guests:
            guest.send("slow\n")
    server.comes_to_rest(0.2)
    for number, guest in enumerate(guests):
        (guest.close, guest.reset, guest.half_close)[number % 3]()
    for guest in guests[2::3]:
        hears_all(guest, b"1 4\n", *trade(guest))
    check(bob, b"2 5\n", *trade(bob, b"hello\n", 4))
    gives_back(server, before)
