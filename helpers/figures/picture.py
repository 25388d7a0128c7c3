"""A recording as a picture: a row a socket, a column an iteration.

Reading is marked ▾, writing ▴, who is to be written to and isn't writable ▵, pending a bar below.
"""
from typing import TYPE_CHECKING

from ..recording import ROWS, busiest, columns, pending, sockets
from .describing import describe, short
from .drawing import BLUE, DARK, GREY, ORANGE, RED, TEXT, amount, picture
from .seen import recording_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEFT = 1.5         # inches for the names
BRIEF = {"ConnectionReset": "reset", "BrokenPipe": "gone", "BlockingIO": "not now", "SSLWantRead": "not yet",
         "SSLWantWrite": "not yet", "ConnectionRefused": "refused"}


def iterations(seen) -> "Figure":
    """A matplotlib figure: a row a socket, a column an iteration; alike neighbours share a column."""
    recording = recording_of(seen)
    shown = columns(recording.iterations)
    names = sockets(recording.iterations)
    rows = names
    if len(names) > ROWS:
        rows = busiest(names, recording.iterations, quiet=False)
        rows.append(f"{len(names) - len(rows):,} others")
    after = {iteration.number: owed for iteration, owed in zip(recording.iterations, pending(recording.iterations))}
    wide = min(1.05, max(0.62, 10.5 / max(1, len(shown))))                       # inches of a column
    top = 1.05 if any(column.count > 1 for column in shown) else 0.5             # rows above the first
    explained = list(entries(shown, after))
    width = max(LEFT + wide * len(shown) + 0.1, sum(map(long, explained)) + 0.3)
    height = 0.62 * (top + len(rows) + 0.95)
    figure = picture(width, height, describe(recording))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-LEFT / wide, (width - LEFT) / wide)
    axes.set_ylim(len(rows) + 0.95, -top)
    for y, name in enumerate(rows):
        axes.text(-0.15, y + 0.44, cut(name, 18), ha="right", va="center", fontsize=10, color=DARK)
    for x, column in enumerate(shown):
        draw_column(axes, x, column, rows, set(names) - set(rows), after, wide)
    axes.text(len(shown) / 2, len(rows) + 0.72, "iteration", ha="center", va="center", fontsize=10, color=DARK)
    legend(axes, -LEFT / wide, 0.22 - top, wide, explained)
    return figure


def draw_column(axes, x, column, rows, others, after, width):
    label = f"{column.first}–{column.last}" if column.count > 1 else f"{column.first}"
    if len(label) > 9 * width:
        label = label.replace("–", "–\n")
    axes.text(x + 0.5, len(rows) + 0.22, label, ha="center", va="center", fontsize=TEXT if column.count > 1 else 10,
              color=DARK, linespacing=0.95)
    if column.kind == "gap":
        axes.text(x + 0.5, len(rows) / 2 - 0.08, "…", ha="center", va="center", fontsize=16, color=DARK)
        return
    if column.count > 1:
        word = column.kind if column.kind in ("idle", "spin", "again") else "alike"
        text = f"↻ {word} × {column.count:,}"
        if len(text) > 12 * width:
            text = text.replace(" × ", "\n× ")
        axes.text(x + 0.5, -0.22, text, ha="center", va="center", fontsize=TEXT, linespacing=0.95,
                  color=RED if word == "spin" else DARK, weight="bold" if word == "spin" else "normal")
    for y, name in enumerate(rows):
        members = others if name not in column.iteration.watched_read and name.endswith(" others") else {name}
        draw_cell(axes, x, y, column.iteration, members, after[column.iteration.number], width)


def draw_cell(axes, x, y, iteration, members, owed, width):
    """One socket in one iteration: a box if it was watched, coloured if it was ready, with what was done in it."""
    reading, writing = members & {*iteration.readable, *iteration.exceptional}, members & {*iteration.writable}
    operations = [operation for operation in iteration.operations if operation.socket in members]
    watched = members & {*iteration.watched_read, *iteration.watched_write}
    if not (watched or operations):
        return
    full = not writing and members & {*iteration.not_writable}
    colour = BLUE if reading else ORANGE if writing else GREY
    edge = DARK if not watched else ORANGE if full else "none"
    box(axes, x, y, colour, width, edge, right=ORANGE if reading and writing else None, hollow=not watched)
    ink = "white" if reading else "black"
    if reading or writing or full:
        marks = "▾" * bool(reading) + "▴" * bool(writing) + "▵" * bool(full)
        axes.text(x + 0.12, y + 0.17, marks, ha="left", va="center", fontsize=TEXT, color=ink)
    if operations:
        failed = any(operation.error for operation in operations)
        paper = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": RED if failed else "none", "lw": 1.2}
        on_paper = failed or (reading and writing)
        text = fitted(operations, width)
        small = TEXT - 1.5 if width <= 0.8 else TEXT - 1 if text.count("\n") > 1 else TEXT
        axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", linespacing=1.05, fontsize=small,
                  color="black" if on_paper or not watched else ink, bbox=paper if on_paper else None)
    size = sum(owed.get(name, 0) for name in members)
    if size:
        axes.plot([x + 0.1, x + 0.24], [y + 0.945, y + 0.945], color=DARK, lw=3, solid_capstyle="butt")
        axes.text(x + 0.3, y + 0.95, amount(size), ha="left", va="center", fontsize=TEXT - 0.5, color=DARK)


def fitted(operations, width):
    """What was done, in three lines at most."""
    letters = int(width * 12)
    texts = [brief(operation) for operation in operations]
    if len(texts) > 1:                         # it matters most which of them failed; of a datagram, from whom it is, and to whom
        texts = [text if len(text) <= letters else text[text.index("✗"):] if one.error else
                 text.partition(" ")[2] if one.peer and one.name != "accept" else text for one, text in zip(operations, texts)]
    texts = [f"{text} ×{texts.count(text)}" if texts.count(text) > 1 else text for text in dict.fromkeys(texts)]
    if len(texts) == 1 and len(texts[0]) > letters:
        texts = texts[0].split(" ", 1)
    if len(texts) > 3:
        texts = [*texts[:2], f"+ {len(texts) - 2} more"]
    return "\n".join(cut(text, letters) for text in texts)


def brief(operation):
    """An operation in a box: of an error its short name."""
    if not operation.error:
        return short(operation)
    name = operation.error.removeprefix("OSError ").removesuffix("Error")
    return f"{operation.name} {operation.flags + ' ' * bool(operation.flags)}✗ {BRIEF.get(name, name)}"


def cut(text, letters):
    return text if len(text) <= letters else text[:letters - 1] + "…"


def box(axes, x, y, colour, width, edge, right=None, hollow=False):
    from matplotlib.patches import FancyBboxPatch, Rectangle
    patch = FancyBboxPatch((x + 0.1, y + 0.1), 0.8, 0.68, boxstyle="round,pad=0.03,rounding_size=0.08",
                           lw=1 if hollow else 2, fc="white" if hollow else colour, ec=edge,
                           ls=":" if hollow else "-", mutation_aspect=width / 0.62)
    axes.add_patch(patch)
    if right:
        half = Rectangle((x + 0.5, y), 0.5, 0.9, fc=right, ec="none")
        axes.add_patch(half)
        half.set_clip_path(patch)


def entries(shown, after):
    """What the legend must explain: only what is in the picture."""
    seen = [column.iteration for column in shown if column.iteration]
    yield GREY, "watched"
    yield BLUE, "▾ ready to read"
    if any(iteration.writable for iteration in seen):
        yield ORANGE, "▴ ready to write"
    if any(iteration.not_writable for iteration in seen):
        yield "edge", "▵ to write, not writable"
    if any(operation.socket not in (*iteration.watched_read, *iteration.watched_write)
           for iteration in seen for operation in iteration.operations if operation.socket):
        yield "dotted", "not watched, but used"
    if any(operation.error for iteration in seen for operation in iteration.operations):
        yield "frame", "✗ an error"
    if any(after[iteration.number] for iteration in seen):
        yield "bar", "bytes pending"


def long(entry):
    """Inches of an entry of the legend."""
    return 0.55 + 0.072 * len(entry[1])


def legend(axes, x, y, width, entries):
    """The colours and their marks, in a row above the picture."""
    from matplotlib.patches import Rectangle
    x += 0.15 / width
    for look, text in entries:
        if look == "bar":
            axes.plot([x, x + 0.2 / width], [y, y], color=DARK, lw=3, solid_capstyle="butt")
        else:
            style = {"dotted": {"fc": "white", "ec": DARK, "ls": ":"}, "frame": {"fc": "white", "ec": RED},
                     "edge": {"fc": GREY, "ec": ORANGE, "lw": 2}}.get(
                look, {"fc": look, "ec": "none"})
            axes.add_patch(Rectangle((x, y - 0.13), 0.2 / width, 0.26, **style))
        axes.text(x + 0.27 / width, y, text, ha="left", va="center", fontsize=TEXT, color=DARK)
        x += long((look, text)) / width
