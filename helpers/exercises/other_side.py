"""The server on the other side of a forwarder: lesson 06, who greets, answers in capital letters, and knows five words.

A client who says `hush` is never read again, but for some MB whenever another one says `sip`. One who says `last` hears
`LAST`, and that this was all; it is still heard. One who says `long` hears 8 MB, and that this was all.
Since somebody has said `shut`, nobody is let in any more.
"""
from contextlib import contextmanager
from itertools import count

from ..server import change, connect, run
from ..trials import END, Failed, Seen, check, stopped, trade, with_state
from .guests import hears
from .loops import comes_back, told_of, waits

PORT = 7777        # where a forwarder looks for it, if nobody says otherwise
WELCOME = b"welcome\n"
LONG = b"and so on " * 800_000
SIPS = 64         # recvs
NARROW = 1         # a line of this length before its door is soon full
numbers = count(1)


@contextmanager
def other_side(backlog=128):
    """It runs, free, and ends with this."""
    server = change("06_read_write_queues", "backlog=128", f"backlog={backlog}")
    server = change(server, "queues[connection] = bytearray()",
                    f"queues[connection] = bytearray({WELCOME!r})\noutputs.append(connection)")
    server = change(server, "    if not queues[connection]:\n", f"""\
    if data == b"long":
        outputs.append(connection)
        queues[connection] += {LONG[:10]!r} * {len(LONG) // 10}
        return inputs.remove(connection)
    if data == b"hush":
        hushed.append(connection)
        return inputs.remove(connection)
    if data == b"sip":
        for one in hushed:
            try:
                for _ in range({SIPS}):
                    one.recv(65536)
            except OSError:                 # there is no more
                pass
    if data == b"shut":
        doors.clear()
    if data == b"last":
        try:
            connection.send(b"LAST")
            return connection.shutdown(socket.SHUT_WR)
        except OSError:                     # it has gone meanwhile
            data = b""
    if not queues[connection]:
""")
    server = change(server, "queues[connection] += data", "queues[connection] += data.upper()")
    server = change(server, "    if listener not in inputs:",
                    "    inputs[:] = [one for one in inputs if one is not listener]\n    if doors:")
    server = change(server, "queues = {} ", "doors, hushed = [listener], []\nqueues = {} ")
    with run(server, PORT, name=f"the other side {next(numbers)}") as running:
        yield running


def has_heard(other, data):
    """Has the other side received just these bytes in one go?"""
    return any(done.name == "recv" and done.data == data for one in other.iterations for done in one.operations)


@contextmanager
def between(start, *names, backlog=128):
    """The other side, a fresh server before it, and clients who have been greeted by the other side."""
    with other_side(backlog) as other:
        server = start(to=other)
        clients = [connect(server, name) for name in names]
        for client in clients:
            hears(client, WELCOME)
        yield other, server, *clients


def both_rest(server, other):
    """What was said has gone as far as it goes: neither of the two has anything to do any more, or it stands somewhere."""
    for one in (server, other, server, other):
        one.comes_to_rest()


def talk(client, said=b"hello"):
    """It is answered by the other side."""
    check(client, said.upper(), *trade(client, said, len(said)))


def greeted_and_silent(start):
    """Clients are greeted before they say a word; and while nobody says anything, the loop waits for all of them."""
    with between(start, "alice", "bob") as (_, server, alice, bob):
        server.comes_to_rest()
        waits(server, alice, bob, must_loop=True)
        alice.send("hello")
        comes_back(server)
        check(alice, b"HELLO", *trade(alice, size=5))
        waits(server, alice, bob, must_loop=True)
        told_of(server, alice)


def leaves_somehow(server, guest, number):
    """It leaves in one of five ways, some with a word before it; the number says which."""
    with stopped(server):
        if number % 3:
            guest.send("last" if number % 4 == 1 else "hello")
        (guest.close, guest.reset, guest.close, guest.half_close, guest.reset)[number % 5]()
    if number % 5 == 3 and trade(guest)[1] != END:
        raise Failed("who has said all hears the end", with_state(server, Seen("it never comes", "no end")))
    guest.close()
