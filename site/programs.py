"""The pages of the programs: each with its lines numbered, and what is new in it over the lesson before."""
import ast
import difflib

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
    """The program with which this one is to be compared; None in the first lesson."""
    if lesson.since:
        return dict(zip(lesson.programs, lesson.since, strict=True))[stem]
    earlier = [one for one in lessons() if one.number < lesson.number]
    return earlier[-1].programs[0] if earlier else None


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
