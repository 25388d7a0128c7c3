"""kqueue: there is none on Linux, so its twin meets a fake one."""
import errno
from types import SimpleNamespace

import pytest

from helpers.inside import pollers
from helpers.inside.recorder import Recorder

READ, WRITE, ADD, DELETE, ERROR = -1, -2, 1, 2, 0x4000


def event(ident, filter=READ, flags=ADD):
    return SimpleNamespace(ident=ident, filter=filter, flags=flags)


@pytest.fixture
def kqueue(monkeypatch):
    """The twin, with a fake in the place of the real kqueue; kqueue.said is what the real one was told."""
    class FakeKqueue:
        def __init__(self):
            self.said, self.events = [], []

        def control(self, changes, max_events, timeout=None):
            self.said.append((None if changes is None else list(changes), max_events, timeout))
            if isinstance(self.events, Exception):
                raise self.events
            return self.events

        def fileno(self):
            return 99

    fake = SimpleNamespace(KQ_FILTER_READ=READ, KQ_FILTER_WRITE=WRITE, KQ_EV_DELETE=DELETE, KQ_EV_ERROR=ERROR)
    recorder = Recorder("program.py", lambda *message: None)
    recorder.stand = lambda: None
    for number in 5, 6:
        recorder.ids.new(number, "socket")
    monkeypatch.setattr(pollers, "select", fake)
    monkeypatch.setattr(pollers.Poller, "recorder", recorder)
    monkeypatch.setattr(pollers.Kqueue, "real_kqueue", FakeKqueue, raising=False)
    return pollers.Kqueue()


def seen(kqueue):
    """(watched for reading, for writing, readable, writable, exceptional) of each iteration, as ids."""
    kqueue.recorder.finish()
    return [record[3:8] for record in kqueue.recorder.hand_over()[0]]


def test_kqueue_sorts_its_events(kqueue):
    kqueue.real.events = events = [event(5), event(6, WRITE), event(6, WRITE, ERROR)]
    assert kqueue.control([event(5), event(6, WRITE)], 10, 1.5) is events
    assert kqueue.real.said == [([event(5), event(6, WRITE)], 10, 1.5)]
    assert seen(kqueue) == [((1,), (2,), (1,), (2, 2), (2,))]


@pytest.mark.parametrize("container", [list, tuple, iter], ids=["list", "tuple", "iterator"])
def test_kqueue_changes_without_waiting_are_no_iteration(kqueue, container):
    kqueue.control(container([event(5), event(5, WRITE)]), 0, 0)
    kqueue.control(container([event(5, READ, DELETE)]), 0)
    assert seen(kqueue) == []
    kqueue.control(None, 10, 0)
    assert seen(kqueue) == [((), (1,), (), (), ())]


def test_kqueue_forgets_what_is_deleted_or_closed(kqueue):
    kqueue.control([event(5), event(6)], 10, 0)
    kqueue.control([event(5, READ, DELETE)], 10, 0)
    kqueue.recorder.ids.pop(6)                               # as close does
    kqueue.control(None, 10, 0)
    assert [watched for watched, *_ in seen(kqueue)] == [(1, 2), (2,), ()]


def test_kqueue_held_tells_its_changes_once_and_jumps(kqueue):
    kqueue.recorder.gate.closed = True
    kqueue.recorder.clock.hold()
    kqueue.recorder.workers.at_work = lambda: False         # what threads there are here has nothing to do with it
    before = kqueue.recorder.clock.now()
    kqueue.control(iter([event(5)]), 10, 5)
    assert [changes for changes, *_ in kqueue.real.said if changes] == [[event(5)]]
    assert kqueue.recorder.clock.now() == before + 5
    assert len(seen(kqueue)) == 1


def test_kqueue_errors_pass_through(kqueue):
    kqueue.real.events = OSError(errno.EIO, "no such thing")
    with pytest.raises(OSError, match="no such thing"):
        kqueue.control([event(5)], 10, None)
    kqueue.recorder.finish()
    record, = kqueue.recorder.hand_over()[0]
    assert record[1:3] == ("kqueue", None) and record[10] == ("kqueue", None, "OSError EIO", b"")


def test_kqueue_of_another_thread_is_not_recorded(kqueue):
    kqueue.recorder.whose.thread = kqueue.recorder.whose.main = -1
    assert kqueue.control([event(5)], 10, 0) == []
    assert seen(kqueue) == [] and kqueue.fileno() == 99      # and all else is the real one's
