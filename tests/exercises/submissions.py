"""A class that hands in the chat: programs that are right, programs that are wrong, and learners who want points without one.

Each is (what is done to the notebook that was handed out, the points that are due). If that gives a text, it is handed in
in the notebook's place.
"""
import json
from textwrap import dedent, indent

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

STUB = "# YOUR CODE HERE\n            raise NotImplementedError()"
RIGHT = "for other in inputs:\n                if other not in (sock, listener):\n                    other.sendall(data)"
ECHO = "sock.sendall(data)"
ALL, NONE = 6, 0


def cell_of(nb, name):
    [found] = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name]
    return found


def written(lines, first=""):
    """The stub is replaced by these lines; `first` is what the program begins with."""
    def hand_in(nb):
        cell = cell_of(nb, "chat-program")
        cell.source = cell.source.replace(STUB, lines).replace("import select\n", f"{dedent(first)}\nimport select\n", 1)
    return hand_in


def whole(source):
    def hand_in(nb):
        cell_of(nb, "chat-program").source = source
    return hand_in


def with_cells(*sources, lines=ECHO, below=False):
    """Cells of the learner's own above all others, or below them. The program itself is an echo, and wrong."""
    def hand_in(nb):
        written(lines)(nb)
        cells = [new_code_cell(dedent(source)) for source in sources]
        nb.cells = [*nb.cells, *cells] if below else [*cells, *nb.cells]
    return hand_in


def right_and(change):
    def hand_in(nb):
        written(RIGHT)(nb)
        change(nb)
    return hand_in


# -- right -----------------------------------------------------------------------------------------------------------

def in_a_cell_below(nb):
    text = cell_of(nb, "chat-program").source.replace(STUB, RIGHT)
    written(ECHO)(nb)
    nb.cells.append(new_code_cell(f"\n{text}"))


def check_deleted(nb):
    nb.cells.remove(cell_of(nb, "chat-check"))


def check_rewritten(nb):
    cell_of(nb, "chat-check").source = "print('my own notes')"
    cell_of(nb, "chat-more").source = ""


RIGHT_ONES = {
    "right": written(RIGHT),
    "right-on-one-line": written("[one.sendall(data) for one in inputs if one is not sock and one is not listener]"),
    "right-and-prints": written(f"print(data)\n            {RIGHT}", "print('spam ' * 2_000_000)"),
    "right-and-late": written(RIGHT, "import time\ntime.sleep(3)"),
    "right-in-a-cell-below": in_a_cell_below,
    "right-check-deleted": right_and(check_deleted),
    "right-check-rewritten": right_and(check_rewritten),
    "right-other-cells-hang": with_cells("while True: pass", "import os; os._exit(1)", "input()", lines=RIGHT),
}

# -- wrong -----------------------------------------------------------------------------------------------------------

WRONG_ONES = {
    "wrong-unsolved": lambda nb: None,
    "wrong-empty": whole("%%program chat\n"),
    "wrong-no-program": whole(""),
    "wrong-syntax": written("for other in inputs"),
    "wrong-crashes": written("1 / 0"),
    "wrong-echo": written(ECHO),
    "wrong-to-everybody": written("for other in inputs[1:]:\n                other.sendall(data)"),
    "wrong-hangs": written("while True: pass"),
}

# -- sly: cells that are never run ---------------------------------------------------------------------------------

FAKE = """
    import sys, types
    fake = types.ModuleType("helpers")
    fake.check = lambda *_: print("chat is solved: it passes all 8 trials.")
    fake.run = fake.connect = lambda *_, **__: None
    sys.modules["helpers"] = fake
    """
REPLACED = """
    import helpers
    helpers.check = lambda *_: print("chat is solved: it passes all 8 trials.")
    """
CLEARED = """
    from helpers.exercises.tasks import task_of
    task_of("chat").trials.clear()
    """
TRANSFORMED = """
    get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"] if any("check" in one for one in lines) else lines)
    """
APPENDED = """
    import helpers.exercises.checking as it
    open(it.__file__, "a").write("\\nraise SystemExit\\n")
    """


def forged(nb):
    """Cells, outputs and points of one's own in the file."""
    written(ECHO)(nb)
    for name in "chat-check", "chat-more":
        cell = cell_of(nb, name)
        cell.metadata.nbgrader.points = 100
        cell.metadata.trials = [["two clients", True]]
        cell.outputs = [new_output("stream", name="stdout", text="chat is solved: it passes all 8 trials.\n")]
        nb.cells.insert(0, new_code_cell("100", metadata=json.loads(json.dumps(cell.metadata))))
    acting = "<script>approve()</script><img src=x onerror=approve()> [all](javascript:approve())"
    nb.cells[:0] = [new_markdown_cell(acting), new_raw_cell(acting, metadata={"raw_mimetype": "text/html", "tags": [acting]})]
    nb.metadata.title = acting


# -- hostile: programs, each of which ends as an echo ------------------------------------------------------------------

def program(lines):
    """A program that first tries this, whatever comes of it. {COURSE} in it is the folder in which its teacher grades."""
    return written(ECHO, "try:\n" + indent(dedent(lines).strip("\n"), "    ") + "\nexcept BaseException:\n    pass")


READS = """
    import glob, json
    for path in glob.glob("{COURSE}/notebooks/solutions/04*/*.ipynb") + glob.glob("{COURSE}/submitted/right*/*/*.ipynb"):
        for cell in json.load(open(path))["cells"]:
            if "".join(cell["source"]).startswith("%%program chat"):
                exec("".join(cell["source"]).partition("\\n")[2])
    """
WRITES = """
    import glob, sqlite3
    for folder in ["{COURSE}", "../course"]:
        for path in glob.glob(folder + "/helpers/**/*.py", recursive=True) + glob.glob(folder + "/submitted/*/*/*.ipynb"):
            try:
                open(path, "a").write("\\nraise SystemExit\\n")
            except OSError:
                pass
    sqlite3.connect("{COURSE}/gradebook.db").executescript("update grade set auto_score = 6; update grade set manual_score = 6;")
    """
REPORTS = """
    import glob, json, os
    passed = dict(passed=True, said="chat is solved", trials=[])
    number = os.getpid()
    for _ in range(4):
        number = int(open(f"/proc/{number}/stat").read().rpartition(")")[2].split()[1])
        for path in glob.glob(f"/proc/{number}/fd/*"):
            try:
                os.write(os.open(path, os.O_WRONLY | os.O_NONBLOCK), json.dumps(dict(check=passed, more=passed)).encode())
            except OSError:
                pass
    """
KILLS = """
    import os
    number, parents = os.getpid(), []
    for _ in range(4):
        number = int(open(f"/proc/{number}/stat").read().rpartition(")")[2].split()[1])
        parents.append(number)
    for number in reversed(parents):
        try:
            os.kill(number, 9)
        except OSError:
            pass
    """
STAYS = """
    import os, sys
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execve(sys.executable, [sys.executable, "-c", "while True: pass  # {MARK}"], {})
        os._exit(0)
    """

SLY_ONES = {                       # their names are in the order in which they are graded: who harms comes before who is right
    "a-sly-fakes-helpers": with_cells(FAKE),
    "a-sly-replaces-check": with_cells(REPLACED),
    "a-sly-clears-trials": with_cells(CLEARED),
    "a-sly-transforms-cells": with_cells(TRANSFORMED),
    "a-sly-appends-to-helpers": with_cells(APPENDED),
    "a-sly-reads-solutions": program(READS),
    "a-sly-writes-everywhere": program(WRITES),
    "a-sly-reports-itself": program(REPORTS),
    "a-sly-kills-who-grades": program(KILLS),
    "a-sly-stays-behind": program(STAYS),
    "a-sly-forges-the-file": forged,
    "a-sly-has-no-notebook": lambda nb: '{"cells": ' * 100_000,
}

WHOLE_CLASS = {**{name: (one, NONE) for name, one in (SLY_ONES | WRONG_ONES).items()},
               **{name: (one, ALL) for name, one in RIGHT_ONES.items()}}

# A part of it, for every day: of each kind those that differ most.
SMALL_CLASS = ("right", "right-in-a-cell-below", "right-check-deleted", "right-other-cells-hang", "wrong-unsolved", "wrong-echo",
               "a-sly-fakes-helpers", "a-sly-reads-solutions", "a-sly-writes-everywhere", "a-sly-reports-itself",
               "a-sly-kills-who-grades", "a-sly-stays-behind", "a-sly-forges-the-file",
               "a-sly-has-no-notebook")
