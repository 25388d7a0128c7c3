"""Which socket is under a descriptor: ids, small numbers that are never used twice.

The system gives a closed descriptor's number to the next socket. An id stays with its socket: where a close wasn't
seen (in C, by a file object), the inode tells that something else is open under the number now.
"""
import os
import stat
from collections import deque
from weakref import WeakSet

CLOSED = 0            # the id of every socket that has no descriptor any more
KEEP = 50_000         # the most rows of `born` that wait to be handed over
NOBODY = None, 0      # of a system that gives sockets no inode


class Moves(set):
    """Descriptors. One set is not another, whatever is in them."""
    __hash__, __eq__ = object.__hash__, object.__eq__


class Ids(dict):
    """Descriptor -> id. A descriptor that is met for the first time gets an id and is announced in `born`."""

    def __init__(self):
        self.last = CLOSED               # how many there were
        self.told = WeakSet()            # of those who want to know: the descriptors that were opened or closed
        self.blind = set()               # ids of what may be used past our twins: it was met by its number only
        self.accepted = set()            # ids of connections that were accepted: at their other ends are clients
        self.listeners = set()           # ids of those that have ever listened
        self.inodes = {}                 # descriptor -> (device, inode) of what was met there
        self.born = deque(maxlen=KEEP)   # (id, kind, details …) not handed over yet

    def __missing__(self, descriptor):
        if descriptor is None or descriptor < 0:
            return CLOSED
        kind, inode = look(descriptor)
        if not kind:
            return CLOSED
        if kind == "socket":
            for other, known in self.inodes.items():       # a duplicate: the same socket under another number
                if known == inode and inode[1] and other in self and look(other)[1] == inode:
                    self[descriptor], self.inodes[descriptor] = self[other], inode
                    return self[descriptor]
        self.blind.add(self.last + 1)
        return self.new(descriptor, kind, inode=inode)

    def new(self, descriptor, kind, *details, inode=None):
        """A new thing is open under this descriptor: a new id."""
        self.last += 1
        self.has_moved(descriptor)
        self[descriptor], self.inodes[descriptor] = self.last, inode or look(descriptor)[1]
        self.born.append((self.last, kind, *details))
        if kind == "connection":
            self.accepted.add(self.last)
        return self.last

    def renewed(self, descriptor):
        """Forget who had this number, if something else is open under it now. Returns the descriptor."""
        if descriptor in self and look(descriptor)[1] != self.inodes.get(descriptor):
            self.pop(descriptor, None)       # another thread may have been quicker
        return descriptor

    def closed(self, descriptor, number):
        """The thing of this id is closed. Where another thread has opened something under its descriptor, that stays."""
        if self.get(descriptor) == number:
            self.pop(descriptor, None)

    def pop(self, descriptor, *default):
        self.has_moved(descriptor)
        self.blind.discard(self.get(descriptor))
        self.accepted.discard(self.get(descriptor))
        return super().pop(descriptor, *default)

    def tell_of_moves(self):
        """A set, to which each descriptor is added that is opened or closed from now on. Whoever has it takes them out."""
        moves = Moves()
        self.told.add(moves)
        return moves

    def has_moved(self, descriptor):
        for moves in tuple(self.told):
            moves.add(descriptor)

    def became(self, descriptor, kind, *details):
        """A socket has taken a part: it listens now, or it has connected."""
        number = self[descriptor]
        self.blind.discard(number)
        if kind == "listener":
            self.listeners.add(number)
        self.born.append((number, kind, *details))

    def hand_over(self):
        """The rows of `born` that nobody has had yet."""
        rows = []
        while self.born:
            rows.append(self.born.popleft())
        return rows


def kind_of(descriptor):
    """What is open under a descriptor: "stdin", "socket", "pipe", "terminal", "file"; None where nothing is."""
    return look(descriptor)[0]


def look(descriptor):
    """(its kind, its device and inode) of what is open under a descriptor."""
    try:
        seen = os.fstat(descriptor)
    except OSError:
        return (("stdin", "stdout", "stderr")[descriptor] if descriptor in (0, 1, 2) else None), NOBODY
    inode = seen.st_dev, seen.st_ino
    if descriptor <= 2:
        return ("stdin", "stdout", "stderr")[descriptor], inode
    if stat.S_ISSOCK(seen.st_mode):
        return "socket", inode
    if stat.S_ISFIFO(seen.st_mode):
        return "pipe", inode
    if stat.S_IFMT(seen.st_mode):
        return ("terminal" if stat.S_ISCHR(seen.st_mode) else "file"), inode
    return of_the_kernel(descriptor), inode


def of_the_kernel(descriptor):
    """What Linux calls "anon_inode:[eventpoll]": "epoll". Such as "eventfd", "timerfd", "signalfd", "inotify", "pidfd"."""
    try:
        name = os.readlink(f"/proc/self/fd/{descriptor}").partition(":")[2].strip("[]")
    except OSError:
        name = ""
    return {"eventpoll": "epoll"}.get(name, name) or "file"
