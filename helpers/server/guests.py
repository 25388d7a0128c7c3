"""Programs that are clients of a server: whose connection is whose, and has all arrived that they said to each other?

A guest is a program under glass (`run(…, to=server)`) or somebody else's (`use`). It has a `name`, its `connections`
(pairs of addresses: its own, the server's), and two methods: `introduce` claims its name for each new connection, and
`await_rest` waits until it waits itself, if it doesn't stand still.
"""
import time

from . import between, waiting
from .child import DELIVERY


def ports_of(server) -> dict[str, int]:
    """{"to 6666" or "udp 5353", the port that its program asked for: real port} of each listener and UDP socket of a server.

    Raises GlassError if it has none.
    """
    names = server.recording.names
    if not names.datagrams:
        server.find_listener()
    return {f"{word} {asked}": real for word, rows in (("to", names.listeners), ("udp", names.datagrams))
            for asked, _, real in rows.values() if asked and real}


def join(guest, server) -> None:
    """From now on it is a client of this server (None: of nobody's)."""
    guest.to = server
    if server:
        server.guests.append(guest)


def part(guest) -> None:
    """It has been stopped."""
    for one in list(getattr(guest, "guests", ())):
        if one.ends_with_its_server:
            one.stop()
    if guest.to and guest in guest.to.guests:
        guest.to.guests.remove(guest)


def met(guest, near, far) -> None:
    """A guest has connected from the address `near` to the address `far`. If that is its server, it has a name there."""
    server = guest.to
    if server and (near, far) not in guest.connections and far[1] in ports_known(server):
        guest.connections.append((near, far))
        server.recording.names.claim(near[1], guest.name)


def sends(guest, host, port) -> None:
    """A guest sends datagrams from this address: they have its name in its server."""
    if guest.to:
        guest.to.recording.names.claim_datagrams(host, port, guest.name)


def ports_known(server):
    return {real for _, _, real in server.recording.names.listeners.values()}


def introduce(server) -> None:
    """Before connections of a server get their names: hear whether some are a guest's."""
    for guest in server.guests:
        guest.introduce()


def calm(server) -> None:
    """Around a step of a server, or of its guest: what any of them has sent is there, and who runs free has read it."""
    house = server.to or server
    parties = [house, *house.guests]
    if len(parties) == 1:
        return
    for one in parties:
        one.await_rest()
        between.all_arrived(one.connections)


def asleep(guest) -> dict | None:
    """Of a guest that runs free and has a terminal: how its threads sleep, before something is typed there."""
    free = guest.to and guest.child.terminal and not guest.held
    return waiting.sleepers(guest.child.process.pid) if free else None


def await_reading(guest, asleep) -> None:
    """A terminal hands on what is typed a moment later. Wait until the guest has it, or could have it."""
    end = time.monotonic() + DELIVERY
    while not guest.child.delivered() and waiting.sleepers(guest.child.process.pid) == asleep and time.monotonic() < end:
        pass
