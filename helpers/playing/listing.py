"""A file's lines as the player shows them: coloured, with those marked in which a loop asks; of a big file an excerpt."""
import ast
from functools import lru_cache

ASKING = {"select", "poll", "control", "run_forever", "run_until_complete", "run"}      # calls in which a loop waits
WHOLE = 120        # lines: a file, or a function, that has no more is shown whole
NEAR = 3           # fewer lines than these aren't left out
AROUND = 4         # lines that are shown before and after those that ran, in a function that is longer


@lru_cache(maxsize=8)
def coloured(text):
    """A program's lines as HTML; Pygments marks comments, strings and keywords with classes."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer
    html = highlight(text, PythonLexer(stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True))
    return html.removesuffix("\n").split("\n") if text else []


@lru_cache(maxsize=8)
def parsed(text):
    """What calls there are in a file that ask, and what functions: {line that asks}, [(first line, last line)]."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return frozenset(), ()
    asking = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call)
              and isinstance(node.func, (ast.Attribute, ast.Name))
              and getattr(node.func, "attr", getattr(node.func, "id", "")) in ASKING}
    return frozenset(asking), tuple(functions(tree))


def functions(node):
    """Of the outermost functions and methods the first and the last line, decorators included."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield min([child.lineno, *(one.lineno for one in child.decorator_list)]), child.end_lineno
        else:
            yield from functions(child)


def lines_that_ask(text, ran):
    """The lines that call select, poll and their like: of all such calls those that `ran`, where that is known."""
    asking, _ = parsed(text)
    return sorted(asking & ran or asking)


def excerpt(name, text, ran):
    """A second file: `name`; `parts`: [number of its first line, lines as HTML] a stretch; `asks`: as of the program.

    Of a big file there are the functions of which something `ran` (a set of numbers): whole, or if they are long, what ran
    in them. `total`: how many lines the file has.
    """
    lines = coloured(text)
    shown = sorted(set(range(1, len(lines) + 1)) if len(lines) <= WHOLE else shown_of(text, ran, len(lines)))
    parts = []
    for number in shown:
        expected = parts[-1][0] + len(parts[-1][1]) if parts else 1
        if number - expected >= NEAR or not parts:
            parts.append([number, []])
            expected = number
        parts[-1][1] += lines[expected - 1:number]
    return {"name": name, "parts": parts, "asks": [line for line in lines_that_ask(text, ran) if line in shown],
            "total": len(lines)}


def shown_of(text, ran, total):
    """Numbers of the lines of a big file that are shown."""
    known = {number for number in ran if number <= total}
    shown = set(known)                                     # also what stands outside of all functions
    for first, last in parsed(text)[1]:
        here = known.intersection(range(first, last + 1))
        if here and last - first < WHOLE:
            shown.update(range(first, last + 1))
        elif here:
            for number in (first, *here):
                shown.update(range(max(first, number - AROUND), min(last, number + AROUND) + 1))
    return shown
