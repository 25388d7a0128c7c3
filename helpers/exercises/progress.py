"""Which exercises a learner has solved: a small file in the learner's own folder.

It is a convenience and nothing more: where it is missing, broken or can't be written, nobody hears an error.
COURSE_PROGRESS names another file; empty, nothing is kept. Where nbgrader grades, nothing is kept, either.
"""
import json
import os
from contextlib import suppress
from pathlib import Path

from .tasks import LESSONS


def place():
    """The path of the file; None where nothing is to be kept."""
    if "NBGRADER_EXECUTION" in os.environ:
        return None
    named = os.environ.get("COURSE_PROGRESS")
    if named == "":
        return None
    return Path(named) if named else Path.home() / ".io-multiplexing.json"


def solved():
    """Names of the exercises that are solved, in the order of the course."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        kept = json.loads(place().read_text(encoding="utf-8"))["solved"]
        return [name for name in LESSONS if name in kept]
    return []


def note(name):
    """Keep that this exercise is solved. The file is whole at every moment: it is written beside, and then moved."""
    path, names = place(), {*solved(), name}
    if path is None:
        return
    with suppress(OSError):
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        beside.write_text(json.dumps({"solved": [one for one in LESSONS if one in names]}), encoding="utf-8")
        beside.replace(path)


def standing():
    """A sentence on where the learner stands; "" where nothing is kept."""
    if place() is None:
        return ""
    done = solved()
    left = [name for name in LESSONS if name not in done]
    after = f"Next: {left[0]}, of lesson {LESSONS[left[0]]}." if left else "That is all of them."
    return f"You have solved {len(done)} of {len(LESSONS)} exercises. {after}"
