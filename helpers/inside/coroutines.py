"""Which coroutines of the program went on in an iteration, while its loop is stepped; in which line each waits now.

`trace` tells of each one that goes on, and that stops again. A coroutine awaits another, and this one a third: what is told
is the outermost that stands in the program's own file, since that is whom the loop lets go on.
"""
from .workers import in_hand

COROUTINE = 0x80      # inspect.CO_COROUTINE: made by `async def`
NOBODY = 0            # in the place of a client's id: it has a listener in hand, and so is busy with nobody


def is_one(frame):
    return frame.f_code.co_flags & COROUTINE


class Coroutines:
    """`is_own(frame)`: does it belong to the program's file? `ids`: see ids.py."""

    def __init__(self, is_own, ids):
        self.is_own, self.ids = is_own, ids
        self.rows, self.places = [], {}      # what is told; {frame's id: its place in rows}, of those that aren't over
        self.inner = self.before = None      # of the chain that goes on: whom it has in hand now, and when it went on
        self.raising = None                  # the id of the frame in which an error is on its way

    def clear(self):
        self.rows, self.places = [], {}

    def goes_on(self, frame):
        """It begins, or it is where it has stopped before."""
        self.raising = None
        if self.is_outermost(frame):
            self.inner = self.before = None
            if id(frame) not in self.places:
                self.places[id(frame)] = len(self.rows)
                self.rows.append((frame.f_code.co_name, None, None))
        client = self.client_of(frame)
        self.before = self.before if client is None else client

    def stops(self, frame):
        """It awaits something, or it is over."""
        awaits = stands_at_await(frame) and self.raising != id(frame)
        self.raising = None
        if self.inner is None:
            self.inner = self.client_of(frame)       # what the innermost has in hand tells most
        if self.is_outermost(frame) and id(frame) in self.places:
            client = self.before if self.inner is None else self.inner
            place = self.places[id(frame)] if awaits else self.places.pop(id(frame))     # another one may get its frame
            self.rows[place] = frame.f_code.co_name, client or None, frame.f_lineno if awaits else None
        elif not awaits:
            self.inner = None                        # who has awaited it goes on, and may await something else

    def raises(self, frame, kind):
        """An error comes up in it. (A StopIteration is none: that is how what it has awaited comes to its end.)"""
        self.raising = None if issubclass(kind, StopIteration) else id(frame)

    def is_outermost(self, frame):
        if not self.is_own(frame):
            return False
        while frame := frame.f_back:
            if is_one(frame) and self.is_own(frame):
                return False
        return True

    def client_of(self, frame):
        """The id of the first connection that this function has in a variable; None: it has no socket at all."""
        ids = list(in_hand([frame], self.ids))
        return NOBODY if any(one in self.ids.listeners for one in ids) else next(iter(ids), None)


def stands_at_await(frame):
    """Of a coroutine that stops: does it await something? If not, it is over. The instruction at which it stands tells
    (since Python 3.13 the one after the `yield`)."""
    from opcode import opname  # loaded only by programs that have coroutines

    return opname[frame.f_code.co_code[frame.f_lasti]] in ("YIELD_VALUE", "RESUME")
