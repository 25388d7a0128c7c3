"""What poll, epoll and kqueue watch: they are told once, so a twin keeps its own account of it."""
from .ids import CLOSED


class Poller:
    """What the twins of poll, epoll and kqueue share: one pass of the loop, and the account.

    `account`: descriptor -> (id, for reading, for writing).
    """
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
