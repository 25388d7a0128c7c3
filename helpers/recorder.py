"""What a loop does, noted from inside its process, and the gate where the loop is held.

This runs in the child process, beside the program. It imports the standard library only, and as little of it
as it can: the child must start as fast as a bare interpreter, and a busy server must hardly feel it. So there
are no classes for what is seen, only plain tuples; `recording.py` gives them names, in the notebook's process.

One iteration, as a tuple (the order is `recording.Iteration`'s own)::

    (number, call, timeout, watched_read, watched_write, readable, writable, exceptional,
     waited, worked, operations, lines)

Operations lie flat in one tuple, four values each: name, id, size (or the name of its error), first bytes (or, of
an accept, the id of the connection). Flat, because a tuple each would keep the garbage collector busy. Sockets
appear under ids, small numbers that are never used twice, since the system gives a closed descriptor's number to
the next socket.
"""
import sys
from _queue import SimpleQueue
from _thread import allocate_lock, get_ident
from collections import deque

import errno
import os
import stat
import time

KEEP = 50_000         # how much is kept, as `weigh` counts it: 10,000 empty iterations
OPERATIONS = 10_000   # the most operations kept of one iteration: the last ones
EXCERPT = 64          # the bytes kept of what was received or sent
CLOSED = 0            # the id of every socket that has no descriptor any more

# The held clock. While a loop is held its clock stands still; when a step finds nothing to do, the clock jumps
# to the end of the timeout (Trio's "autojump" clock does the same for tests). So nobody waits five seconds for
# nothing, and a held program behaves the same however long its reader thinks.
BRIEFLY = 0.01        # seconds that a step really waits, before the clock jumps
LONGEST_JUMP = 10.0   # seconds; a loop that waits longer than this really waits


class Clock:
    """The program's clocks, set ahead by `ahead` seconds."""

    def __init__(self):
        self.ahead = 0.0
        self.real = time.perf_counter

    def install(self):
        """Put a clock of ours in the place of each clock in `time`."""
        for name in ("time", "monotonic", "perf_counter"):
            setattr(time, name, Ahead(self, getattr(time, name)))
            setattr(time, name + "_ns", AheadNs(self, getattr(time, name + "_ns")))

    def now(self):
        return self.real() + self.ahead


class Ahead:
    """A clock function. An object, not a function: as a class attribute it must not become a method."""

    def __init__(self, clock, real):
        self.clock, self.real = clock, real

    def __call__(self):
        return self.real() + self.clock.ahead


class AheadNs(Ahead):
    def __call__(self):
        return self.real() + int(self.clock.ahead * 1e9)


class Ids(dict):
    """Descriptor -> id. A descriptor that is met for the first time gets an id and is announced in `born`."""

    def __init__(self):
        self.last = CLOSED
        self.born = deque(maxlen=KEEP)   # (id, kind, port, host, real port) not handed over yet

    def __missing__(self, descriptor):
        if descriptor is None or descriptor < 0:
            return CLOSED
        kind = kind_of(descriptor)
        return self.new(descriptor, kind) if kind else CLOSED

    def new(self, descriptor, kind, *details):
        """A new thing is open under this descriptor: a new id."""
        self.last += 1
        self[descriptor] = self.last
        self.born.append((self.last, kind, *details))
        return self.last

    def became(self, descriptor, kind, *details):
        """A socket has taken a part: it listens now, or it has connected."""
        self.born.append((self[descriptor], kind, *details))

    def hand_over(self):
        """The rows of `born` that nobody has had yet."""
        rows = []
        while self.born:
            rows.append(self.born.popleft())
        return rows


def kind_of(descriptor):
    """What is open under a descriptor: "stdin", "socket", "pipe", "terminal", "file"; None where nothing is."""
    if descriptor <= 2:
        return ("stdin", "stdout", "stderr")[descriptor]
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return None
    if stat.S_ISSOCK(mode):
        return "socket"
    if stat.S_ISFIFO(mode):
        return "pipe"
    return "terminal" if stat.S_ISCHR(mode) else "file"


def name_of(error):
    """The name of an error's type; of a plain OSError that of its number as well: "OSError EMFILE"."""
    name = type(error).__name__
    return f"{name} {errno.errorcode.get(error.errno, '')}".strip() if type(error) is OSError else name


class Recorder:
    """Notes every iteration of one loop: the loop of the thread that calls select first.

    `tell(word, *values)` sends a message to the notebook. `program` is the path whose lines are traced.
    """

    def __init__(self, program, tell, held=False, recording=True):
        self.program, self.tell = program, tell
        self.recording = recording
        self.loop = None                  # the thread that goes round
        self.stepping = held
        self.again = False                # it is to be held again as soon as it has been released
        self.deciding = allocate_lock()   # between the gate and whoever commands it
        self.commands = SimpleQueue()     # "step" and "release", for the gate
        self.clock = Clock()
        self.ids = Ids()
        self.number = 0
        self.kept, self.weight = deque(), 0
        self.keeping = allocate_lock()    # between the loop and whoever asks for the iterations
        self.operations = deque(maxlen=4 * OPERATIONS)     # of the iteration that goes on; four values each
        self.lines = {}                   # an ordered set of the lines that ran, while stepping
        self.now = None                   # the iteration that goes on: what is known of it so far
        self.last_seen = ((), ())         # watched lists of the iteration before, shared when they are the same

    # -- one pass of the loop, in three calls --------------------------------------------------------------

    def elsewhere(self):
        """True in a thread (or a forked child) that is not the loop: its calls are none of our business."""
        if self.loop is None:
            self.loop = get_ident()
        return self.loop != get_ident()

    def enter(self, call, timeout, watched_read, watched_write):
        """The loop stands before its next call: the iteration before is over. Hold it here, if it is held."""
        self.finish()
        self.operations.clear()
        if self.stepping:
            self.stand()
        self.number += 1
        if self.number == 1:
            self.tell("looping")
        seen = (watched_read, watched_write)
        if seen == self.last_seen:
            seen = self.last_seen
        self.last_seen = seen
        self.now = (self.number, call, timeout, *seen), self.clock.now()

    def returned(self, readable, writable, exceptional):
        """The call has come back. What the program does from now on is the work of this iteration."""
        known, called = self.now
        now = self.clock.now()
        self.now = (*known, readable, writable, exceptional, now - called), now

    def finish(self):
        """The work of this iteration is done: keep it, and forget the oldest when there are too many."""
        if not self.now:
            return
        known, since = self.now
        self.now = None
        if not self.recording or len(known) < 9:      # 9: the call has come back
            return
        operations, lines = tuple(self.operations), tuple(self.lines)
        record = (*known, self.clock.now() - since, operations, lines)
        with self.keeping:
            self.kept.append(record)
            self.weight += weigh(record)
            while self.weight > KEEP:
                self.weight -= weigh(self.kept.popleft())

    def failed(self, call, error):
        """The call raised: an iteration in which nothing was ready, with the error as its only operation."""
        self.operations.extend((call, None, name_of(error), b""))
        self.returned((), (), ())

    def listens(self, number, port, address):
        """A socket listens now, at a real address; `port` is the one that the program asked for."""
        host, real = address[:2] if isinstance(address, tuple) else (address, None)
        self.ids.became(number, "listener", port, host, real)
        self.tell("listening", self.ids.hand_over())

    def waits_in(self):
        """(call, timeout) of the call that has not come back, or (None, None)."""
        known = self.now[0] if self.now else ()
        return known[1:3] if len(known) == 5 else (None, None)

    def hand_over(self):
        """Everything that is not handed over yet: (iterations, sockets that were born)."""
        with self.keeping:
            taken = list(self.kept)
            self.kept.clear()
            self.weight = 0
        return taken, self.ids.hand_over()

    # -- the gate -------------------------------------------------------------------------------------------

    def command(self, word):
        """From the thread that listens to the notebook: "step", "release" or "hold"."""
        if word != "hold":
            self.commands.put(word)
            return
        with self.deciding:
            if self.stepping:             # it has been released, and has not come to the gate yet
                self.again = True
            self.stepping = True

    def stand(self):
        """Stand still before the next call, until a step is allowed."""
        sys.settrace(None)
        self.lines.clear()
        sys.stdout.flush()
        stopped = self.clock.now()
        self.tell("held", *self.hand_over())
        while self.commands.get() == "release":
            with self.deciding:
                self.stepping, self.again = self.again, False
            self.tell("released")
            if not self.stepping:
                break
            self.tell("held", [], [])
        self.clock.ahead -= self.clock.now() - stopped
        if self.stepping:
            self.trace()

    def wait(self, call, timeout):
        """call(seconds), the real select, for a loop that is stepped: an empty wait is cut short."""
        patient = timeout is None or timeout < 0 or timeout > LONGEST_JUMP
        if patient or timeout <= BRIEFLY or len(sys._current_frames()) > 2:   # others may be at work: wait for them
            return call(timeout)
        started = self.clock.now()
        ready = call(BRIEFLY)
        if not any(ready):
            self.clock.ahead += max(0.0, started + timeout - self.clock.now())
        return ready

    # -- the lines that ran ---------------------------------------------------------------------------------

    def trace(self):
        """Note each line of the program from here on: in the functions that run already, and in new ones."""
        frame = sys._getframe(1)
        while frame:
            if frame.f_code.co_filename == self.program:
                frame.f_trace = self.line
                if not self.lines:
                    self.lines[frame.f_lineno] = None      # the line that calls select
            frame = frame.f_back
        sys.settrace(self.call)

    def call(self, frame, event, argument):
        return self.line if frame.f_code.co_filename == self.program else None

    def line(self, frame, event, argument):
        if event == "line":
            self.lines[frame.f_lineno] = None
        return self.line


def weigh(record):
    """What an iteration costs in memory, in units of about 100 bytes. Watched lists are mostly shared."""
    watched = len(record[3]) + len(record[4])
    return 5 + watched // 8 + len(record[5]) + len(record[6]) + len(record[10]) // 4
