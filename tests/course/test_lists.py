"""One list of lessons, lessons/lessons.toml: whatever else names the lessons says the same, and each lesson is whole."""
import re

import nbformat
import pytest

from helpers.exercises.tasks import LESSONS as EXERCISES
from helpers.trials import TRIALS
from tests import ROOT
from tests.course.lists import LESSONS, PROGRAMS, READY, missing, number, rows_of_readme, rows_of_the_map
from tests.trials.lessons import ARC, COMPARED, FAILED_BY, not_asked

# Not "the next two lessons", nor "5 to 12 trials" of an exercise.
COUNT = (r"(?i)(?<!next )(?<!to )\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|\w+teen) (?:ready )?\**"
         r"(?:trials|lessons)\b")


CALLED_PLANNED = r"[Ll]essons? (\d\d(?:(?:, | and )\d\d)*)(?=,? \(?planned)"          # "lessons 13 and 14, planned"


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_numbers_follow_on_each_other():
    assert [number(lesson["stem"]) for lesson in LESSONS] == [f"{place:02}" for place in range(len(LESSONS))]
    assert all(re.fullmatch(r"\d\d(_[a-z]+)+", lesson["stem"]) for lesson in LESSONS)


def test_each_ready_lesson_has_its_notebook():
    there = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert there == READY, "notebooks/NN_stem.ipynb is missing, or not ready in lessons/lessons.toml"


def test_each_ready_lesson_has_its_program_or_its_programs():
    there = {path.stem for path in (ROOT / "lessons").glob("[0-9]*.py")}
    assert there == {one for stem in READY for one in PROGRAMS[stem]}, "a program is missing, or not ready"


def test_each_program_has_the_number_of_its_lesson():
    assert all(number(one) == number(stem) for stem in PROGRAMS for one in PROGRAMS[stem])


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_each_ready_lesson_but_the_first_has_its_exercises(folder):
    there = sorted(path.stem for path in (ROOT / "notebooks" / folder).glob("*/*.ipynb"))
    assert there == READY[1:], f"notebooks/{folder}/NN_stem/NN_stem.ipynb is missing, or not ready in lessons/lessons.toml"


def test_each_ready_lesson_but_the_first_has_trials_of_its_exercises():
    assert sorted(set(EXERCISES.values())) == [number(stem) for stem in READY[1:]], "helpers/exercises/tasks/__init__.py differs"


def test_readme_lists_the_lessons():
    assert not (wanted := missing(rows_of_readme(), text("README.md"))), f"README.md, The lessons: {wanted}"


def test_the_map_in_00_lists_the_lessons():
    cells = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4).cells
    [drawn] = [cell.source for cell in cells if cell.source.startswith("## The map")]
    assert not (wanted := missing(rows_of_the_map(), drawn)), f"notebooks/00_start_here.ipynb, The map: {wanted}"


def sources(stem):
    cells = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells
    return "\n".join(cell.source for cell in cells)


@pytest.mark.parametrize("stem", READY[1:])
def test_a_lesson_asks_for_predictions_and_names_the_next(stem):
    assert "**Predict.**" in sources(stem), f"{stem}: no **Predict.**"
    assert "**Next:**" in sources(stem), f"{stem}: no **Next:**"


def test_lessons_that_are_called_planned_are():
    planned = {number(lesson["stem"]) for lesson in LESSONS if not lesson["ready"]}
    called = {(stem, one) for stem in READY
              for some in re.findall(CALLED_PLANNED, sources(stem)) for one in re.findall(r"\d\d", some)}
    assert {row for row in called if row[1] not in planned} == set(), "these lessons are there already, or nowhere"
    assert re.findall(CALLED_PLANNED, "lessons 13 and 14, planned") == ["13 and 14"]       # today none is


def test_what_a_notebook_puts_on_trial_is_told_in_one_place():
    tried = {stem for stem in READY if f'run_all("{stem}"' in sources(stem)}
    assert tried == set(FAILED_BY), "tests/trials/lessons.py: a row for each lesson whose notebook calls trials.run_all"
    compared = {stem: re.findall(r'"(\d\d_\w+)"', call) for stem in READY
                for call in re.findall(r"trials\.compare\((.*)\)", sources(stem))}
    assert compared == {stem: list(COMPARED[stem]) for stem in COMPARED}, "tests/trials/lessons.py: COMPARED"
    assert all({*PROGRAMS[stem]} <= {*compared[stem]} for stem in compared), "a program of the lesson is not put on trial there"


@pytest.mark.parametrize("stem", READY)
def test_instructors_plan_a_meeting_for_each_lesson(stem):
    link = f"[{number(stem)}](notebooks/{stem}.ipynb)"
    assert link in text("INSTRUCTORS.md"), f"INSTRUCTORS.md, the plan: no row of a meeting has {link}"


@pytest.mark.parametrize("name", EXERCISES)
def test_instructors_list_each_exercise(name):
    row = rf"(?m)^\| {EXERCISES[name]} \| `{name}`: .* \| (make|mend) \| \d+ \|$"
    assert re.search(row, text("INSTRUCTORS.md")), f"INSTRUCTORS.md, The exercises: no row for {name}, like {row}"


def test_readme_tells_the_arc_of_the_trials():
    rows = ["| trial | " + " | ".join(map(number, ARC)) + " |", "| --- |" + " :-: |" * len(ARC)]
    for trial in TRIALS:
        marks = ("–" if trial.name in not_asked(lesson) else "✗" if trial.name in FAILED_BY[lesson] else "✓"
                 for lesson in ARC)
        rows.append(f"| {trial.name} | {' | '.join(marks)} |")
    assert not (wanted := missing(rows, text("README.md"))), f"README.md, What a server must survive: {wanted}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")) + sorted((ROOT / "lessons").glob("*.py"))
                         + sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_no_prose_counts_the_trials_or_the_lessons(path):
    """They become more. What is there can be counted; what a cell shows is counted anew in each run."""
    prose = path.read_text(encoding="utf-8") if path.suffix != ".ipynb" else "\n".join(
        cell.source for cell in nbformat.read(path, as_version=4).cells)
    counted = re.findall(COUNT, prose)
    assert counted == [], path.name
