"""The call that a loop waits in, seen by the recorder: select. Its younger relatives: `pollers.py`.

`install` puts a twin in the place of the call, before the program starts. A twin notes what goes in and what comes
out, and calls the real one: the program's lists are never changed, and errors of the real call pass through untouched.
"""
import select
import selectors
import socket

NoneType = type(None)
real_fileno = socket.socket.fileno


def install(recorder):
    """Replace select for the whole process. Everybody who imports it later gets the twin."""
    select.select = Select(recorder).select
    selectors.SelectSelector._select = select.select


def descriptor(thing):
    """The descriptor number of whatever select takes: a number, or anything with fileno(); -1 once it is closed."""
    try:
        return thing if isinstance(thing, int) else thing.fileno()
    except (OSError, ValueError):       # a closed file raises, a closed socket says -1
        return -1


def ids_of(things, ids):
    """The ids of what is in one of select's lists, as a tuple."""
    try:
        known = tuple(map(ids.get, map(real_fileno, things)))     # sockets that are known: the quick way
    except (TypeError, OSError, ValueError):
        known = (None,)
    return tuple(ids[descriptor(thing)] for thing in things) if None in known else known


def kept(things):
    """select takes any iterable. One that can be read only once must not be used up by looking at it."""
    if isinstance(things, (list, tuple)):
        return things
    try:
        return tuple(things)
    except TypeError:
        return things


def seconds(timeout, scale=1):
    """A timeout as the program gave it -> seconds, or None for "wait for ever"."""
    return None if timeout is None or timeout < 0 else timeout / scale


class Select:
    """The twin of select.select. Its method is bound already, so that it can be an attribute of a class."""

    def __init__(self, recorder):
        self.recorder, self.real = recorder, select.select

    def select(self, *arguments, **keywords):
        recorder, real = self.recorder, self.real
        if keywords or recorder.elsewhere():
            ready = real(*arguments, **keywords)
            recorder.has_waited(ready, arguments[3] if len(arguments) > 3 else None)
            return ready
        arguments = [*map(kept, arguments[:3]), *arguments[3:]]
        understood = self.understood(*arguments)
        if not understood:
            return real(*arguments)                # not what select takes: the real one says so
        timeout, reads, writes = understood
        recorder.enter("select", timeout, reads, writes)
        try:
            if recorder.gate.closed:
                ready = recorder.gate.wait(lambda patience: real(*arguments[:3], patience), timeout)
            else:
                ready = real(*arguments)
        except BaseException as error:
            recorder.failed("select", error)
            raise
        recorder.returned(*map(self.ids, ready))
        return ready

    def understood(self, *arguments):
        """(timeout, ids to read, ids to write), or None where the arguments make no sense."""
        if not 3 <= len(arguments) <= 4:
            return None
        timeout = arguments[3] if len(arguments) == 4 else None
        if not isinstance(timeout, (int, float, NoneType)) or (timeout is not None and not timeout >= 0):
            return None
        try:
            reads, writes, _ = map(self.ids, arguments[:3])
        except (TypeError, AttributeError):
            return None
        return timeout, reads, writes

    def ids(self, things):
        return ids_of(things, self.recorder.ids) if things else ()
