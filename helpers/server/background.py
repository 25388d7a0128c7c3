"""run: start a program in the background, and have the Server that stands for it."""
from os import PathLike

from .child import Child
from .folder import working_folder
from .guests import join, ports_of
from .server import Server
from .source import Program, find

START = 10.0       # seconds: the longest that a program may take to reach its loop
MEMORY = 1 << 30   # bytes that a program may ask for which a learner has written in a cell
FORKS = 50         # times that it may fork

running: dict[str, Server] = {}      # by name: running a name again replaces the earlier one


def run(program: str | PathLike | Program, *arguments: object, held: bool = False, terminal: bool = False,
        record: bool = True, name: str | None = None, timeout: float = START, descriptors: int | None = None,
        port: int | None = None, memory: int | None = None, forks: int | None = None,
        to: Server | None = None, folder: bool | str | PathLike | None = None) -> Server:
    """Start a program in a background process, and return the Server that stands for it.

    program: a lesson's stem ("04_multi_client_echo"), the path of any Python program, or what `change` returns.
    arguments: what follows it on the command line; numbers are taken as text.
    held: stand before the first select, and wait for step(). Otherwise it runs free.
    terminal: its stdin is a terminal of its own (a pty) and not a pipe.
    record: note iterations and operations. name: how it is called, where two runs of one program are wanted.
    timeout: seconds that a held program may take to reach its loop.
    descriptors: the most that the program may have open at a time, its three standard streams
        and our line to it included.
    port: the real port that its first TCP listener gets; otherwise the system chooses one.
    memory: the most bytes of memory that it may ask for (on macOS the system doesn't keep to that). forks: how often
        it and its children may fork, all in all. 0: no limit; None: none either, but for programs that a learner has
        written in a cell, since one that eats all memory, or forks for ever, would take the whole computer with it.

    to: the server whose client this program is: a port of that server means its listener, and the server knows the
        connection by this program's name.

    folder: the folder that it runs in, a path; otherwise the notebook's own. True makes a new one, server.folder, which
        goes away with the notebook; run(…, folder=server.folder) is a second run in the same.

    Raises GlassError if there is no such program or folder, nobody listens at `to`, or it never reaches its loop,
    ProgramDied if it ends with an error.
    """
    found = find(program)
    name = name or found.name
    if name in running:
        running[name].stop()
    if found.from_a_cell:
        memory, forks = MEMORY if memory is None else memory, FORKS if forks is None else forks
    options = {"held": held, "record": record, "terminal": terminal, "descriptors": descriptors or 0,
               "port": port or 0, "memory": memory or 0, "forks": forks or 0}
    options |= ports_of(to) if to else {}
    folder = working_folder(folder)
    server = running[name] = Server(found, name, Child(found.path, map(str, arguments), options, folder), held, forget)
    server.folder = folder
    join(server, to)
    try:
        server.await_start(timeout)
    except BaseException:
        server.stop()
        raise
    return server


def forget(server: Server) -> None:
    """It has been stopped: its name is free for another."""
    if running.get(server.name) is server:
        del running[server.name]
