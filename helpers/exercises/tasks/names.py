"""names (lesson 12): a service over TCP and over UDP. Whoever wrote its UDP half knew TCP alone."""
from ...server import connect
from ...trials import PATIENCE, Failed, Seen, check, descriptors, eventually, gives_back, hears_all, stopped, trade, with_state
from ..guests import crowd
from ..loops import comes_back, waits
from . import Task

task = Task("names", hard="What was hard: all three are right for a connection. A connection has an end, a stream is read "
                          "bit by bit, and a socket knows who is on its other side. A datagram has none of this.")
KNOWN = {b"alice": b"10.0.0.1", b"bob": b"10.0.0.2", "zoë".encode(): b"10.0.0.26"}
LONG = {b"the printer on the second floor": b"10.0.1.1", b"n" * 255: b"10.0.2.55", b"n" * 254: b"unknown", b"n" * 256: b"unknown",
        b"n" * 64: b"unknown"}
UNKNOWN = b"unknown"
CROWD = 20         # who ask at the same moment
VISITS = 12        # who come over TCP, and leave
WHOSE = "To whom is an answer sent? Two questions have come before the first answer goes out: where is the address of each kept?"
PIECE = "How many bytes of a datagram does `recvfrom` take here, and what becomes of the others?"
EMPTY = 'What does `b""` mean on a connection, and what does it mean here? Who sends it, and who suffers from it?'


def hears(asker, answer, about=""):
    """This one hears this answer, as one datagram."""
    received = []
    eventually(asker.server, lambda: received or received.extend(come_for(asker)) or received, PATIENCE)
    if received != [answer]:
        raise Failed(f"{about}{asker.name} hears {answer!r}", with_state(asker.server, (
            Seen(f"{received[0][:60]!r}", "other") if received else Seen("nothing", "nothing"))))


def come_for(asker, moment=0.02):
    """The next datagram for this one, in a list; none if none has come in a moment."""
    asker.socket.settimeout(moment)
    try:
        return [asker.socket.recv(65536)]
    except (BlockingIOError, TimeoutError):
        return []


def asks(asker, question, answer, about=""):
    asker.send(question)
    hears(asker, answer, about)


def no_more(*askers):
    """Nobody hears what is another's, or hears an answer twice."""
    askers[0].server.comes_to_rest()
    for asker in askers:
        for more in come_for(asker, 0):
            raise Failed(f"{asker.name} hears one answer to each question", Seen(f"and then {more[:60]!r}", "again"))


def over_udp(server, *names):
    return [connect(server, name, udp=True) for name in names]


@task.trial("silence costs nothing", "nothing; then ulla asks, over UDP, and alice, over TCP: b'bob'; and then nothing",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody asks."""
    server = start()
    waits(server, must_loop=True)
    ulla, = over_udp(server, "ulla")
    asks(ulla, b"bob", KNOWN[b"bob"])
    alice = connect(server, "alice")
    check(alice, b"10.0.0.2\n", *trade(alice, b"bob\n", 9))
    comes_back(server)
    waits(server, alice, must_loop=True)


@task.trial("lines over TCP", "alice: lines, also in pieces, and several in one go; and that this was all",
            look="This was right as it was handed out. What does your change do to those who ask over TCP?")
def lines(start):
    """Who mends one thing can break another."""
    server = start()
    alice = connect(server, "alice")
    for name, address in {**KNOWN, **LONG, b"": UNKNOWN}.items():
        check(alice, address + b"\n", *trade(alice, name + b"\n", len(address) + 1))
    alice.send("bo")
    server.comes_to_rest()
    check(alice, b"10.0.0.2\n10.0.0.1\nunknown\n", *trade(alice, b"b\nalice\nnobody\n", 26))
    hears_all(alice, b"10.0.0.2\n", *trade(alice, b"bob\n", finish=True))


@task.trial("a datagram is a question", "ulla, over UDP: a name, again and again; several, before the first answer",
            look={"again": "How often is an answer sent, and when is it out of `answers`?",
                  "": "Each datagram is one question, without a line end, and each answer is one datagram. Where is it lost?"})
def questions(start):
    """A question is short, and so is its answer: a connection would cost more than both."""
    server = start()
    ulla, = over_udp(server, "ulla")
    for name, address in [*KNOWN.items(), (b"nobody", UNKNOWN), (b"alice\n", UNKNOWN), *KNOWN.items()]:
        asks(ulla, name, address)
    with stopped(server):
        for name in KNOWN:
            ulla.send(name)
    for address in KNOWN.values():
        hears(ulla, address)
    no_more(ulla)


@task.trial("two at the same moment", "ulla: b'alice'; vera: b'bob'; then the other way round; then both: b'alice'", look=WHOSE)
def two(start):
    """Nobody waits until another one has an answer."""
    server = start()
    ulla, vera = over_udp(server, "ulla", "vera")
    for first, second in ((ulla, vera), (vera, ulla)):
        with stopped(server):
            first.send("alice")
            second.send("bob")
        hears(first, KNOWN[b"alice"])
        hears(second, KNOWN[b"bob"])
    with stopped(server):
        for asker in (ulla, vera):
            asker.send("alice")
    for asker in (ulla, vera):
        hears(asker, KNOWN[b"alice"])
    no_more(ulla, vera)


@task.trial("many at the same moment", f"{CROWD} askers, and as many over TCP or more: each a name, three times", look=WHOSE)
def many(start):
    """In the morning all computers are switched on."""
    server = start()
    askers, guests = over_udp(server, *(f"asker {number}" for number in range(CROWD))), crowd(server, CROWD)
    names = [*KNOWN.items(), (b"nobody", UNKNOWN)]
    for turn in range(3):
        said = [names[(number + turn) % len(names)] for number in range(max(len(askers), len(guests)))]
        with stopped(server):
            for client, (name, _) in zip(askers, said):
                client.send(name)
            for client, (name, _) in zip(guests, said):
                client.send(name + b"\n")
        for asker, (_, address) in zip(askers, said):
            hears(asker, address)
        for guest, (_, address) in zip(guests, said):
            check(guest, address + b"\n", *trade(guest, size=len(address) + 1))
    no_more(*askers)


@task.trial("long names", "ulla, over UDP: names of 31, 64, 254, 255 and 256 bytes", look=PIECE)
def long_names(start):
    """Some names are long, and what is cut off may make another name of them."""
    server = start()
    ulla, = over_udp(server, "ulla")
    for name, address in LONG.items():
        asks(ulla, name, address, f"for the name of {len(name)} bytes, ")
    no_more(ulla)


@task.trial("the empty name", "mallory, over UDP: an empty datagram, twice; then ulla: b'alice'; then mallory again", look=EMPTY)
def empty(start):
    """An empty datagram is a question, too, for a name that nobody has."""
    server = start()
    mallory, ulla = over_udp(server, "mallory", "ulla")
    for _ in range(2):
        asks(mallory, b"", UNKNOWN)
    asks(ulla, b"alice", KNOWN[b"alice"])
    asks(mallory, b"", UNKNOWN)
    no_more(mallory, ulla)


@task.trial("who asks, and doesn't wait", f"{VISITS} askers, over UDP and over TCP: b'alice', and gone; ulla and bob: b'bob'",
            look="The one who asked has gone. What does your program do with the answer, and with whom does it go on?")
def gone(start):
    """Who has no time asks two servers, and takes the answer that comes first."""
    server = start()
    bob = connect(server, "bob")
    check(bob, b"10.0.0.2\n", *trade(bob, b"bob\n", 9))
    ulla, = over_udp(server, "ulla")
    before = descriptors(server)
    for number in range(VISITS):
        asker, = over_udp(server, f"asker {number}")
        guest = connect(server, "guest")
        with stopped(server):
            asker.send("alice")
            asker.close()
            guest.send("alice\n")
            (guest.reset if number % 2 else guest.close)()
        asks(ulla, b"bob", KNOWN[b"bob"])
    check(bob, b"10.0.0.2\n", *trade(bob, b"bob\n", 9))
    gives_back(server, before)
    waits(server, bob, must_loop=True)
