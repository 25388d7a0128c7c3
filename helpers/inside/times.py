"""Whatever tells a program the time tells it the time of one clock: `time`, `datetime`, and waits that end in time.

A program that is held from the start is told the same in every run, but for the date: `monotonic` and `perf_counter`
begin at START, the date at a whole second. So sums of such times are rounded in the same way each time, and two timers
that fall into one iteration do so in every run.
"""
import gc
import time
from _thread import get_ident
from math import floor

from .clock import taken_lock
from .imports import when_imported

START = 1000          # seconds


def install(clock):
    """Put twins in the place of all that reads the system's clocks."""
    held = clock.stands is not None
    tellers = {}
    for name in ("time", "monotonic", "perf_counter"):
        real, real_ns = getattr(time, name), getattr(time, name + "_ns")
        start = None if not held else floor(real()) if name == "time" else START
        tellers[name] = Teller(clock, real, start)
        tellers[name + "_ns"] = NsTeller(clock, real_ns, start)
    for name, teller in tellers.items():
        setattr(time, name, teller)
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, OfNow(getattr(time, name), tellers["time"], 0))
    time.asctime = OfNow(time.asctime, time.localtime, 0)
    time.strftime = OfNow(time.strftime, time.localtime, 1)
    time.clock_gettime = OfClock(time.clock_gettime, tellers, "")
    time.clock_gettime_ns = OfClock(time.clock_gettime_ns, tellers, "_ns")
    time.sleep = clock.sleep
    when_imported("datetime", lambda module: tell_datetimes(module, tellers["time"]))
    when_imported("threading", lambda module: watch_waits(module, clock))


# Clock functions are objects, not functions: as a class attribute they must not become methods.

class Teller:
    """time.time and its like. While the clock runs, it tells what the real one does, and by how much we are ahead."""
    unit = 1.0           # seconds, in the unit of this clock
    whole = staticmethod(float)

    def __init__(self, clock, real, start=None):
        self.clock, self.real = clock, real
        begun = real() - self.whole((clock.real() - clock.first) * self.unit)      # what it said at the first line
        self.start = begun if start is None else self.whole(start * self.unit)
        self.shift = self.start - begun

    def __call__(self):
        clock = self.clock
        if clock.stands is None:
            return self.real() + self.shift + self.whole(clock.ahead * self.unit)
        return self.start + self.whole(clock.ask() * self.unit)


class NsTeller(Teller):
    """time.time_ns and its like."""
    unit = 1_000_000_000
    whole = staticmethod(round)


class OfNow:
    """A function of a time that is the present one where none is given; `place`: which argument the time is."""

    def __init__(self, real, now, place):
        self.real, self.now, self.place = real, now, place

    def __call__(self, *arguments):
        if len(arguments) == self.place or (len(arguments) == self.place + 1 and arguments[self.place] is None):
            arguments = (*arguments[:self.place], self.now())
        return self.real(*arguments)


class OfClock:
    """time.clock_gettime: the system's clocks by their numbers. Those of CPU time are left as they are."""

    def __init__(self, real, tellers, unit):
        self.real = real
        self.tellers = {getattr(time, name): tellers[("time" if "REAL" in name else "monotonic") + unit]
                        for name in ("CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME")
                        if hasattr(time, name)}

    def __call__(self, number, /):
        return self.tellers.get(number, lambda: self.real(number))()


def tell_datetimes(module, now):
    """datetime.now and utcnow read the system's clock in C. The type stays the very same one: its table gets two twins.

    (`today` asks time.time, which is ours already.)
    """
    kind, utc = module.datetime, module.timezone.utc
    table, = gc.get_referents(kind.__dict__)       # kind.__dict__ is a view that can't be written to, of this dict
    table["now"] = classmethod(lambda cls, tz=None: cls.fromtimestamp(now(), tz))
    table["utcnow"] = classmethod(lambda cls: cls.fromtimestamp(now(), utc).replace(tzinfo=None))


def watch_waits(module, clock):
    """A thread that waits for another, with a timeout: the time is over when the clock has come there."""
    real_wait, real_join = module.Condition.wait, module.Thread.join

    def wait(self, timeout=None):
        if timeout is None or timeout <= 0 or clock.stands is None or not self._is_owned():
            return real_wait(self, timeout)
        if get_ident() != clock.owner:
            return wait_beside(self, timeout)
        notified = real_wait(self, timeout)
        if not notified:
            clock.has_waited(timeout)
        return notified

    def wait_beside(self, timeout):
        """What the real wait does, but for the clock: a lock for each who waits, which `notify` takes off the list."""
        waiter = taken_lock()
        self._waiters.append(waiter)
        saved = self._release_save()
        try:
            clock.sleep_beside(timeout, waiter, lambda: waiter not in self._waiters)
        finally:
            self._acquire_restore(saved)
            notified = waiter not in self._waiters
            if not notified:
                self._waiters.remove(waiter)
        return notified

    def join(self, timeout=None):
        real_join(self, timeout)
        if timeout is not None and timeout > 0 and self.is_alive():
            clock.has_waited(timeout)

    module.Condition.wait, module.Thread.join = wait, join
