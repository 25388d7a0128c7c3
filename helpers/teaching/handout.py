"""make handout: handout/, a folder for learners that works by itself, without solutions, hidden trials and what teachers need.

The exercises in it are made from their solutions at this moment, so it doesn't matter what anybody has typed into
notebooks/exercises/. A folder of this name that is there already is replaced.
"""
import shutil
from pathlib import Path

HANDOUT, RELEASE = Path("handout"), Path("release")
AS_IT_IS = (".jupyter", "helpers", "lessons", "notebooks/pictures", "LICENSE", "environment.yml", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".ipynb_checkpoints", "teaching")
END_FOR_LEARNERS = "# -- for teachers and developers"       # in the Makefile
README = Path(__file__).with_name("for_learners.md")


def main():
    from .grading import SOLUTIONS
    from .nbgraders import must, nbgraders_api
    exercises = sorted(path.name for path in SOLUTIONS.iterdir() if path.is_dir())
    api = nbgraders_api()
    for name in exercises:
        must(api.generate_assignment(name), f"{name} can't be made from notebooks/solutions")
    shutil.rmtree(HANDOUT, ignore_errors=True)
    fill(HANDOUT, [RELEASE / name for name in exercises])
    print(f"{HANDOUT}/ is made: {len(exercises)} notebooks with exercises, without solutions. Give it out as it is.")


def fill(folder, exercises):
    """All that a learner needs, into `folder`. exercises: the folders of those that are handed out.

    The website does this, too (site/course_zip.py), so it needs no nbgrader.
    """
    for name in AS_IT_IS:
        if Path(name).is_dir():
            shutil.copytree(name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(name, folder)
    for path in Path("notebooks").glob("*.ipynb"):
        shutil.copy(path, folder / "notebooks")
    for path in exercises:
        shutil.copytree(path, folder / "notebooks" / "exercises" / path.name, ignore=LEFT_OUT)
    write(folder / "Makefile", read("Makefile").partition(END_FOR_LEARNERS)[0].rstrip() + "\n")
    write(folder / "README.md", README.read_text(encoding="utf-8").replace("{lessons}", lessons()))


def lessons():
    """README's table of lessons."""
    section = read("README.md").partition("## The lessons")[2].partition("\n## ")[0]
    return "\n".join(line for line in section.splitlines() if line.startswith("|"))


def read(name):
    return Path(name).read_text(encoding="utf-8")


def write(path, text):
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
