"""Why nothing comes for a client of a server that is held: what is seen of that, and no more."""
from . import outside


def only_the_loop_works(server) -> bool:
    """Is there nobody in a server who might send something while its loop is held: no thread, no child?"""
    return outside.is_alone(server.child.process.pid)


def reason(server, port: int) -> str:
    """A sentence. `port`: the client's own."""
    watched, names, alone = server.watches_next(), server.recording.names, only_the_loop_works(server)
    name = names.name(names.from_port.get(port))
    listeners = {names.name(one) for one in names.listeners}
    if watched is not None and name and name not in watched:
        return f"{server.name} is held, and doesn't watch {name}."
    if watched is not None and not name and listeners and listeners.isdisjoint(watched) and alone:
        return f"{server.name} is held, and doesn't watch its listener."
    return f"{server.name} is held: {'it' if alone else 'its loop'} does nothing until it is stepped."
