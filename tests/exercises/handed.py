"""Programs out of the exercise notebooks: as they are handed out, and as they are solved."""

import nbformat

from helpers import change
from helpers.exercises.tasks import LESSONS
from helpers.server import Program
from tests import ROOT

# Programs that are handed out whole, and wrong:
MEND = {"survivor", "lossless", "letters", "busy", "bell", "lockers", "reaper", "names", "sluice", "doorman", "naps", "morse"}


def notebook(folder, name):
    """The notebook of this exercise in notebooks/solutions or notebooks/exercises."""
    [path] = (ROOT / "notebooks" / folder).glob(f"{LESSONS[name]}_*/*.ipynb")
    return nbformat.read(path, as_version=4)


def sources(folder, name):
    return [cell.source for cell in notebook(folder, name).cells if cell.cell_type == "code"]


def program(folder, name):
    """The text of NAME.py, as its cell would write it."""
    [source] = [one for one in sources(folder, name) if one.startswith(f"%%program {name}\n")]
    return source.replace(f"%%program {name}\n", f"# {name}\n", 1)


def solution(name, path):
    """The solved program, written to `path`: a Program. Where it was to be mended, its cell mends it."""
    path.write_text(program("solutions", name), encoding="utf-8")
    if name not in MEND:
        return Program(path)
    [mending] = [one for one in sources("solutions", name) if "BEGIN SOLUTION" in one and f'change("{name}"' in one]
    names = {"change": lambda program, old, new: change(Program(path) if program == name else program, old, new)}
    exec(mending, names)
    return names["mended"]
