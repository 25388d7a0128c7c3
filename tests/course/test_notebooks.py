"""Every cell of every notebook runs, and shows exactly what is stored in it."""
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
