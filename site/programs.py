"""The pages of the programs: each with its lines numbered, and what is new in it over the lesson before."""
import ast
import difflib
import re

import nbformat
from course import ROOT, lessons, text


def pages():
    """{place: the source of a page} of each program in lessons/, and of the list of them."""
    owners = {stem: lesson for lesson in lessons() for stem in lesson.programs}
    others = sorted(path.stem for path in (ROOT / "lessons").glob("[a-z]*.py"))
    made = {f"lessons/{stem}.md": page(stem, owners.get(stem)) for stem in [*owners, *others]}
    return made | {"programs.md": index(owners, others)}


def page(stem, lesson):
    source = text(f"lessons/{stem}.py")
    of = f"Of lesson [{lesson.name}](../notebooks/{lesson.stem}.ipynb). " if lesson else ""
    parts = [f"# {stem}.py", f'{of}<a href="{stem}.py" download>Download it</a>, or run it in the folder of the course:',
             f"```text\n{how_to_run(source)}\n```", f"`````{{code-block}} python\n:linenos:\n\n{source}`````"]
    if before := lesson and the_one_before(stem, lesson):
        parts += [f"## What is new since {before}", f"Compared with [{before}.py]({before}.md): a line with − is "
                  "in that program alone, one with + in this one. Lines that both have are left out, but for three around each.",
                  f"`````diff\n{difference(before, stem)}\n`````"]
    return "\n\n".join(parts) + "\n"


def how_to_run(source):
    """The commands in its docstring, each with what it is for."""
    lines = ast.get_docstring(ast.parse(source)).splitlines()
    return "\n".join(line.strip() for line in lines if line.startswith("    "))


def the_one_before(stem, lesson):
    """The program with which this one is to be compared; None in the first lesson.

    It is the one that its docstring names ("New, over lesson 10"), or else the most alike of those that its notebook
    says one needs; that of the lesson before, if none is clearly more like it.
    """
    earlier = {one.number: one for one in lessons() if one.number < lesson.number}
    if not earlier:
        return None
    if named := named_by(stem, lesson):
        return named
    before, needed = max(earlier), re.findall(r"\[(\d\d)\]", needs(lesson))
    alike = {one: difflib.SequenceMatcher(None, without_docstring(one), without_docstring(stem)).ratio()
             for number in {before, *needed} for one in earlier[number].programs}
    neighbour, best = max(earlier[before].programs, key=alike.get), max(sorted(alike), key=alike.get)
    return best if alike[best] > 1.1 * alike[neighbour] else neighbour


NAMES = re.compile(r"New, over (?:lesson )?(\w+)|Lesson (\d\d)'s service on|is the loop of (\d\d)|on purpose, is that of (\d\d)")


def named_by(stem, lesson):
    """The program that a docstring names; of programs side by side, the one whose docstring says that it is for comparing."""
    if found := NAMES.search(text(f"lessons/{stem}.py")):
        name = next(filter(None, found.groups()))
        return next(one for other in lessons() for one in other.programs if one.startswith(name))
    return next((one for one in lesson.programs if one != stem and "to be compared with" in text(f"lessons/{one}.py")), None)


def needs(lesson):
    """What its notebook says that one needs."""
    first = nbformat.read(lesson.notebook, as_version=4).cells[0].source
    return next(line for line in first.splitlines() if line.startswith("**You need:**"))


def difference(before, after):
    """Of two programs, the lines that differ, with three around them; not of the docstrings that they begin with."""
    lines = list(difflib.unified_diff(without_docstring(before), without_docstring(after), lineterm=""))[3:]
    return "\n".join("…" if line.startswith("@@") else line for line in lines)


def without_docstring(stem):
    source = text(f"lessons/{stem}.py")
    return source.splitlines()[ast.parse(source).body[0].end_lineno:]


def index(owners, others):
    rows = [f"| {lesson.name} | {', '.join(f'[{stem}.py](lessons/{stem}.md)' for stem in lesson.programs)} |"
            for lesson in lessons()]
    more = [f"| [{stem}.py](lessons/{stem}.md) | {first_line(stem)} |" for stem in others]
    toctree = "\n".join(f"lessons/{stem}" for stem in [*owners, *others])
    return f"""# The programs

Each lesson is also a plain program that knows nothing of the course. It needs Python's standard library alone.
On the page of each is also what is new in it, compared with one before.

| lesson | program |
| --- | --- |
{chr(10).join(rows)}

## Clients, and programs beside the lessons

| program | what it is |
| --- | --- |
{chr(10).join(more)}

```{{toctree}}
:hidden:

{toctree}
```
"""


def first_line(stem):
    return ast.get_docstring(ast.parse(text(f"lessons/{stem}.py"))).splitlines()[0]
