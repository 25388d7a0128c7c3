"""The course as somebody has it who has just cloned it, and what `make` does there."""
import os
import shutil
import subprocess

from tests import ROOT

GIT = ("git", "-c", "user.name=a teacher", "-c", "user.email=teacher@example.org")


def clone(folder):
    """A fresh clone of the course as it is in this folder now, committed or not. What is installed is lent to it."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True,
                            text=True, timeout=60).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for command in ("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "a fresh clone"):
        subprocess.run([*GIT, *command], cwd=folder, check=True, timeout=60)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def make(folder, *words, timeout=600):
    """Run make there; nothing is installed. Returns what came of it, with its text."""
    lent = (option for name in ("set-up", "set-up-class") for option in ("-o", f".venv/{name}"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "COURSE_", "PYTEST_"))}
    return subprocess.run(["make", *lent, *words], cwd=folder, timeout=timeout, text=True, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def modified(folder):
    """What git says of the folder: "" if no tracked file differs, and all that was made is ignored."""
    return subprocess.run([*GIT, "status", "--porcelain"], cwd=folder, check=True, capture_output=True, text=True,
                          timeout=60).stdout
