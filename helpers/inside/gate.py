"""The gate: where a loop that is held stands, before its next select, until the notebook lets it go round."""
import sys
from _queue import SimpleQueue
from _thread import allocate_lock, get_ident

BRIEFLY = 0.01        # seconds that a step really waits, before the clock jumps
PATIENCE = 1.0        # real seconds that it waits, all in all, for those who sleep
WORKING = 10.0        # and for those who work
FOREVER = float("inf")


class Gate:
    """`closed`: the loop is to stand whenever it comes round. The notebook's commands come from another thread."""

    def __init__(self, held, clock, workers, tell):
        self.closed = held
        self.clock, self.workers, self.tell = clock, workers, tell
        self.again = False                # it is to be closed again as soon as the loop has been let go
        self.deciding = allocate_lock()   # between the loop and whoever commands it
        self.commands = SimpleQueue()     # "step"; a time of the clock: step, but not past it; "release"; "make way"
        self.limit = None                 # the clock may jump so far in this step; None: as far as there is to go
        self.standing = False

    def command(self, word):
        """From the thread that listens to the notebook: "step", "release", "hold", or the time up to which to step."""
        if word != "hold":
            self.commands.put(word)
            return
        with self.deciding:
            if self.closed:               # the loop has been let go, and has not come to the gate yet
                self.again = True
            self.closed = True

    def stand(self, news=((), ())):
        """Stand still before the next call, until a step is allowed. `news`: what is told when the loop stands here."""
        flush()
        self.clock.hold()
        self.standing = True
        self.tell("held", *news)
        while (command := self.commands.get()) == "release":
            with self.deciding:
                self.closed, self.again = self.again, False
            self.tell("released")
            if not self.closed:
                self.clock.release()
                break
            self.tell("held", (), ())
        self.limit = command if isinstance(command, float) else None
        self.standing = False

    def make_way(self):
        """Another thread is the loop from now on. If one stands here already, it goes on, and is held no more."""
        if self.standing:
            self.commands.put("make way")

    def wait(self, call, timeout):
        """call(seconds), the real select, for a loop that is held: where nothing is ready, the clock jumps.

        No time passes while another thread works: we wait for what it will say. Who sleeps wakes when it is time.
        """
        clock = self.clock
        if clock.stands is None or timeout == 0 or clock.owner != get_ident():
            return call(timeout)
        end = None if timeout is None or timeout < 0 else clock.stands + timeout
        began = clock.real()
        while clock.stands is not None:
            if end is None and self.limit is None and not self.workers.there():
                return call(None)
            ready = call(BRIEFLY if end is None else min(end - clock.stands, BRIEFLY))
            if any(ready) or clock.stands == end:
                return ready
            waited = clock.real() - began
            if waited < WORKING and self.workers.at_work():
                continue
            ready = call(0)                  # who has just come to the end of their work has rung before that
            if any(ready):
                return ready
            self.pass_time(end, waited)
        return call(end and end - clock.now())

    def pass_time(self, end, waited):
        """Nothing is ready, so the clock may jump: to the end of the timeout, or to that of somebody's sleep.

        end: None if the call has no timeout. waited: for how long it has really waited, in seconds.
        """
        clock = self.clock
        wakes, really = clock.next_to_wake() or (FOREVER, FOREVER)
        moment = min(wakes, FOREVER if end is None else end)
        if self.limit is not None and self.limit < moment:
            clock.jump_to(self.limit)
            self.stand()
        elif moment == end or clock.real() >= really or (end is not None and waited > PATIENCE):
            clock.jump_to(moment)


def flush():
    """What the program has printed is there when its loop stands. It may have put anything in the place of sys.stdout."""
    for output in sys.stdout, sys.__stdout__:
        try:
            output.flush()
        except Exception:
            pass
