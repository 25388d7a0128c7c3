"""A recording as the columns of a picture: idle stretches and spins folded, the middle of a long one left out.

Plain data, from plain data: the figures draw these columns, and `describe` says them in words.
"""
from dataclasses import dataclass

from .iteration import Iteration
from .recording import Recording

FOLD = 3           # this many iterations that are alike make one column of a picture
COLUMNS = 20       # the most columns of one picture
ROWS = 10          # the most sockets of one picture


@dataclass(frozen=True, slots=True)
class Column:
    """Iterations `first` to `last` as one column.

    `kind`: "one"; "idle" (nothing ready, again and again); "spin" (something ready, and nothing comes of it);
    "alike" (the same work again and again); "again" (something ready again and again, and the glass can't see what
    comes of it); "gap" (not kept, or left out: `iteration` is None then).
    """
    first: int
    last: int
    kind: str
    iteration: Iteration | None

    @property
    def count(self):
        return self.last - self.first + 1


def recording_of(seen):
    """The Recording of whatever a figure is asked to draw: a server, a recording, a list of iterations."""
    if isinstance(seen, Recording):
        return seen
    if hasattr(seen, "recording"):
        seen.fetch()
        return seen.recording
    recording = Recording(part=True)
    for iteration in seen:
        recording.append(iteration)
    return recording


def columns(iterations, most=COLUMNS, fold=FOLD):
    """The columns of a picture of these iterations, at most `most`; `fold` that are alike make one column."""
    folded = []
    for run in runs(iterations):
        first, last = run[0], run[-1]
        if folded and first.number > folded[-1].last + 1:
            folded.append(Column(folded[-1].last + 1, first.number - 1, "gap", None))
        elif not folded and first.number > 1:
            folded.append(Column(1, first.number - 1, "gap", None))
        if len(run) >= fold:
            folded.append(Column(first.number, last.number, kind_of(last), last))
        else:
            folded += [Column(one.number, one.number, "one", one) for one in run]
    if len(folded) > most:
        head, tail = folded[:most // 2 - 1], folded[-(most - most // 2):]
        folded = [*head, Column(head[-1].last + 1, tail[0].first - 1, "gap", None), *tail]
    return folded


def runs(iterations):
    """Neighbours that are alike, as lists."""
    together = []
    for iteration in iterations:
        if together and alike(together[-1], iteration):
            together.append(iteration)
        else:
            if together:
                yield together
            together = [iteration]
    if together:
        yield together


def alike(one, other):
    """The same lists, and the same operations with the same sizes; numbers follow on each other."""
    return (one.number + 1 == other.number
            and one.watched_read == other.watched_read and one.watched_write == other.watched_write
            and one.readable == other.readable and one.writable == other.writable
            and one.exceptional == other.exceptional and one.flags == other.flags
            and bool(one.unseen) == bool(other.unseen) and effects(one) == effects(other) and one.went_on == other.went_on)


def effects(iteration):
    return [(one.name, one.socket, one.size, one.error, one.flags) for one in iteration.operations]


def kind_of(iteration):
    if iteration.idle:
        return "idle"
    if iteration.went_on or any(operation.size or operation.peer for operation in iteration.operations):
        return "alike"
    return "again" if iteration.unseen else "spin"


def sockets(iterations):
    """Names of all sockets that were watched or used, in the order in which they came."""
    names = {}
    for iteration in iterations:
        used = [operation.socket for operation in iteration.operations]
        for name in (*iteration.watched_read, *iteration.watched_write, *used):
            if name and name != "closed":
                names.setdefault(name)
    return list(names)


def busiest(names, iterations, quiet=True):
    """Of too many sockets those that have a row of their own: the first that were ever ready or used, in their order.

    quiet: if there are not so many of them, the first of the others have one, too.
    """
    busy = set()
    for iteration in iterations:
        busy.update(iteration.readable, iteration.writable, (operation.socket for operation in iteration.operations))
    some = names if quiet else [name for name in names if name in busy]
    chosen = set(sorted(some, key=lambda name: name not in busy)[:ROWS - 1])
    return [name for name in names if name in chosen]
