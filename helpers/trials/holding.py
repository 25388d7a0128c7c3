"""What a server holds, as the system sees it: processes, threads, descriptors, memory, CPU time."""
from contextlib import suppress
from typing import NamedTuple

from ..server import await_sleep, processes
from .bounds import Clock, eventually, pid_of
from .telling import GOES_ON, PATIENCE, Failed, Seen, state_of, with_state


class Opened(int):
    """How many descriptors are open; and of which processes, by their ids."""

    def __new__(cls, by_process):
        opened = super().__new__(cls, sum(by_process.values()))
        opened.by_process = by_process
        return opened


def descriptors(server):
    """How many descriptors they have open: a number, which knows how many each process has."""
    import psutil
    found = {}
    for process in processes(pid_of(server)):
        with suppress(psutil.Error):
            found[process.pid] = process.num_fds()
    return Opened(found)


def settle(server):
    """Wait until all that it has started sleep, for a while: of a pool some may still be starting."""
    eventually(server, lambda: server.ended or await_sleep(pid_of(server), PATIENCE / 4), PATIENCE)


def own_descriptors(server):
    """How many its first process has open: a limit is one process's. 0 if it has ended."""
    import psutil
    with suppress(psutil.Error):
        return psutil.Process(pid_of(server)).num_fds()
    return 0


def gives_back(server, before):
    """When clients have left, the server has no more descriptors open than `before`, at once or after a moment.

    What a process holds that has come since is its own: a pool grows when it is asked for more.
    """
    def kept():
        return sum(number for process, number in descriptors(server).by_process.items() if process in before.by_process)

    if not eventually(server, lambda: kept() <= before, PATIENCE / 2):
        left = kept() - before
        raise Failed("the server gives back the descriptors of those who have left",
                     with_state(server, still_open(left)))
    if not descriptors(server):
        raise Failed(GOES_ON, state_of(server) or "it has gone")


def still_open(number):
    return Seen(f"{number} descriptor{'s are' if number > 1 else ' is'} still open", "descriptors")


def memory(server):
    """Bytes of memory that they have for themselves. What the system keeps of a connection is none of theirs."""
    import psutil
    total = 0
    for process in processes(pid_of(server)):
        with suppress(psutil.Error):
            total += process.memory_full_info().uss
    return total


# Of each of the Holdings, its name where it is left, and the part of the clients, one in so many, that makes it a leak.
LEFT = (("", 1),            # descriptors are looked at more closely
        ("processes", 4), ("zombies (processes that have ended, and are waited for by nobody)", 2), ("threads", 4))


class Holdings(NamedTuple):
    """What the server and the processes that it has started hold: how many of each."""
    descriptors: int
    processes: int     # those that live
    zombies: int       # those that have ended, and whose parent has not asked for their exit status
    threads: int


def holdings(server):
    """What they hold now."""
    import psutil
    found = [0, 0, 0, 0]
    for process in processes(pid_of(server)):
        with suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE:
                found[2] += 1
                continue
            for place, number in enumerate((process.num_fds(), 1, 0, process.num_threads())):
                found[place] += number
    return Holdings(*found)


def leaves_nothing(server, before, half, visits):
    """Nothing is left of `visits` clients who came after `half` was seen, nor of as many between `before` and `half`.

    A pool of threads or processes that is kept is no leak: it fills up, and then grows no more. Neither are some
    zombies that are buried later, all at once. What grows with the clients is a leak: one in four of them, of zombies
    one in two; of descriptors a single one, where no process has come that holds it.
    """
    clock, rest, fewest = Clock(server), PATIENCE, None
    while left := leak(before, half, now := holdings(server), visits):
        rest -= clock.passed()
        if fewest is None or sum(now) < sum(fewest):   # it goes on giving back, as fast as the machine lets it
            rest, fewest = PATIENCE, now
        if rest < 0:
            clock.fair()
            raise Failed("the server gives back the descriptors of those who have left" if "descriptor" in left
                         else "nothing is left of those who have left", with_state(server, left))
        server.listen(lambda: False, 0.05)
    if not now.processes:
        raise Failed(GOES_ON, state_of(server) or "it has gone")


def leak(before, half, now, visits):
    """What goes on growing, in words; "" if nothing does."""
    first, second = ([later - sooner for sooner, later in zip(*two, strict=True)] for two in ((before, half), (half, now)))
    for (kind, part), *grown in zip(LEFT, first, second, strict=True):
        if kind and min(grown) >= visits // part:
            return f"{kind} are left: the more clients have come, the more of them"
    new_process = second[1] > 0
    if first[0] > 0 and second[0] > (visits // 2 if new_process else 0):
        return still_open(now.descriptors - before.descriptors)
    return ""
