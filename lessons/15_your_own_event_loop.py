"""Lesson 15: your own event loop, and a coroutine for each client, which reads like the thread of lesson 11.

    python lessons/15_your_own_event_loop.py 6666        in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

    python lessons/15_your_own_event_loop.py 6666 30     the same: who is silent for 30 seconds is let go

New: a function may stop in the middle, where an `await` has to wait, and go on from there when its socket is ready,
or its time has come.
Its weakness, kept on purpose: one loop on one processor, so that who computes for long stops everybody (09 has the cure);
and a timer that was cancelled stays in its heap until its moment has come (14 sweeps them out).
"""
import heapq
import itertools
import selectors
import signal
import socket
import sys
import time
import traceback
import types
from collections import defaultdict, deque

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE

selector = selectors.DefaultSelector()
waiting = defaultdict(dict)                 # socket -> {an event that it is watched for: who waits for it, or None}
ready = deque()                             # the tasks that can go on now
current = None                              # the task that is going on
timers = []                                 # a heap of lists: when, a number, what is done then (None: cancelled)
numbers = itertools.count()                 # of two timers for one moment, the one that was set first comes first


# -- the loop ------------------------------------------------------------------------------------------------------------

def run(coroutine):
    """Go round until this coroutine is over, and go on with every task whose turn it is."""
    main = spawn(coroutine)
    while not main.over:
        for key, events in selector.select(until_the_next()):
            for event in READ, WRITE:
                if events & event:
                    tell(key, event)
        now = time.monotonic()
        while timers and timers[0][0] <= now:
            when, number, action = heapq.heappop(timers)
            if action:
                action()
        for _ in range(len(ready)):         # who is woken by one of these has its turn in the next iteration
            go_on(ready.popleft())


def until_the_next():
    """How long select may wait: not at all if somebody can go on; else until the next timer, or for ever."""
    if ready:
        return 0
    while timers and timers[0][2] is None:
        heapq.heappop(timers)
    return max(0, timers[0][0] - time.monotonic()) if timers else None


def tell(key, event):
    """It is ready. If nobody waits for that now, it is watched for it no more: else select would come back at once."""
    tasks = key.data
    if tasks[event]:
        tasks[event].wake()
    else:
        del tasks[event]
        watch(key.fileobj, tasks)


def watch(sock, tasks):
    """What we want to know of this socket is different now."""
    if not tasks:
        selector.unregister(sock)
    elif sock in selector.get_map():
        selector.modify(sock, sum(tasks), tasks)
    else:
        selector.register(sock, sum(tasks), tasks)


def go_on(task):
    """Let it run until it stops. An error that nobody catches ends this task, and no other; and it is heard."""
    global current
    current, task.woken = task, False
    try:
        if task.errors:
            task.coroutine.throw(task.errors.pop(0))
        else:
            task.coroutine.send(None)
    except (StopIteration, Cancelled):      # it has come to its end
        task.over = True
    except Exception:
        task.over = True
        traceback.print_exc()
    else:
        if task.errors:
            task.wake()


# -- what a coroutine can do ---------------------------------------------------------------------------------------------

class Cancelled(BaseException):
    """Raised in a task that is cancelled, where it waits. It is no Exception: `except Exception` doesn't stop it."""


class Task:
    """A coroutine on its way."""

    def __init__(self, coroutine):
        self.coroutine, self.errors = coroutine, []
        self.woken = self.over = False

    def wake(self):
        if not (self.woken or self.over):
            self.woken = True
            ready.append(self)

    def cancel(self, error=None):
        """Where it waits, this error is raised: Cancelled, if no other is given."""
        self.errors.append(error or Cancelled())
        self.wake()


def spawn(coroutine):
    """From now on it goes on beside the others."""
    task = Task(coroutine)
    task.wake()
    return task


@types.coroutine
def pause():
    """Stop here, until somebody wakes this task."""
    yield


@types.coroutine
def until(sock, event):
    """Stop here until the socket is ready. It stays watched, so the next time nobody need be told."""
    tasks = waiting[sock]
    if event not in tasks:
        tasks[event] = None
        watch(sock, tasks)
    elif tasks[event]:
        raise RuntimeError("somebody else waits for the same")
    tasks[event] = current
    try:
        yield
    finally:
        tasks[event] = None


async def accept(listener):
    await until(listener, READ)
    connection, address = listener.accept()
    connection.setblocking(False)
    return connection


async def recv(connection, size):
    while True:
        await until(connection, READ)
        try:
            return connection.recv(size)
        except BlockingIOError:             # it was ready, and now it isn't
            pass


async def send(connection, data):
    """All of it: at once what fits, and the rest when there is room."""
    while data:
        try:
            data = data[connection.send(data):]
        except BlockingIOError:
            await until(connection, WRITE)


def close(sock):
    """Clear away what is kept of it, then close."""
    if waiting.pop(sock, None):
        selector.unregister(sock)
    sock.close()


def later(seconds, action):
    """Call this in so many seconds. What is returned can be cancelled."""
    timer = [time.monotonic() + seconds, next(numbers), action]
    heapq.heappush(timers, timer)
    return timer


async def sleep(seconds):
    timer = later(seconds, current.wake)
    try:
        await pause()
    finally:
        timer[2] = None


class timeout:
    """with timeout(30): the block may take 30 seconds. If it takes longer, it ends with a TimeoutError."""

    def __init__(self, seconds):            # None: as long as it likes
        self.seconds, self.timer = seconds, [0, 0, None]

    def __enter__(self):
        self.task, self.error = current, Cancelled()
        self.renew()
        return self

    def renew(self):
        """The time begins anew."""
        if self.seconds is not None:
            self.timer[2] = None
            self.timer = later(self.seconds, lambda: self.task.cancel(self.error))

    def __exit__(self, kind, error, trace):
        self.timer[2] = None
        if self.error in self.task.errors:  # its time has come, and the block is over all the same
            self.task.errors.remove(self.error)
        if error is self.error:
            raise TimeoutError from None


# -- a server on this loop -----------------------------------------------------------------------------------------------

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
limit = float(sys.argv[2]) if len(sys.argv) > 2 else None

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=1024)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])


async def serve(connection):
    try:
        with timeout(limit) as patience:
            while data := await recv(connection, 65536):
                await send(connection, data)
                patience.renew()
    except OSError:                         # it broke off, or was silent for too long: a TimeoutError is an OSError
        pass
    finally:
        close(connection)


async def main():
    while True:
        try:
            spawn(serve(await accept(listener)))
        except OSError:                     # as in 06: nobody is let in for a moment
            await sleep(0.1)


run(main())
