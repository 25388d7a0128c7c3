"""reaper (lesson 11): a process a client. SIGCHLD is a flag: when it comes, several children may have ended, or one, or none."""
import re

from ...server import connect
from ...trials import PATIENCE, Failed, Seen, came, descriptors, echo, eventually, gives_back, holdings, rests, stopped, trade
from . import Task

STAYS = "Bob's process lives. Does `bury` come to its end as long as it does? Nobody accepts carol meanwhile."
COMES_LATE = "How many children may have ended when the signal is there? How many of them does one call wait for?"
task = Task("reaper", hard="What was hard: a signal says that something has happened, and not how often; and who asks for the "
                           "end of a child must not wait for it.",
            looks={"ChildProcessError": "This is raised where no child is left to wait for. Is that an error here?"})
SEVERAL = 6        # clients who leave at the same moment
AT_ONCE = 0.1      # second that is given to who waits for a child when the signal comes
VISITS = 15        # and one after the other: a program from a cell may fork fifty times


def begin(start, *names):
    """A fresh server, and clients who have been greeted: nobody has left yet."""
    server = start()
    server.must_loop = False               # each waits in a call of its own
    return server, *(comes(server, name, 0) for name in names)


def comes(server, name, left):
    """A newcomer, who hears how many have left before. How many of them are missing may be a matter of luck, and isn't said."""
    newcomer, wanted = connect(server, name), b"%d have left\n" % left
    received, ended = trade(newcomer, size=len(wanted))
    told = re.fullmatch(rb"(\d+) have left\n", received)
    if told and int(told[1]) < left > 1:
        raise Failed(f"{name} hears {wanted!r}", Seen("a smaller number", "other"))
    if received != wanted:
        raise Failed(f"{name} hears {wanted!r}", came(newcomer, wanted, received, ended))
    return newcomer


def children(server):
    """How many processes it has started: those that live, and the zombies."""
    held = holdings(server)
    return held.processes - 1, held.zombies


def left_alone(server, staying):
    """The processes of those who have left have ended: so many live."""
    if not eventually(server, lambda: children(server)[0] <= staying, PATIENCE):
        raise Failed("the process of a client who has left ends", Seen("it goes on", "lives"),
                     look="Which line ends the new process when its client has gone? And who has the connection open, too?")


def has_noticed(server):
    """It has had its time to wait for those who have ended. Not everybody does so at once: some when the next one comes."""
    eventually(server, lambda: not children(server)[1], AT_ONCE)
    server.comes_to_rest()


def no_zombies(server):
    if not eventually(server, lambda: not children(server)[1], PATIENCE):
        raise Failed("nothing is left of those who have left", Seen("zombies are left", "zombies"))


@task.trial("silence costs nothing", "alice comes, and says nothing",
            look="Where does the parent wait while nobody comes, and where does the child wait?")
def silence(start):
    """Most of the time nobody says anything."""
    server, _alice = begin(start, "alice")
    server.comes_to_rest()
    rests(server)


@task.trial("a word comes back", "alice: b'hello'; bob: b'hello'; alice: 100,000 bytes",
            look="This was right as it was handed out. What does your change do to somebody who has not left?")
def word(start):
    """Who mends one thing can break another."""
    _, alice, bob = begin(start, "alice", "bob")
    for client in (alice, bob, alice):
        echo(client, b"hello")
    echo(alice, b"all work " * 11_111)


@task.trial("one leaves", "alice: b'hello', and then the end; bob stays; carol comes",
            look={"nothing": STAYS, "": "A child has ended. Which line asks for it, and counts it, once?"})
def one(start):
    """Clients come and go."""
    server, alice, bob = begin(start, "alice", "bob")
    echo(alice, b"hello"), echo(bob, b"hello")
    alice.close()
    left_alone(server, 1)
    has_noticed(server)
    comes(server, "carol", 1)
    no_zombies(server)
    echo(bob, b"hello")


@task.trial("several leave at the same moment",
            f"bob stays; {SEVERAL} others come, and leave while the server stands still; carol comes",
            look={"nothing": STAYS, "": COMES_LATE})
def several(start):
    """A network breaks down, and many leave at once."""
    server, bob = begin(start, "bob")
    guests = [comes(server, f"guest {number}", 0) for number in range(SEVERAL)]
    with stopped(server):
        for guest in guests:
            guest.close()
        left_alone(server, 1)
    has_noticed(server)
    comes(server, "carol", SEVERAL)
    no_zombies(server)
    echo(bob, b"hello")


@task.trial("the last one leaves", "alice: b'hello', and then the end; nobody else is there; then bob comes",
            look="No child is left. What does your call that waits for children do then?")
def last(start):
    """In the evening nobody is there any more."""
    server, alice = begin(start, "alice")
    echo(alice, b"hello")
    alice.close()
    left_alone(server, 0)
    has_noticed(server)
    echo(comes(server, "bob", 1), b"hello")
    no_zombies(server)


@task.trial("a reset", "alice: b'hello', and then a reset; bob stays; carol comes",
            look="However a process ends, its parent must wait for it. Is that so after an error, too?")
def reset(start):
    """A program ends with bytes unread: there is no goodbye."""
    server, alice, bob = begin(start, "alice", "bob")
    echo(alice, b"hello")
    alice.reset()
    left_alone(server, 1)
    has_noticed(server)
    comes(server, "carol", 1)
    echo(bob, b"hello")


@task.trial("many, one after the other", f"alice stays; {VISITS} come, say b'hello', and leave; bob comes",
            look={"descriptors": "After the fork, who has the connection open? Which of the two closes it, and when?",
                  "": COMES_LATE})
def many(start):
    """Most visits are short."""
    server, alice = begin(start, "alice")
    before = descriptors(server)
    for number in range(VISITS):
        guest = comes(server, f"guest {number}", number)
        echo(guest, b"hello")
        guest.close()
        left_alone(server, 1)
        has_noticed(server)
    echo(alice, b"hello")
    gives_back(server, before)
    comes(server, "bob", VISITS)
    no_zombies(server)
