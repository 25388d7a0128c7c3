"""make grade: points, feedback and a table of the class, for all that lies in submitted/NAME/EXERCISE/EXERCISE.ipynb.

It calls nbgrader, step by step, for each submission that is new or has changed; AGAIN=yes takes all of them again.
Points are in nbgrader's gradebook, and in grades/; feedback/ is for the learners.
"""
import difflib
import hashlib
import os
import sys
from pathlib import Path

from . import fence
from .grading import NO_FENCE, SOLUTIONS
from .nbgraders import must, nbgraders_api, no_points, reason
from .table import draw, read_class, summary, write_tables

SUBMITTED, GRADED = Path("submitted"), Path("autograded")
GRADED_FROM = "graded-from.txt"    # the digest of the file that was graded: its time may be older than the grading


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
        troubles += grade(api, who, stem, again)
        print(".", end="", flush=True)
    learners = read_class(api.coursedir.db_url)
    write_tables(learners)
    draw(learners)
    print("\n".join(["", *(f"LOOK AT {one}" for one in troubles), summary(learners)]))


def grade(api, who, stem, again):
    """Points for one submission, if it is new, and feedback; a list of what is to be said to the teacher."""
    handed_in, graded, said = SUBMITTED / who / stem / f"{stem}.ipynb", GRADED / who / stem / GRADED_FROM, []
    if not handed_in.is_file():
        return [f"{who}, {stem}: there is no file {stem}.ipynb in that folder. Has it another name?"]
    digest = hashlib.sha256(handed_in.read_bytes()).hexdigest()
    if again or not graded.is_file() or graded.read_text() != digest:
        done = api.autograde(stem, who)
        if not done["success"]:
            no_points(api, who, stem)          # nor those of an earlier submission
            return [f"{who}, {stem}: {reason(done)}"]
        graded.write_text(digest)
        if "[ERROR]" in done.get("log", ""):
            said.append(f"{who}, {stem}: {reason(done)}")
    done = api.generate_feedback(stem, who)    # also where only a teacher's comment is new
    return said if done["success"] else [*said, f"{who}, {stem}: there is no feedback. {reason(done)}"]


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


if __name__ == "__main__":
    main("again" in sys.argv[1:])
