"""What a class gets: exercises that are made from their solutions, and run, unsolved, from top to bottom."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.exercises.tasks import LESSONS, task_of
from tests import ROOT
from tests.course.lists import PROGRAMS, READY, number
from tests.course.test_notebooks import code_cells, strictly

SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*/*.ipynb"))
EXERCISES = sorted((ROOT / "notebooks" / "exercises").glob("*/*.ipynb"))
BINARIES = Path(sys.executable).parent

# nbgrader's generator, as `nbgrader generate_assignment NAME` calls it, for several in one process.
GENERATE = """
import sys
from nbgrader.apps import NbGrader, NbGraderAPI
app = NbGrader()
app.load_config_file()
api = NbGraderAPI(config=app.config)
for name in sys.argv[1:]:
    done = api.generate_assignment(name)
    assert done["success"], done
"""


def read(path):
    return nbformat.read(path, as_version=4)


def nbgrader(folder, *arguments, timeout=120):
    return in_course(folder, BINARIES / "nbgrader", *map(str, arguments), timeout=timeout)


def in_course(folder, *command, timeout=120):
    """Run a command in a course folder. nbgrader's own folder of executables must be on PATH, since it calls alembic."""
    return subprocess.run(command, cwd=folder, timeout=timeout, text=True,
                          env={**os.environ, "PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}"},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder with the solutions, out of which nbgrader has made the exercises."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for path in SOLUTIONS:
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True)
        shutil.copy(path, copy)
    done = in_course(folder, sys.executable, "-c", GENERATE, *(path.stem for path in SOLUTIONS), timeout=600)
    assert done.returncode == 0, done.stdout
    return folder


def without_outputs(path):
    return [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in read(path).cells]


def test_there_is_an_exercise_for_each_lesson():
    assert [path.stem for path in SOLUTIONS] == [path.stem for path in EXERCISES] == READY[1:]
    assert {number(path.stem) for path in SOLUTIONS} == set(LESSONS.values())
    assert all(path.parent.name == path.stem and all((ROOT / "lessons" / f"{one}.py").exists() for one in PROGRAMS[path.stem])
               for path in SOLUTIONS)


def test_what_learners_get_is_made_from_the_solutions(course):
    for path in EXERCISES:
        made = course / "release" / path.stem / path.name
        assert without_outputs(made) == without_outputs(path), f"{path.stem} differs: make exercises"


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_no_solution_and_no_hidden_test_is_handed_out(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)", text)
    assert "raise NotImplementedError()" in text


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_each_exercise_has_points_a_hint_a_time_and_more_for_the_quick(path):
    cells = read(path).cells
    text = "\n".join(cell.source for cell in cells)
    marked = [cell.metadata.nbgrader for cell in cells if "nbgrader" in cell.metadata]
    assert len({one.grade_id for one in marked}) == len(marked)
    for name in (name for name, lesson in LESSONS.items() if path.stem.startswith(lesson)):
        points = {one.grade_id: one.points for one in marked if one.grade}
        for cell in f"{name}-check", f"{name}-more":
            assert points.get(cell, 0) > 0, f"{path.stem}: no graded cell {cell}"
        assert any(one.grade_id == f"{name}-program" and one.solution for one in marked), f"{path.stem}: no cell {name}-program"
    for needed in ("BEGIN HIDDEN TESTS", "<details>", r"(?m)^#+ Further", r"About \d+ minutes", r"\*\*Predict\.\*\*"):
        assert re.search(needed, text), f"{path.stem}: there is no {needed}"
    assert read(path).metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("name", LESSONS)
def test_a_trial_of_an_exercise_says_why_what_is_sent_and_where_to_look(name):
    trials = task_of(name).trials
    assert 5 <= len(trials) <= 12 and len({one.name for one in trials}) == len(trials)
    for one in trials:
        assert one.sent and re.fullmatch(r"(?s)\S.*[.?!]", one.habit), one.name
        assert "" in one.looks and all(re.search(r"[.?!`)]$", look) for look in one.looks.values()), one.name


@pytest.mark.parametrize("paths", [SOLUTIONS[::2], SOLUTIONS[1::2], EXERCISES], ids=["solved, even", "solved, odd", "unsolved"])
def test_run_all_shows_what_is_stored(paths, tmp_path):
    strictly(paths, tmp_path)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_a_solved_notebook_shows_that_it_is_solved(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    shown = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    unsolved = [name for name, lesson in LESSONS.items() if path.stem.startswith(lesson) and f"{name} is solved" not in shown]
    assert unsolved == [], f"{path.stem}: the solutions don't pass. Does a cell import helpers before the first %%program?"
    assert not [output for cell in cells if "grade" in cell.metadata.get("nbgrader", {}) for output in cell.outputs
                if output.output_type == "error"]


@pytest.mark.parametrize("path", [*EXERCISES, *SOLUTIONS], ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_each_cell_was_run_once_and_is_compared(path):
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), "cells were not run: make exercises"
    assert code_cells(path) == len(code)
    text = re.sub(r'"image/png": ".*"', "", path.read_text(encoding="utf-8"))        # in a picture, any letters may come
    assert not re.search("nbval|PYTEST_VALIDATE", text, re.IGNORECASE)
