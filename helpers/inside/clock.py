"""The program's clocks, set ahead of the real ones.

While a loop is held its clock stands still; when a step finds nothing to do, the clock jumps to the end of the
timeout (Trio's "autojump" clock does the same for tests). So nobody waits five seconds for nothing, and a held program
behaves the same however long its reader thinks.
"""
import time


class Clock:
    """`ahead`: by how many seconds the program's clocks are ahead of the real ones."""

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
