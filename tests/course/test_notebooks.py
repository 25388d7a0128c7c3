"""Every cell of every notebook runs, and shows exactly what is stored in it."""
import ast
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

import nbformat
import pytest

from tests import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


@pytest.mark.long
@pytest.mark.parametrize("some", [NOTEBOOKS[::2], NOTEBOOKS[1::2]], ids=["even", "odd"])       # side by side
def test_every_cell_shows_what_is_stored(some, tmp_path):
    strictly(some, tmp_path)


def strictly(notebooks, tmp_path):
    """Strict nbval, in a pytest of its own: there no cell is a test that a plain `pytest` would have to know of."""
    report = tmp_path / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=240",
         "-p", "no:cacheprovider", f"--junitxml={report}", *map(str, notebooks)],
        cwd=ROOT, timeout=1200, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, f"{done.stdout}\n(if what is shown is meant to be so: make notebooks, or make exercises)"
    counts = xml.parse(report).find("testsuite").attrib
    assert {name: int(counts[name]) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": sum(map(code_cells, notebooks)), "failures": 0, "errors": 0, "skipped": 0}, done.stdout
    assert "xpassed" not in done.stdout       # junit counts an expected failure as skipped, and this as passed


def code_cells(path):
    return sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)


# -- lines of a program, by their numbers ---------------------------------------------------------------------------------

SHOWN = [(path.stem, *call) for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
         for call in re.findall(r'show\("(\w+)", (\d+)(?:, (\d+))?\)', cell.source)]


@pytest.mark.parametrize("notebook, program, first, last", SHOWN)
def test_lines_that_are_shown_are_a_part_of_their_own(notebook, program, first, last):
    """When a program has changed, their numbers have: no piece begins or ends in the middle of something else."""
    text = (ROOT / "lessons" / f"{program}.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    first, last = int(first), int(last or len(lines))
    assert lines[first - 1].strip() and lines[last - 1].strip()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            begins, ends = min([node.lineno, *(one.lineno for one in node.decorator_list)]), node.end_lineno
            apart, within = last < begins or ends < first, begins <= first and last <= ends
            assert apart or within or first <= begins and ends <= last, node.name
