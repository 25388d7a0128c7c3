"""What `make lab` shows to a learner, and `make class` to a teacher: JupyterLab, started by these very commands."""
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests import ROOT
from tests.browser.lab import BOUND, browser_page, chromium, lab, made

pytestmark = pytest.mark.skipif(not chromium(), reason="there is no Chromium: install one (Debian: apt install "
                                                       "chromium), or name it in $CHROMIUM")
BEGIN = "notebooks/00_start_here.ipynb"

# What nbgrader shows: a menu, a button in the notebook's toolbar, tools at the side, and the commands behind them.
GRADING = """() => ({
    menus: [...document.querySelectorAll('.lm-MenuBar-itemLabel')].map(one => one.textContent)
        .filter(text => /grader/i.test(text)),
    buttons: [...document.querySelectorAll('.jp-Toolbar button, .jp-Toolbar jp-button')].map(one => one.textContent)
        .filter(text => text === 'Validate'),
    tools: [...document.querySelectorAll('.lm-TabBar-tab')].map(one => one.title)
        .filter(title => /assignment/i.test(title)),
    commands: window.jupyterapp.commands.listCommands().some(command => /nbgrader/.test(command)),
})"""

# What a cell would print that asks the kernel where it is.
WHERE = """async () => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const asked = kernel.requestExecute({code: "import os; print(os.getcwd(), end='')", store_history: false});
    let printed = '';
    asked.onIOPub = message => { if (message.header.msg_type === 'stream') printed += message.content.text; };
    await asked.done;
    return printed;
}"""


@pytest.fixture
def course(tmp_path):
    """The course as a learner gets it, without what was made in it."""
    course = tmp_path / "the course"
    for name in (".jupyter", "lessons", "notebooks"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))
    for path in [*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]:
        shutil.copy(path, course)
    return course.resolve()


def test_make_lab_opens_the_course(course, tmp_path, monkeypatch):
    """The first notebook, the course's folder around it, links that lead on, and nothing that is for teachers."""
    monkeypatch.setenv("SHELL", "/bin/sh")
    with lab(course, made("lab", course)) as (url, token), browser_page(chromium()) as page:
        page.begin(url, token)
        page.await_document(BEGIN)
        assert page.page.evaluate(GRADING) == {"menus": [], "buttons": [], "tools": [], "commands": False}
        assert refused(page, "formgrader")
        assert default(page, "@jupyterlab/apputils-extension:notification", "fetchNews") == "false"
        assert Path(page.page.evaluate(WHERE)) == course / "notebooks"

        # The folder of the notebooks, and above it the course with its lessons.
        assert not {"solutions", "conftest.py"} & listed(page, "/notebooks/", "exercises", Path(BEGIN).name)
        page.page.locator(".jp-BreadCrumbs-home").click()
        listed(page, "/", "lessons", "notebooks", "README.md")

        # A terminal, also one that is opened while the notebooks are shown, is where `python lessons/…` works.
        page.page.locator(".jp-DirListing-itemText", has_text="notebooks").dblclick()
        listed(page, "/notebooks/", "exercises")
        page.page.locator(".jp-FileBrowser-toolbar [data-command='launcher:create']").click()
        page.page.locator(".jp-LauncherCard[title*=terminal]").click()
        page.page.wait_for_function("() => window.jupyterapp.shell.currentWidget.content.session?.connectionStatus"
                                    " === 'connected'", timeout=BOUND * 1000)
        page.page.locator(".xterm-helper-textarea").focus()
        page.page.keyboard.type(f"(pwd -P; command -v python) > {tmp_path}/new && mv {tmp_path}/new {tmp_path}/said\n")
        where, python = once_written(tmp_path / "said").splitlines()
        assert Path(where) == course and Path(python).parent.samefile(Path(sys.executable).parent)

        # Links, as they are clicked on.
        page.page.evaluate("path => window.jupyterapp.commands.execute('docmanager:open', {path})", BEGIN)
        page.await_document(BEGIN)
        page.follow("a file in the folder lessons", "lessons/00_start_here.py")
        page.page.evaluate("path => window.jupyterapp.commands.execute('docmanager:open', {path})", BEGIN)
        page.await_document(BEGIN)
        page.follow("09 Slow handlers", "notebooks/09_slow_handlers.ipynb")
        page.follow("exercise 09", "notebooks/exercises/09_slow_handlers/09_slow_handlers.ipynb")
        page.follow("lesson 10", "notebooks/10_beyond_select.ipynb")
        page.page.evaluate("path => void window.jupyterapp.commands.execute('docmanager:open', {path})", "README.md")
        page.await_document("README.md")
        page.page.locator(".jp-MarkdownViewer h2", has_text="What a server must survive").wait_for(timeout=BOUND * 1000)
        page.follow("INSTRUCTORS.md", "INSTRUCTORS.md")
        assert page.complaints == [] and page.elsewhere == []


def test_make_class_shows_what_teachers_need(course):
    with lab(course, made("class", course)) as (url, token), browser_page(chromium()) as page:
        page.begin(url, token)
        page.await_document(BEGIN)
        page.page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").wait_for(timeout=BOUND * 1000)
        page.page.get_by_text("Validate", exact=True).wait_for(timeout=BOUND * 1000)
        shown = page.page.evaluate(GRADING)
        assert shown["menus"] == ["Nbgrader"] and shown["buttons"] == ["Validate"] and shown["commands"]
        assert "Nbgrader Create Assignment" in shown["tools"] and not refused(page, "formgrader")
        listed(page, "/notebooks/", "exercises", "solutions")


def listed(page, path, *names):
    """What the file browser lists, once it shows this folder and these names in it."""
    page.page.wait_for_function("""([path, names]) => {
        const listed = [...document.querySelectorAll('.jp-DirListing-itemText')].map(one => one.textContent);
        return document.querySelector('.jp-BreadCrumbs').textContent.replaceAll(/\\s/g, '') === path
            && names.every(name => listed.includes(name)); }""", arg=[path, names], timeout=BOUND * 1000)
    return set(page.page.locator(".jp-DirListing-itemText").all_inner_texts())


def refused(page, path):
    """Whether the server knows no such page."""
    return page.page.request.get(f"{page.page.url.partition('/lab')[0]}/{path}").status == 404


def default(page, plugin, setting):
    """What a setting is for who has never changed it."""
    answer = page.page.request.get(f"{page.page.url.partition('/lab')[0]}/lab/api/settings/{plugin}")
    return answer.json()["schema"]["properties"][setting]["default"]


def once_written(path):
    end = time.monotonic() + BOUND
    while not path.exists():
        assert time.monotonic() < end, f"nothing has written {path}"
        time.sleep(0.05)
    return path.read_text(encoding="utf-8")
