"""The calls that the recorder sees: select, poll, epoll, kqueue, and what is done with sockets.

This runs in the child process, beside the program. `install` puts a twin in the place of each call, before the
program starts. A twin notes what goes in and what comes out, and calls the real one: the program's lists are
never changed, and errors of the real call pass through untouched.
"""
import os
import select
import selectors
import socket

from .recorder import EXCERPT

NoneType = type(None)
real_fileno = socket.socket.fileno


def install(recorder, ports):
    """Replace the calls for the whole process. Everybody who imports them later gets the twins."""
    watch_select(recorder)
    watch_pollers(recorder)
    watch_sockets(recorder, ports)
    watch_files(recorder)


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


def seconds(timeout, scale=1):
    """A timeout as the program gave it -> seconds, or None for "wait for ever"."""
    return None if timeout is None or timeout < 0 else timeout / scale


class Select:
    """The twin of select.select. Its method is bound already, so that it can be an attribute of a class."""

    def __init__(self, recorder):
        self.recorder, self.real = recorder, select.select

    def select(self, *arguments):
        recorder, real = self.recorder, self.real
        understood = None if recorder.elsewhere() else self.understood(arguments)
        if not understood:
            return real(*arguments)                # not our loop, or not what select takes: the real one says so
        lists, timeout, (reads, writes, _) = understood
        recorder.enter("select", timeout, reads, writes)
        try:
            if recorder.stepping:
                ready = recorder.wait(lambda patience: real(*lists, patience), timeout)
            else:
                ready = real(*lists, timeout)
        except BaseException as error:
            recorder.failed("select", error)
            raise
        recorder.returned(*map(self.ids, ready))
        return ready

    def understood(self, arguments):
        """(three lists, timeout, their ids), or None where the arguments make no sense."""
        lists, timeout = arguments[:3], arguments[3] if len(arguments) == 4 else None
        if not 3 <= len(arguments) <= 4 or not isinstance(timeout, (int, float, NoneType)):
            return None
        try:
            lists = [things if isinstance(things, (list, tuple)) else tuple(things) for things in lists]
            return None if timeout is not None and timeout < 0 else (lists, timeout, [*map(self.ids, lists)])
        except (TypeError, AttributeError):
            return None

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

    def register(self, thing, eventmask=all_events):
        self.real.register(thing, eventmask)
        self.watch(descriptor(thing), eventmask & select.POLLIN, eventmask & select.POLLOUT)

    def modify(self, thing, eventmask):
        self.real.modify(thing, eventmask)
        self.watch(descriptor(thing), eventmask & select.POLLIN, eventmask & select.POLLOUT)

    def unregister(self, thing):
        self.real.unregister(thing)
        self.forget(descriptor(thing))

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
        if max_events == 0 or self.recorder.elsewhere():
            events = self.real.control(changes, max_events, timeout)
            self.note_changes(changes)
            return events
        changes = None if changes is None else list(changes)
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


# -- sockets ---------------------------------------------------------------------------------------------------
# socket.socket is a Python class: its methods are replaced in place, so every instance and subclass has the twins.

def excerpt(data):
    """The first bytes of what was sent, for any bytes-like object."""
    return data[:EXCERPT] if type(data) is bytes else bytes(memoryview(data).cast("B")[:EXCERPT])


def watch_sockets(recorder, ports):
    note, ids, cls = recorder.operations.extend, recorder.ids, socket.socket

    def failed(name, sock, error):
        note((name, ids[real_fileno(sock)], type(error).__name__, b""))

    def twin(name, measure):
        """Replace one method. measure(result, arguments) -> (size, first bytes) of what went through."""
        real = getattr(cls, name, None)
        if real is None:                     # not on this system
            return

        def method(self, *arguments, **keywords):
            try:
                result = real(self, *arguments, **keywords)
            except BaseException as error:
                failed(name, self, error)
                raise
            note((name, ids[real_fileno(self)], *measure(result, arguments)))
            return result

        replace(name, method)

    def replace(name, method):
        method.__name__, method.__doc__ = name, getattr(cls, name).__doc__
        setattr(cls, name, method)

    if recorder.recording:
        twin("recv_into", lambda size, arguments: (size, excerpt(arguments[0])[:size]))
        twin("recvfrom", lambda result, arguments: (len(result[0]), result[0][:EXCERPT]))
        twin("recvfrom_into", lambda result, arguments: (result[0], excerpt(arguments[0])[:result[0]]))
        twin("recvmsg", lambda result, arguments: (len(result[0]), result[0][:EXCERPT]))
        twin("sendto", lambda size, arguments: (size, excerpt(arguments[0])[:size]))
        twin("sendmsg", lambda size, arguments: (size, b"".join(map(excerpt, arguments[0]))[:min(size, EXCERPT)]))
        twin("shutdown", lambda nothing, arguments: (None, b""))
        busy_sockets(note, ids, failed, replace)

    real_accept, real_close = cls.accept, cls.close
    real_bind, real_listen, real_getsockname = cls.bind, cls.listen, cls.getsockname
    real_connect, real_connect_ex = cls.connect, cls.connect_ex

    def accept(self):
        try:
            connection, address = real_accept(self)
        except BaseException as error:
            failed("accept", self, error)
            raise
        port = address[1] if isinstance(address, tuple) else None
        peer = ids.new(real_fileno(connection), "connection", port)
        note(("accept", ids[real_fileno(self)], None, peer))
        return connection, address

    def close(self):
        number = real_fileno(self)
        if number >= 0:
            note(("close", ids[number], None, b""))
        real_close(self)
        if number >= 0 and real_fileno(self) < 0:
            ids.pop(number, None)            # the next socket with this number is somebody else

    def bind(self, address):
        ports.bind(self, address, real_bind, real_getsockname)

    def listen(self, *arguments):
        real_listen(self, *arguments)
        real = real_getsockname(self)
        recorder.listens(real_fileno(self), port_of(ports.asked(self, real)), real)

    def getsockname(self):
        return ports.asked(self, real_getsockname(self))

    def connect(self, address):
        ids.became(real_fileno(self), "client", port_of(address))
        try:
            result = real_connect(self, ports.real(self, address))
        except BaseException as error:
            failed("connect", self, error)
            raise
        note(("connect", ids[real_fileno(self)], None, b""))
        return result

    def connect_ex(self, address):
        ids.became(real_fileno(self), "client", port_of(address))
        number = real_connect_ex(self, ports.real(self, address))
        note(("connect_ex", ids[real_fileno(self)], os.strerror(number) if number else None, b""))
        return number

    for method in (accept, close, bind, listen, getsockname, connect, connect_ex):
        replace(method.__name__, method)


def busy_sockets(note, ids, failed, replace):
    """The three busiest calls, written out: under load every call of a function more would be felt."""
    real_recv, real_send, real_sendall = socket.socket.recv, socket.socket.send, socket.socket.sendall

    def recv(self, *arguments):
        try:
            data = real_recv(self, *arguments)
        except BaseException as error:
            failed("recv", self, error)
            raise
        note(("recv", ids[real_fileno(self)], len(data), data[:EXCERPT]))
        return data

    def send(self, data, *flags):
        try:
            size = real_send(self, data, *flags)
        except BaseException as error:
            failed("send", self, error)
            raise
        note(("send", ids[real_fileno(self)], size, excerpt(data)[:size]))
        return size

    def sendall(self, data, *flags):
        try:
            real_sendall(self, data, *flags)
        except BaseException as error:
            failed("sendall", self, error)
            raise
        if type(data) is bytes:
            note(("sendall", ids[real_fileno(self)], len(data), data[:EXCERPT]))
        else:
            note(("sendall", ids[real_fileno(self)], memoryview(data).nbytes, excerpt(data)))

    for method in (recv, send, sendall):
        replace(method.__name__, method)


def port_of(address):
    return address[1] if isinstance(address, tuple) else None


# -- the terminal, and plain descriptors -----------------------------------------------------------------------

def watch_files(recorder):
    """sys.stdin's readline and read; os.read and os.write, for the descriptors that the loop has watched."""
    import io
    import sys
    note, ids = recorder.operations.extend, recorder.ids

    class Input(io.TextIOWrapper):
        def readline(self, *arguments):
            line = super().readline(*arguments)
            note(("readline", ids[0], len(line), line.encode(self.encoding, "replace")[:EXCERPT]))
            return line

        def read(self, *arguments):
            text = super().read(*arguments)
            note(("read", ids[0], len(text), text.encode(self.encoding, "replace")[:EXCERPT]))
            return text

    if sys.stdin is not None:
        settings = {name: getattr(sys.stdin, name) for name in ("encoding", "errors", "line_buffering")}
        sys.stdin = sys.__stdin__ = Input(sys.stdin.detach(), **settings)

    real_read, real_write = os.read, os.write

    def read(number, size, /):
        data = real_read(number, size)
        if number in ids:
            note(("read", ids[number], len(data), data[:EXCERPT]))
        return data

    def write(number, data, /):
        size = real_write(number, data)
        if number in ids:
            note(("write", ids[number], size, excerpt(data)[:size]))
        return size

    os.read, os.write = read, write
