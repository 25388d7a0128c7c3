"""kqueue, seen by the recorder: macOS and the BSDs have it. A twin, as in `calls.py`."""
import select

from .account import Poller
from .calls import seconds
from .frames import unseen


class Kqueue(Poller):
    """macOS and the BSDs: one call, `control`, both says what to watch and waits."""
    name = "kqueue"
    forgets = True

    def __init__(self):
        super().__init__(Kqueue.real_kqueue())
        self.filters = {}                    # descriptor -> the set of filters that watch it

    @unseen
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
