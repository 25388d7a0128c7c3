"""poll, epoll and kqueue, seen by the recorder. Twins, as in `calls.py`.

These are told once what to watch. So a twin keeps its own account: descriptor -> (id, for reading, for writing).
"""
import select
import selectors

from .calls import NoneType, descriptor, seconds


def install(recorder):
    """Replace the three calls for the whole process, as far as this system has them."""
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


class Poller:
    """What the twins of poll, epoll and kqueue share: the account, and one pass of the loop."""
    recorder = None      # set by install
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
            events = recorder.gate.wait(call, timeout) if recorder.gate.closed else call(timeout)
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
            events = self.real.poll(timeout)
            self.recorder.has_waited(events, seconds(timeout, 1000))
            return events
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
            events = self.real.poll(timeout, maxevents)
            self.recorder.has_waited(events, seconds(timeout))
            return events
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
            self.recorder.has_waited(events, seconds(timeout) if max_events else None)
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


class MakePoll:
    """select.poll() is a function that makes a poll object."""

    def __init__(self, real):
        self.real = real

    def __call__(self):
        return Poll(self.real())
