"""What two programs have sent each other: has it arrived? Both ends are in other processes, so they are looked at from outside.

One program is stepped, then the other. What the first has sent in its step must be there for the second, or the same
cells would show something else in another run. Linux tells of both ends of a connection; see `arrival`.
"""
import socket
import struct
import time
from typing import NamedTuple

from . import arrival
from .arrival import ESTABLISHED, HEADER, STATE

CONNECTING, FIN_HAS_COME = 2, (6, 8, 9, 11)    # SYN_SENT; TIME_WAIT, CLOSE_WAIT, LAST_ACK, CLOSING (linux/tcp_states.h)
OPEN = ESTABLISHED, 8                          # one that may still send
TIMER, UNREAD = STATE + 1, HEADER.size + 56    # in inet_diag_msg; after `unread` comes what isn't acknowledged
WINDOW_SHUT = 4                                # its timer: the other end takes no more, and is asked now and then
TCP_INFO, ATTRIBUTES = 2, HEADER.size + 72     # the attribute with struct tcp_info (linux/tcp.h), and where attributes begin
RECEIVED, UNSENT, SENT = 128, 144, 200         # where tcp_info has tcpi_bytes_received, _notsent_bytes, _bytes_sent

Address = tuple[str, int]


class End(NamedTuple):
    """One end of a connection. The three counts are of bytes, and None where the system doesn't tell them."""
    state: int
    shut: bool                     # the other end takes no more: what is left can't arrive
    unacknowledged: int
    received: int | None = None
    sent: int | None = None
    unsent: int | None = None


def all_arrived(pairs: list[tuple[Address, Address]]) -> None:
    """Wait until everything that was sent through these connections has arrived, at most BOUND seconds.

    Each is a pair of (host, port). Those that are gone at both ends are taken out of the list.
    """
    end = time.monotonic() + arrival.BOUND
    for pair in list(pairs):
        try:
            while not (there := has_arrived(*ends_of(*pair))) and time.monotonic() < end:
                pass                           # it takes microseconds
        except (OSError, AttributeError):      # no sock_diag: this system doesn't tell
            return
        if there == "gone":
            pairs.remove(pair)


def ends_of(near: Address, far: Address) -> tuple[End | None, End | None]:
    return look(near, far), look(far, near)


def has_arrived(near: End | None, far: End | None) -> str:
    """"yes" or, of a connection that there is no more, "gone"; "" while something is on its way."""
    if near is None and far is None:
        return "gone"
    return "yes" if one_way(near, far) and one_way(far, near) else ""


def one_way(sender: End | None, receiver: End | None) -> bool:
    """Has all that the sender has sent, its leaving too, come to the receiver?"""
    if sender is None:
        return receiver.state not in OPEN or receiver.state in FIN_HAS_COME
    if receiver is None:
        return sender.state != CONNECTING
    if sender.shut:
        return True
    if sender.state not in OPEN:               # it has left: that comes last
        return receiver.state in FIN_HAS_COME
    if None in (sender.sent, receiver.received):
        return sender.unacknowledged == 0
    return sender.unsent == 0 and receiver.received >= sender.sent


def look(local: Address, remote: Address) -> End | None:
    """Ask the system about the end that is at `local`. None if there is none."""
    family = socket.AF_INET6 if ":" in local[0] else socket.AF_INET
    answer = arrival.sock_diag(family, local, remote, 1 << TCP_INFO - 1)
    if answer is None:
        return None
    _, unacknowledged = struct.unpack_from("=II", answer, UNREAD)
    end = End(answer[STATE], answer[TIMER] == WINDOW_SHUT, unacknowledged)
    place = ATTRIBUTES
    while place + 4 <= len(answer):
        size, kind = struct.unpack_from("=HH", answer, place)
        if kind == TCP_INFO and size >= 4 + SENT + 16:
            received, = struct.unpack_from("=Q", answer, place + 4 + RECEIVED)
            unsent, = struct.unpack_from("=I", answer, place + 4 + UNSENT)
            sent, again = struct.unpack_from("=QQ", answer, place + 4 + SENT)
            return end._replace(received=received, sent=sent - again, unsent=unsent)
        place += max(4, (size + 3) & ~3)
    return end
