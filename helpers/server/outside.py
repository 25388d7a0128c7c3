"""A program seen from outside, by the system's own account: what it is to be asked for where the glass can't see.

A library in C may listen, wait and serve without a call of Python's; a thread or a child may work while the loop is held.
"""
from contextlib import suppress

OURS = 2           # threads that every program has here: its own, and the one that listens to the notebook


def processes(pid: int) -> list:
    """A process and all that it has started, as psutil.Process; [] where it is gone."""
    import psutil
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def cpu_time(pid: int) -> float:
    """Seconds of a processor, user and system, that a process and all that it has started have had so far."""
    import psutil
    seconds = 0.0
    for process in processes(pid):
        with suppress(psutil.Error):           # it has just ended
            spent = process.cpu_times()
            seconds += spent.user + spent.system
    return seconds


def children(pid: int, names: dict[int, str]) -> list[str]:
    """Of each process that it has started, for whom it is, or that it is a zombie. names: of clients, by their ports."""
    import psutil
    zombies, busy = 0, []
    for process in processes(pid)[1:]:
        with suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE:
                zombies += 1
            else:
                ports = {one.raddr[1] for one in tcp(process) if one.raddr}
                busy.append([place for place, port in enumerate(names) if port in ports])
    told = ["a process  for " + " and ".join(list(names.values())[place] for place in places) if places else "a process"
            for places in sorted(busy)]
    return told + ["a zombie"] * zombies


def is_alone(pid: int) -> bool:
    """Has it neither threads beside its own, nor processes that it has started?"""
    import psutil
    with suppress(psutil.Error):
        return len(all_of := processes(pid)) == 0 or len(all_of) == 1 and all_of[0].num_threads() <= OURS
    return True


def connections(pid: int) -> list:
    """Its TCP sockets, and those of all that it has started, as psutil tells them."""
    import psutil
    found = []
    for process in processes(pid):
        with suppress(psutil.Error):           # it has gone, or it isn't ours to ask
            found += tcp(process)
    return found


def tcp(process) -> list:
    asked = process.net_connections if hasattr(process, "net_connections") else process.connections     # psutil 5
    return asked(kind="tcp")


def descriptors(pid: int) -> list[tuple[int, int]]:
    """(pid, how many descriptors it has) of it and all that it has started: quickly told, and a new connection changes it."""
    import psutil
    found = []
    for process in processes(pid):
        with suppress(psutil.Error):
            found.append((process.pid, process.num_fds()))
    return found


def listening(pid: int) -> list[tuple[str, int]]:
    """The (host, port) at which it listens, whoever in it has called listen(); sorted by port."""
    import psutil
    return sorted({tuple(one.laddr) for one in connections(pid) if one.status == psutil.CONN_LISTEN},
                  key=lambda address: address[1])


def peers(port: int, abandoned: bool = False) -> set[int]:
    """The ports from which somebody is connected to this one. abandoned: only of those whose process has ended since."""
    import psutil
    with suppress(psutil.Error):               # macOS tells of all connections to root alone
        rows = [one for one in psutil.net_connections(kind="tcp") if one.raddr]
        theirs = {one.raddr[1] for one in rows if one.laddr[1] == port} | {one.laddr[1] for one in rows if one.raddr[1] == port}
        alive = {one.laddr[1] for one in rows if one.raddr[1] == port and one.pid}
        return theirs - alive if abandoned else theirs
    return set()
