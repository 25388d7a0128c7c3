"""What the course is made of, as the site needs it: its lessons, their programs, and where they are."""
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Lesson:
    stem: str
    title: str
    idea: str
    programs: tuple        # in lessons/, by their stems
    since: tuple           # the program with which each is to be compared, where lessons.toml says so

    @property
    def number(self):
        return self.stem[:2]

    @property
    def name(self):
        return f"{self.number} {self.title}"

    @property
    def notebook(self):
        return ROOT / "notebooks" / f"{self.stem}.ipynb"

    @property
    def exercise(self):
        """The path of the notebook with its exercises, as learners get it; None where it has none."""
        path = ROOT / "notebooks" / "exercises" / self.stem / f"{self.stem}.ipynb"
        return path if path.exists() else None


def lessons():
    """Those that are ready, in their order."""
    rows = tomllib.loads((ROOT / "lessons" / "lessons.toml").read_text(encoding="utf-8"))["lesson"]
    return [Lesson(row["stem"], row["title"], row["idea"], tuple(row.get("programs", [row["stem"]])),
                   tuple(row.get("since", ())))
            for row in rows if row["ready"]]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def section(name, heading, level="##"):
    """A section of one of the course's documents, without its heading."""
    _, found, rest = text(name).partition(f"\n{level} {heading}\n")
    assert found, f"{name} has no section '{heading}': site/ shows it"
    return rest.partition(f"\n{level} ")[0].strip()
