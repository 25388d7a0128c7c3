"""The list of lessons, and the tables that are held equal to it: what each of them must say."""
import tomllib

from tests import ROOT

LESSONS = tomllib.loads((ROOT / "lessons" / "lessons.toml").read_text(encoding="utf-8"))["lesson"]
READY = [lesson["stem"] for lesson in LESSONS if lesson["ready"]]
PROGRAMS = {lesson["stem"]: lesson.get("programs", [lesson["stem"]]) for lesson in LESSONS}       # in lessons/, by their stems


def number(stem):
    return stem[:2]


def rows_of_readme():
    """README's table of lessons: a ready one is a link to its notebook."""
    for lesson in LESSONS:
        name = f"{number(lesson['stem'])} {lesson['title']}"
        link = f"[{name}](notebooks/{lesson['stem']}.ipynb)" if lesson["ready"] else name
        yield f"| {link} | {lesson['idea']} | {'ready' if lesson['ready'] else 'planned'} |"


def rows_of_the_map():
    """The map in notebook 00: the same, from where the notebooks are."""
    for lesson in LESSONS:
        name = f"**{number(lesson['stem'])}** {lesson['title']}"
        planned = "" if lesson["ready"] else " (planned)"
        link = name if not lesson["ready"] or lesson["stem"] == "00_start_here" else f"[{name}]({lesson['stem']}.ipynb)"
        yield f"| {link} | {lesson['idea']}{planned} |"


def missing(rows, text):
    """What a text must say where it hasn't all these rows, in their order, with none between; empty where it has."""
    rows, there = list(rows), text.splitlines()
    if "\n".join(rows) in text:
        return ""
    lacking = [row for row in rows if row not in there]
    return "it lacks\n\n" + "\n".join(lacking) + "\n\nand must say, in this order:\n\n" + "\n".join(rows)
