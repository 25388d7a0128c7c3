"""Builds the website of the course: site/build/html. `make site` runs this.

    python site/build.py [FOLDER]
"""
import shutil
import subprocess
import sys
from pathlib import Path

from course import ROOT, lessons
from finish import finish
from gather import gather

from helpers.playing.pages import save_pages

HERE = Path(__file__).parent


def build(folder):
    """Everything, below `folder`; the site is in folder/html. Pages of walks are kept from one time to the next."""
    walks(folder / "walks")
    gather(folder / "source", folder / "files")
    for lesson in lessons():
        shutil.copy(folder / "walks" / f"{lesson.stem}.html", folder / "files" / "walks")
    html = folder / "html"
    for old in (html, folder / "doctrees"):
        shutil.rmtree(old, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-c", HERE,
                           "-D", f"html_extra_path={folder / 'files'}", "-d", folder / "doctrees", folder / "source", html])
    if done.returncode:
        sys.exit("The site is not built: see the warnings above. Each of them counts as an error.")
    finish(html)
    (html / ".buildinfo").unlink()             # what Sphinx notes for a next time; it differs from folder to folder
    return html


def walks(folder):
    """A page for each lesson that plays its walk. One that is younger than its notebook, helpers/ and lessons/ is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    rests_on = [path for room in ("helpers", "lessons") for path in (ROOT / room).rglob("*")
                if path.suffix in (".py", ".js", ".css")]
    newest = max(path.stat().st_mtime for path in rests_on)
    old = [lesson.notebook for lesson in lessons()
           if not (page := folder / f"{lesson.stem}.html").exists()
           or page.stat().st_mtime < max(newest, lesson.notebook.stat().st_mtime)]
    for _ in save_pages(old, folder):
        pass


if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "build").resolve()) / "index.html")
