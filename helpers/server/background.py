"""run: start a program in the background, and have the Server that stands for it."""
from itertools import count
from os import PathLike

from ..errors import BY_ANOTHER, GlassError
from .asking import a_server, numbers
from .beside import find_beside
from .child import Child
from .folder import working_folder
from .guests import join, ports_of
from .server import Server
from .source import Program, find, find_module

START = 10.0       # seconds: the longest that a program may take to reach its loop
MEMORY = 1 << 30   # bytes that a program may ask for which a learner has written in a cell
FORKS = 50         # times that it may fork

running: dict[str, Server] = {}      # by name: running a name again replaces the earlier one


def run(program: str | PathLike | Program, *arguments: object, held: bool = False, terminal: bool = False,
        record: bool = True, name: str | None = None, timeout: float = START, descriptors: int | None = None,
        port: int | None = None, memory: int | None = None, forks: int | None = None,
        to: Server | None = None, folder: bool | str | PathLike | None = None,
        beside: str | PathLike | Program | None = None, environment: dict[str, str] | None = None) -> Server:
    """Start a program in a background process, and return the Server that stands for it.

    program: a lesson's stem ("04_multi_client_echo"), the path of any Python program, or what `change` returns;
        or "-m", and then a module's name, as in `python -m http.server 8000`: run("-m", "http.server", 8000).
    arguments: what follows it on the command line; numbers are taken as text.
    held: stand before the first select, and wait for step(). Otherwise it runs free.
    terminal: its stdin is a terminal of its own (a pty) and not a pipe.
    record: note iterations and operations.
    name: how it is called, where two runs of one program are wanted. A run of the same name is stopped first. Without
        a name it is that of the file; where another file's run has it already, "server 2", "server 3" …
    timeout: seconds that a held program may take to reach its loop.
    descriptors: the most that the program may have open at a time, its three standard streams included.
    port: the real port that its first TCP listener gets; otherwise the system chooses one.
    memory: the most bytes of memory that it may ask for (on macOS the system doesn't keep to that). forks: how often
        it and its children may fork, all in all. 0: no limit; None: none either, but for programs that a learner has
        written in a cell, since one that eats all memory, or forks for ever, would take the whole computer with it.

    to: the server whose client this program is: a port of that server means its listener, and the server knows the
        connection by this program's name.

    folder: the folder that it runs in, a path; otherwise the notebook's own. True makes a new one, server.folder, which
        goes away with the notebook; run(…, folder=server.folder) is a second run in the same.

    beside: another file whose lines are noted, too, while the loop is stepped, and which the player shows beside the
        program: a module's name, "asyncio.base_events", or the path of a Python file. It is server.beside.

    environment: variables of its environment that are others than the notebook's: {"TZ": "Asia/Tokyo"}.

    Raises GlassError if there is no such program, folder or file, nobody listens at `to`, or it never reaches its loop,
    ProgramDied if it ends with an error.
    """
    as_module = program == "-m"
    if as_module and not arguments:
        raise GlassError('run("-m") needs the name of a module, too: run("-m", "http.server").')
    if to is not None:
        a_server("to=", to, "run(…, to=server)")
    numbers(descriptors=descriptors, memory=memory, forks=forks, port=port)
    found = find_module(str(arguments[0])) if as_module else find(program)
    other = find_beside(beside, found) if beside is not None else None
    name = name or free_name(found)
    if name in running:
        running[name].stop(by=BY_ANOTHER)
    if found.from_a_cell:
        memory, forks = MEMORY if memory is None else memory, FORKS if forks is None else forks
    options = {"held": held, "record": record, "terminal": terminal, "descriptors": descriptors or 0,
               "module": as_module, "port": port or 0, "memory": memory or 0, "forks": forks or 0}
    options |= ports_of(to) if to else {}
    folder = working_folder(folder)
    child = Child(found.path, map(str, arguments), options, folder, other and other.path,
                  variables(environment), found.origin.parent)
    server = running[name] = Server(found, name, child, held, forget)
    server.folder, server.beside = folder, other
    join(server, to)
    try:
        server.await_start(timeout)
    except BaseException:
        server.stop()
        raise
    return server


def variables(environment):
    """The variables that were asked for. Raises GlassError if they are none."""
    if environment is None:
        return {}
    if not isinstance(environment, dict) or not all(isinstance(one, str) for pair in environment.items() for one in pair):
        raise GlassError(f'environment= takes a dict of text and text, like {{"TZ": "Asia/Tokyo"}}, and got {environment!r}.')
    return environment


def free_name(program: Program) -> str:
    """The program's own name; with a number, where a run of another file bears it."""
    names = (f"{program.name} {number}" if number > 1 else program.name for number in count(1))
    return next(name for name in names if name not in running or running[name].program.origin == program.origin)


def forget(server: Server) -> None:
    """It has been stopped: its name is free for another."""
    if running.get(server.name) is server:
        del running[server.name]
