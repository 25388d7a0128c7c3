"""Programs as text: find one, show it with line numbers, make a changed copy of it ("what if this line were gone?")."""
import ast
import difflib
import io
import os
import re
import sys
import tempfile
import tokenize
from os import PathLike
from pathlib import Path
from threading import Lock

from ..errors import GlassError
from .asking import a_program, unwritten

LESSONS = Path(__file__).resolve().parent.parent.parent / "lessons"
WRITTEN = "this file is written by its cell in the notebook"        # in the first line of a program that a learner wrote
PARSING = Lock()   # ast.parse counts how deep it is for all threads together, in some versions of Python, and then fails


class Program:
    """A program file and the name that it goes by in a notebook. `asked`: how it was asked for, as Python writes it.

    `origin`: the file that it is a changed copy of, or itself. What a program imports is looked for beside that one.
    """

    def __init__(self, path: str | PathLike, name: str | None = None, asked: str | None = None):
        self.path = self.origin = Path(path)
        self.name = name or self.path.stem
        self.asked = asked or repr(str(path))

    @property
    def from_a_cell(self) -> bool:
        """Has a learner written it, in a cell that begins with %%program? (A changed copy of such a program, too.)"""
        return WRITTEN in self.text.partition("\n")[0]

    @property
    def text(self) -> str:
        data = self.path.read_bytes()
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError:                  # Python itself will say so
            encoding = "utf-8"
        return data.decode(encoding, "replace")


def find(program: str | PathLike | Program) -> Program:
    """The program of this name: a lesson's stem, the path of a Python file (its ".py" may be left out), or a change.

    Raises GlassError, naming the cell that must be run first, or the nearest program that there is.
    """
    if isinstance(program, Program):
        return program
    a_program(program)
    asked = str(program)
    for path in (LESSONS / f"{asked}.py", Path(asked), Path(f"{asked}.py")):
        if path.is_file():
            return Program(path.resolve(), asked=repr(asked))
    if asked == "-m":
        raise GlassError("'-m' is for run() alone: show() and change() take a program's file.")
    known = {path.stem: path.stem for path in LESSONS.glob("*.py")}
    if Path(asked).parent.is_dir():
        known |= {str(path): str(path) for path in Path(asked).parent.glob("*.py")}
    near = ([stem for stem in known if stem.startswith(f"{asked.removesuffix('.py'):0>2}_")]
            or difflib.get_close_matches(asked, known, n=1, cutoff=0) or ["nothing"])
    raise GlassError(unwritten(asked) or f"There is no program {asked!r}. The nearest is {near[0]!r}.")


def find_module(name: str) -> Program:
    """The program that `python -m name` runs: a module's file, or __main__.py of a package. Nothing of it is executed.

    Raises GlassError if there is no such module, or if it isn't a file of Python.
    """
    path, parts = [os.getcwd(), *sys.path], name.split(".")
    for number in range(len(parts)):
        spec = find_spec(".".join(parts[:number + 1]), path)
        path = spec and spec.submodule_search_locations
    if path:
        spec = find_spec(f"{name}.__main__", path)
    if spec and spec.has_location and str(spec.origin).endswith(".py"):
        return Program(spec.origin, name, f"'-m', {name!r}")
    raise GlassError(f"{name!r} is a package without a __main__.py: name a module in it, as in run('-m', 'http.server')."
                     if path else f"There is no module {name!r} that is a file of Python. "
                     "Look at its name, and whether it is installed for this kernel.")


def find_spec(name, path):
    """Where a module is, by all that finds modules. (importlib's own would execute the package around it.)"""
    for finder in sys.meta_path if path else ():
        if hasattr(finder, "find_spec") and (spec := finder.find_spec(name, path)):
            return spec
    return None


class Shown:
    """Text that a notebook shows as a coloured listing, and everything else as it is."""

    def __init__(self, listing, language):
        self.listing, self.language = listing, language

    def __repr__(self):
        return self.listing

    def _repr_markdown_(self):
        return f"```{self.language}\n{self.listing}\n```"


def show(program: str | PathLike | Program, first: int = 1, last: int | None = None,
         since: str | PathLike | Program | None = None) -> Shown:
    """Show a program, or its lines from `first` to `last`, with their numbers. Raises GlassError if there are none.

    since: a program that it was made from; then only what is different in it is shown, without what the docstrings say.
    """
    found = find(program)
    if since is not None:
        return Shown("\n".join(difference(undescribed(find(since).text), undescribed(found.text), " …")), "diff")
    lines = found.text.splitlines()
    for number in first, last:
        if number is not None and not (isinstance(number, int) and 1 <= number <= max(len(lines), 1)):
            raise GlassError(f"{found.name} has {len(lines)} lines, and {number!r} is none of them: show(name, first, last).")
    if last is not None and last < first:
        raise GlassError(f"Line {first} comes after line {last}: the first comes first, show(name, first, last).")
    shown = lines[first - 1:last]
    return Shown("\n".join(f"{number:3}  {line}".rstrip() for number, line in enumerate(shown, first)), "python")


class Change(Program, Shown):
    """A changed copy of a program. `run` takes it as it takes any program; on its own it shows what is changed."""

    def __init__(self, original, text):
        self.folder = tempfile.TemporaryDirectory(prefix="changed-")     # goes away with this object
        Program.__init__(self, Path(self.folder.name) / original.path.name,
                         original.name.removesuffix(" (changed)") + " (changed)", "change(…)")
        self.origin = original.origin
        self.path.write_text(text, encoding="utf-8")
        Shown.__init__(self, "\n".join(difference(original.text, text)), "diff")


def difference(before, after, gap=None):
    """The changed lines, and the line before and after: a unified diff without its headers. gap: a line between two places."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1))[3:]
    return [gap if line.startswith("@@") else line for line in lines if gap is not None or not line.startswith("@@")]


def syntax(text):
    """A program's syntax tree. Trials are put in several threads: one parses at a time."""
    with PARSING:
        return ast.parse(text)


def undescribed(text):
    """A program's text without its docstring, if it has one."""
    try:
        first = syntax(text).body[:1]
    except (SyntaxError, ValueError):
        return text
    described = first and isinstance(first[0], ast.Expr) and isinstance(getattr(first[0].value, "value", None), str)
    return "".join(text.splitlines(keepends=True)[first[0].end_lineno:]) if described else text


def change(program: str | PathLike | Program, old: str, new: str) -> Change:
    """A copy of a program in which the text `old`, which must stand there once, is replaced by `new`.

    Later lines of `new` are indented as the line in which `old` begins. Raises GlassError if `old` doesn't stand
    there, or stands there more than once, or if a later line of `new` brings an indentation of its own that is too much.
    """
    original = find(program)
    text = original.text
    if not old.strip():
        raise GlassError(f"change() needs the text that is to be replaced in {original.name}, and got {old!r}.")
    places = [number for number, line in enumerate(text.splitlines(), 1) if old.splitlines()[0] in line]
    if text.count(old) == 0:
        raise GlassError(f"{original.name} has no {old!r}. The nearest line is {nearest(old, text)!r}.")
    if text.count(old) > 1:
        raise GlassError(f"{old!r} stands in {original.name} {text.count(old)} times, in lines "
                         f"{', '.join(map(str, places))}. Give more of the line that you mean.")
    line = text[:text.index(old)].rpartition("\n")[2]
    indent = line[:len(line) - len(line.lstrip())]
    changed = text.replace(old, new.replace("\n", "\n" + indent))
    if indent and re.search(r"\n[ \t]+\S", new) and indented_too_far(changed) and not indented_too_far(text):
        raise GlassError("A later line of the new text is indented too far: change() indents them all as the line in which "
                         "the old text begins. Write the new text as if its first line began at the margin.")
    return Change(original, changed)


def indented_too_far(text):
    """Has this program a line that begins too far to the right? Whatever else is wrong with it, Python will say."""
    try:
        syntax(text)
    except IndentationError as error:
        return error.msg == "unexpected indent"
    except (SyntaxError, ValueError):
        pass
    return False


def nearest(old, text):
    """The line in which most of `old` stands in one piece, or in few; of several, the one that is most like it."""
    old = old.strip().splitlines()[0]

    def likeness(line):
        matcher = difflib.SequenceMatcher(None, line, old, autojunk=False)
        return sum(block.size ** 2 for block in matcher.get_matching_blocks()), matcher.ratio()

    return max((line.strip() for line in text.splitlines()), key=likeness, default="")
