"""Trials: how clients leave."""
from ..server import connect
from .holding import descriptors, gives_back, holdings, leaves_nothing, settle
from .judging import trial
from .speaking import whole
from .trying import ENOUGH, echo, hears_all, much, serves_newcomers, trade
from .watching import in_one_go, rests

VISITS = 200
SIP = 1_000_000    # bytes that a slow reader reads at a time


def spoken(server, data):
    """A message that carries these bytes, and its answer, where it is the first."""
    message = server.speaker.say(data)
    return message, server.speaker.answer(message)


def one_stays(start, name):
    """A server with one client who stays: server, client, and how many descriptors it needs for itself and that one."""
    server = start()
    client = connect(server, name)
    echo(client, b"hello")
    settle(server)
    return server, client, descriptors(server)


@trial("says, reads, leaves, 200 times", "alice: b'hello'; 200 others: each b'hello', and then the end", cure="05")
def come_and_go(start):
    """Most visits are short."""
    server, _, _ = one_stays(start, "alice")
    looks = [holdings(server)]
    for _ in range(2):
        for _ in range(VISITS // 2):
            with connect(server) as guest:
                echo(guest, b"hello")
        looks.append(holdings(server))
    leaves_nothing(server, *looks[:2], VISITS // 2)


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
    alice.pour(much(server))
    server.comes_to_rest()
    alice.reset()
    echo(bob, b"hello")
    for _ in range(10):
        with connect(server, "carol") as carol:
            carol.pour(much(server)[:100_000])
            carol.reset()
        echo(bob, b"hello")
    gives_back(server, before)


@trial("half-close", "20 clients: b'hello', and that this was all; alice: 8 MB, and the same", cure="05")
def half_close(start):
    """`nc -N`, `ssh` and many scripts send all, say that this was all, and wait for the whole answer."""
    server = start()
    hello, answer = spoken(server, b"hello")
    with connect(server) as guest:         # the end comes together with the word
        hears_all(guest, answer, *in_one_go(guest, hello))
    for _ in range(19):                    # or a moment after it
        with connect(server) as guest:
            hears_all(guest, answer, *trade(guest, hello, finish=True))
    alice, data = connect(server, "alice"), much(server)
    rest = data[alice.pour(data):]
    if not rest:
        alice.half_close()
    server.comes_to_rest()
    hears_all(alice, server.speaker.answer(data), *trade(alice, rest, finish=True))


@trial("half-closed and reading slowly", "alice: 8 MB, or as much as is taken, and that this was all; she reads late",
       cure="05")
def half_closed_and_slow(start):
    """A script has sent all that it has to send, and takes its time to read."""
    server = start()
    alice, data, received = connect(server, "alice"), much(server), b""
    taken = alice.pour(data)
    end = whole(server.speaker, len(data), taken)      # a message that she has begun is sent to its end
    ended = ENOUGH
    while taken < end and ended == ENOUGH:             # who doesn't read isn't read: so she reads a little
        sip, ended = trade(alice, size=SIP)
        received += sip
        taken += alice.pour(data[taken:end])
    alice.half_close()
    server.comes_to_rest()
    rests(server, cure="06")               # her end is there to be read, and her answer isn't sent: no reason to go round
    for _ in range(2):
        received += trade(alice, size=SIP)[0]
        server.comes_to_rest()
    rest, ended = trade(alice)
    hears_all(alice, server.speaker.answer(data[:end]), received + rest, ended)
