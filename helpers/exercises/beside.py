"""Work that is done beside a loop, of a program that is held: what has come by now, and does the loop wait meanwhile?"""
from contextlib import suppress

from ..errors import StillWaiting
from ..trials import Failed, Seen, state_of, with_state
from .held import MOMENT, goes_on

EARLY = 0.5        # seconds before its time, an answer must not be there
FEW, OFTEN = 4, 4  # iterations, and so many more in a second of the program's clock: who waits to be woken makes fewer


def heard(client):
    """What has come for this client until now."""
    received = bytearray()
    client.socket.setblocking(False)
    with suppress(OSError):
        while data := client.socket.recv(65536):
            received += data
    return bytes(received)


def at_once(client, data):
    """In the next moment of the program's clock this client has heard just this."""
    goes_on(client.server, MOMENT)
    received = heard(client)
    if received != data:
        seen = Seen(repr(received[:40]), "other") if received else Seen("nothing", "nothing")
        raise Failed(f"{client.name} hears {data!r} at once", with_state(client.server, seen))


def once_round(program):
    """The loop goes round once, and comes back to its call."""
    try:
        program.step()
    except StillWaiting:
        raise Failed("the loop comes back to its call", state_of(program) or Seen(program.where_it_is(), "stands")) from None


def done_meanwhile(program, clients, said):
    """All of these say this, all are heard in one iteration, and the jobs are done while the loop stands."""
    for client in clients:
        client.send(said)
    once_round(program)
    program.comes_to_rest()


def waits_beside(program, seconds, what="a job is under way"):
    """So long a job is under way, and nobody says anything. The loop waits in its call, and doesn't look again and again."""
    meanwhile = goes_on(program, seconds)
    if len(meanwhile) > FEW + OFTEN * seconds:
        raise Failed(f"the loop waits in its call while {what}",
                     Seen("it comes round again and again, and looks", "polls"))


def hears_after(client, seconds, data, *others, what="a job is under way", when=None):
    """So many seconds nobody says anything, and the loop waits; then this client hears just this, and not before. Others are
    pairs of a client and what it hears at the same time. when: how a verdict tells this moment.
    """
    pairs, before, when = [(client, data), *others], client.server.time(), when or f"after {seconds} second{'s' * (seconds != 1)}"
    waits_beside(client.server, seconds - EARLY, what)
    passed = client.server.time() - before
    if passed > seconds - EARLY / 2:       # it can't be stopped at a moment in between: it isn't in its call
        raise Failed(f"the loop waits in its call while {what}", Seen("it waits somewhere else", "elsewhere"))
    for one, word in pairs:
        if early := heard(one):
            raise Failed(f"{one.name} hears {word!r} {when}",
                         Seen(f"{early[:40]!r}, earlier than that", "early"))
    waits_beside(client.server, seconds - passed, what)
    goes_on(client.server, MOMENT)
    for one, word in pairs:
        if (received := heard(one)) != word:
            seen = Seen(repr(received[:40]), "other") if received else Seen("nothing", "nothing")
            raise Failed(f"{one.name} hears {word!r} {when}", with_state(one.server, seen))
