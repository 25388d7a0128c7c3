"""Queues of jobs: which thread has taken one, and has not come back for the next? Twins, as in `calls.py`."""
from _thread import get_native_id
from collections import deque

from .frames import unseen
from .imports import when_imported

busy = set()          # the system's numbers of threads that have taken a job from a queue, and have not asked for the next


def install():
    when_imported("queue", watch)


def take(get, given):
    """Get a job. This thread has none until it is there; then it works. (`workers.py` looks at `given` in this frame.)"""
    me = get_native_id()              # not get_ident: Python gives the ident of one that has ended to a new thread
    busy.discard(me)
    job = get()
    busy.add(me)
    if given:
        given.pop()
    return job


def watch(module):
    """Put twins in the place of queue.SimpleQueue and queue.Queue. They count the jobs that are given and not taken."""
    real_init, real_put, real_get = module.Queue.__init__, module.Queue.put, module.Queue.get

    class SimpleQueue(module.SimpleQueue):
        __slots__ = ("given",)               # a deque, for its length: threads may change it without a lock

        def __init__(self):
            self.given = deque()

        @unseen
        def put(self, item, block=True, timeout=None):
            self.given.append(None)
            super().put(item, block, timeout)

        def put_nowait(self, item):
            self.put(item)

        @unseen
        def get(self, block=True, timeout=None):
            real = super().get
            return take(lambda: real(block, timeout), self.given)

        def get_nowait(self):
            return self.get(False)

    def __init__(self, maxsize=0):
        self._given = deque()
        real_init(self, maxsize)

    def put(self, item, block=True, timeout=None):
        self._given.append(None)
        try:
            real_put(self, item, block, timeout)
        except BaseException:                # it is full
            self._given.pop()
            raise

    def get(self, block=True, timeout=None):
        return take(lambda: real_get(self, block, timeout), self._given)

    SimpleQueue.__module__ = module.SimpleQueue.__module__
    module.SimpleQueue = SimpleQueue
    module.Queue.__init__, module.Queue.put, module.Queue.get = __init__, unseen(put), unseen(get)
