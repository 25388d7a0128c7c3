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
        self.moved = self.recorder.ids.tell_of_moves()

    def __getattr__(self, name):
        return getattr(self.real, name)

    def watch(self, number, reading, writing):
        known = self.recorder.ids[number]
        if self.watched and number not in self.account:    # one more: of thousands, the list isn't made anew
            reads, writes = self.watched
            self.watched = reads + (known,) * bool(reading), writes + (known,) * bool(writing)
        else:
            self.watched = None
        self.account[number] = known, reading, writing
        self.gone.discard(number)

    def forget(self, number):
        self.account.pop(number, None)
        self.gone.discard(number)
        self.watched = None

    def watched_now(self):
        """(ids watched for reading, ids watched for writing), as tuples that are shared while nothing changes."""
        ids = self.recorder.ids
        try:
            if self.moved:                                 # a descriptor was opened or closed since we looked
                self.look_for_others(ids)
            if self.watched is None:
                rows = self.account.values()
                self.watched = tuple(row[0] for row in rows if row[1]), tuple(row[0] for row in rows if row[2])
        except Exception as fault:
            self.recorder.left_out(fault)
        return self.watched or ((), ())

    def look_for_others(self, ids):
        """What was closed isn't watched any more: the kernel forgets it, or takes whatever has its number now."""
        while self.moved:
            number = self.moved.pop()
            known, *interest = self.account.get(number, (None,))
            if known is not None and ids.get(number) != known:
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
