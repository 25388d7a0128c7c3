"""check: the program of an exercise is put through its trials, and the verdict says what came of them."""
from dataclasses import replace
from os import PathLike
from textwrap import fill

from ..errors import GlassError, ProgramDied
from ..server import FORKS, MEMORY, Program, find
from ..trials import entry, judge
from . import progress
from .looks import look_at
from .tasks import task_of

MARKS = {True: "✓", False: "✗", None: "–"}
WIDTH = 100        # letters of a line
SIDE_BY_SIDE = 3   # trials at a time: a program that spins must not slow down the others of its kind


class NotYet(GlassError):
    """An exercise isn't solved yet. The message is the verdict; `verdicts` are those of its trials, if there are any.

    A notebook shows more: the last iterations before the first failure. They aren't a part of the message, since
    sizes and numbers in them may differ from run to run.
    """

    def __init__(self, text, verdicts=()):
        super().__init__(text)
        self.verdicts = verdicts

    def _render_traceback_(self):
        failure = next((one for one in self.verdicts if one.survived is False), None)
        seen = failure.iterations if failure else ()
        lines = ["", "The last iterations before it failed:", *map(repr, seen)] if seen else []
        return "\n".join([str(self), *lines]).splitlines()


class NotTried(GlassError):
    """No trial has failed, and this machine could not carry out all of them. `verdicts` are those of all trials."""

    def __init__(self, text, verdicts):
        super().__init__(text)
        self.verdicts = verdicts


def check(name: str, mended: str | PathLike | Program | None = None) -> None:
    """Put the program of an exercise through its trials, and print what came of them.

    name: of the exercise, and of the program in its cell. mended: a program to be checked in its place; what
    `change` returns, for instance. Raises NotYet, whose text is the verdict, if it isn't solved; ProgramDied or
    GlassError if it doesn't start, or doesn't listen; NotTried if this machine has no time for a trial.
    """
    task = task_of(name)
    found = written(task, mended)
    try:
        verdicts = judge(found, (), task.trials, task.listens, SIDE_BY_SIDE, record=True, memory=MEMORY, forks=FORKS,
                         folder=task.folder)
        verdicts = [replace(one, look=look_at(one)) if one.survived is False else one for one in verdicts]
    except ProgramDied as death:
        if death.error == "NotImplementedError":
            raise NotYet(unwritten(name, death.line)) from None
        raise
    missing = [one for one in verdicts if "NotImplementedError" in one.received]
    if missing:
        raise NotYet(unwritten(name, line_in(missing[0].received)))
    report = told(name, verdicts)
    if any(one.survived is False for one in verdicts):
        raise NotYet(report, verdicts)
    if hindered := next((one for one in verdicts if one.hindered), None):
        raise NotTried(f"{name} could not be tried to the end: {hindered.trial.name!r} was {hindered.told}. Check it again.",
                       verdicts)
    progress.note(name)
    print("\n\n".join(filter(None, [report, fill(task.hard, WIDTH), progress.standing()])))


def written(task, mended):
    """The program that is to be checked. Raises NotYet if there is none so far."""
    try:
        return find(mended or task.name)
    except GlassError:
        if mended:
            raise
        raise NotYet(f"There is no program {task.name} yet. Run the cell that begins with %%program {task.name}, "
                     "and then check again. (If %%program isn't found, run the notebook's first cell before it.)") from None


def unwritten(name, line):
    """What is said of a program in which a part is still to be written."""
    return (f"{name} isn't written yet: line {line} still says `raise NotImplementedError()`. "
            "Put your own lines there, run the cell, and then check again.")


def line_in(received):
    """The number of the line that a verdict names."""
    return received.partition("in line ")[2].partition(",")[0]


def told(name, verdicts):
    """The verdicts as text: a line each, and of the first failure all that is known."""
    passed = sum(bool(one.survived) for one in verdicts)
    head = f"{name} is solved: it passes all {passed} trials." if passed == len(verdicts) else (
        f"{name} passes {passed} of {len(verdicts)} trials.")
    lines = [head, ""]
    failure = next((one for one in verdicts if one.survived is False), None)
    for one in verdicts:
        lines.append(f"{MARKS[one.survived]} {one.trial.name}{' (not carried out)' if one.hindered else ''}")
        if one is failure:
            lines += [entry(label, text) for label, text in (
                ("why", one.trial.habit), ("sent", one.trial.sent), ("expected", one.expected),
                ("received", one.received), ("look at", one.look)) if text]
    return "\n".join(lines)
