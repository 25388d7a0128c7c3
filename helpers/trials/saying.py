"""Trials: what clients say, and in which pieces."""
from ..server import connect
from .judging import trial
from .trying import answer_to, check, echo, hear_no_more, many, say, trade


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
        both = [(client, server.speaker.say(client.name.encode())) for client in (alice, bob)]
        for client, message in both:
            client.send(message)
        for client, message in both:
            answer = answer_to(client, message)
            check(client, answer, *trade(client, size=len(answer)))


@trial("bytes that are not text", "alice: each of the 256 bytes", cure="04")
def not_text(start):
    """A picture is no text, and half a letter of UTF-8 isn't, either."""
    alice = connect(start(), "alice")
    echo(alice, bytes(range(256)))
    hear_no_more(alice)


@trial("one byte at a time", "alice: b'one by 1', each byte of it alone", cure="04")
def byte_by_byte(start):
    """Who types slowly sends one byte at a time."""
    server = start()
    alice = connect(server, "alice")
    for number in server.speaker.say(b"one by 1"):
        say(alice, bytes([number]))


@trial("1 MB in one go", "alice: 1,000,000 bytes, reading all the time", cure="04")
def megabyte(start):
    """A file is sent in one go, and comes in pieces of any size."""
    server = start()
    say(connect(server, "alice"), many(server))
