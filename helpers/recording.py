"""What was seen of a loop: operations, iterations, and the recording of a whole run. Plain data, no sockets.

The recorder in the child process sends tuples with ids; here they get names: "listener", the client's own name,
"conn 1" for a connection whose peer has none, "stdin", "closed".
"""
import json
from collections import Counter
from dataclasses import asdict, dataclass, field

KEEP = 100_000     # how much a recording keeps, counted as in the recorder
MANY = 8           # more names than this are cut short in the text of an iteration
EXCERPT = 24       # so are more bytes than this

OWN = {"listener", "stdin", "stdout", "stderr", "closed", "socket"}     # names that no client can have
RECEIVING = {"recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg"}
SENDING = {"send", "sendall", "sendto", "sendmsg"}


class Words(str):
    """Text that a notebook shows as it is, line by line."""

    def __repr__(self):
        return str(self)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing done with a socket: `name` is the call ("accept", "recv", "sendall", "close" …).

    `size`: bytes that went through, or None where the call moves none. `data`: the first of them, at most 64.
    `error`: the name of the error's type ("OSError EMFILE": of a plain OSError, its number's name too), or
    None. `peer`: for accept, the connection that was accepted.
    """
    name: str
    socket: str | None
    size: int | None = None
    data: bytes = b""
    error: str | None = None
    peer: str | None = None

    def __str__(self):
        parts = [self.name]
        if self.peer:
            parts.append(f"→ {self.peer}")
        if self.size is not None:
            parts.append(str(self.size))
        if self.data:
            parts.append(shortened(self.data))
        if self.error:
            parts.append(self.error)
        return " ".join(parts)


@dataclass(frozen=True, slots=True, repr=False)
class Iteration:
    """One pass of a loop: a call of select (poll, epoll …), and the work done until the next.

    `timeout`, `waited` and `worked` are seconds; a timeout of None waits for ever. `waited` is the time within the
    call and `worked` the time after it, by the program's own clock, which stands still while the loop is held.
    The five lists hold names of sockets. `lines`: numbers of the program's lines that ran, when stepped, in the order
    of their first run. `printed`: what the program printed, when stepped.
    """
    number: int
    call: str
    timeout: float | None
    watched_read: list[str]
    watched_write: list[str]
    readable: list[str]
    writable: list[str]
    exceptional: list[str]
    waited: float
    worked: float
    operations: list[Operation] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    printed: str = ""

    @property
    def idle(self):
        """True if nothing was ready and nothing was done."""
        return not (self.readable or self.writable or self.exceptional or self.operations)

    def __repr__(self):
        rows = [("watched", listed(self.watched_read))]
        if self.watched_write:
            rows.append(("to write", listed(self.watched_write)))
        nothing = not (self.readable or self.writable or self.exceptional)
        rows.append(("readable", "–" + 12 * " " + why_nothing(self) if nothing else listed(self.readable)))
        if self.writable:
            rows.append(("writable", listed(self.writable)))
        if self.exceptional:
            rows.append(("exceptional", listed(self.exceptional)))
        rows += [("did" if first else "", text) for first, text in marked_first(done(self.operations))]
        rows += [("printed" if first else "", text) for first, text in marked_first(self.printed.splitlines())]
        title = f"iteration {self.number}   {self.call}, {timeout_in_words(self.timeout)}"
        return "\n".join([title, *(f"  {label:<12}{text}" for label, text in rows)])


def marked_first(texts):
    return [(place == 0, text) for place, text in enumerate(texts)]


def listed(names):
    """Names in a row; of many, the first ones and their number."""
    if len(names) > MANY:
        return " · ".join(names[:MANY - 2]) + f" · … ({len(names)} in all)"
    return " · ".join(names) or "–"


def shortened(data):
    return repr(data) if len(data) <= EXCERPT else repr(data[:EXCERPT]) + "…"


def timeout_in_words(timeout):
    if timeout is None:
        return "no timeout"
    return f"timeout {round(timeout, 1 if timeout >= 1 else 2):g} s"


def why_nothing(iteration):
    if any(operation.error and operation.name == iteration.call for operation in iteration.operations):
        return "the call itself failed"
    if iteration.timeout == 0:
        return "nothing is ready now: three empty lists"
    return "the timeout passed: three empty lists"


def done(operations):
    """A line of text for each socket's operations in a row: "alice: recv 5 b'hello' · send 5 b'hello'"."""
    rows = []
    for operation in operations:
        if rows and rows[-1][0] == operation.socket:
            rows[-1][1].append(str(operation))
        else:
            rows.append((operation.socket, [str(operation)]))
    texts = [(f"{socket}: " if socket else "") + " · ".join(parts) for socket, parts in rows]
    if len(texts) > MANY:
        texts = [*texts[:MANY - 2], f"… ({len(operations)} operations in all)"]
    return texts or ["–"]


class Names:
    """Ids -> names, told by how each socket came to be."""

    def __init__(self):
        self.by_id = {0: "closed"}
        self.claimed = {}            # a client's port -> its own name
        self.count = Counter()
        self.listeners = {}          # id -> (port asked for, host, real port), in order of listen()

    def claim(self, port, name):
        """The connection that comes from this port is called so; returns "alice 2" for a second alice.

        A client called "listener" or "stdin" becomes "listener 2": these names belong to the program's own.
        """
        self.count[name] += 1
        number = self.count[name] + (name in OWN)
        self.claimed[port] = name if number == 1 else f"{name} {number}"
        return self.claimed[port]

    def born(self, number, kind, *details):
        if kind == "listener":
            self.listeners[number] = details
            several = len(self.listeners) > 1
            for one, (port, *_) in self.listeners.items():
                self.by_id[one] = f"listener :{port}" if several and port else "listener"
        elif kind == "connection":
            self.by_id[number] = self.claimed.pop(details[0], None) or self.numbered("conn")
        elif kind == "client":
            self.by_id[number] = f"to :{details[0]}" if details[0] else self.numbered("client")
        elif kind.startswith("std") or kind == "closed":
            self.by_id[number] = kind
        else:
            self.by_id[number] = self.numbered(kind)

    def numbered(self, kind):
        self.count[kind] += 1
        return f"{kind} {self.count[kind]}"

    def name(self, number):
        return None if number is None else self.by_id.get(number, "socket")


class Recording:
    """All iterations of one run of `program`, or the last ones of a very long run; `dropped` counts the others."""

    def __init__(self, program="program"):
        self.program = program
        self.iterations = []
        self.names = Names()
        self.weight = 0

    @property
    def dropped(self):
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
        number, call, timeout, *five, waited, worked, operations, lines = record
        name = self.names.name
        for place, ids in enumerate(five):               # lists that the recorder shares are shared here too
            if id(ids) not in lists:
                lists[id(ids)] = [name(one) for one in ids]
            five[place] = lists[id(ids)]
        operations = [self.operation(*four) for four in zip(*[iter(operations)] * 4)]
        return Iteration(number, call, timeout, *five, waited, worked, operations, list(lines), printed)

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

    def save(self, path):
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
    def load(cls, path):
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


def pending(iterations):
    """Bytes received from each connection and not yet sent back, after each iteration: a dict a name.

    What is sent to a connection counts against what came from it; a server that sends more than it got has 0 pending.
    """
    now, after = Counter(), []
    for iteration in iterations:
        for operation in iteration.operations:
            if operation.name in RECEIVING:
                now[operation.socket] += operation.size or 0
            elif operation.name in SENDING:
                now[operation.socket] = max(0, now[operation.socket] - (operation.size or 0))
            elif operation.name == "close":
                now.pop(operation.socket, None)
        after.append({name: size for name, size in now.items() if size})
    return after
