"""What came of the trials, as a table that shows itself. Its text is the same in every run."""
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from textwrap import fill

WIDTH = 100        # letters
LONG = 'style="text-align: left; vertical-align: top"'
SHORT = LONG[:-1] + '; white-space: nowrap"'
MARKS = {True: "✓", None: "–"}


@dataclass(frozen=True)
class Verdict:
    """What came of one trial: whether the server survived, and if not what was `expected`, and what was `received`.

    survived is None where the trial was not asked of this server, or (`hindered`) couldn't be carried out on this
    machine. `told`: what is to be said of one that hasn't failed.
    `cure` is the number of the lesson that cures it. `kinds` of what was received: see telling.Seen. Of an exercise:
    `look`, what to look at next, if the trial knows better than its kinds, and the last `iterations` before it failed.
    """
    trial: object
    survived: bool | None
    expected: str = ""
    received: str = ""
    cure: str = ""
    look: str = ""
    iterations: tuple | list = ()
    told: str = ""
    hindered: bool = False
    kinds: tuple[str, ...] = ()

    def __str__(self):
        if self.survived is not False:
            return f"{MARKS[self.survived]} {self.trial.name:<60}{self.told}".rstrip()
        rows = [f"✗ {self.trial.name:<60}cured in lesson {self.cure}", entry("habit", self.trial.habit),
                entry("sent", self.trial.sent), entry("expected", self.expected), entry("received", self.received)]
        return "\n".join(rows)


def entry(label, text):
    return fill(text, WIDTH, initial_indent=f"    {label:<10}", subsequent_indent=14 * " ",
                break_long_words=False, break_on_hyphens=False)


class Table:
    """The verdicts on one program, in the order of the trials; a notebook shows it as a table. speaker: its name."""

    def __init__(self, program: str, verdicts: list[Verdict], speaker: str = "echo"):
        self.program, self.verdicts, self.speaker = program, verdicts, speaker

    @property
    def survived(self) -> list[str]:
        """Names of the trials that the program has survived."""
        return [verdict.trial.name for verdict in self.verdicts if verdict.survived]

    @property
    def failed(self) -> list[str]:
        """Names of the trials that it has failed."""
        return [verdict.trial.name for verdict in self.verdicts if verdict.survived is False]

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def __getitem__(self, name: str) -> Verdict:
        """The verdict of the trial of this name."""
        for verdict in self.verdicts:
            if verdict.trial.name == name:
                return verdict
        raise KeyError(name)

    @property
    def title(self) -> str:
        hindered = sum(verdict.hindered for verdict in self.verdicts)
        return (f"{self.program} survives {len(self.survived)} of {len(self.survived + self.failed)} trials"
                + (f"; {hindered} could not be carried out" if hindered else ""))

    @property
    def advice(self) -> str:
        """Where the first thing that was said had another answer: that the server may speak another language. Or ""."""
        misunderstood = any(one.survived is False and one.kinds[:1] == ("other",) for one in self.verdicts[:1])
        return (f"(It was spoken to in the language {self.speaker!r}, and answered something else. If it speaks another one, "
                "name that: speaker=…)") if misunderstood else ""

    def __repr__(self):
        advice = [fill(self.advice, WIDTH)] if self.advice else []
        return "\n".join([self.title, *advice, "", *map(str, self.verdicts)])

    def _repr_html_(self):
        rows = "".join(row(verdict) for verdict in self.verdicts)
        advice = f"<br>{escape(self.advice)}" if self.advice else ""
        return f"<table><caption><b>{escape(self.title)}</b>{advice}</caption>{rows}</table>"


def row(verdict):
    """One verdict as a row of HTML: the mark, the name, and of a failed one what happened."""
    name, habit = escape(verdict.trial.name), f"<i>{code(verdict.trial.habit)}</i>"
    if verdict.survived is not False:
        mark = "✓ survives" if verdict.survived else MARKS[None]
        return (f"<tr><td {SHORT}>{mark}</td><td {SHORT}>{name}</td><td {LONG}>{habit}</td>"
                f"<td {LONG}>{code(verdict.told)}</td></tr>")
    told = habit + "<br>" + "<br>".join(f"<i>{label}:</i> {code(text)}" for label, text in (
        ("sent", verdict.trial.sent), ("expected", verdict.expected), ("received", verdict.received)))
    return (f"<tr><td {SHORT}><b>✗ fails</b></td><td {SHORT}><b>{name}</b></td><td {LONG}>{told}</td>"
            f"<td {SHORT}>cured in lesson {verdict.cure}</td></tr>")


def code(text):
    """Text as HTML; what stands between back quotes is code."""
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(escape(text).split("`")))
