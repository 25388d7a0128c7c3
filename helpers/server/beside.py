"""The file whose lines are followed beside those of a program: found by a module's name, or by its path."""
import difflib
import pkgutil
import sys
from os import PathLike, path
from pathlib import Path

from ..errors import GlassError
from .source import Program, find, find_spec


def find_beside(asked: str | PathLike | Program, program: Program | None = None) -> Program:
    """The file of this name: a module, as `program` would import it, the path of a Python file, or a Program.

    Nothing of it is executed. Raises GlassError, naming the nearest that there is, or what to name instead.
    """
    if not isinstance(asked, (str, PathLike, Program)) or not str(asked).strip():
        raise GlassError(f"beside takes the name of a module, or the path of a Python file, and {asked!r} is neither. "
                         "Name one: beside='asyncio.base_events'.")
    found = find_file(asked, program) if is_name(asked) else find(asked)
    if program and path.realpath(found.path) == path.realpath(program.path):
        raise GlassError(f"{found.name} is the program itself, whose lines are shown anyhow. Name another file, or none.")
    return found


def is_name(asked):
    """Can this be a module's name, and no path?"""
    return isinstance(asked, str) and all(map(str.isidentifier, asked.split("."))) and not asked.endswith(".py")


def find_file(name, program):
    """The file of the module of this name, a Program."""
    spec, wanted, places = search(name, [str(program.origin.parent)] if program else [])
    if spec is None:
        package = wanted.rpartition(".")[0]
        known = [f"{package}.{one}" if package else one for one in names_in(places)]
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0)
        raise GlassError(f"There is no module {name!r}." + (f" The nearest is {near[0]!r}." if near else ""))
    if spec.submodule_search_locations is not None:
        inside = names_in(spec.submodule_search_locations)
        raise GlassError(f"{name!r} is a package. Name a module in it" + (f", as in '{name}.{inside[0]}'." if inside else "."))
    if not spec.has_location or not spec.origin.endswith(".py"):
        raise GlassError(f"The lines of {name!r} can't be followed: it isn't a file of Python. Name a module that is one.")
    return Program(spec.origin, name, repr(name))


def search(name, first):
    """Where a module is; or None, as much of its name as was looked for last, and the folders in which that was.

    `first`: folders that come before all others.
    """
    places, parts = [*first, str(Path.cwd()), *filter(None, sys.path)], name.split(".")
    for number in range(1, len(parts)):
        package = ".".join(parts[:number])
        spec = find_spec(package, places)
        if not (spec and spec.submodule_search_locations):
            return None, package, places
        places = spec.submodule_search_locations
    return find_spec(name, places), name, places


def names_in(places):
    """Names of the modules in these folders: first those that are meant for everybody."""
    names = {one.name for one in pkgutil.iter_modules(list(places))}
    return sorted(names, key=lambda name: (name.startswith("_"), name))
