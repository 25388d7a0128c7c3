"""Gathers what Sphinx reads: the notebooks, the course's documents, and a page for each program, for the trials and for the rest.

Everything is made of what is in the course already. Nothing here is written by hand but pages/, the words around it.
"""
import os
import shutil
from pathlib import Path

import notebook as notebooks
import programs
import trials
from course import ROOT, lessons, section, text
from course_zip import FOLDER, NAME, course_zip
from links import on_the_site, readme, relinked

WORDS = Path(__file__).parent / "pages"
LAB = "lab/tree/notebooks/00_start_here.ipynb"
FIRST = "04_multi_client_echo"         # whose walk the front page plays
A_PAGE = "This is the notebook as a page: what it asks you to run, to type or to click is done in JupyterLab."


def gather(source, files):
    """Write the pages' sources into `source`, and what is on the site as it is into `files`, both of them anew."""
    for folder in (source, files):
        shutil.rmtree(folder, ignore_errors=True)
    for place, page in pages().items():
        write(source / place, page)
    for path in taken_as_they_are():
        write(files / path, (ROOT / path).read_bytes())
    write(files / on_the_site("LICENSE"), text("LICENSE").encode())
    write(files / NAME, course_zip())
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
    head = [f"{about} {A_PAGE}",
            links(("All lessons", "../index.md#the-lessons"),
                  *[(f"{stem}.py", f"../lessons/{stem}.md") for stem in lesson.programs],
                  *([("Exercise", f"exercises/{lesson.stem}/{lesson.stem}.ipynb")] if lesson.exercise else [])),
            how_to_open(lesson.notebook)]
    return notebooks.as_page(lesson.notebook, f"notebooks/{lesson.stem}.ipynb", title(lesson), about.replace("`", ""),
                             head_of(head), f"../walks/{lesson.stem}.html")


def title(lesson):
    """Of its page: its number and name in the list of lessons, by which one looks for it, and its notebook's own title."""
    own = notebooks.own_title(lesson.notebook)
    if own.startswith(lesson.title):
        return f"{lesson.number} {own}"
    return f"{lesson.name}: {own[0].lower() if own[1:2].islower() or own[1] == ' ' else own[0]}{own[1:]}"


def exercise_place(lesson):
    return f"notebooks/exercises/{lesson.stem}/{lesson.stem}.ipynb"


def exercise_page(lesson):
    head = [f"Exercises of lesson [{lesson.name}](../../{lesson.stem}.ipynb), as they are handed out. {A_PAGE} "
            "There `check` puts your program through its trials.", how_to_open(lesson.exercise)]
    about = f"Exercises of lesson {lesson.name}, of a course on I/O multiplexing."
    return notebooks.as_page(lesson.exercise, exercise_place(lesson), notebooks.own_title(lesson.exercise), about,
                             head_of(head))


def head_of(parts):
    return ":::{container} lesson-head\n" + "\n\n".join(parts) + "\n:::"


def links(*pairs):
    return " · ".join(f"[{words}]({target})" for words, target in pairs)


def how_to_open(path):
    """How to run a notebook: a box that opens."""
    name = path.relative_to(ROOT / "notebooks").with_suffix("")
    return ("<details><summary>Open this notebook</summary>\n\n"
            f"{get_it(os.path.relpath(ROOT, path.parent) + '/', f' NAME={name}')}\n\n"
            "It opens in JupyterLab, and its cells run. [What that needs, and how to do it elsewhere]"
            f'({os.path.relpath(ROOT / "begin.md", path.parent)}).\n\n</details>\n\n'
            f'<a href="{path.name}" download>Download the notebook</a> (it runs only inside the course)')


def get_it(up="", what=""):
    """How to get the course, and to start it. up: where its archive is, seen from the page; what: what is said to make."""
    return (f'Download <a href="{up}{NAME}" download>{NAME}</a>, the whole course, and unpack it. '
            f"Then, where you have unpacked it:\n\n```text\ncd {FOLDER}\nmake lab{what}\n```")


# -- the other pages -------------------------------------------------------------------------------------------------

def filled(path):
    """A page of words, with what the course says itself in its places."""
    page = path.read_text(encoding="utf-8")
    for name, fill in FILLINGS.items():
        if f"<<{name}>>" in page:
            page = page.replace(f"<<{name}>>", fill())
    return page


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


def git_and_binder():
    """How to get the course by git, and to open it on Binder: where the address of its repository is known."""
    address = os.environ.get("COURSE_ADDRESS", "").removesuffix("/")
    if not address:
        return ""
    by_git = f"## By git\n\nWith its history, tests and all:\n\n```text\ngit clone {address} {FOLDER}\ncd {FOLDER}\nmake lab\n```"
    if not address.startswith("https://github.com/"):
        return by_git
    link = f"https://mybinder.org/v2/gh/{address.removeprefix('https://github.com/')}/HEAD?urlpath={LAB}"
    return (f"{by_git}\n\n## On Binder\n\n[Open the course on Binder]({link}): a JupyterLab in your browser, without an account. "
            "The first start takes some minutes.")


def what_it_needs():
    """The words for learners on how to begin, without the command, which stands above them on this page."""
    command = "In the folder of the course:\n\n    make lab\n\nIt"
    words = section("helpers/teaching/for_learners.md", "Begin")
    assert command in words, "for_learners.md begins in another way: site/gather.py shows its words without the command"
    return words.replace(command, "`make lab`")


def toctree(entries, caption=""):
    return f"```{{toctree}}\n:hidden:\n{caption and f':caption: {caption}'}\n\n" + "\n".join(entries) + "\n```"


def first_player():
    cell = notebooks.player_of(ROOT / "notebooks" / f"{FIRST}.ipynb")
    return notebooks.playing(f"walks/{FIRST}.html", cell, "#play")


FILLINGS = {
    "what it is": what_it_is,
    "table of exercises": table_of_exercises,
    "git and binder": git_and_binder,
    "player": first_player,
    "lessons": table_of_lessons,
    "lessons in order": lambda: toctree([f"{one.name} <notebooks/{one.stem}>" for one in lessons()],
                                        "Lessons"),
    "exercises in order": lambda: toctree(f"{one.number} {one.title} <{exercise_place(one).removesuffix('.ipynb')}>"
                                          for one in lessons() if one.exercise),
    "survival": lambda: trials.table("trials.md"),
    "what a server must survive": lambda: trials.linked(trials.words()),
    "what it needs": what_it_needs,
    "exercises": lambda: readme("Exercises"),
    "glass": lambda: readme("Your own program under the glass"),
    "trials": trials.paragraphs,
    "get it": get_it,
}
