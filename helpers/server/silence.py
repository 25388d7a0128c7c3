"""Why nothing comes for a client of a server that is held: what is seen of that, and no more."""
from . import outside

RECEIVING = "recv", "read"       # how operations begin that take something out: recvfrom, recv_into, read, readv …


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
    if watched is not None and name and name not in known[1] and alone and 0 < client.sent <= received(server, name):
        return f"{server.name} is held, and has read all that {name} has sent."
    return until_it_is_stepped(server, alone)


def until_it_is_stepped(server, alone):
    return f"{server.name} is held: {'it' if alone else 'its loop'} does nothing until it is stepped."


def reason_of_datagrams(client) -> str:
    """The same of a client that sends datagrams: a sentence."""
    server = client.server
    known, names, alone = server.watches_next(), server.recording.names, only_the_loop_works(server)
    its = next((names.name(one) for one, (_, _, port) in names.datagrams.items() if port == client.to[1]), None)
    if known is not None and its and its not in known[0]:
        return f"{server.name} is held, and doesn't watch {its}."
    if known is not None and its and its not in known[1] and alone and 0 < client.sent <= taken_from(server, client.name):
        return f"{server.name} is held, and has read all that {client.name} has sent."
    return until_it_is_stepped(server, alone)


def taken_from(server, name: str) -> int:
    """How many datagrams the server has taken from this client, as far as that was seen and is kept."""
    return sum(one.peer == name and one.name.startswith(RECEIVING) and one.size is not None
               for iteration in server.iterations for one in iteration.operations)


def received(server, name: str) -> int:
    """How many bytes the server has taken from this client, as far as that was seen and is kept.

    An operation that leaves them there (MSG_PEEK) has no size.
    """
    return sum(one.size or 0 for iteration in server.iterations for one in iteration.operations
               if one.socket == name and one.name.startswith(RECEIVING))
