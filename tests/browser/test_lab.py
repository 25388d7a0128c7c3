"""The course as a learner sees it: in a real JupyterLab, in a real browser."""
import shutil
from pathlib import Path

import pytest

from tests.browser.lab import browser_page, chromium, lab

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"


@pytest.mark.skipif(not chromium(), reason="there is no Chromium: install one (Debian: apt install chromium), "
                                           "or name it in $CHROMIUM")
def test_run_all_in_jupyterlab(tmp_path):
    """Run All in lesson 04: no error in a cell or in the console, pictures there, and nothing from elsewhere."""
    name = "04_multi_client_echo.ipynb"
    shutil.copy(NOTEBOOKS / name, tmp_path)
    with lab(tmp_path) as (url, token), browser_page(chromium()) as page:
        page.open(url, token, name)
        page.run_all(timeout=120)
        cells = [cell for cell in page.cells() if cell["cell_type"] == "code"]
        pictures = page.pictures()
    assert unexpected_errors(cells) == []
    assert [cell["id"] for cell in cells if not cell["execution_count"]] == [], "these cells did not run"
    assert pictures and all(alt or width > 300 for alt, width in pictures)
    assert page.complaints == []
    assert page.elsewhere == []


def unexpected_errors(cells):
    """The errors that cells show, but for those that a lesson shows on purpose."""
    return [f"{cell['id']}: {output['ename']}: {output['evalue']}"
            for cell in cells if "raises-exception" not in cell["metadata"].get("tags", [])
            for output in cell["outputs"] if output["output_type"] == "error"]
