"""Predictions: of what comes after a **Predict**, all that gives the answer away is folded on the page, in one fold."""
import re
from collections import deque
from copy import deepcopy

import nbformat

PREDICT = "**Predict"
EVIDENCE = "show(", "player("      # what these show is there to think about, and no answer


def folded(cells):
    """The cells of a notebook, with a fold for each prediction whose answer isn't folded there already.

    The first cell of code after it stays in sight. From its output on all is folded: more code, with its outputs, and
    the text after it, up to a heading or the next prediction.
    """
    cells, made, count = deque(cells), [], 0
    while cells:
        made.append(cell := cells.popleft())
        if not asks(cell):
            continue
        made += evidence(cells)
        if answer := list(taken(cells, made)):
            count += 1
            made += [html(cell, "open", f'<details class="answer"><summary>Predict first. Then open: answer {count}</summary>'),
                     *answer, html(cell, "close", "</details>")]
    return made


def asks(cell):
    return cell.cell_type == "markdown" and PREDICT in cell.source and "<details" not in cell.source


def evidence(cells):
    """Take what stands between a prediction and the code that answers it: `show(…)`, and what is said of that."""
    while cells and shows(cells[0]):
        yield cells.popleft()
        text, rest = parted(cells[0]) if cells and cells[0].cell_type == "markdown" else ("", "")
        if text and not rest and not is_folded(text) and cells[1].cell_type == "code":
            yield cells.popleft()


def shows(cell):
    return cell.cell_type == "code" and cell.source.splitlines()[-1].startswith(EVIDENCE)


def taken(cells, made):
    """Take what is to be folded, and leave the rest; the input of the first code goes to `made`."""
    if code := cells and cells[0].cell_type == "code":
        first = cells.popleft()
        made.append(alone(first, "input", outputs=[]))
        if first.outputs:
            yield alone(first, "output", ["remove-input"])
    while cells and cells[0].cell_type == "code":
        yield cells.popleft()
    if cells and (code or not is_folded(cells[0].source)):
        text, rest = parted(cell := cells.popleft())
        if rest:
            cells.appendleft(alone(cell, "rest", source=rest))
        if text:
            yield alone(cell, "text", source=text)


def is_folded(markdown):
    return markdown.lstrip().startswith("<details")


def parted(cell):
    """The text of a cell in two: what comes before its first heading or prediction, and what begins there."""
    fenced, begins = False, None           # begins: the line in which this paragraph begins
    lines = cell.source.splitlines(keepends=True)
    for number, line in enumerate(lines):
        fenced ^= line.startswith("```")
        begins = None if not line.strip() else number if begins is None else begins
        if not fenced and (re.match("#{1,6} ", line) or PREDICT in line):
            return "".join(lines[:begins]).strip(), "".join(lines[begins:])
    return cell.source.strip(), ""


def alone(cell, what, tags=(), **changed):
    """A part of a cell, as a cell."""
    part = deepcopy(cell)
    part.update(changed, id=f"{cell.id}-{what}")
    if tags:
        part.metadata["tags"] = [*part.metadata.get("tags", []), *tags]
    return part


def html(cell, what, source):
    return nbformat.v4.new_markdown_cell(source, id=f"{cell.id}-{what}")
