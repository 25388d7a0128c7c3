"""Trials: what a server does while a client is slow, or silent."""
from ..server import connect
from .judging import trial
from .telling import Failed, came
from .trying import echo, much, trade
from .watching import rests


@trial("a slow reader holds up nobody else", "alice: 8 MB, reading little and late; bob: b'hello'", cure="06")
def slow_reader(start):
    """The network is slow, and one of your clients reads only now and then."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    echo(bob, b"hello")
    data, received = much(server), b""
    rest, answer = data[alice.pour(data):], server.speaker.answer(data)
    server.comes_to_rest()
    rests(server)                          # who can't send waits for it, and doesn't ask again and again
    echo(bob, b"hello")
    for _ in range(2):                     # a server that stops reading from alice, and goes on with bob, is right, too
        received += trade(alice, size=2_000_000)[0]
        rest = rest[alice.pour(rest):]
        server.comes_to_rest()
        echo(bob, b"hello")
    last, ended = trade(alice, rest, len(answer) - len(received))
    if received + last != answer:
        raise Failed("alice gets back all of it in the end", came(alice, answer, received + last, ended))


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
