"""What a trial sees of a server from outside: whether its loop rests, its CPU time, its descriptors."""
import resource
import signal
import time
from contextlib import contextmanager, suppress
from threading import Lock

from ..server import cpu_time
from .bounds import Clock, pid_of
from .telling import GOES_ON, PATIENCE, Failed, NotCarriedOut, Seen, rounds, state_of
from .trying import trade

WINDOW = 0.5       # seconds for which a loop is watched while nobody says anything
ROUNDS = 200       # iterations in that window: a loop that rests needs one or two, one that spins makes thousands
BUSY = 0.1         # of the server's own time in it, as CPU time: the same, for threads, processes, and loops that we can't see
MOMENTS = 4        # windows: a spin goes on, and what a server still has to do comes to an end
BURNS = Seen("it burns CPU time for nothing", "burns")


def rests(server, cure=None, busy=BUSY):
    """While nobody says anything, the loop may go round now and then, and no more.

    cure: the lesson that cures a spin. busy: the share of its own time that it may compute.
    What a server still has to do comes to an end, however long it waits for a processor, and then a window is quiet.
    """
    clock, left = Clock(server), MOMENTS * WINDOW
    while left > 0:
        before, spin = cpu_time(pid_of(server)), goes_round(server)
        spent, own = cpu_time(pid_of(server)) - before, clock.passed()
        if not spin and spent <= busy * own:
            return
        left -= WINDOW if spin else own
    raise Failed("the loop waits in its call while nobody says anything", spin or BURNS, cure)


def goes_round(server):
    """Watch the loop for a window: in words, that it goes round and round; "" if it doesn't, or is no loop that we see."""
    first, end = rounds(server), time.monotonic() + WINDOW
    while time.monotonic() < end:
        server.listen(lambda: False, 0.05)
        if server.ended:
            raise Failed(GOES_ON, state_of(server))
        if rounds(server) > first + ROUNDS:
            return Seen(f"it spins: more than {ROUNDS} iterations in a moment, for nothing", spins_on(server), "spins")
    return ""


def spins_on(server):
    """What is ready in each of its iterations, as the last one tells; "on nothing" if nothing is."""
    for one in server.iterations[-1:]:
        return "on writable" if one.writable else "on readable" if one.readable else "on nothing"
    return "spins"


@contextmanager
def stopped(server):
    """Stop the server's process for a moment: all that clients do meanwhile meets it at once, in one iteration."""
    import psutil
    server.comes_to_rest()                 # in its loop: it may still be opening its second port
    process, end = server.child.process, time.monotonic() + PATIENCE
    process.send_signal(signal.SIGSTOP)
    try:
        with suppress(psutil.Error):
            while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED and time.monotonic() < end:
                server.listen(lambda: False, 0.01)
        server.frozen = True
        yield
    finally:
        server.frozen = False
        process.send_signal(signal.SIGCONT)


def in_one_go(client, word):
    """A client's word, and that this was all: both meet the server in one iteration. Returns what trade returns."""
    with stopped(client.server):
        client.send(word)
        client.half_close()
    return trade(client)


class Room:
    """Descriptors of this process of ours, for the clients of trials. While somebody needs them the limit is raised."""

    def __init__(self):
        self.lock, self.needed, self.before = Lock(), [], None

    @contextmanager
    def room_for(self, number):
        """Let this process have so many descriptors more, if the system allows it. NotCarriedOut where it doesn't."""
        with self.lock:
            if not self.needed:
                self.before = resource.getrlimit(resource.RLIMIT_NOFILE)
            self.needed.append(number)
        try:
            with self.lock:
                self.make()
            yield
        finally:
            with self.lock:
                self.needed.remove(number)
                if not self.needed:
                    resource.setrlimit(resource.RLIMIT_NOFILE, self.before)

    def make(self):
        import psutil
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = psutil.Process().num_fds() + sum(self.needed) + 200        # 200: for the other trials
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise NotCarriedOut(f"it needs {self.needed[-1]:,} descriptors, and the system allows a process fewer; "
                                "allow more (ulimit -n), and try again")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


room_for = Room().room_for
