"""Does a program rest? It may sleep in its call, stand in some line, or go round and round for nothing."""
import time

CALM = 0.1         # seconds for which a loop is watched, to see whether it goes round
TICKS = 10         # iterations in that time: more are a loop at work, or one that spins
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
