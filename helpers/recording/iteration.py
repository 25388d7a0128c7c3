"""An iteration of a loop, the operations in it, and the coroutines. They show themselves as text."""
from dataclasses import dataclass, field

from .words import MANY, listed, marked_first, shortened, timeout_in_words


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing done with a socket: `name` is the call ("accept", "recv", "sendall", "close" …).

    `size`: bytes that went through, or None where the call moves none. `data`: the first of them, at most 64.
    `error`: the name of the error's type ("OSError EMFILE": of a plain OSError, its number's name too), or
    None. `peer`: for accept, the connection that was accepted; of a datagram, whom it comes from or goes to. `flags`: what
    else the call was told, or came to: "MSG_PEEK" of a recv, "IN|ET" of a register, "under way" of a connect that doesn't
    wait.
    """
    name: str
    socket: str | None
    size: int | None = None
    data: bytes = b""
    error: str | None = None
    peer: str | None = None
    flags: str = ""

    @property
    def arrow(self):
        """Where it goes: from a datagram's sender to us, or from us to the peer."""
        return "←" if self.name.startswith("recv") else "→"

    def __str__(self):
        parts = [self.name, self.flags] if self.flags else [self.name]
        if self.peer:
            parts.append(f"{self.arrow} {self.peer}")
        if self.size is not None:
            parts.append(str(self.size))
        if self.data or (self.peer and self.size == 0):      # an empty datagram is one, and not the end
            parts.append(shortened(self.data))
        if self.error:
            parts.append(self.error)
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Coroutine:
    """A coroutine that went on: its name, the client with which it is busy (or None), and the number of the line in which
    it waits now (None: it is over). `library`: whose it is, if not the program's; its line isn't told then, and is 0."""
    name: str
    client: str | None = None
    line: int | None = None
    library: str | None = None

    def __str__(self):
        busy = f"{self.name} for {self.client}" if self.client else self.name
        where = ", over" if self.line is None else f", line {self.line}" if self.line else ""
        return f"{self.library}: {busy}{where}" if self.library else busy + where


@dataclass(frozen=True, slots=True, repr=False)
class Iteration:
    """One pass of a loop: a call of select (poll, epoll …), and the work done until the next.

    `timeout`, `waited` and `worked` are seconds; a timeout of None waits for ever. `waited` is the time within the
    call and `worked` the time after it, by the program's own clock, which stands still while the loop is held.
    The five lists hold names of sockets. `lines`: numbers of the program's lines that ran, when stepped, in the order
    of their first run. `printed`: what the program printed, when stepped. `coroutines`: those that went on, when stepped;
    of a chain that awaits one another (a task of asyncio is one), the outermost that is the program's own, or the outermost
    of all. `beside`: numbers of the lines that ran in the file that `run(…, beside=…)` has named.
    `flags`: of those that were ready, what poll or epoll said of them where it is more than readable and writable:
    {"alice": "IN|RDHUP"}. `unseen`: those that were ready, and of which the glass can't tell what the program did with them.
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
    coroutines: list[Coroutine] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    owed: tuple | None = field(default=None, compare=False)      # what `pending` needs: a ledger, and what it had counted

    @property
    def not_writable(self) -> list[str]:
        """Those who were watched for writing and not handed back as writable; nobody where the call itself failed."""
        if self.failed:
            return []
        writable = {*self.writable}
        return [name for name in self.watched_write if name not in writable]

    @property
    def failed(self) -> bool:
        """True if the call itself raised an error: then it has said nothing of anybody."""
        return any(operation.error and operation.name == self.call for operation in self.operations)

    @property
    def went_on(self) -> list[str]:
        """The coroutines that went on, each in words."""
        return [*map(str, self.coroutines)]

    @property
    def idle(self):
        """True if nothing was ready and nothing was done."""
        return not (self.readable or self.writable or self.exceptional or self.operations)

    def flagged(self, names):
        """These names, each with its flags: "alice IN|RDHUP"."""
        return [f"{name} {self.flags[name]}" if name in self.flags else name for name in names]

    def __repr__(self):
        rows = [("watched", listed(self.watched_read))]
        if self.watched_write:
            rows.append(("to write", listed(self.watched_write)))
        nothing = not (self.readable or self.writable or self.exceptional)
        rows.append(("readable", "–" + 12 * " " + why_nothing(self) if nothing else listed(self.flagged(self.readable))))
        if self.writable or self.watched_write:
            rows.append(("writable", listed(self.flagged(self.writable))))
        if self.exceptional:
            rows.append(("exceptional", listed(self.flagged(self.exceptional))))
        rows += [("did" if first else "", text) for first, text in marked_first(done(self.operations))]
        if self.went_on:
            rows.append(("went on", listed(self.went_on)))
        rows += [("printed" if first else "", text) for first, text in marked_first(self.printed.splitlines())]
        title = f"iteration {self.number}   {self.call}, {timeout_in_words(self.timeout)}"
        return "\n".join([title, *(f"  {label:<12}{text}" for label, text in rows)])


def why_nothing(iteration):
    if iteration.failed:
        return "the call itself failed"
    lists = "three empty lists" if iteration.call == "select" else "an empty list"
    return f"nothing is ready now: {lists}" if iteration.timeout == 0 else f"the timeout passed: {lists}"


def done(operations):
    """A line of text for each socket's operations in a row: "alice: recv 5 b'hello' · send 5 b'hello'"."""
    rows = []
    for operation in operations:
        if rows and rows[-1][0] == operation.socket:
            rows[-1][1].append(str(operation))
        else:
            rows.append((operation.socket, [str(operation)]))
    texts = [(f"{socket}: " if socket else "") + listed(parts) for socket, parts in rows]
    if len(texts) > MANY:
        texts = [*texts[:MANY - 2], f"… ({len(operations)} operations in all)"]
    return texts or ["–"]
