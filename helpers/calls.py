"""The calls that a loop waits in: select, poll, epoll and kqueue, seen by the recorder.

This runs in the child process, beside the program. `install` puts a twin in the place of each call, before the
program starts. A twin notes what goes in and what comes out, and calls the real one: the program's lists are
never changed, and errors of the real call pass through untouched. What is done with sockets: see `sockets.py`.
"""
import select
import selectors
import socket

NoneType = type(None)
real_fileno = socket.socket.fileno


def install(recorder):
    """Replace the calls for the whole process. Everybody who imports them later gets the twins."""
    watch_select(recorder)
    watch_pollers(recorder)


# -- select ----------------------------------------------------------------------------------------------------

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
            return real(*arguments, **keywords)
        arguments = [*map(kept, arguments[:3]), *arguments[3:]]
        understood = self.understood(*arguments)
        if not understood:
            return real(*arguments)                # not what select takes: the real one says so
        timeout, reads, writes = understood
        recorder.enter("select", timeout, reads, writes)
        try:
            if recorder.stepping:
                ready = recorder.wait(lambda patience: real(*arguments[:3], patience), timeout)
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


def watch_select(recorder):
    select.select = Select(recorder).select
    selectors.SelectSelector._select = select.select


# -- poll, epoll, kqueue ---------------------------------------------------------------------------------------
# These are told once what to watch. So the twin keeps its own account: descriptor -> (id, for reading, for writing).

class Poller:
    """What the twins of poll, epoll and kqueue share: the account, and one pass of the loop."""
    recorder = None      # set by watch_pollers
    forgets = False      # True where the kernel forgets a descriptor that is closed

    def __init__(self, real):
        self.real, self.account, self.watched = real, {}, None

    def __getattr__(self, name):
        return getattr(self.real, name)

    def watch(self, number, reading, writing):
        self.account[number] = self.recorder.ids[number], reading, writing
        self.watched = None

    def forget(self, number):
        self.account.pop(number, None)
        self.watched = None

    def watched_now(self):
        """(ids watched for reading, ids watched for writing), as tuples that are shared while nothing changes."""
        ids = self.recorder.ids
        if self.forgets and any(ids.get(number) != one[0] for number, one in self.account.items()):
            self.account = {number: one for number, one in self.account.items() if ids.get(number) == one[0]}
            self.watched = None
        if self.watched is None:
            rows = self.account.values()
            self.watched = tuple(row[0] for row in rows if row[1]), tuple(row[0] for row in rows if row[2])
        return self.watched

    def once_round(self, call, timeout, sort):
        """call(seconds) as one iteration; sort(events) -> numbers readable, writable, exceptional."""
        recorder = self.recorder
        recorder.enter(self.name, timeout, *self.watched_now())
        try:
            events = recorder.wait(call, timeout) if recorder.stepping else call(timeout)
        except BaseException as error:
            recorder.failed(self.name, error)
            raise
        recorder.returned(*(tuple(map(recorder.ids.__getitem__, numbers)) for numbers in sort(events)))
        return events


def sort_poll(events):
    """poll's and epoll's events -> the numbers that are readable, writable, exceptional."""
    return ([number for number, event in events if event & (select.POLLIN | select.POLLHUP)],
            [number for number, event in events if event & select.POLLOUT],
            [number for number, event in events if event & (select.POLLPRI | select.POLLERR | select.POLLNVAL)])


class Poll(Poller):
    name = "poll"
    all_events = select.POLLIN | select.POLLPRI | select.POLLOUT

    def register(self, fd, eventmask=all_events):
        self.real.register(fd, eventmask)
        self.watch(descriptor(fd), eventmask & select.POLLIN, eventmask & select.POLLOUT)

    def modify(self, fd, eventmask):
        self.real.modify(fd, eventmask)
        self.watch(descriptor(fd), eventmask & select.POLLIN, eventmask & select.POLLOUT)

    def unregister(self, fd):
        self.real.unregister(fd)
        self.forget(descriptor(fd))

    def poll(self, timeout=None):
        if self.recorder.elsewhere() or not isinstance(timeout, (int, float, NoneType)):
            return self.real.poll(timeout)
        return self.once_round(lambda patience: self.real.poll(None if patience is None else patience * 1000),
                               seconds(timeout, 1000), sort_poll)


class Epoll(Poll):
    name = "epoll"
    forgets = True

    def __init__(self, *arguments, **keywords):
        super().__init__(Epoll.real_epoll(*arguments, **keywords))

    @classmethod
    def fromfd(cls, number):
        twin = cls.__new__(cls)
        Poller.__init__(twin, cls.real_epoll.fromfd(number))
        return twin

    def poll(self, timeout=None, maxevents=-1):
        if self.recorder.elsewhere() or not isinstance(timeout, (int, float, NoneType)):
            return self.real.poll(timeout, maxevents)
        return self.once_round(lambda patience: self.real.poll(patience, maxevents), seconds(timeout), sort_poll)

    def __enter__(self):
        self.real.__enter__()
        return self

    def __exit__(self, *error):
        return self.real.__exit__(*error)


class Kqueue(Poller):
    """macOS and the BSDs: one call, `control`, both says what to watch and waits."""
    name = "kqueue"
    forgets = True

    def __init__(self):
        super().__init__(Kqueue.real_kqueue())
        self.filters = {}                    # descriptor -> the set of filters that watch it

    def control(self, changes, max_events, timeout=None):
        changes = None if changes is None else list(changes)
        if max_events == 0 or self.recorder.elsewhere():
            events = self.real.control(changes, max_events, timeout)
            self.note_changes(changes)
            return events
        self.note_changes(changes)

        def call(patience):                  # what has changed is said once, also when the wait comes in two parts
            nonlocal changes
            now, changes = changes, None
            return self.real.control(now, max_events, patience)

        return self.once_round(call, seconds(timeout), self.sort)

    def note_changes(self, changes):
        for change in changes or ():
            filters = self.filters.setdefault(change.ident, set())
            (filters.discard if change.flags & select.KQ_EV_DELETE else filters.add)(change.filter)
            if filters:
                self.watch(change.ident, select.KQ_FILTER_READ in filters, select.KQ_FILTER_WRITE in filters)
            else:
                self.forget(change.ident)

    @staticmethod
    def sort(events):
        return ([event.ident for event in events if event.filter == select.KQ_FILTER_READ],
                [event.ident for event in events if event.filter == select.KQ_FILTER_WRITE],
                [event.ident for event in events if event.flags & select.KQ_EV_ERROR])


def watch_pollers(recorder):
    Poller.recorder = recorder
    if hasattr(select, "poll"):
        real_poll = select.poll
        select.poll = MakePoll(real_poll)
        selectors.PollSelector._selector_cls = select.poll
    if hasattr(select, "epoll"):
        Epoll.real_epoll = select.epoll
        select.epoll = selectors.EpollSelector._selector_cls = Epoll
    if hasattr(select, "kqueue"):
        Kqueue.real_kqueue = select.kqueue
        select.kqueue = Kqueue


class MakePoll:
    """select.poll() is a function that makes a poll object."""

    def __init__(self, real):
        self.real = real

    def __call__(self):
        return Poll(self.real())
