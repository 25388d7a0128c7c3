"""hasher (lesson 09): jobs for many clients, several at a time; the answers of one client are in the order of its lines."""
import hashlib
from time import sleep

from ...server import connect
from ...trials import Failed, Seen, came, check, descriptors, gives_back, hear_no_more, hears_all, stopped, trade
from ..beside import at_once, done_meanwhile, heard, waits_beside
from ..guests import crowd
from ..held import goes_on
from ..loops import comes_back, told_of, waits
from . import Task

task = Task("hasher", hard="What was hard: what a worker has made must come back to the loop, to the right client, in the "
                           "right order, and the loop must be woken for it. Nobody but the loop touches a connection.")
AT_A_TIME, CROWD = 4, 21   # jobs, and clients who speak at the same moment
VISITS = 12        # clients who leave in the same way
LINES = 30         # of one client, in one go
LATE, SIZE = 100, 60_000   # lines of one who reads late, and bytes of each: more than the system's own buffers take
LONG = 2_000_000   # hashes: they take much longer than anything that a quick line needs
TEXTS = (b"hello", b" two  spaces ", b"", b"\xff\0\x80", "ünder einem Dach".encode(), b"x" * 3000)
NO_SENSE = b"hash x a", b"shout 1 a", b"hello", b"", b"wait x a", b"hash 1", b"wait 1e99 a", b"wait inf a"
WAITING = "For what does bob wait here? Is it the loop that does alice's job, or the only worker that there is?"
FETCHED = "Several jobs may be done before the loop comes round. Does `fetch` take all that is there?"
ON_ITS_WAY = "Follow one line: who takes it out of `jobs`, who puts its answer into `done`, and is the bell rung for it?"
LEAVING = "May the end (`None`) be acted on while its job is under way?"
LINE_END = "The answer is there, and an answer is a line. Where is its line end?"
WORDS = b"hash 1 b\n"
ANSWER = hashlib.sha256(b"b").hexdigest().encode() + b"\n"


def hashed(rounds, text):
    for _ in range(rounds):
        text = hashlib.sha256(text).digest()
    return text.hex().encode() + b"\n"


def talk(client, said=WORDS, answer=ANSWER):
    received, ended = trade(client, said, len(answer))
    if received + b"\n" == answer:
        raise Failed(f"{client.name} hears an answer, and a line end", came(client, answer, received, ended), look=LINE_END)
    check(client, answer, received, ended)


@task.trial("silence costs nothing", "alice comes, and says nothing",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start()
    _alice = connect(server, "alice")
    server.comes_to_rest()
    waits(server, must_loop=True)


@task.trial("one line, one answer", "alice: hash and wait, with texts of all kinds, also in pieces; then nothing",
            look={"nothing": ON_ITS_WAY, "": "Which bytes are a line, and which of them are the text?"})
def answers(start):
    """A line is answered, whatever bytes it has."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    for rounds, text in enumerate(TEXTS, 1):
        talk(alice, b"hash %d %b\n" % (rounds, text), hashed(rounds, text))
        talk(alice, b"wait 0 %b\n" % text, text + b"\n")
    alice.send("hash 2 in two")
    server.comes_to_rest()
    talk(alice, b" pieces\nwait", hashed(2, b"in two pieces"))
    talk(alice, b" 0.01 more\n", b"more\n")
    hear_no_more(alice)
    bob.send(WORDS)
    comes_back(server)
    check(bob, ANSWER, *trade(bob, size=len(ANSWER)))
    waits(server, must_loop=True)
    told_of(server, alice, bob)


@task.trial("who waits holds up nobody", f"alice: b'wait 2 a\\n'; bob, at the same moment: {WORDS!r}", look=WAITING)
def beside(start):
    """Somebody asks for what takes long. The others don't."""
    server = start(held=True)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    goes_on(server)
    alice.send("wait 2 a\n")
    bob.send(WORDS)
    at_once(bob, ANSWER)
    goes_on(server, 2)
    at_once(alice, b"a\n")


@task.trial("who computes holds up nobody", f"alice: b'hash {LONG} a\\n'; bob, at the same moment: {WORDS!r}", look=WAITING)
def computes(start):
    """A long sum is as bad as a long wait."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    talk(bob)
    with stopped(server):
        alice.send(f"hash {LONG} a\n")
        bob.send(WORDS)
    check(bob, ANSWER, *trade(bob, size=len(ANSWER)))
    sleep(0.1)                             # hers would be on its way by now, if it were ready when bob had his
    if heard(alice):
        raise Failed("bob has his answer long before alice has hers", Seen("alice has hers as soon", "other"))


@task.trial("it is rung", "alice: b'wait 2.5 a\\n', and meanwhile nobody says anything",
            look="Who wakes the loop when a job is done? How does select learn of it?")
def rung(start):
    """At night nobody else speaks, and the answer comes all the same, as soon as it is there."""
    server = start(held=True)
    alice = connect(server, "alice")
    goes_on(server)
    alice.send("wait 2.5 a\n")
    waits_beside(server, 2.5)
    at_once(alice, b"a\n")


@task.trial("several at a time", f"{AT_A_TIME} clients, at the same moment: b'wait 2 …\\n'",
            look="How many workers are there? Which of them waits for another one?")
def several(start):
    """Who is slow doesn't wait for others who are slow."""
    server = start(held=True)
    clients = [connect(server, f"guest {number}") for number in range(AT_A_TIME)]
    goes_on(server)
    for client in clients:
        client.send(f"wait 2 {client.name}\n")
    goes_on(server, 2)
    for client in clients:
        try:
            at_once(client, client.name.encode() + b"\n")
        except Failed as failed:
            goes_on(server, 2 * AT_A_TIME)     # who has waited for a worker has an answer by now
            raise Failed(failed.expected, failed.received, look=None if heard(client) else FETCHED) from None


@task.trial("each client in its order", f"alice, in one go: {LINES} lines, slow and quick in turn; bob: b'wait 0 b\\n'; "
                                         "carol: b'wait 2 slow\\n', and in the middle of it b'wait 0 quick\\n'",
            look="Who asks twice: when may the second line go to a worker? And where is it meanwhile?")
def order(start):
    """Many programs say all that they have to say in one go, and count the answers."""
    server = start(held=True)
    alice, bob, carol = [connect(server, name) for name in ("alice", "bob", "carol")]
    goes_on(server)
    carol.send("wait 2 slow\n")
    goes_on(server, 1)
    carol.send("wait 0 quick\n")
    goes_on(server, 1)
    at_once(carol, b"slow\nquick\n")
    alice.send("".join(f"wait {0.3 if number % 3 == 0 else 0} {number}\n" for number in range(LINES)))
    bob.send("wait 0 b\n")
    at_once(bob, b"b\n")
    goes_on(server, 0.3 * LINES)
    wanted = b"".join(b"%d\n" % number for number in range(LINES))
    received = heard(alice)
    if received != wanted:
        missing = wanted.startswith(received)
        raise Failed(f"alice hears {LINES} answers, in the order of her lines",
                     Seen("not all of them" if missing else "another order", "part" if missing else "order"))


@task.trial("many at once", f"{CROWD} clients or more: each its own name, all at once, three times; "
                               f"carol: {LATE} lines of {SIZE:,} bytes, read late; {CROWD} clients, twice, and a late loop",
            look={"nothing": FETCHED, "": "To whom does an answer go? If several are ready at once, are all of them taken?"})
def many(start):
    """One evening all are there, and all speak at once."""
    server = start()
    guests = crowd(server, CROWD)
    for rounds in range(1, 4):
        with stopped(server):
            for guest in guests:
                guest.send(f"hash {rounds} {guest.name}\n")
        for guest in guests:
            answer = hashed(rounds, guest.name.encode())
            check(guest, answer, *trade(guest, size=len(answer)))
    reads_late(server, connect(server, "carol"))
    comes_late(start)


def comes_late(start):
    """More jobs are done while the loop stands than the ring may have room for. All have their answers in the next moment."""
    server = start(held=True)
    guests = [connect(server, f"guest {number}") for number in range(CROWD)]
    goes_on(server)
    for _ in range(2):
        done_meanwhile(server, guests, WORDS)
        goes_on(server)
        for guest in guests:
            check(guest, ANSWER, *trade(guest, size=len(ANSWER)))


def reads_late(server, carol):
    """More answers than the system's own buffers take: each goes on its way whole, though not at once."""
    said, answer = (LATE * (word + SIZE * b"." + b"\n") for word in (b"wait 0 ", b""))
    rest = said[carol.pour(said):]
    server.comes_to_rest()
    received, ended = trade(carol, rest, len(answer))      # from now on she reads
    if received != answer:
        raise Failed("carol, who reads late, hears all of her answers", came(carol, answer, received, ended),
                     look="One send may take a part of an answer, or nothing of it. Which line sends, and who keeps the rest?")


@task.trial("jobs that fail", "alice: b'hash x a\\n', b'wait 1e99 a\\n' and others that `made` can't do; "
                              f"then alice and {AT_A_TIME} others: {WORDS!r}",
            look="What happens in a worker when a job raises an error? What does it do then, and what does the client hear?")
def failures(start):
    """What clients ask for may make no sense. They are told."""
    server = start()
    alice = connect(server, "alice")
    for line in NO_SENSE:
        talk(alice, line + b"\n", b"failed\n")
    guests = [connect(server, f"guest {number}") for number in range(AT_A_TIME)]
    for client in (alice, *guests):
        talk(client)


@task.trial("who leaves during a job", f"{VISITS} clients: b'wait 0.3 …\\n', and then the end, a reset, or that this was all; "
                                       f"newcomers, who say nothing; bob: {WORDS!r}; at last "
                                       "alice: b'wait 2.5 a\\n', and that this was all; and then nobody says anything",
            look={**dict.fromkeys(("the end", "part", "KeyError", "ValueError", "closed"), LEAVING),
                  "spins": "Who has said that this was all can be read for ever. Is it heard while its job is under way?",
                  "": "Somebody may come while a job is under way, and get the number of one who has left. Who gets the answer "
                      "then?"})
def leaves(start):
    """Who asks for something slow may lose patience."""
    server = start()
    bob = connect(server, "bob")
    talk(bob)
    before = descriptors(server)
    guests = [connect(server, f"guest {number}") for number in range(VISITS)]
    with stopped(server):
        for guest in guests:
            guest.send(f"wait 0.3 {guest.name}\n")
    server.comes_to_rest(0.2)              # all are received; hardly any is done
    for number, guest in enumerate(guests):
        (guest.close, guest.reset, guest.half_close)[number % 3]()
    newcomers = [connect(server, f"newcomer {number}") for number in range(VISITS)]
    for guest in guests[2::3]:
        hears_all(guest, b"%b\n" % guest.name.encode(), *trade(guest))
    talk(bob)
    for client in newcomers:
        if stray := heard(client):
            raise Failed(f"{client.name} hears nothing, having said nothing", Seen(f"{stray.strip()[:5].decode()} …", "stray"))
        talk(client)
        client.close()
    gives_back(server, before)
    server = start(held=True)
    alice = connect(server, "alice")
    goes_on(server)
    alice.send("wait 2.5 a\n")
    alice.half_close()
    waits_beside(server, 2.5)
    at_once(alice, b"a\n")
