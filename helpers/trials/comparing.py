"""Several programs through the same trials, side by side: a table with a column for each."""
from html import escape

from ..errors import GlassError
from .judging import choose
from .table import TRIALS, run_all
from .verdicts import MARKS, SHORT

WORDS = {**MARKS, False: "✗"}


def compare(*programs, only=None, without=(), **options) -> "Comparison":
    """Put each of these programs through the trials, and return a Comparison: a row a trial, a column a program.

    only, without: names of trials that are wanted alone, or left out. options: as for run_all.
    """
    if not programs:
        raise GlassError('compare() takes some programs: compare("04_multi_client_echo", "05_disconnect_cleanup").')
    left_out = choose(TRIALS, without) if without else []
    only = [one.name for one in choose(TRIALS, only) if one not in left_out]
    return Comparison([run_all(program, only=only, **options) for program in programs])


class Comparison:
    """The tables of some programs, side by side. comparison["11_select"] is the Table of one of them."""

    def __init__(self, tables):
        self.tables = {}
        for table in tables:
            same = sum(one.program == table.program for one in self.tables.values())
            self.tables[f"{table.program} {same + 1}" if same else table.program] = table

    def __getitem__(self, program):
        return self.tables[program]

    @property
    def rows(self):
        """[name of a trial, its mark for each program]"""
        return [[one.trial.name, *(WORDS[table[one.trial.name].survived] for table in self.tables.values())]
                for one in next(iter(self.tables.values()))]

    def __repr__(self):
        first = max(len(row[0]) for row in self.rows)
        wide = [max(len(name), 3) for name in self.tables]
        lines = [["trial", *self.tables], *self.rows, ["survived", *(str(len(one.survived)) for one in self.tables.values())]]
        return "\n".join("  ".join([line[0].ljust(first), *(cell.center(size) for cell, size in zip(line[1:], wide))]).rstrip()
                         for line in lines)

    def _repr_html_(self):
        def row(cells, tag="td"):
            return "<tr>" + "".join(f"<{tag} {SHORT}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        rows = "".join(row([name, *(mark.replace("✗", "✗ fails") for mark in marks)]) for name, *marks in self.rows)
        total = row(["survived", *(str(len(one.survived)) for one in self.tables.values())])
        return f"<table>{row(['trial', *self.tables], 'th')}{rows}{total}</table>"
