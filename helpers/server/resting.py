"""Does a program rest? It may sleep in its call, stand in some line, or go round and round for nothing."""
import time

from . import waiting
from .outside import children, cpu_time

CALM = 0.1         # seconds for which a loop is watched, to see whether it goes round
TICKS = 10         # iterations in that time: more are a loop at work, or one that spins
LATE = 10.0        # seconds: the longest that a program without a processor is waited for, when a bound is over
ENOUGH = 0.2       # seconds of a processor: who was given as much after its bound has had its time
SPINS = 3          # such times in a row in which nothing came of it: it spins, and will go on


def comes_to_rest(server, timeout: float) -> bool:
    """Wait until a server sleeps, and its loop goes round no more than now and then. False if that never comes.

    Where its iterations are recorded, a loop that goes round and does nothing new is given up early, and one that has
    been given up before is given up sooner.
    """
    end, before, slept, spins = time.monotonic() + timeout, None, False, 0
    enough = 1 if server.spun else SPINS
    while not server.ended and time.monotonic() < end:
        now, sleeps = server.whereabouts(), server.child.sleeps()
        turning = before is not None and now.rounds > before.rounds + TICKS
        if slept and sleeps and not turning:
            server.spun = False
            return True
        spins = spins + 1 if turning and now.news is not None and now.news == before.news else 0
        if spins == enough:
            server.spun = True
            return False
        before, slept = now, sleeps
        server.listen(lambda: False, CALM)
    return False


def children_at_rest(server) -> list[str]:
    """What is told of each process that it has started, when all of them wait: one that ends takes its time to be gone.

    Where one computes on and on, it was given its time, too: as in await_its_turn.
    """
    names = {one.address[1]: one.name for one in server.clients if one.socket.fileno() >= 0}
    pid, end, rows = server.child.process.pid, time.monotonic() + LATE, None
    spent = cpu_time(pid)
    while True:
        calm = comes_to_rest(server, CALM * TICKS) and waiting.await_sleep(pid, CALM * TICKS)       # the others, too
        before, rows = rows, children(pid, names)
        if server.ended or time.monotonic() >= end or rows == before and (calm or cpu_time(pid) - spent >= ENOUGH):
            return rows


def reaches_a_loop(server) -> bool:
    """Has it called select, or the like? One that is only starting gets its time to come there."""
    if not server.looped:
        comes_to_rest(server, CALM * TICKS)
    return server.looped


def await_its_turn(server, done) -> bool:
    """A bound is over. Was it the program that took so long, or a machine that had no time for it?

    Waits until done(), which is what is returned; or until it has ended, or sleeps, or was given its time all the same.
    """
    if done() or server.ended:
        return done()
    pid = server.child.process.pid
    end, slept, spent = time.monotonic() + LATE, False, cpu_time(pid)
    while not (done() or server.ended) and time.monotonic() < end and cpu_time(pid) - spent < ENOUGH:
        sleeps = bool(waiting.sleepers(pid))
        if slept and sleeps:                   # at two looks: it may wake now and then, and goes to sleep again
            break
        slept = sleeps
        server.listen(done, waiting.QUIET)
    return done()
