"""A class hands in the chat: from a fresh clone, `make handout` and `make grade` give the points that are due, and no others.

Every day a part of the class; all of it: COURSE_CLASS=all .venv/bin/python -m pytest tests/exercises/test_class.py
"""
import csv
import os
import re
import shutil
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell

from helpers.teaching import fence
from tests.browser.lab import would_do
from tests.exercises.fresh import clone, make, modified
from tests.exercises.submissions import ALL, SMALL_CLASS, WHOLE_CLASS

STEM = "04_multi_client_echo"
EVERYBODY = os.environ.get("COURSE_CLASS") == "all"
CLASS = {who: WHOLE_CLASS[who] for who in (WHOLE_CLASS if EVERYBODY else SMALL_CLASS)
         if who != "a-sly-kills-who-grades" or fence.version() >= 6}       # before, it can't be kept from it: INSTRUCTORS.md
MARK = f"class-{os.getpid()}"
BOUND = 30         # seconds a submission: INSTRUCTORS.md promises it

pytestmark = pytest.mark.skipif(not fence.version(), reason="this system has no fence: grading needs one")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A fresh clone in which the exercises have been handed out."""
    folder = clone(tmp_path_factory.mktemp("course"))
    done = make(folder, "handout")
    assert done.returncode == 0, done.stdout
    assert modified(folder) == ""
    done = make(folder, "grade")
    assert done.returncode != 0 and "There is nothing to grade: put what NAME hands in into submitted/NAME/" in done.stdout
    return folder


@pytest.fixture(scope="module")
def graded(course):
    """The folder after grading, and what `make grade` printed."""
    for who, (hand_in, _) in CLASS.items():
        nb = nbformat.read(course / "handout" / "notebooks" / "exercises" / STEM / f"{STEM}.ipynb", as_version=4)
        instead = hand_in(nb)
        for cell in nb.cells:
            cell.source = cell.source.replace("{COURSE}", str(course)).replace("{MARK}", MARK)
        path = course / "submitted" / who / STEM / f"{STEM}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)
        if isinstance(instead, str):
            path.write_text(instead, encoding="utf-8")
    (course / "submitted" / "misnamed" / STEM).mkdir(parents=True)
    (course / "submitted" / "misnamed" / "04_multi_client_eco").mkdir()
    begun, done = time.monotonic(), make(course, "grade", timeout=BOUND * len(CLASS))
    print(f"\n{len(CLASS)} submissions, graded in {time.monotonic() - begun:.0f} s\n{done.stdout}")
    assert done.returncode == 0, done.stdout
    return course, done.stdout


def rows(course, name):
    with (course / "grades" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def feedback(course, who):
    return (course / "feedback" / who / STEM / f"{STEM}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("who", CLASS)
def test_the_points_are_those_that_are_due(graded, who):
    points = {row["learner"]: float(row["chat"]) for row in rows(graded[0], "points.csv")}
    assert points[who] == CLASS[who][1]


def test_nothing_of_the_course_has_changed(graded):
    assert modified(graded[0]) == ""


def test_whom_to_look_at_is_said_and_nobody_else(graded):
    named = re.findall(r"LOOK AT ([\w-]+), ", graded[1])
    assert named == [*sorted(CLASS.keys() & {"a-sly-kills-who-grades", "a-sly-has-no-notebook"}), "misnamed"]
    assert f"misnamed, {STEM}: there is no file {STEM}.ipynb in that folder" in graded[1]
    assert f"there is no exercise 04_multi_client_eco. The nearest is {STEM}" in graded[1]
    assert f"{len(CLASS)} learners are graded" in graded[1]


def test_no_process_is_left(graded):
    assert [one.cmdline() for one in psutil.process_iter(["cmdline"])
            if any(MARK in word for word in one.info["cmdline"] or ()) and one.pid != os.getpid()] == []


@pytest.mark.parametrize("who", sorted(CLASS.keys() - {"a-sly-has-no-notebook"}))
def test_feedback_has_no_source_of_hidden_trials_and_nothing_that_acts(graded, who):
    text = feedback(graded[0], who)
    assert "chat-more" in text
    for secret in ("HIDDEN TESTS", "crowd", "receive_bytes"):
        assert secret not in text
    page = BeautifulSoup(text, "html.parser")
    acting = [tag for tag in page.find_all(True) if "approve()" in str(tag.attrs) + (tag.text if tag.name == "script" else "")]
    assert acting == [] and ("approve()" in page.text) == (who == "a-sly-forges-the-file")


@pytest.mark.parametrize("who, said", [
    ("right", "chat is solved: it passes all"), ("wrong-unsolved", "isn't written yet: line"),
    ("wrong-echo", "bob hears b'hello'"), ("a-sly-forges-the-file", "bob hears b'hello'"),
    ("wrong-syntax", "syntax error"), ("wrong-crashes", "ZeroDivisionError"), ("wrong-hangs", "is busy in line"),
    ("wrong-no-program", "no cell begins with %%program chat")])
def test_feedback_tells_what_was_sent_expected_and_received(graded, who, said):
    if who in CLASS:
        text = feedback(graded[0], who).replace("&#39;", "'")
        assert said in text
        assert said != "bob hears b'hello'" or all(f"    {label}" in text for label in ("sent  ", "expected  ", "received  "))


def test_the_table_of_the_class_says_which_trial_stops_how_many(graded):
    course, _ = graded
    stops = {row["trial"]: int(row["stops"]) for row in rows(course, "trials.csv")}
    not_stopped = sum(points == ALL for _, points in CLASS.values()) + 1       # and who has handed in no notebook
    assert sum(stops.values()) == len(CLASS) - not_stopped
    assert stops["two clients"] >= 1 and stops["it can't be tried"] >= 1
    passed = {row["learner"]: row for row in rows(course, "passed.csv")}
    assert passed["right"]["chat: two clients"] == passed["right"]["chat: what learners don't see"] == "1"
    assert passed["wrong-echo"]["chat: two clients"] == "0" and passed["wrong-unsolved"]["chat: two clients"] == ""
    for name in "class", "chat":
        assert (course / "grades" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_who_is_graded_already_is_left_alone_and_who_hands_in_something_else_is_not(graded):
    course, _ = graded
    before = (course / "autograded" / "right" / STEM / f"{STEM}.ipynb").stat().st_mtime_ns
    again = course / "submitted" / "right-in-a-cell-below" / STEM / f"{STEM}.ipynb"
    again.write_text("no notebook any more")
    os.utime(again, (0, 0))                    # it was written long before, and arrives only now
    done = make(course, "grade")
    assert done.returncode == 0, done.stdout
    assert (course / "autograded" / "right" / STEM / f"{STEM}.ipynb").stat().st_mtime_ns == before
    points = {row["learner"]: row["chat"] for row in rows(course, "points.csv")}
    assert points["right"] == "6" and points["right-in-a-cell-below"] == "0"


# -- what was handed out -----------------------------------------------------------------------------------------------

def test_what_is_handed_out_has_no_solutions_and_nothing_for_teachers(course):
    for path in (course / "handout").rglob("*"):
        assert path.stem not in ("teaching", "solutions", "tests", "INSTRUCTORS", "nbgrader_config", ".git"), path
        if path.suffix in (".ipynb", ".py", ".md") or path.name == "Makefile":
            text = path.read_text(encoding="utf-8")
            for secret in ("BEGIN SOLUTION", "HIDDEN TESTS", "other.sendall", "solutions/", "teaching"):
                assert secret not in text, f"{path} has {secret}"


def test_what_is_handed_out_leads_nowhere_else(course):
    from tests.course.test_links import dead
    documents = [path for kind in ("ipynb", "md") for path in (course / "handout").rglob(f"*.{kind}")]
    assert len(documents) > 10 and {str(path): dead(path) for path in documents if dead(path)} == {}


def test_what_is_handed_out_works_by_itself(course, tmp_path):
    """A lesson and an exercise, run with the helpers that are there, in another place. `make lab` sets up the same packages."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(course / "handout", folder)
    shown = []
    for name in "02_one_listening_socket.ipynb", f"exercises/{STEM}/{STEM}.ipynb":
        path = folder / "notebooks" / name
        nb = nbformat.read(path, as_version=4)
        nb.cells.append(new_code_cell("import helpers\nprint(helpers.__file__)"))
        nbformat.write(nb, path)
        done = subprocess.run([sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", path],
                              cwd=path.parent, env={**os.environ, "PYTHONPATH": str(folder), "COURSE_PROGRESS": ""},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        assert done.returncode == 0, done.stdout
        cells = nbformat.read(path, as_version=4).cells
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        shown.append("".join(output.get("text", "") + output.get("evalue", "") for output in outputs))
        assert str(folder / "helpers" / "__init__.py") in shown[-1]
    assert "chat isn't written yet: line" in shown[1]
    assert {path.name for path in folder.iterdir()} == {
        ".jupyter", "LICENSE", "Makefile", "README.md", "environment.yml", "helpers", "lessons", "notebooks", "pyproject.toml"}


def test_learners_have_make_lab_and_no_other_target_than_theirs(course):
    text = (course / "handout" / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^([\w-]+):", text) == ["lab", "set-up", "clean"]
    assert would_do("lab", course / "handout") and "[class]" not in would_do("lab", course / "handout")
