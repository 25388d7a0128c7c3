"""poll and epoll, seen by the recorder. Twins, as in `calls.py`; what they share with kqueue's is in `account.py`."""
import select
import selectors

from .account import Poller
from .calls import NoneType, descriptor, seconds
from .flags import MORE, ONESHOT, READING, WRITING, in_words, sort_poll
from .frames import unseen
from .kqueue import Kqueue
from .recorder import name_of
from .whose import caller


def install(recorder):
    """Replace the three calls for the whole process, as far as this system has them."""
    Poller.recorder = recorder
    if hasattr(select, "poll"):
        real_poll = select.poll
        Poll.__module__, Poll.__name__, Poll.__qualname__ = "select", "poll", "poll"
        select.poll = MakePoll(real_poll)
        selectors.PollSelector._selector_cls = select.poll
    if hasattr(select, "epoll"):
        Epoll.real_epoll = select.epoll
        Epoll.__module__, Epoll.__name__, Epoll.__qualname__ = "select", "epoll", "epoll"
        select.epoll = selectors.EpollSelector._selector_cls = Epoll
    if hasattr(select, "kqueue"):
        Kqueue.real_kqueue = select.kqueue
        select.kqueue = Kqueue


def understood(timeout):
    """Is this a timeout? The real call says what it thinks of others."""
    return isinstance(timeout, (int, float, NoneType)) and timeout == timeout


def waited(timeout, scale=1):
    """Seconds that the real call has waited, if nothing came; None where that can't be said."""
    return seconds(timeout, scale) if understood(timeout) else None


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
        recorder = self.recorder
        if caller().f_code.co_filename != recorder.program:
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

    @unseen
    def poll(self, timeout=None, /):
        if self.recorder.elsewhere() or not understood(timeout):
            events = self.real.poll(timeout)
            self.recorder.has_waited(events, waited(timeout, 1000))
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
            self.recorder.has_waited(events, waited(timeout))
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


class MakePoll:
    """select.poll() is a function that makes a poll object."""

    def __init__(self, real):
        self.real = real

    def __call__(self):
        return Poll(self.real())
