"""Lesson 11's programs, and those that its notebook makes of them: the one source of its changes is there."""
import nbformat

from helpers import change
from tests import ROOT
from tests.course.lists import PROGRAMS

LESSON = "11_threads_processes_select"
WAYS = PROGRAMS[LESSON]
CHANGES = ("free = change(", "ECHO = ", "from textwrap import", "BRIEF = ", "timed = change(", "COUNT = ", "busy = change(",
           "forgetting = change(", "once = change(", "def counting(")


def changed():
    """The names that those cells of the notebook make: `seats`, `jealous`, `brief`, `blocking`, `awaiting`, and others."""
    names = {"change": change}
    cells = nbformat.read(ROOT / "notebooks" / f"{LESSON}.ipynb", as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code" and cell.source.startswith(CHANGES)]
    assert len(sources) == len(CHANGES)
    for source in sources:
        exec(source, names)
    return names
