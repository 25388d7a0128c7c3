"""Has it arrived? What a client does reaches the server a moment later, and on a busy machine much later.

A server that is held, or stopped for a moment, must find all of it there when it goes on: that is how a step is the
same in every run. Linux tells how things stand at the other end, in /proc/net/tcp (proc(5): addresses and the bytes
that wait to be read in hexadecimal; of the states 01 is established). Elsewhere nothing is waited for: there it
arrives before our own call returns.
"""
import socket
import time
from contextlib import contextmanager
from pathlib import Path

BOUND = 0.5        # seconds: the longest that anything may be on its way
ESTABLISHED = "01"


def ends(sock):
    """Where to look for the server's end of this connection: the table, its port and ours."""
    table = Path("/proc/net/tcp6" if sock.family == socket.AF_INET6 else "/proc/net/tcp")
    return table, f":{sock.getpeername()[1]:04X}", f":{sock.getsockname()[1]:04X}"


def look(table, theirs, ours):
    """(state, bytes unread) of the server's end; (None, 0) if there is none."""
    for line in table.read_text().splitlines()[1:]:
        _, local, remote, state, queues, *_ = line.split()
        if local.endswith(theirs) and remote.endswith(ours):
            return state, int(queues.partition(":")[2], 16)
    return None, 0


def until(there, place):
    end = time.monotonic() + BOUND
    while not there(*look(*place)) and time.monotonic() < end:
        pass                                   # it takes microseconds


def await_connection(sock):
    """Until the listener has this connection, too."""
    if (place := ends(sock))[0].exists():
        until(lambda state, unread: state == ESTABLISHED, place)


@contextmanager
def arriving(server, sock, size=0, reset=False):
    """Around a send of `size` bytes, a close or a reset: until the server's end has it, if the server stands still."""
    try:
        place = ends(sock) if server.held or server.frozen else None
    except OSError:                            # the connection is broken already
        place = None
    if not place or not place[0].exists():
        yield
        return
    before = look(*place)
    yield
    if size:
        until(lambda state, unread: unread >= before[1] + size or state != before[0], place)
    elif reset:
        until(lambda state, unread: state is None, place)
    elif before[0] == ESTABLISHED:
        until(lambda state, unread: state != ESTABLISHED, place)
