"""The programs in a submission, as text. Nothing of it is run: neither its cells, nor what they import or make.

The program of an exercise is the text of the last cell that begins with `%%program NAME`. Where a program is to be mended,
the changes to it are those that the exercise's own cell names: `mended = change("NAME", "old text", "new text")`.
"""
import ast
import re
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import leading_empty_lines, leading_indent

HEAD = re.compile(r"%%program[ \t]+(\w+)[ \t]*(?:\n|$)")
HOW = 'Write it so: mended = change("{}", "old text", "new text"), both texts in quotes.'


class Unreadable(Exception):
    """Why there is nothing to be graded: a sentence for the learner."""


@dataclass
class Written:
    """What a learner has written for an exercise: the text of the program, and the changes to it, (old, new) each."""
    text: str
    changes: list = field(default_factory=list)


def written(name, nb):
    """What a notebook has for this exercise. Raises Unreadable."""
    texts = [text for cell in nb.cells if cell.cell_type == "code" for text in [text_of(name, cell.source)] if text is not None]
    if not texts:
        raise Unreadable(f"There is no program {name}: no cell begins with %%program {name}.")
    cells = [cell for cell in nb.cells if cell.cell_type == "code"
             and cell.metadata.get("nbgrader", {}).get("grade_id") == f"{name}-program"]
    changes = changes_in(cells[-1].source, name) if cells and not text_of(name, cells[-1].source) else []
    return Written(texts[-1], changes)


def text_of(name, source):
    """The program, if this cell is the one of that name, as IPython would hand it to %%program; else None."""
    source = "".join(leading_indent(leading_empty_lines(source.splitlines(keepends=True))))
    head = HEAD.match(source)
    if not head or head[1] != name:
        return None
    text = source[head.end():]
    return text if text.endswith("\n") else text + "\n"


def changes_in(source, name):
    """The changes that a cell makes: [(old, new), …] of the last value of `mended` in it. Raises Unreadable."""
    try:
        lines = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"The cell that mends {name} can't be read: {error}. {HOW.format(name)}") from None
    known = {}
    for line in lines:
        if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name):
            known[line.targets[0].id] = line.value, dict(known)
    if "mended" not in known:
        return []
    return resolved(*known["mended"], name)


def resolved(node, known, name):
    """The changes that an expression stands for: a program's name, a name of an earlier line, or a change of either."""
    if isinstance(node, ast.Name) and node.id in known:
        return resolved(*known[node.id], name)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "change":
        given = dict(zip(("program", "old", "new"), node.args)) | {one.arg: one.value for one in node.keywords}
        if given.keys() == {"program", "old", "new"}:
            return [*resolved(given["program"], known, name), (text(given["old"], known, name), text(given["new"], known, name))]
    elif text(node, known, name) in (name, f"{name}.py"):
        return []
    raise Unreadable(f"Line {node.lineno} of the cell that mends {name} is read as text, and not run. {HOW.format(name)}")


def text(node, known, name):
    """A text in quotes, or a name that stands for one, or several with + between."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name) and node.id in known:
        return text(*known[node.id], name)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return text(node.left, known, name) + text(node.right, known, name)
    raise Unreadable(f"Line {node.lineno} of the cell that mends {name} is read as text, and not run. {HOW.format(name)}")
