"""nbgrader, as this course's folder configures it: called from Python, and told apart from its own many words."""
import os
import re
import sys
import warnings
from contextlib import suppress
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader, NbGraderAPI


def nbgraders_api():
    """nbgrader's functions, with the settings of nbgrader_config.py."""
    for chatty in "nbgrader", "nbformat":
        warnings.filterwarnings("ignore", module=chatty)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"      # it calls alembic
    app = NbGrader()
    app.load_config_file()
    return NbGraderAPI(config=app.config)


def must(done, what):
    """End with a sentence where nbgrader has failed."""
    if not done["success"]:
        sys.exit(f"{what}: {reason(done)}")


def no_points(api, who, stem):
    """Take the points of a submission away that can't be graded."""
    with Gradebook(api.coursedir.db_url) as book, suppress(MissingEntry):
        for notebook in book.find_submission(stem, who).notebooks:
            for one in notebook.grades:
                one.auto_score = 0
        book.db.commit()


def reason(done):
    """The line that says most, of all that nbgrader says of a failure: the last error that isn't about another one."""
    said = "\n".join([done.get("error") or "", done.get("log") or ""])
    lines = re.findall(r"(?m)^ *((?:\[ERROR\]|[\w.]+(?:Error|Exception):) .+)", said)
    told = [line for line in lines if "traceback for details" not in line and "error processing assignment" not in line]
    return told[-1].removeprefix("[ERROR] ") if told else "nbgrader doesn't say why"
