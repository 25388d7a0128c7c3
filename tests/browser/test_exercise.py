"""An exercise as a learner does it: the notebook opened in JupyterLab, the missing lines typed, run, checked."""
import shutil
from pathlib import Path

import pytest

from helpers.exercises.tasks import LESSONS, task_of
from tests.browser.lab import browser_page, chromium, lab

STEM = "04_multi_client_echo"
EXERCISES = Path(__file__).resolve().parent.parent.parent / "notebooks" / "exercises"


@pytest.mark.skipif(not chromium(), reason="there is no Chromium: install one (Debian: apt install chromium), "
                                           "or name it in $CHROMIUM")
def test_the_chat_is_solved_by_typing(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    shutil.copy(EXERCISES / STEM / f"{STEM}.ipynb", tmp_path)
    with lab(tmp_path) as (url, token), browser_page(chromium()) as page:
        page.open(url, token, f"{STEM}.ipynb")
        page.run_all(timeout=120)
        unsolved = texts(page.cells())
        page.page.locator(".cm-line", has_text="raise NotImplementedError()").first.click()
        keys = page.page.keyboard
        keys.press("End")
        keys.press("Shift+Home")
        keys.type("for other in inputs:\nif other is not sock and other is not listener:\nother.sendall(data)")
        page.run_all(timeout=120)
        solved, errors = texts(page.cells()), [
            output for cell in page.cells() for output in cell.get("outputs", []) if output["output_type"] == "error"]
        pictures = page.pictures()
    assert "chat isn't written yet: line 27 still says" in unsolved and "chat is solved" not in unsolved
    assert f"chat is solved: it passes all {len(task_of('chat').trials)} trials." in solved and errors == []
    assert "bob: sendall 5 b'hello'" in solved
    assert f"You have solved 1 of {len(LESSONS)} exercises. Next: prompt, of lesson 01." in solved
    assert pictures and page.complaints == [] and page.elsewhere == []


def texts(cells):
    """All that cells show as text, errors too."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(str(output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain"))
                     for output in outputs)
