"""The gate: where a loop that is held stands, before its next select, until the notebook lets it go round."""
import sys
from _queue import SimpleQueue
from _thread import allocate_lock

BRIEFLY = 0.01        # seconds that a step really waits, before the clock jumps
LONGEST_JUMP = 10.0   # seconds; a loop that waits longer than this really waits


class Gate:
    """`closed`: the loop is to stand whenever it comes round. The notebook's commands come from another thread."""

    def __init__(self, held, clock, tell):
        self.closed = held
        self.clock, self.tell = clock, tell
        self.again = False                # it is to be closed again as soon as the loop has been let go
        self.deciding = allocate_lock()   # between the loop and whoever commands it
        self.commands = SimpleQueue()     # "step" and "release"

    def command(self, word):
        """From the thread that listens to the notebook: "step", "release" or "hold"."""
        if word != "hold":
            self.commands.put(word)
            return
        with self.deciding:
            if self.closed:               # the loop has been let go, and has not come to the gate yet
                self.again = True
            self.closed = True

    def stand(self, news):
        """Stand still before the next call, until a step is allowed. `news`: what is told when the loop stands here."""
        flush()
        stopped = self.clock.now()
        self.tell("held", *news)
        while self.commands.get() == "release":
            with self.deciding:
                self.closed, self.again = self.again, False
            self.tell("released")
            if not self.closed:
                break
            self.tell("held", [], [])
        self.clock.ahead -= self.clock.now() - stopped

    @staticmethod
    def beside_others():
        """Are there threads but the program's own and the one that listens to the notebook? They may be at work."""
        return len(sys._current_frames()) > 2

    def wait(self, call, timeout):
        """call(seconds), the real select, for a loop that is stepped: an empty wait is cut short."""
        patient = timeout is None or timeout < 0 or timeout > LONGEST_JUMP
        if patient or timeout <= BRIEFLY or self.beside_others():
            return call(timeout)
        started = self.clock.now()
        ready = call(BRIEFLY)
        if not any(ready):
            self.clock.ahead += max(0.0, started + timeout - self.clock.now())
        return ready


def flush():
    """Show what was printed so far. The program may have put anything in the place of sys.stdout: what can't be flushed isn't."""
    for output in {id(sys.stdout): sys.stdout, id(sys.__stdout__): sys.__stdout__}.values():
        try:
            output.flush()
        except Exception:
            pass
