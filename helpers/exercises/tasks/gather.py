"""gather (lesson 15): several coroutines at once, and what they return, in order. The first error ends them all."""
import re

from ...server import connect
from ...trials import Failed, Seen, rests
from ..beside import at_once, heard, hears_after, waits_beside
from ..guests import hears
from ..held import goes_on, together
from ..loops import waits
from . import Task

VERY = "Is it the very error of the job that `gather` raises, or another one that is like it?"
COMES_FIRST = "Which error comes first: that of the first job, or the first in time? And of two in the same iteration?"
task = Task("gather", hard="What was hard: who waits for several must be woken by each of them, and must look each time whether "
                           "it was the last. And a wait can end by an error: then those for whom it waited are to be ended, too.",
            looks={"early": "Who wakes the one that gathers, and what does it look at before it goes on?",
                   "other": "In which order do jobs come to their end, and in which order are their results wanted? And whose "
                            "results are they?",
                   "uncaught": "Which line raises this error, in which task? It ends that task, and whoever waits for it isn't "
                               "told."})
CROWD = 21
RUNNING = "jobs are under way"
WOKEN = "Each job that is over must wake the one that gathers. Is that so, however the job ends?"
ENDED = "Which line ends the other jobs? Is it reached, whichever way the wait ends?"


def gets(client, seconds, line, answer, *others):
    """This client asks, and so many seconds later it has its answer."""
    client.send(line + b"\n")
    try:
        hears_after(client, seconds, answer + b"\n", *others, what=RUNNING) if seconds else at_once(client, answer + b"\n")
    except Failed as failed:
        raise uncaught(client.server, failed) from None


def uncaught(server, failed):
    """The same failure, with the error that the loop has printed, if there is one: it has ended a task."""
    lines = re.findall(r"line (\d+), in (?!go_on|run)", server.output)
    if "Traceback" not in server.output or not lines:
        return failed
    text = server.program.text.splitlines()[int(lines[-1]) - 1].strip()
    error = server.output.splitlines()[-1].strip()
    return Failed(failed.expected, Seen(f"an error that nobody catches, {error}, in line {lines[-1]}, `{text}`", "uncaught"))


def none_is_left(client):
    """No job is under way any more."""
    client.send("working\n")
    goes_on(client.server)
    if (received := heard(client)) != b"0\n":
        raise Failed("no job is under way any more", Seen(
            f"{received.decode(errors='replace').strip()} under way" if received else "no answer to b'working\\n'", "left"),
            look=ENDED if received else None)


@task.trial("silence costs nothing", "alice comes, and says nothing; then b'working\\n', and nothing more",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start()
    alice = connect(server, "alice")
    server.comes_to_rest()
    waits(server)
    alice.send("working\n")
    hears(alice, b"0\n")
    rests(server)
    waits(server, alice)


@task.trial("all at once", "alice: b'3 1 2\\n'; then b'2 1\\n', and meanwhile bob: b'working\\n'",
            look={"early": "The first job is over, and others aren't. What does `gather` look at when it is woken?",
                  "": "Is the second job under way before the first one is over? " + WOKEN,
                  "polls": "`gather` looks whether all are over, and looks again. Who could wake it instead?"})
def all_at_once(start):
    """Three jobs of 3, 1 and 2 seconds take 3 seconds, if none of them waits for another one."""
    server, alice, bob = together(start, "alice", "bob")
    gets(alice, 3, b"3 1 2", b"<3> <1> <2>")
    alice.send("2 1\n")
    goes_on(server)
    bob.send("working\n")
    at_once(bob, b"2\n")
    waits_beside(server, 2, RUNNING)
    at_once(alice, b"<2> <1>\n")
    none_is_left(bob)


@task.trial("in their order", "alice: b'1 3 2 1 0\\n'; then b'2\\n', and b'0 0 0\\n'; bob, beside it: b'2 3\\n'",
            look=WOKEN)
def order(start):
    """What they return comes in the order in which they were given. Several may gather at the same time."""
    server, alice, bob = together(start, "alice", "bob")
    bob.send("2 3\n")
    gets(alice, 3, b"1 3 2 1 0", b"<1> <3> <2> <1> <0>", (bob, b"<2> <3>\n"))
    gets(alice, 2, b"2", b"<2>")
    gets(alice, 0, b"0 0 0", b"<0> <0> <0>")


@task.trial("nothing at all", "alice: b'\\n', a line without a job; then jobs that return None, b'1-\\n', b'0-\\n' and "
                              "b'1 2- 0-\\n'",
            look="With nothing to wait for, who would wake `gather`? And a coroutine may return None, and is over all the same: "
                 "how does `gather` know which of them are over?")
def nothing(start):
    """Nothing to do is done at once; and who returns nothing is over, too."""
    server, alice = together(start, "alice")
    gets(alice, 0, b"", b"")
    gets(alice, 1, b"1-", b"-")
    gets(alice, 0, b"0-", b"-")
    gets(alice, 2, b"1 2- 0-", b"<1> - -")


@task.trial("one of them fails", "alice: b'3 1!\\n'; bob, beside it: b'2 1\\n'; then alice: b'0!\\n'",
            look={"nothing": "When one fails, need it be waited for the others? " + WOKEN,
                  "uncaught": "Who awaits this job? Does it catch the error, and how does it come to the one that gathers?",
                  "": "An error in a job: who catches it, and how does it come to the one that gathers?"})
def fails(start):
    """As soon as one fails, the answer is known."""
    server, alice, bob = together(start, "alice", "bob")
    bob.send("2 1\n")
    gets(alice, 1, b"3 1!", b"failed: 1!")
    hears_after(bob, 0.9, b"<2> <1>\n", what=RUNNING)
    gets(alice, 0, b"0!", b"failed: 0!")


@task.trial("whatever the error", "alice: b'3 1? 2\\n': an ArithmeticError, and then b'0?\\n'",
            look={"nothing": "Which errors does your program catch? A job may raise any.",
                  "other": VERY, "": VERY})
def whatever(start):
    """A job may raise any error. The one that gathers gets that error, and no copy of it."""
    server, alice = together(start, "alice")
    gets(alice, 1, b"3 1? 2", b"lost: 1?")
    gets(alice, 0, b"0?", b"lost: 0?")


@task.trial("the first error", "alice: b'3! 1! 2!\\n'; then two errors in the same moment, b'1.0! 1!\\n'",
            look={"other": COMES_FIRST, "": COMES_FIRST})
def first_error(start):
    """Of several errors, the one that comes first is raised."""
    server, alice = together(start, "alice")
    gets(alice, 1, b"3! 1! 2!", b"failed: 1!")
    gets(alice, 1, b"1.0! 1!", b"failed: 1.0!")


@task.trial("the others end, too", "alice: b'5 1! 4\\n'; when she has her answer, bob: b'working\\n'", look=ENDED)
def others(start):
    """After an error nobody wants what the others would give."""
    server, alice, bob = together(start, "alice", "bob")
    gets(alice, 1, b"5 1! 4", b"failed: 1!")
    none_is_left(bob)


@task.trial("too long", "alice: b'20 1 30\\n', which is cut short after 10 seconds; then bob: b'working\\n'",
            look={"nothing": "An error is thrown in where `gather` waits. What does your program do with it?",
                  "other": "An error is thrown in where `gather` waits. What does your program make of it?", "": ENDED})
def too_long(start):
    """Whoever ends the one that gathers ends the jobs with it."""
    server, alice, bob = together(start, "alice", "bob")
    gets(alice, 10, b"20 1 30", b"too long")
    none_is_left(bob)


@task.trial("once more", "alice: b'1! 1! 3\\n', b'2 3\\n', b'20 4\\n' and b'2 3\\n', each after the answer before",
            look="What is left over from the time before, and whom does it wake?")
def again(start):
    """Nothing is left over from one time to the next."""
    server, alice = together(start, "alice")
    gets(alice, 1, b"1! 1! 3", b"failed: 1!")
    gets(alice, 3, b"2 3", b"<2> <3>")
    gets(alice, 10, b"20 4", b"too long")
    gets(alice, 3, b"2 3", b"<2> <3>")


@task.trial("and then it sleeps", "alice: b'~3 1! 2\\n'; then b'~1! 1\\n', b'~20 4\\n' and b'~2 1\\n': after each of them, her "
                                  "server sleeps for 2 seconds before it answers",
            look={"early": "`gather` was over, and its task slept. Who woke it? A job that was cancelled goes on once more, for "
                           "its `finally`: what does it do then?", "": ENDED})
def then_sleeps(start):
    """When `gather` is over, nobody wakes its task any more."""
    server, alice = together(start, "alice")
    gets(alice, 3, b"~3 1! 2", b"failed: 1!")
    gets(alice, 3, b"~1! 1", b"failed: 1!")
    gets(alice, 12, b"~20 4", b"too long")
    gets(alice, 4, b"~2 1", b"<2> <1>")


@task.trial("many", f"{CROWD} clients, each of them: {CROWD} jobs of 0 to 4 seconds",
            look=WOKEN)
def many(start):
    """Some ask for much."""
    server, *guests = together(start, *(f"guest {number}" for number in range(CROWD)))
    pairs = []
    for first, guest in enumerate(guests):
        words = [b"%d" % ((first + number) % 5) for number in range(CROWD)]
        guest.send(b" ".join(words) + b"\n")
        pairs.append((guest, b" ".join(b"<%b>" % word for word in words) + b"\n"))
    (first, word), *rest = pairs
    hears_after(first, 4, word, *rest, what=RUNNING)
