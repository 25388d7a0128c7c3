"""Has it arrived? What a client does reaches the server a moment later, and on a busy machine much later.

A server that is held, or stopped for a moment, must find all of it there when it goes on: that is how a step is the
same in every run. Linux tells how the other end of a connection stands: by sock_diag(7), which is asked about one
connection; where that isn't to be had, in /proc/net/tcp (proc(5)), the list of all of them, which is long on a busy
machine. Elsewhere nothing is waited for: there it arrives before our own call returns.
"""
import errno
import socket
import struct
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

BOUND = 0.5        # seconds: the longest that anything may be on its way
ESTABLISHED, LISTEN = 1, 10                    # states of a TCP connection, as linux/tcp_states.h numbers them

NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, NLMSG_ERROR = 4, 20, 1, 2       # linux/netlink.h, sock_diag.h
ANY = 0xFFFFFFFF                               # any state; and, twice, "no cookie": we know the connection by its ports
HEADER = struct.Struct("=IHHII")               # nlmsghdr: length, type, flags, sequence, port id
STATE, UNREAD = HEADER.size + 1, HEADER.size + 56                    # where inet_diag_msg has idiag_state, idiag_rqueue

Look = Callable[[], tuple[int | None, int]]    # -> (state, bytes unread) of the far end; (None, 0) if there is none


def far_end(sock: socket.socket) -> Look | None:
    """How to look at the server's end of this connection; None where the system doesn't tell. OSError if it is broken."""
    far, near = sock.getpeername(), sock.getsockname()
    look = partial(ask_the_kernel, sock.family, far, near)
    try:
        look()
        return look
    except (OSError, AttributeError):          # no sock_diag; no netlink at all
        table = Path("/proc/net/tcp6" if sock.family == socket.AF_INET6 else "/proc/net/tcp")
        return partial(search, table, f":{far[1]:04X}", f":{near[1]:04X}") if table.exists() else None


def ask_the_kernel(family, local, remote):
    """Ask sock_diag about the connection that has these two addresses."""
    answer = sock_diag(family, local, remote)
    return (answer[STATE], struct.unpack_from("=I", answer, UNREAD)[0]) if answer else (None, 0)


def sock_diag(family, local, remote, extension=0):
    """The answer of sock_diag about the connection that has these two addresses; None if there is none."""
    hosts = [socket.inet_pton(family, address[0].partition("%")[0]).ljust(16, b"\0") for address in (local, remote)]
    question = (struct.pack("=BBBBI", family, socket.IPPROTO_TCP, extension, 0, ANY)
                + struct.pack("!HH", local[1], remote[1]) + b"".join(hosts) + struct.pack("=III", 0, ANY, ANY))
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(BOUND)
        kernel.send(HEADER.pack(HEADER.size + len(question), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0) + question)
        answer = kernel.recv(4096)
    if HEADER.unpack_from(answer)[1] == NLMSG_ERROR:
        number = -struct.unpack_from("=i", answer, HEADER.size)[0]
        if number != errno.ENOENT:
            raise OSError(number, "sock_diag has no answer")
        return None
    return answer if answer[STATE] != LISTEN else None     # the connection has gone; the listener on its port was found


def search(table, local_port, remote_port):
    """Search the table of all connections, in which numbers are hexadecimal."""
    for line in table.read_text().splitlines()[1:]:
        _, local, remote, state, queues, *_ = line.split()
        if local.endswith(local_port) and remote.endswith(remote_port):
            return int(state, 16), int(queues.partition(":")[2], 16)
    return None, 0


def until(there, look: Look) -> None:
    end = time.monotonic() + BOUND
    while not there(*look()) and time.monotonic() < end:
        pass                                   # it takes microseconds


def await_connection(sock: socket.socket) -> None:
    """Until the listener has this connection, too."""
    if look := far_end(sock):
        until(lambda state, unread: state == ESTABLISHED, look)


@contextmanager
def arriving(server, sock: socket.socket, size: int = 0, reset: bool = False):
    """Around a send of `size` bytes, a close or a reset: until the server's end has it, if the server stands still."""
    try:
        look = far_end(sock) if server.held or server.frozen else None
    except OSError:                            # the connection is broken already
        look = None
    if not look:
        yield
        return
    before = look()
    yield
    if size:
        until(lambda state, unread: unread >= before[1] + size or state != before[0], look)
    elif reset:
        until(lambda state, unread: state is None, look)
    elif before[0] == ESTABLISHED:
        until(lambda state, unread: state != ESTABLISHED, look)
