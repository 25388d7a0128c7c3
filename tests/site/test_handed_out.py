"""What the site gives away: the course to download, and nothing that is withheld from learners."""
import re
import subprocess
import sys
from html import escape
from json import dumps

from tests import ROOT
from tests.course.lists import PROGRAMS, READY
from tests.site.html import HANDED_OUT, cells

SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*/*.ipynb"))
WITHHELD = re.compile(r"(?s)### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)\s*### END")


def test_the_course_that_is_downloaded_has_all_that_learners_need_and_nothing_else(unpacked):
    there = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {f"notebooks/{stem}.ipynb" for stem in READY} <= there
    assert {f"lessons/{one}.py" for stem in READY for one in PROGRAMS[stem]} <= there
    assert {path.relative_to(ROOT).as_posix() for path in HANDED_OUT} <= there and "environment.yml" in there
    assert [path for path in there if re.search(r"solution|teaching|tests/|/?site/|\.git|__pycache__|\.db", path)] == []
    told = "\n".join((unpacked / path).read_text(encoding="utf-8") for path in there if not path.endswith(".png"))
    assert "BEGIN SOLUTION" not in told and "BEGIN HIDDEN TESTS" not in told


def test_the_course_that_is_downloaded_begins_with_make_lab(unpacked):
    """All commands of `make lab`, but not carried out; and the helpers that they install can be imported."""
    for name, opened in ("", "00_start_here"), (READY[5], READY[5]):
        commands = subprocess.run(["make", "-n", "lab", *([f"NAME={name}"] if name else [])], cwd=unpacked, text=True, check=True,
                                  capture_output=True, timeout=60).stdout
        assert "pip install --quiet --editable ." in commands and f"default_url=/lab/tree/notebooks/{opened}.ipynb" in commands
    imported = subprocess.run([sys.executable, "-c", "from helpers import check, player, run; print(run.__code__.co_filename)"],
                              cwd=unpacked, check=True, timeout=60, text=True, capture_output=True).stdout
    assert imported.startswith(str(unpacked))


def test_no_solution_and_no_hidden_trial_is_on_it(site, unpacked):
    handed_out = "\n".join(cell.source for path in HANDED_OUT for cell in cells(path))
    lessons = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "lessons").glob("*.py"))
    withheld = {line.strip() for path in SOLUTIONS for cell in cells(path) for part in WITHHELD.findall(cell.source)
                for line in part.splitlines() if len(line.strip()) > 30}
    withheld -= {line for line in withheld if line in handed_out or line in lessons}
    told = [re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")) for kind in ("html", "ipynb", "js", "md")
            for path in site.rglob(f"*.{kind}") if "exercises" in path.as_posix() or path.name == "searchindex.js"]
    told += [path.read_text(encoding="utf-8") for path in (unpacked / "notebooks" / "exercises").rglob("*") if path.is_file()]
    on_it = "\n".join(told)
    assert len(withheld) > 200
    assert [line for line in withheld if line in on_it or escape(line) in on_it or dumps(line)[1:-1] in on_it] == []
    assert not list(site.rglob("*solution*"))
