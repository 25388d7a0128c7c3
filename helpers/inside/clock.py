"""The program's clock. It runs as the real one does, until the loop is held: then it stands, and moves by jumps alone.

When a step finds nothing to do, the clock jumps to the end of the timeout (Trio's "autojump" clock does the same for
tests). So nobody waits five seconds for nothing, and a held program behaves the same however long its reader thinks.
"""
import time
from _thread import allocate_lock, get_ident

OFTEN = 10_000        # a program that asks a standing clock so often, in one iteration, waits for it to move
AGAIN = 20            # and so does one that asks it so often, if the iteration has lasted for
LONG = 1.0            # so many real seconds
TICK = 0.001          # seconds by which it then moves; twice as many the next time
POLL = 0.000_001      # seconds that a call takes which looks, finds nothing, and doesn't wait
NANOSECOND = 1e-9

real_sleep = time.sleep


class Clock:
    """One clock for all: what the program is told of the time, its timers and sleeps, and what a recording says of them.

    `stands`: the seconds that have passed since the program's first line, while the clock is held; None while it runs.
    `ahead`: how many seconds it is ahead of the real clocks, while it runs. `owner`: the thread whose waits it counts,
    that of the loop; any other thread that sleeps does so until the clock has come there.
    """

    def __init__(self, held=False):
        self.real = time.perf_counter
        self.first, self.ahead = self.real(), 0.0
        self.stands = 0.0 if held else None
        self.asked, self.tick, self.beside = 0, TICK, 0.0  # how often it was asked since it was held the last time, …
        self.since, self.last = self.first, self.first     # when that was, and when it was asked the last time
        self.owner = get_ident()
        self.sleepers = []               # (the end of the sleep, when it would really end, its alarm)

    def now(self):
        """Seconds since the program's first line."""
        stands = self.stands
        return self.real() - self.first + self.ahead if stands is None else stands

    def ask(self):
        """`now`, for a program. Where it waits for the time to pass, a clock that stands goes on all the same."""
        if self.stands is None:
            return self.now()
        if get_ident() != self.owner:    # a nanosecond an answer: who asks until it is later must not ask for ever
            self.beside += NANOSECOND
            return self.stands + self.beside
        self.asked += 1
        real = self.real()
        if self.asked > AGAIN and real - self.since > LONG:
            self.jump(real - self.last)
        elif self.asked % OFTEN == 0:
            self.jump(self.tick)
            self.tick *= 2
        self.last = real
        return self.stands

    # -- held, and let go ----------------------------------------------------------------------------------------

    def hold(self):
        self.stands = self.now()
        self.asked, self.tick, self.since = 0, TICK, self.real()

    def release(self):
        if self.stands is not None:
            self.ahead, self.stands = self.stands - (self.real() - self.first), None
            self.wake(self.sleepers)

    def jump(self, seconds):
        self.jump_to(self.stands + seconds)

    def jump_to(self, moment):
        """It is `moment` now. Whoever has slept until then wakes."""
        self.stands = max(self.stands, moment)
        self.wake([sleeper for sleeper in self.sleepers if sleeper[0] <= self.stands])

    # -- who sleeps ----------------------------------------------------------------------------------------------

    def sleep(self, seconds, /):
        """The twin of time.sleep."""
        if self.stands is None:
            real_sleep(seconds)
        elif get_ident() == self.owner or not seconds > 0:
            real_sleep(seconds)
            self.has_waited(seconds)
        else:
            self.sleep_beside(seconds, taken_lock())

    def has_waited(self, seconds):
        """The loop's own thread has waited so long, in some other call than the loop's: then so much time has passed."""
        if self.stands is not None and get_ident() == self.owner:
            self.jump(max(seconds, POLL))

    def sleep_beside(self, seconds, alarm, woken=lambda: False):
        """Sleep until the clock has come there, or woken(): it stands while the loop does, and its reader may think for long.

        alarm: a lock that is taken. Whoever releases it makes the sleeper look.
        """
        end = self.now() + seconds
        sleeper = end, self.real() + seconds, alarm
        self.sleepers.append(sleeper)
        try:
            while (rest := end - self.now()) > 0 and not woken():
                alarm.acquire(True, rest if self.stands is None else -1)
        finally:
            self.sleepers.remove(sleeper)

    @staticmethod
    def wake(sleepers):
        for _, _, alarm in list(sleepers):
            if alarm.locked():
                alarm.release()

    def next_to_wake(self):
        """(the end of the sleep, when it would really end) of whoever wakes next; None if nobody sleeps."""
        return min((sleeper[:2] for sleeper in list(self.sleepers)), default=None)


def taken_lock():
    lock = allocate_lock()
    lock.acquire()
    return lock
