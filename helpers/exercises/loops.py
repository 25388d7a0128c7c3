"""Does a program wait as its task says: in its call, and for everybody who is there? The glass sees what time alone doesn't."""
import sys
from collections import Counter
from contextlib import contextmanager

from ..trials import Failed, Seen, in_line, rests, state_of

LOOKS = 10         # at a loop that should wait
BETWEEN = 0.04     # seconds between two of them
AGAIN = 3          # at one that should have come back
FEW = 3            # of these, it may be found elsewhere: its timeout has just passed, and the machine has no time for it
WAKES = 4          # times that a program without such a loop may wake up meanwhile
WAITS = "the loop waits in its call while nobody says anything"
TELL = "register", "modify", "unregister"
NO_CALL = "no call of select (or poll, epoll …) is seen"


def waits(server, *clients, must_loop=False, since=0):
    """While nobody says anything the loop waits, in its call, and for each of these clients.

    A sleep and a look now and then is no waiting, and an inner loop that waits for one client alone doesn't wait for the
    others. must_loop: the task asks for a loop over select, or the like; else threads may wait in calls of their own.
    since: the last iteration in which one of them needn't be waited for, and rightly so (see so_far).
    """
    rests(server)
    looks, before = [], sleeps(server)
    for _ in range(LOOKS):
        looks.append(server.whereabouts())
        server.listen(lambda: False, BETWEEN)
    if not any(look.rounds for look in looks):
        if must_loop:
            raise Failed(WAITS, Seen(f"{NO_CALL}. {state_of(server)}".rstrip(), "no loop"))
        if sleeps(server) > before + WAKES:
            raise Failed("the program waits while nobody says anything", Seen("it sleeps, and looks again and again", "burns"))
        return
    elsewhere = Counter(look.line for look in looks if look.answered and not look.call)
    if elsewhere.total() > FEW:
        raise Failed(WAITS, standing(server, elsewhere.most_common(1)[0][0]))
    waits_for(server, clients, since)


def comes_back(server):
    """Somebody has said something: when the program rests again, its loop is in its call, and waits nowhere else.

    Of a loop that goes round and round, or computes, nothing is said here.
    """
    if not server.comes_to_rest():
        return
    first = now = server.whereabouts()
    for _ in range(AGAIN):
        if now.call or not now.line or not now.rounds or now.rounds != first.rounds:
            return
        server.listen(lambda: False, BETWEEN)
        now = server.whereabouts()
    raise Failed("the loop comes back to its call, and waits there for everybody", in_line(server, "stands", first.line))


def standing(server, line):
    """Where it was found most of the time, in words."""
    if not line:
        return Seen("it is somewhere else most of the time", "elsewhere")
    text = server.program.text.splitlines()[line - 1].strip()
    return Seen(f"{server.called} is in line {line}, `{text}`, most of the time", "elsewhere")


def waits_for(server, clients, since=0):
    """Since these clients have come, and after that iteration, no call has waited for its whole timeout in which one of them
    wasn't watched, or after which something was sent: what is due is sent at once.
    """
    iterations = server.iterations
    known = {name for one in iterations for name in one.watched_read}      # who has a thread, say, is never watched
    names = [client.name for client in clients if client.name in known]
    came = max((place for place, one in enumerate(iterations) if any(done.peer in names for done in one.operations)), default=-1)
    for one in iterations[came + 1:]:
        if one.number <= since or one.readable or one.writable or one.exceptional or one.timeout == 0:
            continue
        for name in names:
            if name not in one.watched_read:
                raise Failed("while nobody says anything, the loop waits for everybody",
                             Seen(f"a call of {one.call} waits, and {name} isn't watched", "unwatched"))
        if any(done.name.startswith("send") and done.size for done in one.operations):
            raise Failed("what is due is sent at once", Seen(f"it is sent when the timeout of {one.call} has passed", "late"))


def told_of(server, *clients):
    """Each of these has said something: select, or the like, has told the loop of it."""
    server.comes_to_rest()
    heard = {name for one in server.iterations for name in one.readable}
    for client in clients:
        if client.name not in heard:
            raise Failed(f"select tells the loop that {client.name} can be read",
                         Seen(NO_CALL if not heard else f"no call has told of {client.name}", "no loop"))


def so_far(server):
    """When it rests: the number of its last iteration, and 0 if there is none, or no loop that is seen."""
    server.comes_to_rest()
    return max((one.number for one in server.iterations), default=0)


@contextmanager
def telling(server, expected, *owed, times=0):
    """Whatever happens in here, the system is told so many times at most whom to watch, and for what; and nobody is watched
    for writing but those who are owed something. (What asyncio tells it isn't counted, nor what a selector needn't tell.)
    """
    last = so_far(server)
    yield
    server.comes_to_rest()
    meanwhile = [one for one in server.iterations if one.number > last]
    told = [one for each in meanwhile for one in each.operations if one.name.startswith(TELL)]
    if len(told) > times:
        often = ", again and again" if times else ""
        raise Failed(expected, Seen(f"the system is told of {told[0].socket}: {told[0]}{often}", "told"))
    names = {client.name for client in owed}
    for name in (one for each in meanwhile for one in each.watched_write if one not in names):
        raise Failed(expected, Seen(f"{name} is watched for writing, and owed nothing", "told"))


def sleeps(server):
    """How often the program's main thread has gone to sleep so far; 0 where the system doesn't say so."""
    import psutil
    if sys.platform != "linux":
        return 0
    try:
        return psutil.Process(server.child.process.pid).num_ctx_switches().voluntary
    except psutil.Error:
        return 0
