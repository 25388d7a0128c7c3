"""pool (lesson 11): ten threads for any number of clients. Each says a line, hears it in capitals, and is let go."""
from ...server import connect
from ...trials import (
    END,
    PATIENCE,
    Failed,
    Seen,
    came,
    descriptors,
    eventually,
    gives_back,
    holdings,
    rests,
    shown,
    stopped,
    trade,
)
from ..crew import state_of_threads, with_threads
from . import Task

WORKER = "Twenty have left, and there are ten threads. What becomes of a thread after an error, and what of its next client?"
LEFT = "What does recv give when a client has left, and what does your loop do with it?"
task = Task("pool", hard="What was hard: a thread of a pool must outlive each of its clients, however that one leaves; and a "
                         "client that says nothing must not keep it.",
            looks={"UnicodeDecodeError": "A line need not be text. Bytes have upper(), too."})
TEN, CROWD = 10, 100
ROOM = 5           # threads beside the ten: the one that accepts, the glass's, and some to spare
PATIENT = 60       # seconds: the limit where a trial isn't about it
SHORT = 0.5        # and where it is
VISITS = 30


def begin(start, limit=PATIENT):
    server = start(limit=limit)
    server.must_loop = False               # threads wait in calls of their own
    return server


def served(client, line=b"hello\n"):
    """This client says a line, hears it in capitals, and then the end."""
    hears(client, line.upper(), *trade(client, line))


def hears(client, answer, received, ended):
    if received != answer or ended != END:
        raise Failed(f"{client.name} hears {shown(answer)}, and then the end", what_came(client, answer, received, ended))


def what_came(client, answer, received, ended):
    if received == answer:
        return Seen("the answer, and then the connection stays open", "no end")
    if received + b"\n" == answer:
        return Seen("the answer without its line end", "no line end")
    state = "" if received else state_of_threads(client.server)        # before anybody else comes
    return with_threads(came(client, answer, received, ended), state)


def half_a_line(server, number):
    """So many clients, each of whom has begun a line: each has a thread of its own now, if there are as many."""
    guests = [connect(server, f"guest {one}") for one in range(1, number + 1)]
    for guest in guests:
        guest.send("hel")
    server.comes_to_rest()
    return guests


@task.trial("silence costs nothing", "nobody comes; then alice comes, and says nothing",
            look="Where does each thread wait while there is nothing to do? Does it look again and again?")
def silence(start):
    """Most of the time nobody says anything."""
    server = begin(start)
    server.comes_to_rest()
    rests(server)
    _alice = connect(server, "alice")
    server.comes_to_rest()
    rests(server)


@task.trial("one line, one answer", "alice: b'hello\\n'; bob: b'hel', and later b'lo\\n'; carol: a line of 100,013 "
                                       "bytes that are not all text",
            look={"part": "One recv gives what is there now. Where does a line end?",
                  "the end": "Has this client said its whole line when it is let go?",
                  "": "Which bytes are the line? Is the connection closed when the answer is sent?"})
def answers(start):
    """A line comes in pieces, or in one go."""
    server = begin(start)
    served(connect(server, "alice"))
    bob, carol = connect(server, "bob"), connect(server, "carol")
    bob.send("hel")
    server.comes_to_rest()
    served(carol, b"any \xff\0bytes " + b"x" * 100_000 + b"\n")
    hears(bob, b"HELLO\n", *trade(bob, b"lo\n"))


@task.trial("ten at a time", "nine clients: b'hel', and nothing more for now; bob: b'hello\\n'; then the nine: b'lo\\n'",
            look="Nine threads wait for a client each. How many threads are there, and for what does the tenth wait?")
def ten(start):
    """Some are slow. As long as there are fewer than ten of them, nobody waits."""
    server = begin(start)
    guests = half_a_line(server, TEN - 1)
    served(connect(server, "bob"))
    for guest in guests:
        hears(guest, b"HELLO\n", *trade(guest, b"lo\n"))


@task.trial("a hundred clients", f"{CROWD} clients are there; then each says a line of its own",
            look="How many clients are there, and how many has each thread served when it is over?")
def hundred(start):
    """One evening all are there."""
    server = begin(start)
    guests = [connect(server, f"guest {number}", timeout=10) for number in range(CROWD)]
    server.comes_to_rest()
    if holdings(server).threads > TEN + ROOM:
        raise Failed("ten threads serve all of them", Seen(f"for {CROWD} clients there are many more", "other"),
                     look="Where is a thread started: for each client, or once?")
    for guest in guests:
        guest.send(f"{guest.name}\n")
    for guest in guests:
        hears(guest, f"{guest.name}\n".upper().encode(), *trade(guest))


@task.trial("the eleventh waits, and is served",
            "ten clients: b'hel', and nothing more for now; bob: b'hello\\n'; then one of the ten: b'lo\\n'",
            look="One thread is free again. Does it take the next client at once, or does it wait for the other nine?")
def eleventh(start):
    """Who comes when all are busy waits for the first who is ready."""
    server = begin(start)
    guests = half_a_line(server, TEN)
    bob = connect(server, "bob")
    bob.send("hello\n")
    hears(guests[4], b"HELLO\n", *trade(guests[4], b"lo\n"))
    hears(bob, b"HELLO\n", *trade(bob))


def leave(start, how):
    """Twice as many as there are threads leave in this way, before they have said a whole line. Then bob is served."""
    server = begin(start)
    for _ in range(2):
        guests = half_a_line(server, TEN)
        with stopped(server):
            for guest in guests:
                getattr(guest, how)()
    served(connect(server, "bob"))


@task.trial("twenty leave in the middle", "twenty clients: b'hel', and then the end; bob: b'hello\\n'",
            look={"burns": LEFT, "dies": WORKER, "": WORKER})
def goodbyes(start):
    """Somebody changes their mind."""
    leave(start, "close")


@task.trial("twenty resets", "twenty clients: b'hel', and then a reset; bob: b'hello\\n'",
            look={"dies": WORKER, "": WORKER})
def resets(start):
    """Programs end, and say no goodbye."""
    leave(start, "reset")


@task.trial("who says nothing is let go", f"the limit is {SHORT:g} s; twenty clients: b'hel', and nothing more; bob: b'hello\\n'",
            look={"nothing": "For how long does recv wait for a client that says nothing? And what becomes of the thread then?",
                  "no end": "Is the connection closed when the time is over?",
                  "": "May anything be sent to a client that has said no whole line?"})
def silent(start):
    """A laptop is closed, a cable is pulled out: nobody says goodbye."""
    server = begin(start, SHORT)
    guests = half_a_line(server, 2 * TEN)
    bob = connect(server, "bob")
    bob.send("hello\n")
    if not eventually(server, lambda: bob.has_come(0.05), 4 * SHORT + PATIENCE):
        seen = with_threads(Seen("nothing", "nothing"), state_of_threads(server))
        raise Failed("bob's turn comes, when the limit is over", seen)
    hears(bob, b"HELLO\n", *trade(bob))
    for guest in guests:
        received, ended = trade(guest)
        if received or ended != END:
            raise Failed("who has said no whole line hears the end, and nothing else",
                         Seen(repr(received) if received else "the connection stays open", "other" if received else "no end"))


@task.trial("everything is given back", f"{VISITS} clients, one after the other: b'hello\\n'; some leave before the answer",
            look={"descriptors": "Which line closes the connection, and does it run for each way to leave?", "": WORKER})
def given_back(start):
    """Most visits are short."""
    server = begin(start)
    served(connect(server, "alice"))
    server.comes_to_rest()
    before = descriptors(server)
    for number in range(VISITS):
        guest = connect(server, f"guest {number}")
        if number % 3:
            served(guest)
        else:
            guest.send("hel")
            (guest.reset if number % 2 else guest.close)()
    gives_back(server, before)
