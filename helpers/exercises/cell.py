"""%%program NAME at the head of a cell: the rest of it is saved as NAME.py, beside the notebook.

Such a program is one like any other: run("chat", held=True), figures.iterations, a terminal. Its line 1 is the cell's
line 1, so that the numbers in a traceback are those beside the cell.
"""
import sys
from pathlib import Path

from ..errors import GlassError
from ..server import WRITTEN
from .naming import not_a_program


def program(line, cell):
    """%%program NAME: save the cell as NAME.py in the notebook's folder. Says so if it has a syntax error."""
    name = line.strip()
    reason = unfit(name)
    if reason:
        raise GlassError(f"%%program {name}: {reason} Write for instance: %%program chat")
    text = f"# {name}: {WRITTEN}\n{cell}"
    Path(f"{name}.py").write_text(text, encoding="utf-8")
    try:
        compile(text, f"{name}.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        print(f"{name}.py is saved, and has a syntax error in line {error.lineno}: {error.msg}.")
    else:
        print(f"{name}.py is saved.")


def unfit(name):
    """Why a program can't have this name; "" if it can."""
    if not name.isidentifier():
        return "a program needs one name, of letters, digits and underlines."
    if name in sys.stdlib_module_names or name in sys.builtin_module_names or name == "helpers":
        return f"a module of Python has this name, and programs in this folder that import {name} would get yours."
    return ""


def add_magic():
    """In a notebook: make %%program known, and say what is wrong with a cell that begins nearly so."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        if get_ipython():
            get_ipython().register_magic_function(program, "cell", "program")
            get_ipython().events.register("pre_run_cell", before_a_cell)


def before_a_cell(info):
    """IPython's own error follows, which knows nothing of programs."""
    if said := not_a_program(info.raw_cell or ""):
        print(said)
