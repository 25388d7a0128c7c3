"""How a trial talks with a server: says and hears, and waits for newcomers to be served.

Whatever a server does, nothing here waits without a bound. What was expected and did not come is a `Failed`, in
words that are the same in every run: they hold no time, no port and no address.
"""
import socket
import time
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector

from .bounds import Clock, patiently
from .speaking import ECHO, stream
from .telling import END, GOES_ON, PATIENCE, SILENCE, Failed, came, shown, state_of, with_state

LONGEST = 15.0     # seconds after which nobody waits for an answer any more
MOST = 16_000_000  # bytes: more are no answer to anything that is sent here
AGAIN = 0.1        # seconds in which a second answer would come

MANY_BYTES, MUCH_BYTES = 1_000_000, 8_000_000    # much is more than the system's own buffers of a connection take (about 4 MB)
MUCH = stream(ECHO, MUCH_BYTES)

EVERY_BYTE = "every byte comes back"                # of an echo server; of another, every byte of the answers
ENOUGH, TOO_MUCH = "", "more and more"              # how an exchange can end, too: see `telling`


# -- say and hear ----------------------------------------------------------------------------------------------------

def echo(client, data):
    """Say a message that carries these bytes, and hear its answer: the same, of an echo server."""
    say(client, client.server.speaker.say(data))


def say(client, message):
    """Say just these bytes, the whole of a message or a part, and hear the answer, if there must be one."""
    answer = answer_to(client, message)
    if not answer:
        client.send(message)
        client.server.comes_to_rest()
    check(client, answer, *trade(client, message if answer else b"", len(answer)))


def answer_to(client, message):
    """What must come back to a client that says this now. `client.said` is what it has said before; None: nothing yet."""
    speaker, before = client.server.speaker, getattr(client, "said", None)
    heard = b"" if before is None else speaker.answer(before)
    client.said = (before or b"") + message
    return speaker.answer(client.said)[len(heard):]


def many(server):
    """A long stream of messages: 1 MB."""
    return stream(server.speaker, MANY_BYTES)


def much(server):
    """A very long one, 8 MB, whose answers are more than the system's buffers take, too."""
    return stream(server.speaker, MUCH_BYTES)


def check(client, data, received, ended):
    """Is what came what was said, all of it?"""
    if received != data:
        raise Failed(f"{client.name} gets back {shown(data)}", came(client, data, received, ended))


def hears_all(client, data, received, ended):
    """Did all come that was said, and then the end?"""
    if received != data:
        raise Failed(EVERY_BYTE, came(client, data, received, ended), cure="06")
    if ended != END:
        raise Failed(f"{EVERY_BYTE}, and then the end",
                     with_state(client.server, "every byte, and never the end"))


def hear(client, data):
    """Hear just this, whoever has said it."""
    received, ended = trade(client, size=len(data))
    if received != data:
        raise Failed(f"{client.name} hears {shown(data)}", came(client, data, received, ended))


def trade(client, data=b"", size=None, finish=False):
    """Send `data` and read at the same time, until `size` bytes have come (None: until the end of the connection).

    finish: half-close when all is sent. Returns the bytes that came, and how it ended.
    """
    sock, rest, received = client.socket, memoryview(data), bytearray()
    sock.setblocking(False)
    with DefaultSelector() as selector:
        selector.register(sock, EVENT_READ | EVENT_WRITE if rest else EVENT_READ)
        while size is None or len(received) < size:
            events = patiently(client.server, selector.select, time_left(client.server))
            if not events:
                time_left(client.server)               # Failed, where it is the trial that has taken too long
                return bytes(received), SILENCE
            if len(received) > MOST:
                return bytes(received), TOO_MUCH
            try:
                if events[0][1] & EVENT_WRITE:
                    rest = rest[sock.send(rest[:65536]):]
                    if not rest:
                        selector.modify(sock, EVENT_READ)
                        if finish:
                            sock.shutdown(socket.SHUT_WR)
                if events[0][1] & EVENT_READ:
                    chunk = sock.recv(65536 if size is None else min(65536, size - len(received)))
                    if not chunk:
                        return bytes(received), END
                    received += chunk
            except BlockingIOError:
                pass
            except OSError:
                return bytes(received), END
    return bytes(received), ENOUGH


def time_left(server):
    """Seconds of the server's own that a client may wait for the next byte. Failed if the whole trial has taken too long."""
    left = server.deadline - time.monotonic()
    if left < 0:                                       # what it has waited for a processor is given to it
        asked = server.clock.asked
        passed = server.clock.passed()
        server.deadline += server.clock.asked - asked - passed
        left = server.deadline - time.monotonic()
    if left < 0:
        server.clock.fair(rests=False)
        raise Failed("an end of the trial, sooner or later", with_state(server, "it went on for too long"))
    return PATIENCE


def hear_no_more(client):
    """An answer comes once."""
    client.socket.settimeout(AGAIN)
    with suppress(OSError):
        again = client.socket.recv(65536)
        if again:
            raise Failed(f"{client.name} gets one answer, and no more", "it comes again")


# -- newcomers -------------------------------------------------------------------------------------------------------

def visit(server, patience=None):
    """A newcomer says hello: "served", "refused" (closed at once), or "waiting". Returns that and the socket.

    Failed where nobody listens any more.
    """
    try:
        sock = socket.create_connection(server.address, PATIENCE)
    except (ConnectionError, TimeoutError):            # any other error is this machine's
        raise Failed(GOES_ON, state_of(server) or "nobody listens any more") from None
    hello, answer = server.speaker.say(b"hello"), b""
    wanted = server.speaker.answer(hello)
    try:
        sock.sendall(hello)
        while len(answer) < len(wanted):
            if not heard(server, sock, patience):
                time_left(server)
                return "waiting", sock
            if not (data := sock.recv(len(wanted) - len(answer))):
                break
            answer += data
    except OSError:
        pass
    return ("served" if answer == wanted else "refused"), sock


def heard(server, sock, patience=None):
    """Does something come, or the end? patience: seconds, whoever is late; None: as long as anybody waits here."""
    with DefaultSelector() as selector:
        selector.register(sock, EVENT_READ)
        return selector.select(patience) if patience else patiently(server, selector.select, time_left(server))


def serves_newcomers(server):
    """Is somebody who comes now served, at once or after a moment?"""
    clock, left, outcome = Clock(server), PATIENCE, ""
    while outcome != "served":
        if left < 0:
            clock.fair()
            raise Failed("a newcomer is served", with_state(server, f"the newcomer is {outcome}"))
        outcome, sock = visit(server)
        sock.close()
        left -= clock.passed()
