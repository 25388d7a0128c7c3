"""The program's threads beside the loop: does one of them work? In which line is each, and for whom?

What a thread does is read off the functions that it is in. It works, unless it is in one that waits for something to do.
A thread that has taken a job from a queue works until it asks for the next one, whatever it waits for meanwhile. Who
sleeps doesn't work: the clock says when that is over.
"""
import socket
import sys
from sys import _current_frames as current_frames

from . import jobs
from .clock import real_sleep
from .line import POLLIN, real_poll
from .transports import socket_of

LOOK = 0.005          # seconds between two looks at them
SETTLING = 0.2        # real seconds: the longest that one who works is waited for, before it is told where all are
MOMENT = 0.001        # real seconds between two such looks
STUCK = 0.5           # real seconds: who has slept so long at one place, without a job, waits there for something


class Workers:
    """All threads but the loop's own (the clock's owner), and the one that listens to the notebook (`listening`)."""

    def __init__(self, clock, ids):
        self.clock, self.ids = clock, ids
        self.listening = None
        self.places = {}                  # thread -> (where it stands, since when)

    def install(self, beside_threads):
        """`beside_threads()` is called when the program starts a thread."""
        import _thread
        for name in ("start_new_thread", "start_new", "start_joinable_thread"):
            if hasattr(_thread, name):
                setattr(_thread, name, starter(getattr(_thread, name), beside_threads))
        jobs.install()

    def there(self):
        """Are there any?"""
        return len(current_frames()) > 2

    def at_work(self):
        """Does any of them work? Two looks: one that is on its way out of its wait has got there by the second."""
        if self.look():
            return True
        if not self.there():
            return False
        real_sleep(MOMENT)
        return self.look()

    def look(self):
        frames = current_frames()
        self.places = {ident: place for ident, place in self.places.items() if ident in frames}
        others = [ident for ident in frames if ident not in (self.clock.owner, self.listening)]
        return any(self.works(ident, frames[ident]) for ident in others)

    def works(self, ident, frame):
        """Does this thread? The outermost function that waits tells: what it has called is a part of its wait."""
        verdict = None
        for one in stack(frame):
            if judge := WAITS.get((one.f_globals.get("__name__"), one.f_code.co_qualname)):
                verdict = judge(one)
            elif one.f_globals.get("__name__") in TWINS and one.f_code.co_name in ASKING:
                verdict = False
        if verdict is None:
            verdict = self.moves(ident, frame)
        return verdict or (number_of(ident) in jobs.busy and frame.f_code.co_name != "sleep_beside"
                           and not self.waits_for_a_client(ident, frame))

    def waits_for_a_client(self, ident, frame):
        """Does it wait for what a client says? Clients say nothing while a step goes on, so nobody waits for this one."""
        sock = frame.f_locals.get("sock", frame.f_locals.get("self"))
        if frame.f_globals.get("__name__") != f"{HERE}.sockets" or not isinstance(sock, socket.socket):
            return False
        if self.ids.get(sock.fileno()) not in self.ids.accepted:
            return False
        return not has_come(sock) and not self.moves(ident, frame)

    def moves(self, ident, frame):
        """Has it been elsewhere a moment ago? If not, it waits in a call that we don't know."""
        place, now = (id(frame), frame.f_lasti), self.clock.real()
        if self.places.get(ident, (None, 0))[0] != place:
            self.places[ident] = place, now
        return now - self.places[ident][1] < STUCK or not sleeps(ident)

    def told(self, program, ids):
        """(name, line of the program, id of the socket that it has in hand) of each thread that is in the program.

        A thread that has a moment's work to do, or a job to take, is given this moment: then each is where it stays.
        """
        end = self.clock.real() + SETTLING
        while self.at_work() and self.clock.real() < end:
            real_sleep(LOOK)
        known, rows = known_threads(), []
        for ident, frame in current_frames().items():
            own = [one for one in stack(frame) if one.f_code.co_filename == program]
            if own and ident != self.listening:
                name = known[ident].name if ident in known else "MainThread"
                rows.append((name, own[0].f_lineno, None if asks_for_a_job(frame) else next(in_hand(own, ids), None)))
        return rows


def sleeps(ident):
    """Does the system say that this thread sleeps? It may only wait for its turn on a busy machine. (Linux alone tells.)"""
    try:
        with open(f"/proc/self/task/{number_of(ident)}/stat", "rb") as status:
            return status.read().rpartition(b")")[2].split()[0] == b"S"
    except OSError:
        return True


def number_of(ident):
    """The system's own number of a thread; None of one that the module threading doesn't know."""
    return getattr(known_threads().get(ident), "native_id", None)


def known_threads():
    return getattr(sys.modules.get("threading"), "_active", {})


def has_come(sock):
    """Is there anything to be received, or has the other side left?"""
    poller = real_poll()
    poller.register(sock.fileno(), POLLIN)
    return bool(poller.poll(0))


def starter(real, beside_threads):
    def start(*arguments, **keywords):
        beside_threads()
        return real(*arguments, **keywords)
    return start


def stack(frame):
    """A frame, and those that have called it, the innermost first."""
    while frame:
        yield frame
        frame = frame.f_back


def asks_for_a_job(frame):
    return any(WAITS.get((one.f_globals.get("__name__"), one.f_code.co_qualname)) is job_is_there for one in stack(frame))


def in_hand(frames, ids):
    """Ids of the sockets that functions of a thread have in their own variables."""
    return (ids[sock.fileno()] for sock in sockets_in_hand(frames) if sock.fileno() in ids)


def sockets_in_hand(frames):
    for frame in frames:
        if frame.f_code.co_name != "<module>":
            yield from filter(None, map(socket_of, list(frame.f_locals.values())))


# -- functions that wait: does a thread that is in one of them work? ---------------------------------------------------

def has_been_woken(frame):
    """threading.Condition.wait, and all that is made of it: events, queues, futures."""
    known = frame.f_locals
    return "waiter" not in known or known["waiter"] not in known["self"]._waiters


def job_is_there(frame):
    return bool(frame.f_locals.get("given"))


def wakes(frame):
    known = frame.f_locals
    return "end" not in known or known["end"] <= known["self"].now() or not known["alarm"].locked()


def has_jobs_outside(frame):
    """A thread of a pool of processes: it waits for them, and they work."""
    known = frame.f_locals
    return bool(known["self"].pending_work_items if "self" in known else known["cache"])


def waits(frame):
    return False


HERE = __package__
TWINS = {f"{HERE}.{module}" for module in ("sockets", "files", "calls", "pollers", "kqueue")}
ASKING = {"recv", "accept", "read", "noted", "method", "select", "poll", "control"}       # those that wait for somebody else
WAITS = {
    (f"{HERE}.jobs", "take"): job_is_there,
    (f"{HERE}.clock", "Clock.sleep_beside"): wakes,
    (f"{HERE}.clock", "Clock.sleep"): waits,
    (f"{HERE}.gate", "Gate.stand"): waits,
    ("threading", "Condition.wait"): has_been_woken,
    ("threading", "Thread.join"): waits,
    ("concurrent.futures.process", "_ExecutorManagerThread.wait_result_broken_or_wakeup"): has_jobs_outside,
    ("multiprocessing.pool", "Pool._handle_results"): has_jobs_outside,
    ("multiprocessing.pool", "Pool._handle_workers"): waits,
}
