"""Lesson 09's programs, as its notebook makes them: the one source of its changes is there."""
import nbformat

from helpers import change
from tests import ROOT

THREAD = "09_slow_handlers"
CHANGES = ("first = change(", "in_process = change(", "alone = change(")


def changed():
    """The names that those cells of the notebook make: `alone` (in the loop itself) and `in_process`, beside others."""
    names = {"change": change}
    cells = nbformat.read(ROOT / "notebooks" / f"{THREAD}.ipynb", as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code" and cell.source.startswith(CHANGES)]
    assert len(sources) == len(CHANGES)
    for source in sources:
        exec(source, names)
    return names


def in_a_moment(seconds=0.005):
    """Lesson 09 with jobs that take a moment."""
    quick = change(THREAD, "time.sleep(0.5)", f"time.sleep({seconds})")
    return change(quick, "10_000_000", "5_000")
