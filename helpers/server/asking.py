"""Is it what was asked for? Whoever hands over something else is told what is wanted, and how it is written."""
import re
from os import PathLike
from pathlib import Path

from ..errors import GlassError, kind

COURSE = Path(__file__).resolve().parent.parent.parent
EXERCISES = COURSE / "notebooks" / "exercises"
EXAMPLES = {"port": 7777}        # of a number, by the name of what it is; of all others 100


def a_server(taker, thing, written, other=None):
    """Raise GlassError if a thing is no Server. taker: "connect()"; other: what was handed over after it.

    written: how it is written, with {} for what comes after the server.
    """
    if is_server(thing):
        return
    wanted = f"{taker} takes a server, what run() has returned, and {kind(thing)} is none."
    if is_server(other):
        raise GlassError(f"{wanted} The server comes first: {written.format(kind(thing))}.")
    written = written.format(repr(other) if isinstance(other, str) else "…")
    if isinstance(thing, str):
        raise GlassError(f"{wanted} Put no quotes around the server: {written}.")
    raise GlassError(f"{wanted} Start one, server = run(…), and then: {written}.")


def once(call, rounds):
    """Raise GlassError: it goes round once, and was asked for so many."""
    number = rounds if isinstance(rounds, int) else 5
    raise GlassError(f"{call} goes round once. For {number} rounds: for _ in range({number}): server.{call}.")


def a_name(name, port):
    """Raise GlassError if this can't be a client's name, or that no port."""
    if name is not None and not isinstance(name, str):
        called = name if isinstance(name, int) else getattr(name, "asked", None) or "alice"
        advice = f" A port is named: port={name}." if isinstance(name, int) and port is None else ""
        raise GlassError(f"A client's name is text, and {kind(name)} is none. Put it in quotes: "
                         f'connect(server, "{called}").{advice}')
    numbers(port=port)


def numbers(**options):
    """Raise GlassError if one of these is neither None nor a number of something."""
    for name, thing in options.items():
        if thing is not None and (not isinstance(thing, int) or thing < 0):
            quoted = isinstance(thing, str) and thing.isdigit()
            advice = f"without quotes: {name}={thing}" if quoted else f"like this: {name}={EXAMPLES.get(name, 100)}"
            raise GlassError(f"{name}= takes a whole number, and {kind(thing)} is none. Write it {advice}.")


def a_program(thing):
    """Raise GlassError if this can't be the name or the path of a program."""
    if isinstance(thing, (str, PathLike, int)):
        return
    if is_server(thing):
        raise GlassError(f"{thing.name} is a server here, and what is wanted is the name of its program: {thing.program.asked}.")
    raise GlassError(f"What is wanted here is the name of a program, in quotes, and {kind(thing)} is none: "
                     'write "04_multi_client_echo", for instance.')


def unwritten(name):
    """A sentence, where a program isn't there because its cell has not been run; "" where no notebook has such a cell."""
    name = name.removesuffix(".py")
    if has_cell(Path(), name):
        return f"There is no program {name!r} yet. Run the cell that begins with %%program {name} first."
    for folder in sorted(EXERCISES.glob("*/")):
        if has_cell(folder, name):
            return (f"There is no program {name!r} in this folder. The cell that begins with %%program {name} is in another "
                    f"notebook, {folder.name} in {EXERCISES.relative_to(COURSE)}: run it there.")
    return ""


def has_cell(folder, name):
    """Is there a notebook in a folder with a cell that is this program?"""
    if not name.isidentifier():
        return False
    cell = re.compile(rf'"%%program +{name} *(\\n|")')
    return any(cell.search(path.read_text(encoding="utf-8", errors="replace")) for path in folder.glob("*.ipynb"))


def is_server(thing):
    """Has run() returned it?"""
    return hasattr(thing, "find_listener")
