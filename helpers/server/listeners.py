"""Where a client finds a program that listens."""
import time

from ..errors import GlassError, StillWaiting


def addresses(server) -> list[tuple[str, int]]:
    """The (host, port) of each listener and each UDP socket of a server, in order of listen() and bind()."""
    server.whereabouts()                       # what the program has said before this answer has been heard, too
    return [reachable(host, real) for _, host, real in server.recording.names.bound.values()]


def find_listener(server, port, timeout: float) -> tuple[str, int]:
    """The real address of the listener on `port`, or of the first. Raises GlassError if there is none.

    Where a program goes round before it listens (asyncio does), a held one is stepped on until it listens.
    """
    listeners = server.recording.names.listeners

    def found():
        return [row for row in listeners.values() if port is None or port in (row[0], row[2])]

    server.must_run()
    server.whereabouts()
    if server.stepping:
        step_until_listening(server, timeout)
    else:
        server.listen(found, timeout)
    server.must_run()
    if found() and found()[0][2] is None:
        raise GlassError(f"{server.name} listens on a Unix socket, and connect() knows internet addresses only.")
    if found():
        return reachable(*found()[0][1:])
    if listeners:
        raise GlassError(f"{server.name} doesn't listen on port {port}. Its ports are: {ports_of(listeners)}.")
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
        step_until(server, lambda: names.bound, timeout)
    else:
        server.listen(found, timeout)
    server.must_run()
    if found():
        return reachable(*found()[0][1:])
    if names.datagrams:
        raise GlassError(f"{server.name} has no UDP socket on port {port}. Its UDP ports are: {ports_of(names.datagrams)}.")
    raise GlassError(f"{server.name} has bound no UDP socket"
                     + (f"; it listens for connections on {ports_of(names.listeners)}: leave out udp=True."
                        if names.listeners else ". Does its program call bind()?"))


def ports_of(rows):
    return " · ".join(str(row[0] or row[2]) for row in rows.values())


def step_until_listening(server, timeout: float) -> None:
    """Step a held program until it has a listener, or for `timeout` seconds, or as long as it comes round."""
    step_until(server, lambda: server.recording.names.listeners, timeout)


def step_until(server, done, timeout: float) -> None:
    end = time.monotonic() + timeout
    try:
        while not done() and time.monotonic() < end:
            server.step(timeout)
    except StillWaiting:
        pass


def reachable(host: str, port: int) -> tuple[str, int]:
    """The address at which a client finds a listener that is bound to `host`."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port
