"""Where a client finds a program that listens."""
import re
import time

from ..errors import GlassError, StillWaiting
from . import outside

ROUNDS = 1000      # iterations in which a held program may come to listen
IDLE = 3           # of these, the most in a row that only wait for their timeout, where it listens elsewhere already
LOOK = 0.1         # seconds between two looks from outside at a program that runs free


def addresses(server) -> list[tuple[str, int]]:
    """The (host, port) of each listener and each UDP socket of a server, in order of listen() and bind()."""
    server.whereabouts()                       # what the program has said before this answer has been heard, too
    return [reachable(host, real) for _, host, real in server.recording.names.bound.values() or known(server)]


def known(server) -> list[tuple[int, str, int]]:
    """(port asked for, host, real port) of each listener. Where a library in C listens, or a child, the system tells."""
    told = server.recording.names.listeners
    if told or server.ended:
        return list(told.values())
    seen = outside.listening(server.child.process.pid)
    if seen:
        server.whereabouts()                   # it may be telling just now: then it tells of the first one first
    in_turn = list(server.bound)
    server.seen = [(server.bound.get(port, port), host, port) for host, port in sorted(
        seen, key=lambda row: in_turn.index(row[1]) if row[1] in in_turn else len(in_turn))]
    return list(told.values()) or server.seen


def find_listener(server, port, timeout: float) -> tuple[str, int]:
    """The real address of the listener on `port`, or of the first. Raises GlassError if there is none.

    Where a program goes round before it listens (asyncio does), a held one is stepped on until it listens there.
    """
    def among(rows):
        return [row for row in rows if port is None or port in (row[0], row[2])]

    def told():                                # without a look from outside, which takes long
        return among(server.recording.names.listeners.values())

    def found():
        return among(known(server))

    server.must_run()
    server.whereabouts()
    if not told() and (rows := among(server.seen)):       # seen once from outside: it is looked for no more
        return reachable(*rows[0][1:])
    if server.stepping:
        step_until(told, server, timeout, named=port is not None and names_port(server, port))
    else:
        listen_until(told, found, server, timeout)
    server.must_run()
    if (rows := found()) and rows[0][2] is None:
        raise GlassError(f"{server.name} listens on a Unix socket, and connect() knows internet addresses only.")
    if rows:
        return reachable(*rows[0][1:])
    if rows := known(server):
        raise GlassError(f"{server.name} doesn't listen on port {port}. Its ports are: {ports_of(rows)}.")
    advice = "It is held; does its program listen at all?" if server.held else server.where_it_is()
    raise GlassError(f"Nobody listens at {server.name}: it has not called listen(). {advice}")


def find_datagrams(server, port, timeout: float) -> tuple[str, int]:
    """The real address of the UDP socket on `port`, or of the first. Raises GlassError if there is none.

    Where a program goes round before it binds or listens at all, a held one is stepped on until it does.
    """
    names = server.recording.names

    def found():
        return [row for row in names.datagrams.values() if port is None or port in (row[0], row[2])]

    server.must_run()
    server.whereabouts()
    if server.stepping:
        step_until(lambda: names.bound, server, timeout)
    else:
        server.listen(found, timeout)
    server.must_run()
    if found():
        return reachable(*found()[0][1:])
    if there := names.datagrams.values():
        raise GlassError(f"{server.name} has no UDP socket on port {port}. Its UDP ports are: {ports_of(there)}.")
    raise GlassError(f"{server.name} has bound no UDP socket"
                     + (f"; it listens for connections on {ports_of(names.listeners.values())}: leave out udp=True."
                        if names.listeners else ". Does its program call bind()?"))


def ports_of(rows):
    return " · ".join(str(row[0] or row[2]) for row in rows)


def names_port(server, port: int) -> bool:
    """Does this number stand in the program's text, or in its arguments? Then it may be going to listen there."""
    return bool(re.search(rf"(?<!\w){port}(?!\w)", " ".join([server.program.text, *server.child.arguments])))


def listen_until(told, found, server, timeout: float) -> None:
    """Wait until a program that runs free listens there: it may tell so, or it can be seen."""
    end = time.monotonic() + timeout
    while not (found() or server.ended) and (left := end - time.monotonic()) > 0:
        server.listen(told, min(left, LOOK))


def step_until(told, server, timeout: float, named: bool = True) -> None:
    """Step a held program until it listens there, for `timeout` seconds, or as long as it comes round.

    One that listens elsewhere already is not stepped where that may wait for ever, nor when it has nothing to do. named:
    the program knows this port; if not, it isn't stepped either where it may wait: somebody has given a wrong number.
    """
    end, idle = time.monotonic() + timeout, 0
    try:
        for _ in range(ROUNDS):
            if told() or time.monotonic() > end:
                break
            if server.recording.names.listeners:
                coming = server.whereabouts().coming
                if idle == IDLE or not coming or coming[0] is None or (coming[0] and not named):
                    break
            iteration = server.step(timeout=timeout)
            idle = idle + 1 if iteration and iteration.idle and (iteration.timeout or not named) else 0
    except StillWaiting:
        pass


def reachable(host: str, port: int) -> tuple[str, int]:
    """The address at which a client finds a listener that is bound to `host`."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port
