"""services (lesson 03): three ports, another service on each, and one loop."""
import random
import re
import time

from ...server import connect, processes
from ...trials import END, Failed, Seen, came, descriptors, gives_back, rests, state_of, stopped, trade, with_state
from ..held import goes_on, waits_in_its_call
from . import Task

task = Task("services", hard="What was hard: between the accept and the answer of a client there are iterations that serve "
                             "others, so your program must know for whom it waits, and for what.")
CLOCK, UPPER, BACKWARDS = 7001, 7002, 7003
DAY = 86400        # seconds
LATER = {"bob": 7, "carol": 58}        # who comes to the clock, so many seconds of the server's own after the one before
MANY, FEW = 5, 2   # clients who leave in the same way, at each port: those who are let in before, and those who aren't
CROWD = 25, 35     # so many wait for their words at once, at least and at most: it is another number in each run
WORDS = b"  Hello, 1st\tand 2nd! \r\n"
LONGEST = bytes(b"abcdefghijklmnopqrstuvwxyz 0123456789\n"[place * place % 38] for place in range(999))
TIME = rb"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
ANY_TIME = rb"\d{1,2}:\d{1,2}:\d{1,2}"
DATE = rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
FORMS = {TIME: "a time of day", ANY_TIME: "a time of day with numbers of one digit",
         DATE: "a date and a time of day, as time.ctime() writes them",
         rb"\d+\.\d+": "a number with a point, as time.time() gives it", rb"\d+": "a whole number"}
FORM = "HH:MM:SS are eight bytes, and a line end comes behind them. Which bytes does your program send?"
WHICH = "How does your program know which service a connection is for, when its words come?"
EDGES = "Is each byte of the answer made of a byte that was said, also at both ends? How many bytes does recv take at most?"
WAITS = "Which call waits for a client who says nothing? Who knows when there is something?"
OTHERS = "meanwhile yan at 7002: b'yan', and xavier at 7001; at last zoe at 7003: b'zoe'"
FORGOTTEN = {
    "": "Who notices that somebody has gone, and who must not?",
    "on readable": 'recv gives b"" when the other side has gone, again and again. Is the connection out of the list then?',
}


def gets(client, words, said=b""):
    """It says its words, hears these, and then the end of the connection."""
    received, ended = trade(client, said)
    if received != words or ended != END:
        raise Failed(f"{client.name} hears {words!r}, and then the end" if len(words) < 40 else
                     f"{client.name} hears its {len(words)} bytes, and then the end", came(client, words, received, ended),
                     look=WHICH if received.lower() == words[::-1].lower() else None)      # as the other door has it


def gets_the_time(client, time=ANY_TIME):
    """It hears the time of day, and then the end of the connection. Returns the time, in seconds since midnight. Whether
    it has all its digits is the matter of one trial: elsewhere it is a matter of luck, too."""
    received, ended = trade(client)
    right = re.fullmatch(time + rb"\n", received)
    if not right or ended != END:
        said = form(received) + ("" if ended == END else f", and then {ended}")
        raise Failed(f"{client.name} hears HH:MM:SS and a line end, and then the end",
                     with_state(client.server, Seen(said, "no end" if right else "other")) if received else
                     came(client, b"HH:MM:SS", b"", ended), look=FORM if received and not right else None)
    hours, minutes, seconds = map(int, received.split(b":"))
    return (hours * 60 + minutes) * 60 + seconds


def form(received):
    """What came from a clock, in words that are the same in every run: its digits aren't, and each is shown as a #."""
    body = received.removesuffix(b"\n")
    for one, words in FORMS.items():
        if re.fullmatch(one, body):
            return f"{words}{' and a line end' if body != received else ', and no line end'}"
    cut = received[:40]
    shape = re.sub(rb"\d", b"#", cut)
    return f"{shape!r}{' and more' if cut != received else ''}{', where each # is a digit' if shape != cut else ''}"


def waits(server):
    """Nobody says anything, and the loop waits in its call."""
    server.comes_to_rest()
    rests(server)
    if elsewhere := state_of(server):
        raise Failed("the loop waits in its call", elsewhere)


def somewhere():
    """A time zone in which it is 18:03, or 21:03: another hour than in UTC, and minutes below 10. (its name, seconds ahead)"""
    now = int(time.time()) % DAY
    ahead = (21 if now // 3600 in (17, 18) else 18) * 3600 + 180 - now
    hours, rest = divmod(abs(ahead), 3600)
    return f"HERE{'-' if ahead > 0 else '+'}{hours:02}:{rest // 60:02}:{rest % 60:02}", ahead


@task.trial("silence costs nothing", "somebody at 7002 and somebody at 7003, and both say nothing",
            look="Which line waits while nobody says anything?")
def silence(start):
    """Who says nothing costs nothing: the loop waits in select."""
    server = start()
    _silent = connect(server, "alice", UPPER), connect(server, "bob", BACKWARDS)
    waits(server)
    held = start(held=True)
    _silent = connect(held, "alice", UPPER), connect(held, "bob", BACKWARDS)
    goes_on(held)
    waits_in_its_call(held)


@task.trial("the clock", "alice comes to 7001 in the evening, and says nothing; some seconds later bob; a minute later carol",
            look={"nothing": "Who speaks first at this port: the client, or your program? What does it wait for, when somebody "
                             "comes?",
                  "": "Which clock does your program ask, when does it ask, and in what form does it say the hour?"})
def clock(start):
    """Who comes is told the time of day at once, as it is here and now."""
    zone, ahead = somewhere()
    begin = time.time()
    server = start(held=True, environment={"TZ": zone})
    alice = connect(server, "alice", CLOCK)
    goes_on(server)
    first = gets_the_time(alice, TIME)
    midnight = int(begin + ahead) // DAY * DAY - ahead
    if not int(begin) <= midnight + first <= time.time() + 1:
        raise Failed("alice hears the time of day, as a clock here has it", Seen("another time of day", "other"))
    for name, seconds in LATER.items():
        goes_on(server, seconds)
        client = connect(server, name, CLOCK)
        goes_on(server)
        if not seconds - 1 <= (gets_the_time(client, TIME) - first) % DAY <= seconds + 3:
            raise Failed(f"{name}, {seconds} seconds later, hears the time of day", Seen("another time of day", "other"))
        first += seconds


@task.trial("upper case", f"alice comes to 7002: {WORDS!r}; then bob: 999 bytes, of letters and others", look=EDGES)
def upper(start):
    """Small letters become capitals. All the rest stays."""
    server = start()
    gets(connect(server, "alice", UPPER), WORDS.upper(), WORDS)
    gets(connect(server, "bob", UPPER), LONGEST.upper(), LONGEST)


@task.trial("backwards", f"alice comes to 7003: {WORDS!r}; then bob: 999 bytes", look=EDGES)
def backwards(start):
    """The last byte comes first."""
    server = start()
    gets(connect(server, "alice", BACKWARDS), WORDS[::-1], WORDS)
    gets(connect(server, "bob", BACKWARDS), LONGEST[::-1], LONGEST)


@task.trial("any bytes", "alice at 7002 and bob at 7003: each of the 256 bytes",
            look="Sockets carry bytes. Why do you need to know what letters they stand for?")
def any_bytes(start):
    """Not all bytes are text, and they have an order all the same."""
    server, data = start(), bytes(range(256))
    gets(connect(server, "alice", UPPER), data.upper(), data)
    gets(connect(server, "bob", BACKWARDS), data[::-1], data)


@task.trial("who says nothing holds up nobody",
            "alice at 7002 and bob at 7003: nothing; carol at 7001, dave at 7002: b'dave', erin at 7003: b'erin'; "
            "then bob: b'bob', and alice: b'alice'; two dozen guests and more at 7002 and 7003: the last to come speaks first",
            look=WAITS)
def silent(start):
    """Who thinks about their words must not stop the clock."""
    server = start(held=True)                  # so one sees whether any time passes before the others have their answers
    alice, bob = connect(server, "alice", UPPER), connect(server, "bob", BACKWARDS)
    goes_on(server)
    carol, dave, erin = (connect(server, name, port) for name, port in
                         (("carol", CLOCK), ("dave", UPPER), ("erin", BACKWARDS)))
    dave.send("dave")
    erin.send("erin")
    goes_on(server)
    gets_the_time(carol)
    gets(dave, b"DAVE")
    gets(erin, b"nire")
    for line in str(server.threads()).splitlines():
        if "MainThread" not in line and line.endswith("  for alice"):
            raise Failed("one loop does it all", "a thread waits for alice")
    if len(processes(server.child.process.pid)) > 1:
        raise Failed("one loop does it all", "the server has started other processes")
    server.release()
    gets(bob, b"bob", b"bob")
    gets(alice, b"ALICE", b"alice")
    guests = [(number, connect(server, f"guest {number}", UPPER + number % 2)) for number in range(random.randint(*CROWD), 0, -1)]
    for number, guest in reversed(guests):
        word = f"guest {number}".encode()
        gets(guest, word[::-1] if number % 2 else word.upper(), word)


@task.trial("three at once", "alice at 7001, bob at 7002: b'bob', carol at 7003: b'carol', before select is called", look=WHICH)
def three(start):
    """All three doors are opened in the same iteration."""
    server = start()
    for _ in range(3):
        with stopped(server):
            alice, bob, carol = (connect(server, name, port) for name, port in
                                 (("alice", CLOCK), ("bob", UPPER), ("carol", BACKWARDS)))
            carol.send("carol")
            bob.send("bob")
        gets_the_time(alice)
        gets(bob, b"BOB")
        gets(carol, b"lorac")


def leave(start, way, word=b""):
    """Many leave in this way, at each port. Others speak in the same iteration, and nobody but those is left."""
    server = start()
    zoe = connect(server, "zoe", BACKWARDS)
    server.comes_to_rest()
    before = descriptors(server)
    for port in (UPPER, BACKWARDS, CLOCK):
        yan = connect(server, "yan", UPPER)
        guests = [connect(server, f"guest {number}", port) for number in range(MANY)]
        server.comes_to_rest()                 # so these are let in already, and those below are not
        with stopped(server):
            guests += [connect(server, f"guest {number}", port) for number in range(MANY, MANY + FEW)]
            for guest in guests:
                if word and port != CLOCK:
                    guest.send(word)
                getattr(guest, way)()
            yan.send("yan")
            xavier = connect(server, "xavier", CLOCK)
        gets_the_time(xavier)
        gets(yan, b"YAN")
        xavier.close()
        yan.close()
        for guest in guests if way == "half_close" else ():
            received, ended = trade(guest)
            if ended != END:
                raise Failed("a guest who says that this was all hears the end", came(guest, b"the end", received, ended))
    gives_back(server, before)
    gets(zoe, b"eoz", b"zoe")


@task.trial("who leaves without a word",
            f"at each port some come and leave, or say that this was all, without a word; {OTHERS}",
            look=FORGOTTEN)
def leaves(start):
    """Somebody has changed their mind."""
    leave(start, "close")
    leave(start, "half_close")


@task.trial("who leaves before the answer",
            f"at 7002 and 7003 some say b'hello', and leave at once, with a reset or without, at 7001 some leave; {OTHERS}",
            look=FORGOTTEN)
def before_the_answer(start):
    """Who has no time doesn't wait for the answer, and somebody must send it all the same."""
    leave(start, "close", b"hello")
    leave(start, "reset", b"hello")


@task.trial("a reset", f"at each port some come, and leave with a reset, without a word; {OTHERS}",
            look=FORGOTTEN)
def reset(start):
    """A program ends, and nobody says goodbye for it."""
    leave(start, "reset")
