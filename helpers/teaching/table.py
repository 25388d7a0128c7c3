"""A class at a glance: who has how many points, who passed which trial, and which trial stops how many.

    grades/points.csv      a row a learner: the points of each exercise, and all of them
    grades/passed.csv      a row a learner: for each trial 1 (passed), 0 (failed), or nothing (not tried)
    grades/trials.csv      a row a trial: how many passed it, how many failed it, how many it stops
    grades/class.png, grades/NAME.png      the same as pictures: of all exercises, and the trials of one

A trial *stops* a learner if it is the first one that their program fails.
"""
import csv
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from ..exercises import LESSONS, task_of

FOLDER = Path("grades")
HIDDEN = "what learners don't see"
NOT_TRIED = "it can't be tried"
BLUE, ORANGE, GREY = "#56B4E9", "#E69F00", "#DDDDDD"       # Okabe and Ito's; each has a mark, too


@dataclass
class Learner:
    """points: {exercise: (points, of how many)}; trials: {exercise: {trial: passed}}; an exercise is missing if it wasn't
    handed in, a trial if it wasn't tried."""
    name: str
    points: dict = field(default_factory=dict)
    trials: dict = field(default_factory=dict)

    def has_all(self, exercise):
        points, most = self.points.get(exercise, (0, 1))
        return points >= most

    def stopped_by(self, exercise):
        """The name of the first trial that failed; None if there is none."""
        found = self.trials.get(exercise)
        if found is None:
            return None
        return next((trial for trial in trials_of(exercise) if found.get(trial) is False), None)


def trials_of(exercise):
    """The names of its trials, in their order: between the mark of a program that can't be tried and that of the hidden ones."""
    return [NOT_TRIED, *(one.name for one in task_of(exercise).trials), HIDDEN]


def handed_in(learners):
    """The exercises that anybody has handed in, in the order of the course."""
    return [name for name in LESSONS if any(name in one.points for one in learners)]


def read_class(database):
    """All learners whose work has been graded, by name: points out of nbgrader's gradebook, trials out of graded notebooks."""
    from nbgrader.api import Gradebook
    learners = {}
    with Gradebook(database) as book:
        for submission in (one for assignment in book.assignments for one in assignment.submissions):
            learner = learners.setdefault(submission.student.id, Learner(submission.student.id))
            for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
                exercise = grade.name.rpartition("-")[0]
                if exercise in LESSONS:
                    points, most = learner.points.get(exercise, (0, 0))
                    learner.points[exercise] = points + (grade.score or 0), most + grade.max_score
            stem = submission.assignment.name
            learner.trials |= trials_in(Path("autograded") / learner.name / stem / f"{stem}.ipynb")
    return [learners[name] for name in sorted(learners)]


def trials_in(path):
    """{exercise: {trial: passed}}, as `grading` has put it into the cells of a graded notebook."""
    found = {}
    if path.is_file():
        for cell in nbformat.read(path, as_version=4).cells:
            exercise, _, part = cell.metadata.get("nbgrader", {}).get("grade_id", "").rpartition("-")
            if exercise in LESSONS and part in ("check", "more"):
                found.setdefault(exercise, {}).update(cell.metadata.get("trials", []))
    return found


# -- as CSV ----------------------------------------------------------------------------------------------------------

def write_tables(learners):
    exercises = handed_in(learners)
    write("points.csv", ["learner", *exercises, "all", "of"],
          [[one.name, *(f"{one.points[name][0]:g}" if name in one.points else "" for name in exercises),
            *(f"{sum(column):g}" for column in zip(*one.points.values()))] for one in learners])
    columns = [(name, trial) for name in exercises for trial in trials_of(name)[1:]]
    write("passed.csv", ["learner", *(f"{name}: {trial}" for name, trial in columns)],
          [[one.name, *(mark(one, *column) for column in columns)] for one in learners])
    write("trials.csv", ["exercise", "trial", "passed", "failed", "stops"],
          [[name, trial, *counts(learners, name, trial)] for name in exercises for trial in trials_of(name)])


def write(name, head, rows):
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])


def mark(learner, exercise, trial):
    passed = learner.trials.get(exercise, {}).get(trial)
    return "" if passed is None else int(passed)


def counts(learners, exercise, trial):
    """How many passed a trial, how many failed it, how many it stops."""
    marks = [mark(one, exercise, trial) for one in learners]
    return marks.count(1), marks.count(0), sum(one.stopped_by(exercise) == trial for one in learners)


# -- as pictures -----------------------------------------------------------------------------------------------------

def draw(learners):
    exercises = handed_in(learners)
    whole = {name: sum(one.has_all(name) for one in learners) for name in exercises}
    picture("class", "Points of each exercise", learners, exercises, points_of, whole, "have all of them")
    for name in exercises:
        those = [one for one in learners if name in one.points]
        stops = {trial: counts(those, name, trial)[2] for trial in trials_of(name)}
        picture(name, f"{name}: who passed which trial", those, trials_of(name), verdict_on(name), stops, "stopped by it")


def points_of(learner, exercise):
    """What stands in a field: its text and its colour."""
    if exercise not in learner.points:
        return "", "white"
    points, most = learner.points[exercise]
    return f"{points:g}", BLUE if points == most else ORANGE if points == 0 else GREY


def verdict_on(exercise):
    def field_of(learner, trial):
        passed = learner.trials.get(exercise, {}).get(trial)
        if passed is None:
            return "", "white"
        return ("✓", BLUE) if passed else ("✗ stops" if learner.stopped_by(exercise) == trial else "✗", ORANGE)
    return field_of


def picture(name, title, learners, columns, field_of, foot, foot_says):
    """A table as a picture: a row a learner, a column each of what they were asked, and a count below."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    height, width = len(learners), len(columns)
    figure = Figure(figsize=(2.2 + 0.85 * width, 2.6 + 0.28 * height), layout="constrained")
    axes = figure.add_subplot(title=title, xlim=(0, width), ylim=(height + 1, 0))
    for row, learner in enumerate(learners):
        for column, asked in enumerate(columns):
            text, colour = field_of(learner, asked)
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="white", linewidth=2))
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8)
    for column, asked in enumerate(columns):
        axes.text(column + 0.5, height + 0.5, foot[asked], ha="center", va="center", fontsize=9, weight="bold")
    axes.set_yticks([row + 0.5 for row in range(height + 1)], [*(one.name for one in learners), foot_says], fontsize=8)
    axes.set_xticks([column + 0.5 for column in range(width)], columns, fontsize=8, rotation=40, ha="left")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.savefig(FOLDER / f"{name}.png", dpi=110)


def summary(learners):
    """A few lines for the terminal: how many learners, and of each exercise what stops most of them."""
    lines = [f"{len(learners)} learners are graded. Points and tables: {FOLDER}/. Feedback: feedback/."]
    for name in handed_in(learners):
        solved = sum(one.has_all(name) for one in learners)
        stops = {trial: counts(learners, name, trial)[2] for trial in trials_of(name)}
        worst = max(stops, key=stops.get)
        most = f"; most are stopped by: {worst} ({stops[worst]})" if stops[worst] else ""
        lines.append(f"  {name:<10}{solved} have all points{most}")
    return "\n".join(lines)
