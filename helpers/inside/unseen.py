"""What a program did, past every twin: in C (an extension of Python's own, a file object), or with a call that has none.

A loop that is told of a descriptor, and does nothing with it, spins. Before that is said of anybody, the kernel is asked:
of a TCP socket it keeps account of what was taken out and put in. Of a pipe and the like nobody does, so nothing is said.
It is asked only after iterations in which no twin moved a byte.
"""
import sys

from .ids import CLOSED

ELSEWHERE = ("·", "register", "modify", "unregister")     # words that say nothing of what was done with the data


class Unseen:
    def __init__(self, ids):
        self.ids = ids
        self.before = {}             # id -> its account at the end of the iteration before
        self.kernel = None

    def after(self, ready, operations):
        """("· unseen", id, None, b"") of each that was ready, if nobody can tell what was done with it. `ready`: three lists."""
        wanted = {*ready[0], *ready[1], *ready[2]} - {CLOSED}
        before, self.before = self.before, {}
        if not wanted:
            return ()
        try:
            self.kernel = self.kernel or Kernel()
        except (ImportError, OSError):       # no descriptor is left to load it by: then nobody can tell
            return tuple(part for number in sorted(wanted) for part in ("· unseen", number, None, b""))
        done = {number for name, number in zip(operations[::4], operations[1::4]) if not name.startswith(ELSEWHERE)}
        found = ()
        for descriptor, number in list(self.ids.items()):
            if number in wanted and self.is_unseen(descriptor, number, number in done, before.get(number)):
                found += ("· unseen", number, None, b"")
        return found

    def is_unseen(self, descriptor, number, done, before):
        """Was something done with it that no twin has noted, or may it have been?"""
        account = self.kernel.account(descriptor)
        if account:                          # TCP: exact, also of what is read or sent in C
            self.before[number] = account
            return before not in (None, account)
        return number in self.ids.blind and not done      # what waits there now may be as much as before, and not the same


class Kernel:
    """What the kernel says of a descriptor. Its modules are loaded when it is asked for the first time."""

    def __init__(self):
        import socket
        from fcntl import ioctl
        from struct import Struct
        from termios import FIONREAD
        self.ioctl, self.question = ioctl, FIONREAD
        self.socket, self.raw = socket, socket._socket.socket
        self.information = getattr(socket, "TCP_INFO", None) if sys.platform == "linux" else None
        self.numbers = Struct("128xQ64xQ")   # of Linux's tcp_info: bytes received, bytes sent
        self.in_hand = {}                    # sockets of ours that must never be closed, whatever interrupts us

    def waiting(self, descriptor):
        """How many bytes are there to be read."""
        try:
            return int.from_bytes(self.ioctl(descriptor, self.question, bytes(4)), sys.byteorder)
        except OSError:                      # a listener has none
            return 0

    def account(self, descriptor):
        """(bytes that the program has taken out, bytes that it has put in) of a TCP socket; None of anything else."""
        if self.information is None:
            return None
        one = self.socket
        try:
            raw = self.in_hand[descriptor] = self.raw(one.AF_INET, one.SOCK_STREAM, 0, descriptor)
            said = raw.getsockopt(one.IPPROTO_TCP, self.information, self.numbers.size)
        except OSError:                      # not TCP, or no socket at all
            return None
        finally:
            if raw := self.in_hand.pop(descriptor, None):
                raw.detach()
        if len(said) < self.numbers.size:    # an older kernel
            return None
        received, sent = self.numbers.unpack(said)
        waiting = self.waiting(descriptor)
        return (received - waiting, sent) if received >= waiting else None
