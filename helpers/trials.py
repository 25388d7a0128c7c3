"""What a server must survive: the trials that every server of the course is put through.

    trials.run_all("06_read_write_queues")            the table of what it survives

Each trial is one habit of real clients, or one fault of the world that they live in. It gets a fresh server of its
own, which runs free, and looks at it from outside: at bytes, descriptors, its process, and how often its loop goes
round. The server must be an echo server: what a client says comes back to that client.
"""
import base64
import random
import signal
import socket
from contextlib import suppress

from . import judging
from .clients import connect
from .source import find
from .trying import (END, LONGEST, PATIENCE, Failed, came, check, echo, hear_no_more, serves_newcomers, state_of, trade,
                     visit, with_state)
from .verdicts import Table
from .watching import descriptors, gives_back, in_one_go, rests, room_for

CROWD = 1100       # clients: more than select can watch
FEW = 48           # descriptors: fewer than there are clients

TEXT = base64.b64encode(random.Random(6).randbytes(6_000_000))      # 8 MB that don't repeat themselves
MANY, MUCH = TEXT[:1_000_000], TEXT     # much is more than the system's own buffers of a connection take (about 4 MB)


TRIALS = []


def trial(name, sent, cure):
    def register(function):
        TRIALS.append(judging.Trial(name, sent, cure, function))
        return function
    return register


# -- what clients say ------------------------------------------------------------------------------------------------

@trial("echo of one line", "alice: b'hello\\r\\n'", cure="04")
def one_line(start):
    """A client says a line, and reads the answer."""
    alice = connect(start(), "alice")
    echo(alice, b"hello\r\n")
    hear_no_more(alice)


@trial("two clients at once", "alice and bob, in turns and both at once", cure="04")
def two_clients(start):
    """Nobody has the server for themselves."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    echo(bob, b"I am bob")
    echo(alice, b"I am alice")
    for _ in range(20):
        for client in (alice, bob):
            client.send(client.name)
        for client in (alice, bob):
            name = client.name.encode()
            check(client, name, *trade(client, size=len(name)))


@trial("bytes that are not text", "alice: each of the 256 bytes", cure="04")
def not_text(start):
    """A picture is no text, and half a letter of UTF-8 isn't, either."""
    alice = connect(start(), "alice")
    echo(alice, bytes(range(256)))
    hear_no_more(alice)


@trial("one byte at a time", "alice: eight bytes, each of them alone", cure="04")
def byte_by_byte(start):
    """Who types slowly sends one byte at a time."""
    alice = connect(start(), "alice")
    for number in b"one by 1":
        echo(alice, bytes([number]))


@trial("1 MB in one go", "alice: 1,000,000 bytes, reading all the time", cure="04")
def megabyte(start):
    """A file is sent in one go, and comes in pieces of any size."""
    echo(connect(start(), "alice"), MANY)


# -- how clients leave -----------------------------------------------------------------------------------------------

def one_stays(start, name):
    """A server with one client who stays: server, client, and how many descriptors it needs for itself and that one."""
    server = start()
    client = connect(server, name)
    echo(client, b"hello")
    return server, client, descriptors(server)


@trial("says, reads, leaves, 200 times", "alice: b'hello'; 200 others: each b'hello', and then the end", cure="05")
def come_and_go(start):
    """Most visits are short."""
    server, _, before = one_stays(start, "alice")
    for _ in range(200):
        with connect(server) as guest:
            echo(guest, b"hello")
    gives_back(server, before)


@trial("comes and leaves without a word", "alice: b'hello'; 20 others: nothing, and then the end", cure="05")
def without_a_word(start):
    """A port scanner, a health check, somebody who has changed their mind."""
    server, alice, before = one_stays(start, "alice")
    for _ in range(20):
        connect(server).close()
        echo(alice, b"hello")
    gives_back(server, before)
    serves_newcomers(server)


@trial("reset (RST) when idle", "alice: b'hello', and then a reset; bob: b'hello'", cure="05")
def reset_when_idle(start):
    """A program ends with bytes unread: there is no goodbye."""
    server, bob, before = one_stays(start, "bob")
    alice = connect(server, "alice")
    echo(alice, b"hello")
    alice.reset()
    for _ in range(2):                     # the first may come back in the very iteration that ends in an error
        echo(bob, b"hello")
    gives_back(server, before)


@trial("reset with data in flight", "alice: 8 MB, reading nothing, and then a reset; bob: b'hello'", cure="05")
def reset_in_flight(start):
    """A download breaks off in the middle."""
    server, bob, before = one_stays(start, "bob")
    alice = connect(server, "alice")
    echo(alice, b"hello")
    alice.pour(MUCH)
    server.comes_to_rest()
    alice.reset()
    echo(bob, b"hello")
    for _ in range(10):
        with connect(server, "carol") as carol:
            carol.pour(MUCH[:100_000])
            carol.reset()
        echo(bob, b"hello")
    gives_back(server, before)


@trial("half-close", "20 clients: b'hello', and that this was all; alice: 8 MB, and the same", cure="05")
def half_close(start):
    """`nc -N`, `ssh` and many scripts send all, say that this was all, and wait for the whole answer."""
    server = start()
    with connect(server) as guest:         # the end comes together with the word
        hears_all(guest, b"hello", *in_one_go(guest, b"hello"))
    for _ in range(19):                    # or a moment after it
        with connect(server) as guest:
            hears_all(guest, b"hello", *trade(guest, b"hello", finish=True))
    alice = connect(server, "alice")
    rest = MUCH[alice.pour(MUCH):]
    if not rest:
        alice.half_close()
    server.comes_to_rest()
    hears_all(alice, MUCH, *trade(alice, rest, finish=True))


def hears_all(client, data, received, ended):
    """Did all come that was said, and then the end?"""
    if received != data:
        raise Failed("every byte comes back", came(client, data, received, ended), cure="06")
    if ended != END:
        raise Failed("every byte comes back, and then the end",
                     with_state(client.server, "every byte, and never the end"))


@trial("a slow reader holds up nobody else", "alice: 8 MB, reading little and late; bob: b'hello'", cure="06")
def slow_reader(start):
    """The network is slow, and one of your clients reads only now and then."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    echo(bob, b"hello")
    rest, received = MUCH[alice.pour(MUCH):], b""
    server.comes_to_rest()
    rests(server)                          # who can't send waits for it, and doesn't ask again and again
    echo(bob, b"hello")
    for _ in range(2):                     # a server that stops reading from alice, and goes on with bob, is right, too
        received += trade(alice, size=2_000_000)[0]
        rest = rest[alice.pour(rest):]
        server.comes_to_rest()
        echo(bob, b"hello")
    last, ended = trade(alice, rest, len(MUCH) - len(received))
    if received + last != MUCH:
        raise Failed("alice gets back all of it in the end", came(alice, MUCH, received + last, ended))


# -- when nobody says anything ---------------------------------------------------------------------------------------

@trial("idle costs no CPU", "alice: b'hello', and then nothing; bob: nothing", cure="06")
def idle(start):
    """Most clients are silent most of the time."""
    server = start()
    alice, _silent = connect(server, "alice"), connect(server, "bob")
    echo(alice, b"hello")
    rests(server)


@trial("idle costs no CPU after clients have left", "alice and bob: b'hello', and then the end", cure="05")
def idle_again(start):
    """At night all have gone."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    for client in (alice, bob):
        echo(client, b"hello")
        client.close()
    rests(server)


# -- when there is not enough ----------------------------------------------------------------------------------------

@trial("more than 1,024 clients", "1,100 clients: b'hello' of each, and nobody leaves", cure="06")
def crowd(start):
    """One evening there are more clients than ever."""
    guests = []
    with room_for(CROWD):
        server = start(descriptors=CROWD + 100)
        server.deadline += LONGEST         # a process for each client takes its time
        alice = connect(server, "alice")
        echo(alice, b"hello")
        try:
            for _ in range(CROWD):
                outcome, guest = visit(server)
                guests.append(guest)
                if outcome == "waiting":
                    raise Failed("each is served or refused", with_state(server, "no answer"))
            echo(alice, b"hello")
            for guest in guests[:20]:
                guest.close()
            serves_newcomers(server)
        finally:
            for guest in guests:
                guest.close()


@trial("out of descriptors (EMFILE)", "clients, until the server has no descriptor left", cure="06")
def out_of_descriptors(start):
    """The limit of the system may be lower than you think."""
    guests = []
    with room_for(2 * FEW):
        server = start(descriptors=FEW)
        alice = connect(server, "alice")
        echo(alice, b"hello")
        try:
            outcome = "served"
            while outcome == "served" and len(guests) < 2 * FEW:
                full = descriptors(server) >= FEW
                outcome, guest = visit(server, 0.1 if full else None)
                guests.append(guest)
            server.comes_to_rest()         # or to its end
            rests(server)
            echo(alice, b"hello")
            for guest in guests[:10]:
                guest.close()
            serves_newcomers(server)
        finally:
            for guest in guests:
                guest.close()


# -- how a server comes and goes -------------------------------------------------------------------------------------

@trial("restarted at once on the same port",
       "alice: b'hello'; the server ends while she is there, and starts again", cure="02")
def restart(start):
    """You mend a line, and start it again. The system still remembers its port."""
    port = free_port()
    server = start(port=port)
    alice = connect(server, "alice")
    echo(alice, b"hello")
    server.stop()
    trade(alice)                           # to the end of the connection: the server has closed it first
    alice.close()
    echo(connect(start(port=port), "bob"), b"hello")


def free_port():
    """A port that the system gives to nobody who doesn't ask for it by its number."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port


@trial("stops cleanly on SIGINT and SIGTERM", "Ctrl-C to one server, SIGTERM to another", cure="06")
def stops(start):
    """Ctrl-C in a terminal; `kill`, or the system that goes down."""
    for number in (signal.SIGINT, signal.SIGTERM):
        server = start()
        echo(connect(server, "alice"), b"hello")
        server.comes_to_rest()
        server.child.process.send_signal(number)
        server.listen(lambda: False, PATIENCE)
        if server.death or server.exit_status != 0:
            raise Failed(f"after {number.name} the server ends by itself, with exit status 0",
                         state_of(server) or "it goes on")


# -- all of them -----------------------------------------------------------------------------------------------------

def run_all(program, *arguments, only=None):
    """Put a program through the trials, and return the Table of verdicts. Prints a dot for each trial that is done.

    program, arguments: as for `run`. only: names of trials, where not all are wanted.
    Raises GlassError or ProgramDied if the program doesn't start or doesn't listen: then there is nothing to be tried.
    """
    return Table(find(program).name, judging.judge(program, arguments, judging.choose(TRIALS, only)))
