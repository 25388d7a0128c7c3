"""The recording of a whole run. The recorder in the child process sends tuples with ids; here they get names."""
import json
from dataclasses import asdict, fields
from os import PathLike

from .debts import Known, Ledger, pending
from .iteration import Coroutine, Iteration, Operation
from .names import Names

KEEP = 100_000     # how much a recording keeps, counted as in the recorder


class Recording:
    """All iterations of one run of `program`, or the last ones of a very long run; `dropped` counts the others."""

    def __init__(self, program: str = "program", part: bool = False):
        self.program = program
        self.part = part                     # some iterations, chosen by whoever looks at them
        self.iterations: list[Iteration] = []
        self.names = Names()
        self.ledger = Ledger()
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
        number, call, timeout, *five, waited, worked, operations, lines, beside, coroutines = record
        name = self.names.name
        for place, ids in enumerate(five):               # lists that the recorder shares are shared here too
            if id(ids) not in lists:
                lists[id(ids)] = [name(one) for one in ids]
            five[place] = lists[id(ids)]
        done, flags, unseen = [], {}, []
        for four in zip(*[iter(operations)] * 4):
            word, _, more = four[0].partition(" ")
            if word != "·":                              # else something is said of one that was ready
                done.append(self.operation(*four))
            elif more == "unseen":
                unseen.append(name(four[1]))
            else:
                flags[name(four[1])] = more
        return Iteration(number, call, timeout, *five, waited, worked, done, list(lines), printed,
                         [Coroutine(what, number and name(number), *more) for what, number, *more in coroutines],
                         list(beside), flags, unseen, (self.ledger, self.ledger.add(done)))

    def operation(self, call, number, size, data):
        """The recorder says a failed operation's error in the place of its size, an accept's peer as its data, flags
        after the name of the call. The data of a datagram is (the host and port that it comes from or goes to, its bytes).
        """
        call, _, flags = call.partition(" ")
        error, size = (size, None) if isinstance(size, str) else (None, size)
        peer = None
        if isinstance(data, int):
            peer, data = self.names.name(data), b""
        elif isinstance(data, tuple):
            (*address, data) = data
            peer = self.names.peer(*address)
        elif number in self.names.goes_to and size is not None:
            peer = self.names.peer(*self.names.goes_to[number])
        return Operation(call, self.names.name(number), size, data, error, peer, flags)

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
        for iteration, owed in zip(self.iterations, pending(self.iterations)):
            row = {field.name: getattr(iteration, field.name) for field in fields(iteration)} | {"owed": owed}
            row["operations"] = [asdict(one) | {"data": one.data.decode("latin-1")} for one in iteration.operations]
            row["coroutines"] = [asdict(one) for one in iteration.coroutines]
            yield json.dumps(row)

    @classmethod
    def load(cls, path: str | PathLike) -> "Recording":
        """Read a recording from a file of JSON lines."""
        with open(path, encoding="utf-8") as file:
            recording = cls(json.loads(next(file))["program"])
            for line in file:
                row = json.loads(line)
                row.pop("tasks", None)                   # older ones have it: names of tasks, without their lines
                row["operations"] = [Operation(**{**operation, "data": operation["data"].encode("latin-1")})
                                     for operation in row["operations"]]
                row["coroutines"] = [Coroutine(**one) for one in row.get("coroutines", ())]
                if "owed" in row:
                    row["owed"] = Known(), row["owed"]
                recording.append(Iteration(**row))
        return recording


def weigh(iteration):
    watched = len(iteration.watched_read) + len(iteration.watched_write)
    owed = len(iteration.owed[1]) if iteration.owed else 0
    return 5 + watched // 8 + owed // 2 + len(iteration.readable) + len(iteration.writable) + len(iteration.operations) \
        + len(iteration.coroutines)
