"""doorman (lesson 14): a server that lets go who is silent. Some are let go who have just spoken, and some who have just come."""
from ...server import connect
from ...trials import descriptors, gives_back
from ..clocked import at_this_moment, in_time, lets_pass, nothing_yet
from ..guests import hears
from ..held import MOMENT
from ..loops import waits
from . import Task

task = Task("doorman", hard="What was hard: a timer that is set again is two timers, unless the first one is cancelled; and a "
                            "timer lives on when its client has gone, under a number that the next one gets.",
            looks={"early": "This client has time left. How many timers has it, and when was each of them set?",
                   "KeyError": "For whom is this timer, and is that one still there?",
                   "the end": "This client has time left, and its connection is over. Which timer was that, and when was it set?",
                   "nothing": "This client's time is over. Which of its timers should call let_go now? Is it cancelled?",
                   "no end": "This client's time is over. Which of its timers should call let_go now? Is it cancelled?"})
LIMIT = 30         # seconds that the program gets as its second argument
GOODBYE = b"goodbye\n"
WAYS = ("close", "reset", "half_close")
GUESTS = 30


def begun(start, *names):
    """The program, held, with its limit; and clients of these names, who come at the same moment."""
    server = start(6666, LIMIT, held=True)
    clients = [connect(server, name) for name in names]
    at_this_moment(server)
    return server, *clients


def says(client, text=b"hello\n", answer=b"ok\n"):
    client.send(text)
    at_this_moment(client.server)
    in_time(client, answer)


def let_go(server, seconds, *clients):
    """They have so many seconds left, and are let go then: not before, and not after."""
    lets_pass(server, seconds - MOMENT)
    nothing_yet(*clients)
    lets_pass(server, 2 * MOMENT)
    for client in clients:
        in_time(client, GOODBYE, ends=True)


@task.trial("silence costs nothing", "alice comes, and says nothing; then b'hello\\n', and nothing more",
            look="Where does your program wait while nobody says anything?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start(6666, LIMIT)
    alice = connect(server, "alice")
    server.comes_to_rest()
    waits(server, alice, must_loop=True)
    alice.send("hello\n")
    hears(alice, b"ok\n")
    waits(server, alice, must_loop=True)


@task.trial("lines", "alice: b'hello\\n'; three lines in one go; a line in two pieces",
            look="Each whole line is answered with ok.")
def lines(start):
    """Who says a line is answered."""
    server, alice = begun(start, "alice")
    says(alice)
    says(alice, b"one\ntwo\n\n", b"ok\nok\nok\n")
    says(alice, b"hel", b"")
    says(alice, b"lo\n")


@task.trial("who is silent", f"the limit is {LIMIT} seconds; alice comes, and 10.5 seconds later bob; both say nothing",
            look="When is the time of this client over? Which timer tells it?")
def silent(start):
    """Who has said no line for so long is let go."""
    server, alice = begun(start, "alice")
    lets_pass(server, 10.5)
    bob = connect(server, "bob")
    at_this_moment(server)
    let_go(server, LIMIT - 10.5, alice)
    nothing_yet(bob)
    let_go(server, 10.5 - MOMENT, bob)


@task.trial("who speaks, stays", "alice: b'hello\\n' each 20 seconds, five times, and then nothing",
            look="Alice has spoken, and has all her time again. Which timers does she have then?")
def speaks(start):
    """Who says a line now and then may stay."""
    server, alice = begun(start, "alice")
    for _ in range(5):
        lets_pass(server, 20)
        nothing_yet(alice)
        says(alice)
    let_go(server, LIMIT, alice)


@task.trial("never a whole line", "mallory: a byte each 10 seconds, and never the end of her line",
            look="What gives a client its time again: a byte, or a line?")
def slowly(start):
    """Who never comes to the end of a line is let go, too."""
    server, mallory = begun(start, "mallory")
    for _ in range(2):
        lets_pass(server, 10)
        says(mallory, b"x", b"")
    let_go(server, 10, mallory)


@task.trial("who leaves, and who comes", "alice comes, and leaves after 10 seconds; bob comes then, and says nothing; and so on: "
                                         "by a goodbye, a reset, a half-close, with a line before, or without",
            look={"": "Whose time is over now, and whose isn't? For whom was each timer set?",
                  "early": "Bob has time left. For whom was this timer set, and is that one still there?",
                  "the end": "This client has time left, and its connection is over. For whom was this timer set?"})
def leaves(start):
    """Who comes has all the time, whoever was there before."""
    server, dave = begun(start, "dave")
    before = descriptors(server)
    for number in range(6):
        alice = connect(server, "alice")
        at_this_moment(server)
        if number % 2:
            says(alice)
        lets_pass(server, 5)
        says(dave)
        lets_pass(server, 5)
        getattr(alice, WAYS[number % 3])()
        lets_pass(server, MOMENT)
        alice.close()
        gives_back(server, before)
        bob = connect(server, "bob")
        at_this_moment(server)
        lets_pass(server, 20)
        says(dave)
        let_go(server, LIMIT - 20, bob)
    let_go(server, LIMIT - (LIMIT - 20) - MOMENT, dave)


@task.trial("each in their own time",
            f"{GUESTS} clients come, one each second; every third one says b'hello\\n' after 15 seconds",
            look="Each client has a time of its own. Whose timer was touched, and by whom?")
def many(start):
    """Each has a time of their own."""
    server, *_ = begun(start)
    guests, ends = [], {}
    for second in range(GUESTS + 15 + LIMIT + 2):
        if second < GUESTS:
            guests.append(connect(server, f"guest {second + 1}"))
            ends[guests[-1]] = second + LIMIT
        at_this_moment(server)
        if second >= 15 and (second - 15) % 3 == 0 and second - 15 < GUESTS:
            says(guests[second - 15])
            ends[guests[second - 15]] = second + LIMIT
        lets_pass(server, 0.5)
        for guest in [one for one in ends if ends[one] <= second]:
            in_time(guest, GOODBYE, ends=True)
            del ends[guest]
        nothing_yet(*ends)
        lets_pass(server, 0.5)
