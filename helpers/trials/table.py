"""All trials, in the order of the table, and the table of what a program survives."""
from collections.abc import Iterable
from os import PathLike

from ..server import Program, find
from . import lacking, leaving, restarting, saying, staying, waiting
from .judging import Trial, choose, judge
from .speaking import Speaker, find_speaker
from .turns import turn
from .verdicts import Table

CHAPTERS = saying, leaving, waiting, lacking, staying, restarting       # the table's order; in a chapter, the order of its file
TRIALS: list[Trial] = [one for chapter in CHAPTERS for one in vars(chapter).values() if isinstance(one, Trial)]


def run_all(program: str | PathLike | Program, *arguments: object, only: str | Iterable[str] | None = None,
            speaker: str | Speaker = "echo", limit: str | None = None, folder: bool = False) -> Table:
    """Put a program through the trials, and return the Table of verdicts. Prints a dot for each trial that is done.

    program, arguments: as for `run`. only: names of trials, where not all are wanted.
    speaker: what clients say, and what must come back: "echo", "lines" (each line is answered with its number and its
    length), "redis" (PING, ECHO, SET), "tables" (the first line is a name, and each line after it is acknowledged), or a
    Speaker of your own.
    Of many tables on one machine, whoever's they are, twice as many run at a time as it has processors; others wait.
    limit: how the program is asked, after its arguments, to let go who is silent: "--timeout {}", with {} for the
    seconds. None: as lessons are asked, by one more argument, after all others.
    folder: True where the program writes files: it runs in a folder of its own in each trial, which is gone afterwards.
    A trial that starts it again does so in the same one.
    Raises GlassError or ProgramDied if the program doesn't start or doesn't listen: then there is nothing to be tried.
    """
    found, chosen, speaks = find(program), choose(TRIALS, only), find_speaker(speaker)
    with turn():
        return Table(found.name, judge(found, arguments, chosen, speaker=speaks, limit=limit, folder=folder),
                     speaks.name)
