"""Which socket is under a descriptor: ids, small numbers that are never used twice.

The system gives a closed descriptor's number to the next socket. An id stays with its socket.
"""
import os
import stat
from collections import deque

CLOSED = 0            # the id of every socket that has no descriptor any more
KEEP = 50_000         # the most rows of `born` that wait to be handed over


class Ids(dict):
    """Descriptor -> id. A descriptor that is met for the first time gets an id and is announced in `born`."""

    def __init__(self):
        self.last, self.gone = CLOSED, 0 # how many there were, and how many of them were closed
        self.blind = set()               # ids of what may be used past our twins: it was met by its number only
        self.born = deque(maxlen=KEEP)   # (id, kind, port, host, real port) not handed over yet

    def __missing__(self, descriptor):
        if descriptor is None or descriptor < 0:
            return CLOSED
        kind = kind_of(descriptor)
        if not kind:
            return CLOSED
        self.blind.add(self.last + 1)
        return self.new(descriptor, kind)

    def new(self, descriptor, kind, *details):
        """A new thing is open under this descriptor: a new id."""
        self.last += 1
        self[descriptor] = self.last
        self.born.append((self.last, kind, *details))
        return self.last

    def pop(self, descriptor, *default):
        self.gone += 1
        self.blind.discard(self.get(descriptor))
        return super().pop(descriptor, *default)

    def became(self, descriptor, kind, *details):
        """A socket has taken a part: it listens now, or it has connected."""
        number = self[descriptor]
        self.blind.discard(number)
        self.born.append((number, kind, *details))

    def hand_over(self):
        """The rows of `born` that nobody has had yet."""
        rows = []
        while self.born:
            rows.append(self.born.popleft())
        return rows


def kind_of(descriptor):
    """What is open under a descriptor: "stdin", "socket", "pipe", "terminal", "file"; None where nothing is."""
    if descriptor <= 2:
        return ("stdin", "stdout", "stderr")[descriptor]
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return None
    if stat.S_ISSOCK(mode):
        return "socket"
    if stat.S_ISFIFO(mode):
        return "pipe"
    return "terminal" if stat.S_ISCHR(mode) else "file" if stat.S_IFMT(mode) else of_the_kernel(descriptor)


def of_the_kernel(descriptor):
    """What Linux calls "anon_inode:[eventpoll]": "epoll". Such as "eventfd", "timerfd", "signalfd", "inotify", "pidfd"."""
    try:
        name = os.readlink(f"/proc/self/fd/{descriptor}").partition(":")[2].strip("[]")
    except OSError:
        name = ""
    return {"eventpoll": "epoll"}.get(name, name) or "file"
