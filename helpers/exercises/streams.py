"""Much at a time: what clients send to a server with queues, and what came of it."""
from collections import Counter
from functools import lru_cache

from ..trials import MUCH, Failed, Seen, came, eventually, with_state

RECEIVES = 4.0     # seconds of the server's own that it may be busy with what the system's buffers hold


@lru_cache(maxsize=1)
def flood():
    """16 MB: what the system's buffers take, about 4 MB, and a queue that is longer than any limit in a lesson's program."""
    return MUCH + MUCH[::-1]


def has_received(server):
    """Wait until it has taken what was sent, and rests; or spins, which is another matter. Failed if it goes on and on."""
    def done():
        return server.comes_to_rest(RECEIVES / 4) or server.spun or server.ended

    if not eventually(server, done, RECEIVES):
        raise Failed("what alice has sent is received in a moment", Seen("it is still at it, long after she has sent it", "slow"))


def push(client, data):
    """Send what the system takes now, although the server stands still. Returns how many bytes were taken."""
    client.socket.setblocking(False)
    sent = 0
    try:
        while sent < len(data):
            sent += client.socket.send(data[sent:sent + 65536])
    except OSError:
        pass
    return sent


def lacking(client, data, received, ended):
    """What came instead of `data`: is something missing, or is it the order?"""
    if len(received) < len(data):
        return with_state(client.server, Seen(f"not all of it, and then {ended}", "part"))
    if Counter(received) == Counter(data):
        return Seen("all of it, in another order", "order")
    return came(client, data, bytes(received), ended)


def before_the_turn(iterations, fast, slow):
    """How often the fast one was read since both were there to be read, and before the slow one was."""
    operations = [one for iteration in iterations for one in iteration.operations if one.name.startswith("recv") and one.size]
    last = max((place for place, one in enumerate(operations) if one.socket == slow), default=0)
    before = 0
    for one in reversed(operations[:last]):
        if one.socket != fast:
            break
        before += 1
    return before
