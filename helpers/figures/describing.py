"""A recording in words: what its picture shows, a line a column."""
from textwrap import fill

from ..recording import ROWS, Words, columns, pending, sockets
from .seen import recording_of


def describe(seen) -> Words:
    """The picture of `iterations` in words: a line a column."""
    recording = recording_of(seen)
    kept, names = recording.iterations, sockets(recording.iterations)
    if not kept:
        return Words(f"{recording.program} has not gone round yet.")
    total = kept[-1].number
    what = counted(len(kept), "iteration") if recording.part else f"{recording.program} went round {times_in_words(total)}"
    head = (f"{what}, with {counted(len(names), 'socket')}"
            f"{': ' if names else ''}{', '.join(names[:ROWS])}{' …' if len(names) > ROWS else ''}.")
    waiting = pending(kept)
    after = {iteration.number: owed for iteration, owed in zip(kept, waiting)}
    lines = [head, *(sentence(column, after) for column in columns(kept))]
    return Words("\n".join(fill(line, 100, subsequent_indent="   ") for line in lines))


def sentence(column, after):
    label = f"{column.first}–{column.last}" if column.count > 1 else f"{column.first}"
    if column.kind == "gap":
        return f"{label}: {column.count:,} iterations that are not shown."
    iteration = column.iteration
    ready = [f"{', '.join(names)} {word}" for names, word in
             ((iteration.flagged(iteration.readable), "readable"), (iteration.flagged(iteration.writable), "writable"),
              (iteration.flagged(iteration.exceptional), "exceptional")) if names]
    text = f"{label}: " + ("; ".join(ready) or "nobody ready")
    full = iteration.not_writable
    if full:
        text += f"; {', '.join(full[:ROWS])}{' …' if len(full) > ROWS else ''} to write, not writable"
    did = [f"{operation.socket or ''} {short(operation)}".lstrip() for operation in iteration.operations]
    if did:
        text += " – " + ", ".join(did[:ROWS]) + (" …" if len(did) > ROWS else "")
    if went_on := iteration.went_on:
        text += " – went on: " + "; ".join(went_on[:ROWS]) + (" …" if len(went_on) > ROWS else "")
    if column.kind == "spin":
        text += f" – a spin: {column.count:,} times the same, and nothing comes of it"
    elif column.kind == "again":
        text += f", {column.count:,} times: what comes of it can't be seen here"
    elif column.count > 1:
        text += f", {column.count:,} times"
    owed = after[iteration.number]
    if owed:
        text += " – pending: " + ", ".join(f"{size:,} bytes of {name}" for name, size in owed.items())
    return text + "."


def short(operation):
    parts = [operation.name, operation.flags, operation.error or "",
             f"{operation.arrow} {operation.peer}" if operation.peer else "",
             "" if operation.size is None else str(operation.size)]
    if operation.peer and operation.size == 0:             # an empty datagram is one, and not the end
        parts.append("b''")
    return " ".join(part for part in parts if part)


def counted(number, thing):
    return f"{number} {thing}{'' if number == 1 else 's'}"


def times_in_words(number):
    return "once" if number == 1 else f"{number:,} times"
