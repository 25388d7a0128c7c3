"""All trials, in the order of the table, and the table of what a program survives."""
from collections.abc import Iterable
from os import PathLike

from ..server import Program, find
from . import lacking, leaving, restarting, saying, waiting
from .judging import Trial, choose, judge
from .verdicts import Table

CHAPTERS = saying, leaving, waiting, lacking, restarting       # the table's order; in a chapter, the order of its file
TRIALS: list[Trial] = [one for chapter in CHAPTERS for one in vars(chapter).values() if isinstance(one, Trial)]


def run_all(program: str | PathLike | Program, *arguments: object,
            only: str | Iterable[str] | None = None) -> Table:
    """Put a program through the trials, and return the Table of verdicts. Prints a dot for each trial that is done.

    program, arguments: as for `run`. only: names of trials, where not all are wanted.
    Raises GlassError or ProgramDied if the program doesn't start or doesn't listen: then there is nothing to be tried.
    """
    return Table(find(program).name, judge(program, arguments, choose(TRIALS, only)))
