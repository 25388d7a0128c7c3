"""Is everything there that the course needs? A check for the first notebook, which says what is missing."""
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from ..recording import Words
from .background import run
from .source import LESSONS

PACKAGES = ("anywidget", "jupyterlab", "matplotlib", "psutil")
AGAIN = "in a terminal, in the folder of the course: make -B set-up. Then restart the kernel."


def check_setting() -> Words:
    """Look at the Python, the system, the packages and a background process; return the findings as Words."""
    checks = [right_python(), right_system(), *map(right_package, PACKAGES), steps_in_background()]
    lines = [f"ok       {what}" if not cure else f"MISSING  {what}\n         {cure}" for what, cure in checks]
    missing = sum(1 for _, cure in checks if cure)
    lines.append("You can begin." if not missing else "Please mend this first, then run this cell again.")
    return Words("\n".join(lines))


def right_python():
    cure = f"This is {platform.python_version()}. Install a newer one, then {AGAIN}"
    return "Python 3.11 or newer", "" if sys.version_info >= (3, 11) else cure


def right_system():
    fits = sys.platform.startswith(("linux", "darwin"))
    return "Linux or macOS, or Windows with WSL", "" if fits else "Install WSL, and start the course inside it."


def right_package(name):
    try:
        version(name)
        return name, ""
    except PackageNotFoundError:
        return name, f"Get it {AGAIN}"


def steps_in_background():
    what = "a program runs in the background, and can be stepped"
    try:
        with run(LESSONS / "00_start_here.py", held=True, name="check") as program:
            return what, "" if program.step().number == 1 else f"Its loop was not seen. Get everything again {AGAIN}"
    except Exception as error:
        return what, f"{type(error).__name__}: {error}"
