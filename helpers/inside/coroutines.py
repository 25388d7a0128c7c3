"""Which coroutines went on in an iteration, while the loop is stepped; in which line each of the program's waits now.

`trace` tells of each one that goes on, and that stops again. A coroutine awaits another, and this one a third: what is told
is the outermost that stands in the program's own file, since that is whom the loop lets go on. (A task of asyncio is such a
chain.) Where none of a chain is the program's, it is the outermost of all, and whose it is: a library's.
"""
from weakref import WeakKeyDictionary

from .workers import sockets_in_hand

COROUTINE = 0x80      # inspect.CO_COROUTINE: made by `async def`
NOBODY = 0            # in the place of a client's id: it has a listener in hand, and so is busy with nobody
ELSEWHERE = 0         # in the place of a line: it waits in a library's


def is_one(frame):
    return frame.f_code.co_flags & COROUTINE


class Coroutines:
    """`is_own(frame)`: does it belong to the program's file? `ids`: see ids.py."""

    def __init__(self, is_own, ids):
        self.is_own, self.ids = is_own, ids
        self.rows, self.places = [], {}      # what is told; {frame's id: its place in rows}, of those that aren't over
        self.inner = self.before = None      # of the chain that goes on: whom it has in hand now, and when it went on
        self.raising = None                  # the id of the frame in which an error is on its way
        self.seen = WeakKeyDictionary()      # socket -> its id, of those that were in hand

    def clear(self):
        self.rows, self.places = [], {}

    def goes_on(self, frame):
        """It begins, or it is where it has stopped before."""
        self.raising = None
        behind = [one for one in callers(frame) if is_one(one)]
        if not behind:
            self.inner = self.before = None
        if self.is_told(frame, behind):
            self.inner = None
            if behind:
                self.takes_the_place(frame, behind[-1])
            self.place_of(frame)
        client = self.client_of(frame)
        self.before = self.before if client is None else client

    def stops(self, frame):
        """It awaits something, or it is over."""
        awaits = stands_at_await(frame) and self.raising != id(frame)
        self.raising = None
        if self.inner is None:
            self.inner = self.client_of(frame)       # what the innermost has in hand tells most
        if id(frame) in self.places:
            client = self.before if self.inner is None else self.inner
            place = self.places[id(frame)] if awaits else self.places.pop(id(frame))     # another one may get its frame
            line, library = (frame.f_lineno, None) if self.is_own(frame) else (ELSEWHERE, library_of(frame))
            self.rows[place] = frame.f_code.co_name, client or None, line if awaits else None, library
        elif not awaits:
            self.inner = None                        # who has awaited it goes on, and may await something else

    def raises(self, frame, kind):
        """An error comes up in it. (A StopIteration is none: that is how what it has awaited comes to its end.)"""
        self.raising = None if issubclass(kind, StopIteration) else id(frame)

    def is_told(self, frame, behind):
        """Is it the outermost of the program's, or for now the outermost of all? `behind`: those that await it."""
        return not behind or self.is_own(frame) and not any(map(self.is_own, behind))

    def place_of(self, frame):
        """Its place in the rows: a new one, if it has none in this iteration."""
        if id(frame) not in self.places:
            self.places[id(frame)] = len(self.rows)
            self.rows.append((frame.f_code.co_name, None, None, None if self.is_own(frame) else library_of(frame)))

    def takes_the_place(self, frame, outermost):
        """A library's coroutine has come to one of the program's: that is the one to tell of."""
        if id(outermost) in self.places and id(frame) not in self.places:
            self.places[id(frame)] = place = self.places.pop(id(outermost))
            self.rows[place] = frame.f_code.co_name, None, None, None

    def client_of(self, frame):
        """The id of the first connection that this function has in a variable; None: it has no socket at all."""
        ids = [one for one in map(self.id_of, sockets_in_hand([frame])) if one is not None]
        return NOBODY if any(one in self.ids.listeners for one in ids) else next(iter(ids), None)

    def id_of(self, sock):
        """Also of one that has been closed, if it was in hand before."""
        known = self.ids.get(sock.fileno())
        if known is not None:
            self.seen[sock] = known
        return self.seen.get(sock)


def callers(frame):
    while frame := frame.f_back:
        yield frame


def library_of(frame):
    return frame.f_globals.get("__name__", "?").partition(".")[0]


def stands_at_await(frame):
    """Of a coroutine that stops: does it await something? If not, it is over. The instruction at which it stands tells
    (since Python 3.13 the one after the `yield`)."""
    from opcode import opname  # loaded only by programs that have coroutines

    return opname[frame.f_code.co_code[frame.f_lasti]] in ("YIELD_VALUE", "RESUME")
