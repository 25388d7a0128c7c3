"""make grade: points, feedback and a table of the class, for all that lies in submitted/NAME/EXERCISE/EXERCISE.ipynb.

It calls nbgrader, step by step, for each submission that is new or has changed; AGAIN=yes takes all of them again.
Points are in nbgrader's gradebook, and in grades/; feedback/ is for the learners.
"""
import difflib
import os
import sys
from pathlib import Path

from . import fence
from .grading import NO_FENCE, SOLUTIONS
from .nbgraders import must, nbgraders_api, reason
from .table import draw, read_class, summary, write_tables

SUBMITTED, GRADED = Path("submitted"), Path("autograded")


def main(again):
    if not fence.version() and os.environ.get("COURSE_FENCE") != "no":
        sys.exit(NO_FENCE)
    found = submissions()
    if not found:
        sys.exit("There is nothing to grade: put what NAME hands in into submitted/NAME/04_multi_client_echo/"
                 "04_multi_client_echo.ipynb, or collect it with nbgrader.")
    api, troubles = nbgraders_api(), []
    for stem in sorted({stem for _, stem in found}):
        must(api.generate_assignment(stem), f"{stem} can't be made from notebooks/solutions")
    for who, stem in found:
        if again or is_new(who, stem):
            done = api.autograde(stem, who)
            if not done["success"] or "ERROR" in done.get("log", ""):
                troubles.append(f"{who}, {stem}: {reason(done)}")
        if (GRADED / who / stem).is_dir():
            must(api.generate_feedback(stem, who), f"there is no feedback for {who}, {stem}")
        print(".", end="", flush=True)
    learners = read_class(api.coursedir.db_url)
    write_tables(learners)
    draw(learners)
    print("\n".join(["", *(f"LOOK AT {one}" for one in troubles), summary(learners)]))


def submissions():
    """[(who, exercise)] of all that has been handed in. Says so of a folder whose name is no exercise."""
    known, found = sorted(path.name for path in SOLUTIONS.iterdir() if path.is_dir()), []
    for path in sorted(SUBMITTED.glob("*/*/")):
        if path.name in known:
            found.append((path.parent.name, path.name))
        else:
            near = difflib.get_close_matches(path.name, known, n=1, cutoff=0)[0]
            print(f"{path} is left out: there is no exercise {path.name}. The nearest is {near}.")
    return found


def is_new(who, stem):
    """Has this been handed in after it was graded, or not been graded at all?"""
    graded, handed_in = (folder / who / stem / f"{stem}.ipynb" for folder in (GRADED, SUBMITTED))
    return not graded.is_file() or not handed_in.is_file() or handed_in.stat().st_mtime > graded.stat().st_mtime


if __name__ == "__main__":
    main("again" in sys.argv[1:])
