"""Who is silent for too long is let go, of a server that is held: its limit is its second argument."""
from ..server import connect
from .clocked import at_this_moment, in_time, lets_pass, nothing_yet
from .held import MOMENT

LIMIT = 30         # seconds
GOODBYE = b"goodbye\n"


def begun(start, *names):
    """The program, held, with its limit; and clients of these names, who come at the same moment."""
    server = start(6666, LIMIT, held=True)
    clients = [connect(server, name) for name in names]
    at_this_moment(server)
    return server, *clients


def says(client, text=b"hello\n", answer=b"ok\n", ends=False):
    """It says this, and is answered at this moment."""
    client.send(text)
    at_this_moment(client.server)
    in_time(client, answer, ends)


def let_go(server, seconds, *clients):
    """They have so many seconds left, and are let go then: not before, and not after."""
    lets_pass(server, seconds - MOMENT)
    nothing_yet(*clients)
    lets_pass(server, 2 * MOMENT)
    for client in clients:
        in_time(client, GOODBYE, ends=True)


def silent_ones(start):
    """Alice comes, and bob 10.5 seconds later. Each of them says nothing, and has a limit of their own."""
    server, alice = begun(start, "alice")
    lets_pass(server, 10.5)
    bob = connect(server, "bob")
    at_this_moment(server)
    let_go(server, LIMIT - 10.5, alice)
    nothing_yet(bob)
    let_go(server, 10.5 - MOMENT, bob)


def one_who_speaks(start, **words):
    """Alice says a line each 20 seconds, five times, and then nothing. words: as for `says`."""
    server, alice = begun(start, "alice")
    for _ in range(5):
        lets_pass(server, 20)
        nothing_yet(alice)
        says(alice, **words)
    let_go(server, LIMIT, alice)


def one_who_never_ends(start):
    """Mallory says a byte each 10 seconds, and never the end of her line."""
    server, mallory = begun(start, "mallory")
    for _ in range(2):
        lets_pass(server, 10)
        says(mallory, b"x", b"")
    let_go(server, 10, mallory)
