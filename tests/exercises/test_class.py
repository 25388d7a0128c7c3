"""A class of twenty hands in the chat: nbgrader grades it, writes feedback and exports the points that are due."""
import csv
import json
import os
import shutil
import time

import nbformat
import psutil
import pytest

from tests import ROOT
from tests.exercises.handed import program
from tests.exercises.test_handing_out import nbgrader

STEM = "04_multi_client_echo"
BOUND = 600        # seconds: INSTRUCTORS.md promises half a minute a submission, all in all
STUB = "# YOUR CODE HERE\n            raise NotImplementedError()"
RIGHT = "for other in inputs:\n                if other not in (sock, listener):\n                    other.sendall(data)"
ALL, NONE, MORE = 6.0, 0.0, 2.0                # MORE: the hidden trials alone


def written(lines):
    """A submission in which the stub is replaced by these lines."""
    def hand_in(cells):
        cells["chat-program"].source = cells["chat-program"].source.replace(STUB, lines)
    return hand_in


def begun(lines):
    """A submission whose program begins with these lines, and is right otherwise."""
    def hand_in(cells):
        written(RIGHT)(cells)
        cells["chat-program"].source = cells["chat-program"].source.replace("import select\n", f"{lines}\nimport select\n", 1)
    return hand_in


def whole(source):
    def hand_in(cells):
        cells["chat-program"].source = source
    return hand_in


def tampered(cells):
    cells["chat-check"].source = "print('chat is solved')"
    cells["chat-more"].source = ""


def shadowed(cells):
    cells["chat-program"].source = "def check(name):\n    print('chat is solved')"


def deleted(cells):
    written("sock.sendall(data)")(cells)
    cells["chat-check"].source = None          # the cell is taken out


SUBMISSIONS = {                                # who: (what is handed in, the points that are due)
    "right": (written(RIGHT), ALL),
    "right-too": (written("[one.sendall(data) for one in inputs if one is not sock and one is not listener]"), ALL),
    "right-and-prints": (written("print(data)\n            " + RIGHT), ALL),
    "right-and-long": (begun("print('spam ' * 2_000_000)"), ALL),
    "unsolved": (lambda cells: None, NONE),
    "empty": (whole("%%program chat\n"), NONE),
    "no-program": (whole(""), NONE),
    "syntax-error": (written("for other in inputs"), NONE),
    "crashes": (written("1 / 0"), NONE),
    "exits": (written("sys.exit()"), NONE),
    "echo": (written("sock.sendall(data)"), NONE),
    "to-everybody": (written("for other in inputs[1:]:\n                other.sendall(data)"), NONE),
    "tampered": (tampered, NONE),
    "shadowed": (shadowed, NONE),
    "deleted": (deleted, NONE),
    "hangs-at-once": (begun("while True: pass"), NONE),             # and five that hang or are hostile
    "hangs-later": (written("while True: pass"), NONE),
    "eats-memory": (written("eaten = []\n            while True: eaten.append(bytearray(10_000_000))"), NONE),
    "forks": (begun("import os\nfor _ in range(100): os.fork()"), NONE),
    "kills-its-kernel": (begun("import os\nos.kill(os.getppid(), 9)"), NONE),
}
MARK = f"class-{os.getpid()}"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course folder after grading: (folder, seconds that it took, who had what points)."""
    folder = tmp_path_factory.mktemp("class")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "notebooks" / "solutions" / STEM, folder / "notebooks" / "solutions" / STEM,
                    ignore=shutil.ignore_patterns("*.py"))
    assert nbgrader(folder, "generate_assignment", STEM).returncode == 0
    handed_out = folder / "notebooks" / "exercises" / STEM / f"{STEM}.ipynb"
    for who, (hand_in, _) in SUBMISSIONS.items():
        notebook = nbformat.read(handed_out, as_version=4)
        hand_in({cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata})
        notebook.cells = [cell for cell in notebook.cells if cell.source is not None]
        path = folder / "submitted" / who / STEM / f"{STEM}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    os.environ["CLASS"] = MARK                 # all that is started from here on can be found by it
    begun_at = time.monotonic()
    try:
        done = nbgrader(folder, "autograde", STEM, timeout=BOUND)
    finally:
        del os.environ["CLASS"]
    seconds = time.monotonic() - begun_at
    nbgrader(folder, "generate_feedback", STEM)
    assert nbgrader(folder, "export", "--to", "grades.csv").returncode == 0, done.stdout
    rows = csv.DictReader((folder / "grades.csv").open())
    print(f"\n{len(SUBMISSIONS)} submissions, graded in {seconds:.0f} s")
    return folder, seconds, {row["student_id"]: float(row["score"] or 0) for row in rows}


@pytest.mark.parametrize("who", SUBMISSIONS)
def test_the_points_are_those_that_are_due(graded, who):
    assert graded[2].get(who, 0.0) == SUBMISSIONS[who][1]


def test_the_bound_is_kept(graded):
    assert len(SUBMISSIONS) == 20 and graded[1] < 30 * len(SUBMISSIONS) == BOUND


def test_no_process_is_left(graded):
    def left():
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("CLASS") == MARK and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process.cmdline())
            except psutil.Error:
                pass
        return found
    end = time.monotonic() + 10
    while left() and time.monotonic() < end:
        time.sleep(0.1)                        # who polls for its parent's end is gone after a second
    assert left() == []


@pytest.mark.parametrize("who, said", [
    ("right", "chat is solved"), ("unsolved", "isn&#39;t written yet"), ("syntax-error", "syntax error"),
    ("crashes", "ZeroDivisionError"),
    ("hangs-later", "is busy in line"), ("eats-memory", "MemoryError"), ("empty", "There is no program chat yet")])
def test_the_feedback_tells_what_was_wrong(graded, who, said):
    text = (graded[0] / "feedback" / who / STEM / f"{STEM}.html").read_text(encoding="utf-8")
    assert said in text or said.replace("&#39;", "'") in text


def test_the_solution_is_not_in_what_was_handed_out(graded):
    text = json.dumps(nbformat.read(graded[0] / "notebooks" / "exercises" / STEM / f"{STEM}.ipynb", as_version=4))
    assert "other.sendall" not in text and "crowd" not in text and "other.sendall" in program("solutions", "chat")
