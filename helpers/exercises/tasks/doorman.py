"""doorman (lesson 14): a server that lets go who is silent. Some are let go who have just spoken, and some who have just come."""
from ...server import connect
from ...trials import descriptors, gives_back
from ..clocked import HELD_UP, IS_HELD_UP, at_this_moment, copy_of, in_time, lets_pass, nothing_yet, rests_in_its_call
from ..guests import hears
from ..held import MOMENT, goes_on
from ..limits import GOODBYE, LIMIT, begun, let_go, one_who_never_ends, one_who_speaks, says, silent_ones
from ..loops import waits
from . import Task

OVER = "This client's time is over. Is a timer of it there, not cancelled? And does the call's timeout end with the earliest?"
task = Task("doorman", hard="What was hard: a timer that is set again is two timers, unless the first one is cancelled; and a "
                            "timer lives on when its client has gone, under a number that the next one gets.",
            looks={"early": "This client has time left. How many timers has it, and when was each of them set?",
                   "KeyError": "Who is looked for in which dictionary, and is it there? Who has just come has no timer yet; and "
                               "who has left has nothing any more.",
                   "the end": "This client has time left, and its connection is over. Which timer was that, and when was it set?",
                   "nothing": OVER, "no end": OVER})
WAYS = ("close", "reset", "half_close")
GUESTS = 30


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
    silent_ones(start)


@task.trial("who speaks, stays", "alice: b'hello\\n' each 20 seconds, five times, and then nothing",
            look="Alice has spoken, and has all her time again. Which timers does she have then?")
def speaks(start):
    """Who says a line now and then may stay."""
    one_who_speaks(start)


@task.trial("never a whole line", "mallory: a byte each 10 seconds, and never the end of her line",
            look=dict.fromkeys(("", "nothing", "no end"), "What gives this client its time again: a byte, or a whole line?"))
def slowly(start):
    """Who never comes to the end of a line is let go, too."""
    one_who_never_ends(start)


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


@task.trial("the machine is busy", f"alice: b'hello\\n' after {HELD_UP} seconds; the call comes back, and for more than a second "
                                   "the program is given no time",
            look=dict.fromkeys(("", "KeyError", "died", "other", "early", "the end"),
                               "Alice has spoken before her time was over. What does the loop do first: hear who has spoken, or "
                               "let go who is late?"))
def busy(start):
    """Who has spoken in time is heard, even if the loop is late."""
    server = start(6666, LIMIT, program=copy_of(start.program, IS_HELD_UP), held=True)
    alice = connect(server, "alice")
    at_this_moment(server)
    lets_pass(server, HELD_UP - server.time())
    alice.send("hello\n")
    goes_on(server, 2)
    in_time(alice, b"ok\n")
    lets_pass(server, LIMIT - 1)
    nothing_yet(alice)
    lets_pass(server, 2)
    in_time(alice, GOODBYE, ends=True)


@task.trial("all have left", "ten clients come, one each second, and then all of them leave; nobody comes any more",
            look=dict.fromkeys(("", "looks"), "Nobody is there any more. For whom does the loop wake, and who should have taken "
                                              "this timer along?"))
def all_have_left(start):
    """Who leaves takes all timers along: when nobody is there, nothing wakes the loop."""
    server, *_ = begun(start)
    guests = []
    for number in range(10):
        guests.append(connect(server, f"guest {number + 1}"))
        at_this_moment(server)
        lets_pass(server, 1)
    for guest in guests:
        guest.close()
    lets_pass(server, MOMENT)
    rests_in_its_call(server, LIMIT, "nobody is there")


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
