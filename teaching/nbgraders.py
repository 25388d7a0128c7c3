"""nbgrader, as this course's folder configures it: called from Python, and told apart from its own many words."""
import os
import sys
import warnings
from pathlib import Path

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


def reason(done):
    """The line that says most, of all that nbgrader says of a failure."""
    lines = [line for line in (done.get("error") or done.get("log") or "").splitlines() if line.strip()]
    told = [line for line in lines if "ERROR" in line] or lines
    return told[-1].strip() if told else "nbgrader doesn't say why"
