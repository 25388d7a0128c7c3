"""Gathers what Sphinx reads: the notebooks, the course's documents, and a page for each program, for the trials and for the rest.

Everything is made of what is in the course already. Nothing here is written by hand but pages/, the words around it.
"""
import os
import shutil
from pathlib import Path

import notebook as notebooks
import programs
from course import ROOT, lessons, section, text
from links import on_the_site, relinked

from helpers.trials import TRIALS

WORDS = Path(__file__).parent / "pages"
LAB = "lab/tree/notebooks/00_start_here.ipynb"
FIRST = "04_multi_client_echo"         # whose walk the front page plays


def gather(source, files):
    """Write the pages' sources into `source`, and what is on the site as it is into `files`, both of them anew."""
    for folder in (source, files):
        shutil.rmtree(folder, ignore_errors=True)
    for place, page in pages().items():
        write(source / place, page)
    for path in taken_as_they_are():
        write(files / path, (ROOT / path).read_bytes())
    write(files / on_the_site("LICENSE"), text("LICENSE").encode())
    for path in (ROOT / "notebooks" / "pictures").iterdir():
        write(source / "notebooks" / "pictures" / path.name, path.read_bytes())
    for lesson in lessons():
        if picture := notebooks.png(notebooks.player_of(lesson.notebook)):
            write(files / "walks" / f"{lesson.stem}.png", picture)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def taken_as_they_are():
    """Notebooks and programs, to download."""
    of_lessons = [lesson.notebook for lesson in lessons()] + [lesson.exercise for lesson in lessons() if lesson.exercise]
    programs_and_what_they_read = [*(ROOT / "lessons").glob("*.py"), *(ROOT / "lessons").glob("*.pem")]
    return [path.relative_to(ROOT) for path in [*of_lessons, *programs_and_what_they_read]]


def pages():
    """{place: source} of all pages."""
    every = lessons()
    made = {f"notebooks/{one.stem}.ipynb": lesson_page(one) for one in every}
    made |= {exercise_place(one): exercise_page(one) for one in every if one.exercise}
    made |= programs.pages()
    made |= {name: relinked(text(name), name) for name in ("INSTRUCTORS.md", "CONTRIBUTING.md")}
    return made | {path.name: filled(path) for path in sorted(WORDS.glob("*.md"))}


# -- lessons and exercises -------------------------------------------------------------------------------------------

def lesson_page(lesson):
    about = f"Lesson {lesson.number} of a course on I/O multiplexing: {lesson.idea}."
    head = [about,
            links(("All lessons", "../index.md#the-lessons"),
                  *[(f"{stem}.py", f"../lessons/{stem}.md") for stem in lesson.programs],
                  *([("Exercise", f"exercises/{lesson.stem}/{lesson.stem}.ipynb")] if lesson.exercise else [])),
            how_to_open(lesson.notebook)]
    return notebooks.as_page(lesson.notebook, f"notebooks/{lesson.stem}.ipynb", about.replace("`", ""), head_of(head),
                             f"../walks/{lesson.stem}.html")


def exercise_place(lesson):
    return f"notebooks/exercises/{lesson.stem}/{lesson.stem}.ipynb"


def exercise_page(lesson):
    head = [f"Exercises of lesson [{lesson.name}](../../{lesson.stem}.ipynb), as they are handed out. They are solved in "
            "JupyterLab, where `check` puts your program through its trials.", how_to_open(lesson.exercise)]
    about = f"Exercises of lesson {lesson.name}, of a course on I/O multiplexing."
    return notebooks.as_page(lesson.exercise, exercise_place(lesson), about, head_of(head))


def head_of(parts):
    return ":::{container} lesson-head\n" + "\n\n".join(parts) + "\n:::"


def links(*pairs):
    return " · ".join(f"[{words}]({target})" for words, target in pairs)


def how_to_open(path):
    """How to run a notebook: a box that opens."""
    name = path.relative_to(ROOT / "notebooks").with_suffix("")
    return ("<details><summary>Open this notebook</summary>\n\n"
            f"```text\n{get_it()}\nmake lab NAME={name}\n```\n\n"
            "It opens in JupyterLab, and its cells run. [What that needs, and how to do it on Binder or a JupyterHub]"
            f'({os.path.relpath(ROOT / "begin.md", path.parent)}).\n\n</details>\n\n'
            f'<a href="{path.name}" download>Download the notebook</a>')


def get_it():
    """The command that gets the course: from the address of the repository, which whoever publishes the site tells."""
    if address := os.environ.get("COURSE_ADDRESS"):
        return f"git clone {address} io-multiplexing && cd io-multiplexing"
    return "cd io-multiplexing  # where the course is"


# -- the other pages -------------------------------------------------------------------------------------------------

def filled(path):
    """A page of words, with what the course says itself in its places."""
    page = path.read_text(encoding="utf-8")
    for name, fill in FILLINGS.items():
        if f"<<{name}>>" in page:
            page = page.replace(f"<<{name}>>", fill())
    return page


def readme(heading):
    return relinked(section("README.md", heading), "README.md")


def table_of_lessons():
    rows = [f"| [{one.name}](notebooks/{one.stem}.ipynb) | {one.idea} |" for one in lessons()]
    return "\n".join(["| lesson | its one new idea |", "| --- | --- |", *rows])


def what_it_is():
    """README's first words."""
    return text("README.md").split("\n\n")[1]


def table_of_exercises():
    """INSTRUCTORS' table, each row with a link to its notebook."""
    of = {one.number: one for one in lessons()}
    rows = [line for line in section("INSTRUCTORS.md", "The exercises").splitlines() if line.startswith("|")]
    linked = [f"| [{one.name}]({exercise_place(one)}) |{rest}" for row in rows[2:]
              for number, rest in [row.removeprefix("| ").split(" |", 1)] for one in [of[number]]]
    return "\n".join([*rows[:2], *linked])


def binder():
    """How to open the course there: the link itself, where the address is known."""
    address = os.environ.get("COURSE_ADDRESS", "")
    if address.startswith("https://github.com/"):
        link = f"https://mybinder.org/v2/gh/{address.removeprefix('https://github.com/')}/HEAD?urlpath={LAB}"
        return f"[Open the course on Binder]({link})."
    return f"Once the course is on GitHub, its link is `https://mybinder.org/v2/gh/OWNER/NAME/HEAD?urlpath={LAB}`."


def toctree(entries, caption=""):
    return f"```{{toctree}}\n:hidden:\n{caption and f':caption: {caption}'}\n\n" + "\n".join(entries) + "\n```"


def list_of_trials():
    titles = {one.number: one for one in lessons()}
    parts = []
    for one in TRIALS:
        cure = titles.get(one.cure)
        cured = f" Cured in lesson [{cure.name}](notebooks/{cure.stem}.ipynb)." if cure else ""
        parts.append(f"### {one.name}\n\n{one.habit}\n\nClients send: {one.sent}.{cured}")
    return "\n\n".join(parts)


def first_player():
    cell = notebooks.player_of(ROOT / "notebooks" / f"{FIRST}.ipynb")
    return notebooks.playing(f"walks/{FIRST}.html", cell, "#play")


FILLINGS = {
    "what it is": what_it_is,
    "table of exercises": table_of_exercises,
    "binder": binder,
    "player": first_player,
    "lessons": table_of_lessons,
    "lessons in order": lambda: toctree([f"{one.name} <notebooks/{one.stem}>" for one in lessons()],
                                        "Lessons"),
    "exercises in order": lambda: toctree(f"{one.number} {one.title} <{exercise_place(one).removesuffix('.ipynb')}>"
                                          for one in lessons() if one.exercise),
    "survival": lambda: "\n".join(line for line in readme("What a server must survive").splitlines() if line.startswith("|")),
    "what a server must survive": lambda: readme("What a server must survive"),
    "begin": lambda: readme("Begin"),
    "exercises": lambda: readme("Exercises"),
    "glass": lambda: readme("Your own program under the glass"),
    "trials": list_of_trials,
    "get it": get_it,
}
