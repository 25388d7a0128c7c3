"""What nbgrader calls in place of running a notebook: programs are put through their trials, and cells get what came of it.

A submission is read, and never run. Its programs are (`reading`), each in a process of its own behind a fence (`alone`),
and what they reach there is checked before the next one. nbgrader_config.py says where nbgrader calls this.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id
from nbformat.v4 import new_output
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from ..exercises import LESSONS
from . import alone, fence
from .reading import Unreadable, written
from .table import HIDDEN, NOT_TRIED

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "notebooks" / "solutions"
COPIED = ("helpers", "lessons")        # what a process that tries a program has of the course
NO_FENCE = ("This system can't fence programs in, so a program could read the solutions, or harm what you have. Grade on "
            "Linux, or in a container; or, if you have read all programs, say so: make grade FENCE=no")
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
START = "import sys; sys.path[:0] = sys.argv[1:]; from helpers.teaching.alone import main; main()"


class CellsAsHandedOut(NbGraderPreprocessor):
    """nbgrader knows a cell by what stands in its metadata, which a learner can change: put back what was handed out.

    Of cells with the same mark the last one counts; what has any other mark has none. Of the rest a learner's text is
    kept, and no more.
    """

    def preprocess(self, nb, resources):
        ours = marks(resources["nbgrader"]["notebook"])
        nb.metadata = NotebookNode(kernelspec=nb.metadata.get("kernelspec", {}))
        for cell in reversed(nb.cells):
            mark = cell.metadata.get("nbgrader")
            name = mark.get("grade_id") if isinstance(mark, dict) else None
            known = isinstance(name, str) and name in ours
            cell.metadata = NotebookNode(nbgrader=ours.pop(name)) if known else NotebookNode()
            cell.cell_type = "code" if cell.cell_type == "code" else "markdown"
            cell.id = generate_corpus_id()
            cell.pop("attachments", None)
        return nb, resources


class GradePrograms(NbGraderPreprocessor):
    """Puts into each graded cell what came of its program. Whatever else a learner wrote isn't run."""

    def preprocess(self, nb, resources):
        stem, who, reports = resources["nbgrader"]["notebook"], resources["nbgrader"]["student"], {}
        for cell in nb.cells:
            mark = cell.metadata.get("nbgrader", {})
            if mark.get("grade") and cell.cell_type == "code":
                exercise, _, part = mark["grade_id"].rpartition("-")
                if exercise in LESSONS and exercise not in reports:
                    reports[exercise] = report_on(exercise, nb, hidden_trials(stem, exercise), f"{who}, {stem}", self.log)
                fill_in(cell, reports.get(exercise, {}), part)
        return nb, resources


class WithoutHiddenTrials(NbGraderPreprocessor):
    """For feedback: the source of hidden trials is cut out of the cells that have some."""

    def preprocess_cell(self, cell, resources, index):
        before, begin, rest = cell.source.partition(BEGIN)
        if begin and cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = (before + rest.partition(END)[2]).strip()
        return cell, resources


LATER = {"passed": False, "error": "NotYet", "trials": [],
         "said": "The trials that learners don't see are for a program that has passed its check."}
OTHER = {"passed": False, "error": "NotGraded", "trials": [],
         "said": "Only programs are graded by themselves. Give the points of this cell by hand."}


def source_cells(stem):
    """The cells of the exercise with its solution."""
    return nbformat.read(SOLUTIONS / stem / f"{stem}.ipynb", as_version=4).cells


def marks(stem):
    """{grade_id: what nbgrader has written into the metadata of that cell}."""
    return {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in source_cells(stem) if "nbgrader" in cell.metadata}


def hidden_trials(stem, exercise):
    """The source of an exercise's hidden trials."""
    [source] = [cell.source for cell in source_cells(stem)
                if cell.metadata.get("nbgrader", {}).get("grade_id") == f"{exercise}-more"]
    return source.partition(BEGIN)[2].partition(END)[0]


def fill_in(cell, reports, part):
    """Give a cell the output by which nbgrader knows its points: an error means none. Keep what became of each trial."""
    report = reports.get(part) or (LATER if part == "more" and reports else OTHER)
    if report["passed"]:
        cell.outputs = [new_output("stream", name="stdout", text=report["said"] or "All trials passed.\n")]
    else:
        cell.outputs = [new_output("error", ename=report["error"], evalue="", traceback=[report["said"]])]
    if part == "more":
        cell.metadata["trials"] = [] if report is LATER else [(HIDDEN, report["passed"])]
    elif part == "check":
        cell.metadata["trials"] = report["trials"] or [(NOT_TRIED, False)]


# -- one program -----------------------------------------------------------------------------------------------------

def report_on(exercise, nb, hidden, whose, log):
    """What came of the program of an exercise: {"check": …, "more": …}, each as `alone` reports it."""
    fenced = fence.version() > 0
    if not fenced and os.environ.get("COURSE_FENCE") != "no":
        raise NbGraderException(NO_FENCE)
    try:
        found = written(exercise, nb)
    except Unreadable as reason:
        return {"check": {"passed": False, "error": "NotYet", "said": str(reason), "trials": []}}
    before = {} if fenced else all_that_counts()
    job = {"name": exercise, "text": found.text, "changes": found.changes, "hidden": hidden, "fenced": fenced,
           "readable": [sys.base_prefix, sys.base_exec_prefix, str(packages())]}
    try:
        report = tried(job, whose, log)
        if report["check"].get("hindered"):
            report = tried(job, whose, log)
        if report["check"].get("hindered"):
            log.error("This machine is too poor for the trials of %s of %s. Grade it again, where there is more: "
                      "make grade AGAIN=yes", exercise, whose)
        return report
    finally:
        put_back(before, whose, log)


def tried(job, whose, log):
    """Start a process for a job, in a new folder, and wait for its report."""
    with tempfile.TemporaryDirectory(prefix="graded-") as folder:
        course, work = Path(folder, "course"), Path(folder, "work")
        for name in COPIED:
            shutil.copytree(ROOT / name, course / name)
        work.mkdir()
        process = subprocess.Popen(
            [sys._base_executable, "-I", "-S", "-B", "-c", START, str(course), str(packages())], cwd=folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(work), "TMPDIR": str(work), "LANG": "C.UTF-8", "COURSE_PROGRESS": "",
                 "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1"})
        try:
            said, trouble = process.communicate(json.dumps(job), alone.LONGEST + 60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            said, trouble = process.communicate()
    try:
        return json.loads(said)
    except ValueError:
        log.error("No verdict on %s of %s. %s", job["name"], whose, trouble[-2000:])
        return {"check": {"passed": False, "error": "NoVerdict", "trials": [], "said": "The program was tried, and the process "
                          "that tried it was ended before it had a verdict. Ask your teacher."}}


def packages():
    """The folder of psutil, the one package that trials need."""
    import psutil
    return Path(psutil.__file__).resolve().parent.parent


# -- where there is no fence -----------------------------------------------------------------------------------------

COUNTS = ("helpers", "lessons", "notebooks/solutions", "submitted", "gradebook.db", "nbgrader_config.py")


def all_that_counts():
    """{path: bytes} of all files that points depend on."""
    roots = [ROOT / name for name in COUNTS]
    files = [path for root in roots for path in ([root] if root.is_file() else root.rglob("*"))]
    return {path: path.read_bytes() for path in files if path.is_file() and "__pycache__" not in path.parts}


def put_back(before, whose, log):
    """Put back what a program has changed, removed or added, and say so loudly."""
    after = all_that_counts() if before else {}
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            log.error("While a program of %s was tried, %s changed. It is put back. Look at that program.", whose, path.name)
            if path in before:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(before[path])
            else:
                path.unlink()
