"""What a loop does, noted from inside its process.

This runs in the child process, beside the program. A busy server must hardly feel it. So there are no classes for
what is seen, only plain tuples; `recording` gives them names, in the notebook's process.

One iteration, as a tuple (the order is `recording.Iteration`'s own)::

    (number, call, timeout, watched_read, watched_write, readable, writable, exceptional,
     waited, worked, operations, lines, beside, coroutines)

Operations lie flat in one tuple, four values each: name, id, size (or the name of its error), first bytes (or, of
an accept, the id of the connection). Flat, because a tuple each would keep the garbage collector busy. Sockets
appear under their ids.
"""
import errno
from _thread import allocate_lock, get_ident
from collections import deque

from .clock import Clock
from .frames import hide
from .gate import Gate
from .ids import Ids
from .trace import Trace
from .unseen import Unseen
from .whose import Whose
from .workers import Workers

KEEP = 50_000         # how much is kept, as `weigh` counts it: 10,000 empty iterations
OPERATIONS = 10_000   # the most operations kept of one iteration: the last ones
CALLED = 5            # values are known of an iteration whose call has not come back
EXCERPT = 64          # the bytes kept of what was received or sent


def quietly(method):
    """What goes wrong in this method of the recorder is our fault, and never reaches the program."""
    def safe(self, *arguments):
        try:
            return method(self, *arguments)
        except Exception as fault:
            return self.left_out(fault)
    return safe


class Recorder:
    """Notes every iteration of one loop: the program's (`whose` knows which that is).

    `tell(word, *values)` sends a message to the notebook. `program` is the path whose lines are traced, `beside` that of
    another file whose lines are, too.
    """

    def __init__(self, program, tell, held=False, recording=True, beside=None):
        self.program, self.tell = program, tell
        self.recording = recording
        self.clock, self.ids = Clock(held), Ids()
        self.trace = Trace(program, beside, self.ids)
        self.workers = Workers(self.clock, self.ids)
        self.whose = Whose(program, self.workers)
        self.gate = Gate(held, self.clock, self.workers, tell)
        self.unseen = Unseen(self.ids)
        self.number = 0
        self.kept, self.weight = deque(), 0
        self.keeping = allocate_lock()    # between the loop and whoever asks for the iterations
        self.operations = deque(maxlen=4 * OPERATIONS)     # of the iteration that goes on; four values each
        self.note = self.operations.extend                 # note((name, id, size, first bytes)); see `beside_threads`
        self.whole = True                                  # nothing had to be left out yet
        self.now = None                   # the iteration that goes on: what is known of it so far
        self.coming = None                # while the loop stands: what it is going to ask its next call
        self.last_seen = ((), ())         # watched lists of the iteration before, shared when they are the same
        self.news, self.last_done = 0, () # iterations that moved bytes, or did not just what the one before did

    # -- one pass of the loop, in three calls --------------------------------------------------------------

    def elsewhere(self):
        """True if the call that is made now is none of the loop: its outcome is none of our business."""
        before, known = self.whose.thread, self.now and self.now[0]
        try:
            if not self.whose.is_the_loops(calling=known and len(known) == CALLED):
                return True
            if self.whose.thread != before:
                self.begin()
            return False
        except Exception as fault:
            self.left_out(fault)
            return True

    def begin(self):
        """This thread is the loop's from now on. Whoever was taken for it goes on unseen."""
        self.now = None
        self.gate.make_way()
        self.clock.owner = self.whose.thread

    def has_waited(self, ready, timeout):
        """A call that is none of the loop has come back. If its thread is the loop's, its wait has taken time."""
        if timeout is not None and timeout >= 0 and not any(ready):
            self.clock.has_waited(timeout)

    def enter(self, call, timeout, watched_read, watched_write):
        """The loop stands before its next call: the iteration before is over. Hold it here, if it is held."""
        self.finish()
        if self.gate.closed:
            self.coming = timeout, watched_read, watched_write
            self.stand()
            self.coming = None
        if self.whose.thread == get_ident():              # if not, another one is the loop now, and this one goes on unseen
            self.calls(call, timeout, watched_read, watched_write)

    @quietly
    def calls(self, call, timeout, watched_read, watched_write):
        """A new iteration begins."""
        self.number += 1
        if self.number == 1:
            self.tell("looping")
        seen = (watched_read, watched_write)
        if seen == self.last_seen:
            seen = self.last_seen
        self.last_seen = seen
        self.now = (self.number, call, timeout, *seen), self.clock.now()

    def stand(self):
        """Hold the loop at the gate. If it is stepped from there, its lines are noted."""
        self.trace.stop()
        self.gate.stand(self.hand_over())
        if self.gate.closed:
            self.trace.start()

    @quietly
    def returned(self, readable, writable, exceptional):
        """The call has come back. What the program does from now on is the work of this iteration."""
        if self.whose.thread != get_ident() or not self.now:
            return
        known, called = self.now
        self.now = (*known, readable, writable, exceptional, self.clock.now() - called), self.clock.real()

    @quietly
    def finish(self):
        """The work of this iteration is done: keep it, and forget the oldest when there are too many."""
        now, self.now = self.now, None
        operations = tuple(self.operations)
        self.operations.clear()
        if not now or not self.recording or len(now[0]) == CALLED:
            return
        known, since = now
        unseen = () if moved(operations) else self.beyond(known, operations) or ()      # a busy loop moves bytes
        if moved(operations) or unseen or operations != self.last_done:
            self.news, self.last_done = self.news + 1, operations
        operations += unseen
        record = (*known, self.clock.real() - since, operations,
                  tuple(self.trace.lines), tuple(self.trace.beside), tuple(self.trace.coroutines.rows))
        with self.keeping:
            self.kept.append(record)
            self.weight += weigh(record)
            while self.weight > KEEP:
                self.weight -= weigh(self.kept.popleft())

    @quietly
    def beyond(self, known, operations):
        """What was done in this iteration that no twin has seen."""
        return self.unseen.after(known[5:8], operations)

    @quietly
    def failed(self, call, error):
        """The call raised: an iteration in which nothing was ready, with the error as its only operation.

        Not where a signal handler of the program's ends it from there: the call is as it was, and never comes back.
        """
        hide(error)
        if isinstance(error, SystemExit):
            self.now = None
            return
        self.operations.extend((call, None, name_of(error), b""))
        self.returned((), (), ())

    def listens(self, number, port, address, kind):
        """A "listener" (or a bound "udp") is found now at a real address; `port` is the one that the program asked for."""
        host, real = address[:2] if isinstance(address, tuple) else (address, None)
        self.ids.became(number, kind, port, host, real, self.number)
        self.tell("listening", self.ids.hand_over())

    def beside_threads(self):
        """The program has threads from now on: an iteration holds what the loop's own thread does."""
        extend = self.operations.extend

        def note(four):
            if self.whose.thread == get_ident():
                extend(four)

        self.note = note

    def left_out(self, error):
        """Something couldn't be recorded, by a fault of ours. The program goes on; the notebook is told once.

        An error that a signal handler of the program's has raised meanwhile isn't ours, and goes on, too.
        """
        if self.whose.comes_from_a_handler(error):
            raise error
        if self.whole:
            self.whole = False
            self.tell("left out", f"{type(error).__name__}: {error}")

    # -- what the notebook asks for --------------------------------------------------------------------------

    def progress(self):
        """(iterations so far, the call that has not come back, its timeout, iterations that did anything new, the clock,
        of a loop that stands, what it is going to ask for: (timeout, watched for reading, for writing); and of one that is
        stepped and in its call: does the step wait for somebody beside it?; and of one in its call, what it watches there)"""
        known = self.now[0] if self.now else ()
        _, call, timeout, *watched = known if len(known) == CALLED else (None, None, None)
        beside = bool(call) and self.gate.closed and (bool(self.clock.sleepers) or self.workers.at_work())
        return self.number, call, timeout, self.news if self.recording else None, self.clock.now(), self.coming, beside, watched

    def hand_over(self):
        """Everything that is not handed over yet: (iterations, sockets that were born)."""
        with self.keeping:
            taken = list(self.kept)
            self.kept.clear()
            self.weight = 0
        return taken, self.ids.hand_over()

    def forget_the_loop(self):
        """In a process that the program has forked: nothing is recorded there."""
        self.whose.forget()
        self.clock.release()
        self.operations.clear()


def name_of(error):
    """The name of an error's type; of a plain OSError that of its number as well: "OSError EMFILE"."""
    name = type(error).__name__
    return f"{name} {errno.errorcode.get(error.errno, '')}".strip() if type(error) is OSError else name


def moved(operations):
    """Did any of these move a byte? (Of one that failed, the size is the name of its error.)"""
    return any(type(size) is int and size for size in operations[2::4])


def weigh(record):
    """What an iteration costs in memory, in units of about 100 bytes. Watched lists are mostly shared."""
    watched = len(record[3]) + len(record[4])
    return 5 + watched // 8 + len(record[5]) + len(record[6]) + len(record[10]) // 4 + len(record[13])
