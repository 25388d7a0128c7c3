"""Trials: how clients leave."""
from ..server import connect
from .judging import trial
from .trying import MUCH, echo, hears_all, serves_newcomers, trade
from .watching import descriptors, gives_back, in_one_go


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
