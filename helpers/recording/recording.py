"""The recording of a whole run. The recorder in the child process sends tuples with ids; here they get names."""
import json
from dataclasses import asdict
from os import PathLike

from .iteration import Iteration, Operation
from .names import Names

KEEP = 100_000     # how much a recording keeps, counted as in the recorder


class Recording:
    """All iterations of one run of `program`, or the last ones of a very long run; `dropped` counts the others."""

    def __init__(self, program: str = "program"):
        self.program = program
        self.iterations: list[Iteration] = []
        self.names = Names()
        self.weight = 0

    @property
    def dropped(self) -> int:
        """How many iterations are not kept: those of a loop that spins, for instance."""
        return self.iterations[-1].number - len(self.iterations) if self.iterations else 0

    def add(self, records, born, printed=""):
        """Take what the recorder has handed over; `printed` belongs to the last iteration."""
        for row in born:
            self.names.born(*row)
        lists = {}
        for place, record in enumerate(records, 1):
            self.append(self.named(record, printed if place == len(records) else "", lists))

    def named(self, record, printed, lists):
        number, call, timeout, *five, waited, worked, operations, lines, tasks, beside = record
        name = self.names.name
        for place, ids in enumerate(five):               # lists that the recorder shares are shared here too
            if id(ids) not in lists:
                lists[id(ids)] = [name(one) for one in ids]
            five[place] = lists[id(ids)]
        operations = [self.operation(*four) for four in zip(*[iter(operations)] * 4)]
        return Iteration(number, call, timeout, *five, waited, worked, operations, list(lines), printed,
                         list(tasks), list(beside))

    def operation(self, call, number, size, data):
        """The recorder says a failed operation's error in the place of its size, and an accept's peer as its data."""
        error, size = (size, None) if isinstance(size, str) else (None, size)
        peer, data = (self.names.name(data), b"") if isinstance(data, int) else (None, data)
        return Operation(call, self.names.name(number), size, data, error, peer)

    def append(self, iteration):
        self.iterations.append(iteration)
        self.weight += weigh(iteration)
        if self.weight > 2 * KEEP:                       # not at every one: cutting a list at its head costs its length
            cut = 0
            while self.weight > KEEP:
                self.weight -= weigh(self.iterations[cut])
                cut += 1
            del self.iterations[:cut]

    # -- JSON lines: the first is about the program, each other one is an iteration ---------------------------------

    def save(self, path: str | PathLike) -> None:
        """Write the recording to a file of JSON lines."""
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in self.lines())

    def lines(self):
        yield json.dumps({"program": self.program})
        for iteration in self.iterations:
            row = asdict(iteration)
            for operation in row["operations"]:
                operation["data"] = operation["data"].decode("latin-1")
            yield json.dumps(row)

    @classmethod
    def load(cls, path: str | PathLike) -> "Recording":
        """Read a recording from a file of JSON lines."""
        with open(path, encoding="utf-8") as file:
            recording = cls(json.loads(next(file))["program"])
            for line in file:
                row = json.loads(line)
                row["operations"] = [Operation(**{**operation, "data": operation["data"].encode("latin-1")})
                                     for operation in row["operations"]]
                recording.append(Iteration(**row))
        return recording


def weigh(iteration):
    watched = len(iteration.watched_read) + len(iteration.watched_write)
    return 5 + watched // 8 + len(iteration.readable) + len(iteration.writable) + len(iteration.operations)
