"""poll, epoll and kqueue, seen by the recorder. Twins, as in `calls.py`.

These are told once what to watch. So a twin keeps its own account: descriptor -> (id, for reading, for writing).
"""
import select
import selectors
import sys

from .calls import NoneType, descriptor, seconds
from .flags import MORE, ONESHOT, READING, WRITING, in_words, sort_poll
from .frames import unseen
from .ids import CLOSED
from .recorder import name_of


def install(recorder):
    """Replace the three calls for the whole process, as far as this system has them."""
    Poller.recorder = recorder
    if hasattr(select, "poll"):
        real_poll = select.poll
        select.poll = MakePoll(real_poll)
        selectors.PollSelector._selector_cls = select.poll
    if hasattr(select, "epoll"):
        Epoll.real_epoll = select.epoll
        Epoll.__module__, Epoll.__name__, Epoll.__qualname__ = "select", "epoll", "epoll"
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
        self.once, self.gone = set(), set()      # descriptors watched for one event; closed, and not unregistered
        self.checked = None

    def __getattr__(self, name):
        return getattr(self.real, name)

    def watch(self, number, reading, writing):
        self.account[number] = self.recorder.ids[number], reading, writing
        self.gone.discard(number)
        self.watched = None

    def forget(self, number):
        self.account.pop(number, None)
        self.gone.discard(number)
        self.watched = None

    def watched_now(self):
        """(ids watched for reading, ids watched for writing), as tuples that are shared while nothing changes."""
        ids = self.recorder.ids
        try:
            if (ids.last, ids.gone) != self.checked:       # a descriptor was opened or closed since we looked
                self.look_for_others(ids)
                self.checked = ids.last, ids.gone
            if self.watched is None:
                rows = self.account.values()
                self.watched = tuple(row[0] for row in rows if row[1]), tuple(row[0] for row in rows if row[2])
        except Exception as fault:
            self.recorder.left_out(fault)
        return self.watched or ((), ())

    def look_for_others(self, ids):
        """What was closed isn't watched any more: the kernel forgets it, or takes whatever has its number now."""
        for number, (known, *interest) in list(self.account.items()):
            if ids.get(number) != known:
                self.watched = None
                if self.forgets:
                    del self.account[number]
                    self.gone.add(number)
                else:
                    self.account[number] = ids[number], *interest

    def id_of(self, number):
        """Who is meant by an event: a closed socket's number may be somebody else's by now."""
        return CLOSED if number in self.gone else self.recorder.ids[number]

    def once_round(self, call, timeout, sort):
        """call(seconds) as one iteration; sort(events) -> numbers readable, writable, exceptional."""
        recorder = self.recorder
        recorder.enter(self.name, timeout, *self.watched_now())
        try:
            events = recorder.gate.wait(call, timeout) if recorder.gate.closed else call(timeout)
        except BaseException as error:
            recorder.failed(self.name, error)
            raise
        try:
            self.note_events(events)
            recorder.returned(*(tuple(map(self.id_of, numbers)) for numbers in sort(events)))
        except Exception as fault:
            recorder.left_out(fault)
        return events

    def note_events(self, events):
        """Whatever more there is to be said of them."""


def understood(timeout):
    """Is this a timeout? The real call says what it thinks of others."""
    return isinstance(timeout, (int, float, NoneType)) and timeout == timeout


class Poll(Poller):
    name = "poll"
    all_events = select.POLLIN | select.POLLPRI | select.POLLOUT

    @unseen
    def register(self, fd, eventmask=all_events):
        self.change("register", fd, eventmask)

    @unseen
    def modify(self, fd, eventmask):
        self.change("modify", fd, eventmask)

    @unseen
    def unregister(self, fd):
        self.change("unregister", fd)

    def change(self, name, fd, *eventmask):
        """register, modify, unregister: done, noted where the program's own lines say so, and entered in the account."""
        real = getattr(self.real, name)
        try:
            real(fd, *eventmask)
        except BaseException as error:
            self.note_change(name, fd, eventmask, name_of(error))
            raise
        self.note_change(name, fd, eventmask)
        try:
            self.enter_account(descriptor(fd), *eventmask)
        except Exception as fault:
            self.recorder.left_out(fault)

    def note_change(self, name, fd, eventmask, error=None):
        """An operation, but not when a library does it: asyncio changes what is watched all the time."""
        recorder, frame = self.recorder, sys._getframe(3)      # of whoever called register, modify or unregister
        while frame and frame.f_code.co_filename == selectors.__file__:
            frame = frame.f_back
        if not frame or frame.f_code.co_filename != recorder.program:
            return
        try:
            flags = "".join(" " + in_words(mask) for mask in eventmask)
            recorder.note((name + flags, recorder.ids[descriptor(fd)], error, b""))
        except Exception as fault:
            recorder.left_out(fault)

    def enter_account(self, number, eventmask=None):
        self.once.discard(number)
        if eventmask is None:
            self.forget(number)
            return
        self.recorder.ids.renewed(number)    # something else may be open under a number that was closed in C
        self.watch(number, eventmask & READING, eventmask & WRITING)
        if eventmask & ONESHOT and self.forgets:
            self.once.add(number)

    def note_events(self, events):
        """Flags that say more than readable and writable; and who isn't watched any more, after its one event."""
        for number, event in events:
            if event & MORE:
                self.recorder.note(("· " + in_words(event), self.id_of(number), None, b""))
            if number in self.once:
                self.watch(number, 0, 0)

    def poll(self, timeout=None, /):
        if self.recorder.elsewhere() or not understood(timeout):
            events = self.real.poll(timeout)
            if understood(timeout):
                self.recorder.has_waited(events, seconds(timeout, 1000))
            return events

        def call(patience):                  # by a thousand and back again can be a millisecond more
            given = timeout if patience == asked else None if patience is None else patience * 1000
            return self.real.poll(given)

        asked = seconds(timeout, 1000)
        return self.once_round(call, asked, sort_poll)


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

    @unseen
    def poll(self, timeout=None, maxevents=-1):
        if self.recorder.elsewhere() or not understood(timeout):
            events = self.real.poll(timeout, maxevents)
            if understood(timeout):
                self.recorder.has_waited(events, seconds(timeout))
            return events
        return self.once_round(lambda patience: self.real.poll(patience, maxevents), seconds(timeout), sort_poll)

    def close(self):
        number = -1 if self.real.closed else self.real.fileno()
        self.real.close()
        self.recorder.ids.pop(number, None)

    def __enter__(self):
        self.real.__enter__()
        return self

    def __exit__(self, *error):
        self.close()


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
