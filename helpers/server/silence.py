"""Why nothing comes for a client of a server that is held: what is seen of that, and no more."""
from contextlib import suppress

from . import outside
from .arrival import ESTABLISHED, far_end


def only_the_loop_works(server) -> bool:
    """Is there nobody in a server who might send something while its loop is held: no thread, no child?"""
    return outside.is_alone(server.child.process.pid)


def reason(client) -> str:
    """A sentence."""
    server = client.server
    known, names, alone = server.watches_next(), server.recording.names, only_the_loop_works(server)
    name = names.name(names.from_port.get(client.address[1]))
    watched = known and [*known[0], *known[1]]
    listeners = {names.name(one) for one in names.listeners}
    if watched is not None and name and name not in watched:
        return f"{server.name} is held, and doesn't watch {name}."
    if watched is not None and not name and listeners and listeners.isdisjoint(watched) and alone:
        return f"{server.name} is held, and doesn't watch its listener."
    if watched is not None and name and name not in known[1] and alone and client.spoke and is_read(client.socket):
        return f"{server.name} is held, and has read all that {name} has sent."
    return f"{server.name} is held: {'it' if alone else 'its loop'} does nothing until it is stepped."


def is_read(sock) -> bool:
    """Has the server taken all that this client has sent? (Linux alone tells.)"""
    with suppress(OSError):
        look = far_end(sock)
        return look is not None and look() == (ESTABLISHED, 0)
    return False
