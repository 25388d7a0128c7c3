"""A recording as what the player shows: its scenes, one a column of the picture, in plain data that JSON can hold.

Names of sockets are written once, and so is each list of them: a scene holds their places in these tables. A long
recording stays small that way, and a longer one begins with the tables of the shorter.
"""
from ..recording import RECEIVING, ROWS, busiest, columns, pending, shortened, sockets
from .listing import coloured, excerpt, lines_that_ask

BROKEN = {"ConnectionResetError", "BrokenPipeError", "ConnectionAbortedError"}
FOLD = 6           # this many iterations that are alike make one scene: fewer can be stepped through


def film(recording, text="", end="", beside=None):
    """All that the player needs to show a recording of the program `text`: a dict. end: a sentence on how it ended.
    beside: (name, text) of the file that `run(…, beside=…)` has named.

    program: its name. source: its lines, as HTML. asks: the numbers of the lines that call select (or the like).
    names: of all sockets. rows: places in `names` of those that have a row in the strip; others: how many have none.
    lists: tables that scenes point to. scenes: see `scene`. beside: an excerpt of that file, where there is one.
    """
    iterations = recording.iterations
    names = Table()
    lists = Lists(names)
    after = {one.number: owed for one, owed in zip(iterations, pending(iterations))}
    there, said_goodbye = still_open(iterations), goodbyes(iterations)
    every = columns(iterations, most=2 * len(iterations), fold=FOLD)
    scenes = [scene(column, after, there, said_goodbye, names, lists) for column in every]
    known = sockets(iterations)
    rows = known if len(known) <= ROWS else busiest(known, iterations)
    shown = {"program": recording.program, "source": coloured(text), "asks": lines_that_ask(text, ran(iterations, "lines")),
             "names": names.entries, "rows": [names.place(name) for name in rows], "others": len(known) - len(rows),
             "lists": lists.entries, "scenes": scenes, "end": end}
    return shown | {"beside": excerpt(*beside, ran(iterations, "beside"))} if beside else shown


def ran(iterations, which):
    """Numbers of all lines that ran: `which` says of which file, "lines" or "beside"."""
    return set().union(*(getattr(one, which) for one in iterations))


class Table:
    """Entries in the order in which they came, each of them once."""

    def __init__(self):
        self.entries, self.known = [], {}

    def place(self, entry):
        if entry not in self.known:
            self.known[entry] = len(self.entries)
            self.entries.append(entry)
        return self.known[entry]


class Lists:
    """Lists of sockets, as lists of places in the table of names; and lists of numbers, as they are. Each of them once."""

    def __init__(self, names):
        self.names, self.entries, self.known = names, [], {}

    def place(self, values):
        key = tuple(values)
        if key not in self.known:
            self.known[key] = len(self.entries)
            self.entries.append([self.names.place(one) if isinstance(one, str) else one for one in values])
        return self.known[key]


def scene(column, after, there, said_goodbye, names, lists):
    """One column: the iterations that it stands for, and what was seen in the last of them.

    reading, writing, open, lines: places in the table of lists, and so are left (whose other end has said its last
    word) and broken (whose connection broke off); did: [call, socket, size, data, error, peer] an operation; owed:
    {socket: bytes pending}. A gap has its numbers only. Only where there are any: beside, as lines; went_on, coroutines
    in words; flags, {socket: what poll or epoll said}.
    """
    seen = {"first": column.first, "last": column.last, "kind": column.kind}
    iteration = column.iteration
    if iteration is None:
        return seen

    def places(sockets):
        return [names.place(name) for name in sockets]

    def place(name):
        return None if name is None else names.place(name)

    left, broken = said_goodbye[iteration.number]
    did = [[f"{one.name} {one.flags}".rstrip(), place(one.socket), one.size, data_of(one), one.error, place(one.peer)]
           for one in iteration.operations]
    rare = {"beside": iteration.beside and lists.place(iteration.beside), "went_on": iteration.went_on,
            "flags": {names.place(name): flags for name, flags in iteration.flags.items()}}
    return seen | {
        "call": iteration.call, "timeout": iteration.timeout,
        "reading": lists.place(iteration.watched_read), "writing": lists.place(iteration.watched_write),
        "readable": places(iteration.readable), "writable": places(iteration.writable),
        "exceptional": places(iteration.exceptional), "did": did, "printed": iteration.printed,
        "open": lists.place(there[iteration.number]), "lines": lists.place(iteration.lines),
        "left": lists.place(left), "broken": lists.place(broken),
        "owed": {names.place(name): size for name, size in after[iteration.number].items()},
        **{key: value for key, value in rare.items() if value not in ([], {})}}


def data_of(operation):
    """The bytes of an operation as Python writes them; b'' says that the other end will send no more.

    (Of a datagram, which has a peer, it says that nothing was in it.)
    """
    if operation.data:
        return shortened(operation.data)
    return "b''" if operation.size == 0 and (operation.name in RECEIVING or operation.peer) else ""


def still_open(iterations):
    """{number: the sockets that are open in that iteration, those included that it closes}, in the order they came.

    A socket counts as open from where it was first watched, used or accepted. Where iterations are missing, one
    can have been closed unseen: the count begins anew.
    """
    there, now, last, known = {}, {}, None, ()
    for one in iterations:
        if last is not None and one.number != last + 1:
            now, known = {}, ()
        last = one.number
        watched = (one.watched_read, one.watched_write)
        if watched != known:
            now |= dict.fromkeys([*one.watched_read, *one.watched_write])
            known = watched
        for operation in one.operations:
            came = operation.peer if operation.name == "accept" else None      # a datagram's sender is nothing that is open
            now |= dict.fromkeys(name for name in (operation.socket, came) if name)
        there[one.number] = list(now)
        for operation in one.operations:
            if operation.name in ("close", "detach") or operation.socket == "closed":
                now.pop(operation.socket, None)
                known = ()
    return there


def goodbyes(iterations):
    """{number: (sockets whose other end has said its last word, sockets whose connection has broken off)}, so far."""
    left, broken, after = {}, {}, {}
    for one in iterations:
        for operation in one.operations:
            if operation.name in RECEIVING and operation.size == 0 and not operation.peer:
                left[operation.socket] = True
            elif operation.error in BROKEN:
                broken[operation.socket] = True
        after[one.number] = list(left), list(broken)
        for operation in one.operations:
            if operation.name == "close":
                left.pop(operation.socket, None), broken.pop(operation.socket, None)
    return after


def difference(before, after):
    """What of a film is new: whole values, and of a list that has grown or changed at its end where, and the rest."""
    news = {}
    for key, value in after.items():
        old = before.get(key)
        if value == old:
            continue
        if isinstance(value, list) and isinstance(old, list):
            kept = next((place for place, (one, other) in enumerate(zip(old, value)) if one != other),
                        min(len(old), len(value)))
            news[key] = {"keep": kept, "then": value[kept:]}
        else:
            news[key] = value
    return news
