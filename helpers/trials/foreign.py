"""command: a server that is no program of Python, so that it can be put through trials: redis-server, for instance."""
import shutil
import tempfile
from os import PathLike
from pathlib import Path

from ..errors import GlassError
from ..server import Program

PORT = "{port}"    # in its arguments: the port at which it is to listen

STARTER = '''"""Starts {name}, hands on to it what it is told to do, and ends as it ends."""
import signal
import socket
import subprocess
import sys

with socket.socket() as place:
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", 0))           # a port that is free; of a server that is started again, the same
    port = str(place.getsockname()[1])
words = [word.replace("{{port}}", port) for word in {words!r} + sys.argv[1:]]
server = subprocess.Popen(words)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, frame: server.send_signal(number))
sys.exit(server.wait())
'''


class Command(Program):
    """A command of the system's, as a program that starts it. `command` makes one."""

    def __init__(self, name, words):
        self.folder = tempfile.TemporaryDirectory(prefix="command-")     # goes away with this object
        path = Path(self.folder.name) / "starter.py"
        path.write_text(STARTER.format(name=name, words=words), encoding="utf-8")
        super().__init__(path, name, "trials.command(…)")


def command(program: str | PathLike, *arguments: object) -> Command:
    """A server that isn't written in Python, by the command that starts it, for run_all and compare.

    program: its name, or its path. arguments: what follows it on the command line, with {port} where it wants its port.
    What run_all adds for a limit comes after them. Raises GlassError if there is no such program, or no {port}.
    """
    path, words = shutil.which(program), [str(one) for one in arguments]
    if not path:
        raise GlassError(f"There is no program {str(program)!r} on this computer. Install it first; "
                         "a server's package is often called as the program is.")
    if not any(PORT in word for word in words):
        raise GlassError(f"{program} must be told its port. Write {PORT} where it wants it, "
                         f"as in command('redis-server', '--port', '{PORT}').")
    return Command(Path(program).name, [path, *words])
