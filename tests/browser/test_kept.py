"""A notebook that a learner has run and saved shows the player's picture without its kernel: in JupyterLab, and as HTML."""
import json
import subprocess
import sys

import nbformat
import pytest

from tests.browser.lab import browser_page, chromium, lab

pytestmark = pytest.mark.skipif(not chromium(), reason="there is no Chromium: install one (Debian: apt install "
                                                       "chromium), or name it in $CHROMIUM")
SECONDS = 20_000   # ms: the longest that anything on the page may take
CELLS = ["""
from helpers import connect, player, run
server = run("04_multi_client_echo", held=True)
alice = connect(server, "alice")
server.step()
player(server)
""", """
program = run("00_start_here", held=True)           # it has no sockets, and so no picture
program.step()
player(program)
"""]
WORDS = ["This is a picture of the player. To play, run the notebook's cells.",
         "Here was a player of 00_start_here: 1 iteration. To play, run the notebook's cells."]


def test_without_its_kernel_a_notebook_shows_the_picture(tmp_path):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "play.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
                                            metadata={"kernelspec": kernel}), path)
    with lab(tmp_path) as (url, token), browser_page(chromium()) as page:
        page.open(url, token, "play.ipynb")
        page.run_all(timeout=60)
        page.page.locator(".player .verdict").nth(1).wait_for(timeout=SECONDS)
        assert page.page.locator(".player .verdict").first.inner_text() == "listener readable"
        page.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        page.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=SECONDS)
        page.open(url, token, "play.ipynb")                # loaded again, while the kernel lives
        page.page.locator(".player .verdict").nth(1).wait_for(timeout=SECONDS)
        page.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
        page.await_kernel()
        page.open(url, token, "play.ipynb")                # of this learner, whom JupyterLab trusts
        assert_the_picture_is_shown(page)
        kept = nbformat.read(path, as_version=4)           # of somebody else, whom JupyterLab doesn't know
        kept.cells[0].source += "# somebody else's"
        nbformat.write(kept, tmp_path / "other.ipynb")
        page.open(url, token, "other.ipynb")
        assert_the_picture_is_shown(page)
        saved = json.dumps([cell.outputs for cell in nbformat.read(path, as_version=4).cells])
        assert "widget-view" not in saved and "text/html" in saved and "image/png" in saved
        subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", "--log-level=ERROR", str(path)], check=True,
                       timeout=120)
        page.page.goto(path.with_suffix(".html").as_uri())
        assert_the_picture_is_shown(page, "main")


def assert_the_picture_is_shown(page, within=".jp-Notebook"):
    """And its words, and no player that does nothing, and no error."""
    outputs = page.page.locator(f"{within} .jp-OutputArea-output")
    outputs.nth(1).wait_for(timeout=SECONDS)
    assert [text.strip() for text in outputs.all_inner_texts()] == WORDS
    [(words, width, height)] = outputs.locator("img").evaluate_all(
        "async all => { await Promise.all(all.map(one => one.decode()));"
        " return all.map(one => [one.alt, one.width, one.height]) }")
    assert words.startswith("04_multi_client_echo went round once") and width > 200 and height > 50
    assert page.page.locator(".player").count() == 0
