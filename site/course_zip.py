"""The course itself, on its site: course.zip, what `make handout` gives to learners. Without solutions, and without tests."""
import io
import shutil
import zipfile
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from course import ROOT, lessons

from helpers.teaching.handout import fill

NAME = "course.zip"
FOLDER = "io-multiplexing"          # what it unpacks to
DATE = (2020, 1, 1, 0, 0, 0)        # of each file in it: two builds are the same


def course_zip():
    """Its bytes. The exercises are those that are stored: tests hold them equal to what nbgrader makes of the solutions."""
    with TemporaryDirectory() as place, chdir(ROOT):
        exercises = [Path(place) / "exercises" / one.stem for one in lessons() if one.exercise]
        for path in exercises:          # the notebook alone: beside it there may be what somebody has written in it
            path.mkdir(parents=True)
            shutil.copy(ROOT / "notebooks" / "exercises" / path.name / f"{path.name}.ipynb", path)
        fill(made := Path(place) / FOLDER, exercises)
        return zipped(made)


def zipped(folder):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return file.getvalue()
