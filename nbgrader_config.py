"""For nbgrader: where the exercises are, and how they are graded. INSTRUCTORS.md says how to use it."""
import sys
from pathlib import Path

c = get_config()                                          # noqa: F821  (nbgrader's own)
sys.path.insert(0, str(Path(__file__).resolve().parent))  # where `helpers` is

c.CourseDirectory.course_id = "io-multiplexing"
c.CourseDirectory.source_directory = "notebooks/solutions"       # the one source: exercises with their solutions
c.CourseDirectory.release_directory = "release"                  # made from it, to be handed out
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.pyc", "*.py", "graded-from.txt"]

# A submission is read, and never run: its programs are put through their trials, each behind a fence.
c.OverwriteCells.add_missing_cells = True
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput", "helpers.teaching.grading.CellsAsHandedOut",
    "nbgrader.preprocessors.OverwriteKernelspec", "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata"]
c.Autograde.autograde_preprocessors = [
    "helpers.teaching.grading.GradePrograms", "nbgrader.preprocessors.LimitOutput", "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties", "nbgrader.preprocessors.CheckCellMetadata"]
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades", "helpers.teaching.grading.WithoutHiddenTrials",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"]
c.HTMLExporter.filters = {"markdown2html": "helpers.teaching.words.as_html"}     # in feedback, and on nbgrader's pages
