"""use: somebody else's client program (redis-cli, nc, curl …), by its name, as a client of a server in the notebook."""
import os
import re
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from ..errors import GlassError, how_it_ended
from . import asking, guests, outside, waiting
from .child import GRACE, ROOT, Child
from .server import Server

PATIENCE = 2.0     # seconds: the longest until it has connected, and until it waits
LONGEST = 10.0     # seconds for that on a busy machine
LOOK = 0.001       # seconds between two looks whether it has connected

KEEP = "import sys; sys.path[0] = sys.argv[1]; from helpers.inside.keeper import main; main(*sys.argv[2:])"
OPTIONS = {        # where a program that everybody knows wants its address, before what it is to do
    "redis-cli": ("-h", "{host}", "-p", "{port}"), "redis-benchmark": ("-h", "{host}", "-p", "{port}"),
    "psql": ("-h", "{host}", "-p", "{port}"), "mosquitto_pub": ("-h", "{host}", "-p", "{port}"),
    "mosquitto_sub": ("-h", "{host}", "-p", "{port}"),
}
LAST = {"nc", "netcat", "ncat", "telnet"}      # those that want "host port", after their options
PACKAGES = {"redis-cli": "redis-tools", "redis-benchmark": "redis-tools", "nc": "netcat-openbsd", "psql": "postgresql-client"}


class Kept(Child):
    """Its process is the keeper, and the program is the keeper's child."""

    def command(self, number, options, beside):
        return [sys.executable, "-c", KEEP, ROOT, str(number), str(os.getpid()), str(int(options["terminal"])), *self.arguments]

    def ask_to_end(self):
        self.to_all(signal.SIGTERM)

    def bury(self):
        self.to_all(signal.SIGKILL)
        return super().bury()

    def to_all(self, number):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def use(server: Server, program: str | os.PathLike, *arguments: object, port: int | None = None, terminal: bool = False,
        name: str | None = None) -> "Used":
    """Start somebody else's program as a client of a server, and return the Used that stands for it.

    program: its name, or its path. arguments: what follows it on the command line; "{host}" and "{port}" in them become
    the server's address. redis-cli, nc and some others get it in their own way, if none of these is there.
    port: which listener is meant, where there are several. terminal: its stdin is a terminal, and not a pipe.
    name: what the server calls its connection, if it isn't to be the program's name.

    It returns when the program waits or has ended (or after 2 s): what it has sent is there for the server's next step.
    Raises GlassError if there is no such program, nobody listens, or the program isn't told where.
    """
    asking.a_server("use()", server, "use(server, {})", program)
    asking.a_program(program)
    asking.numbers(port=port)
    path = shutil.which(program)
    called = Path(program).name
    if not path:
        raise GlassError(missing(program, called))
    address = server.find_listener(port)
    asked = port or next((row[0] for row in server.recording.names.listeners.values()), None)
    arguments = told(called, [str(one) for one in arguments], *address)
    before = outside.peers(address[1])
    used = Used(server, name or called, Kept(Path(path), [path, *arguments], {"terminal": terminal}), address, asked, before)
    guests.join(used, server)
    used.await_connection()
    return used


def missing(program, called):
    if str(program).endswith(".py"):
        return f"{called} is no program that can be started by itself. For a Python program: run({called!r}, to=server)."
    package = PACKAGES.get(called)
    more = f"; its package is mostly called {package}." if package else ", or look whether it is spelled otherwise."
    return f"There is no program {called!r} on this computer. Install it first{more}"


def told(called, arguments, host, port):
    """The arguments, with the server's address in them."""
    if not any(mark in one for one in arguments for mark in ("{host}", "{port}")):
        if called in OPTIONS:
            arguments = [*OPTIONS[called], *arguments]
        elif called in LAST:
            arguments = [*arguments, "{host}", "{port}"]
        else:
            raise GlassError(f"{called} must be told where the server is. Write {{host}} and {{port}} where it wants them, "
                             "as in use(server, 'curl', 'http://{host}:{port}/').")
    return [one.replace("{host}", host).replace("{port}", str(port)) for one in arguments]


class Used:
    """Somebody else's program that runs as a client of a server. `use` makes one; it is a context manager, too."""
    ends_with_its_server = True
    held = False

    def __init__(self, server, name, child, address, asked, before):
        self.to, self.name, self.child = server, name, child
        self.host, self.port = address        # where its server listens
        self.asked = asked                    # the port that the server's program calls it by
        self.before = before                  # ports from which somebody was connected before it came
        self.connections = []                 # (its own address, the server's)
        self.opened = None                    # descriptors of its processes, when its connections were looked for
        self.exit_status: int | None = None   # -9 says "killed by signal 9", as in subprocess

    @property
    def ended(self) -> bool:
        """Has the program ended?"""
        while self.exit_status is None and (message := self.child.next_message(0)):
            self.end(message[1] if message[0] == "ended" else -signal.SIGKILL)
        return self.exit_status is not None

    def end(self, status):
        self.find_connections(over=True)
        self.exit_status = status
        self.child.bury()

    @property
    def output(self) -> str:
        """All that it has printed so far, its errors too, as text; the server's port is called as its program calls it."""
        text = self.child.output()
        return re.sub(rf"(?<=127\.0\.0\.1[: ]){self.port}\b", str(self.asked), text) if self.asked else text

    def type(self, text: str) -> None:
        r"""Type at its stdin, and wait until it waits again. "\n" ends a line, "\x04" (Ctrl-D) the input."""
        if self.ended:
            raise GlassError(f"{self.name} {how_it_ended(self.exit_status)} Use it again: use(server, …).")
        asleep = guests.asleep(self)
        try:
            self.child.type(text)
        except OSError:                       # TimeoutError is one
            raise GlassError(f"{self.name} reads nothing more: its input is closed, or full.") from None
        if asleep:
            guests.await_reading(self, asleep)
        guests.calm(self.to)

    def stop(self) -> None:
        """End it. Its output stays to be looked at."""
        if not self.ended:
            self.child.ask_to_end()
            end = time.monotonic() + GRACE
            while not self.ended and time.monotonic() < end:
                time.sleep(LOOK)
        if not self.ended:
            self.end(-signal.SIGKILL)
        guests.part(self)

    def __enter__(self) -> "Used":
        return self

    def __exit__(self, *error) -> None:
        self.stop()

    def __repr__(self):
        state = how_it_ended(self.exit_status).rstrip(".") if self.ended else "runs"
        title = f"{self.name}, a client of {self.to.name}: {state}"
        return "\n".join([title, *(f"  {line}" for line in self.output.splitlines())])

    # -- as a guest of its server; see `guests` ----------------------------------------------------------------------

    def introduce(self) -> None:
        """Looking for its connections takes long: that is done when it rests."""

    def await_rest(self) -> None:
        if not self.ended:
            waiting.await_sleep(self.child.process.pid, PATIENCE)
            if not self.ended:
                self.find_connections()

    def await_connection(self) -> None:
        """Until it has connected, or has ended, or waits for something else; then until it waits."""
        begun = time.monotonic()
        while not self.ended and not self.connections and (passed := time.monotonic() - begun) < LONGEST:
            if passed > PATIENCE and waiting.sleepers(self.child.process.pid):     # and not only for its turn to start
                break
            self.find_connections()
            time.sleep(LOOK)
        guests.calm(self.to)

    def find_connections(self, over=False) -> None:
        """Claim its name for each connection that it has made. over: it has ended, and they are nobody's any more."""
        opened = outside.descriptors(self.child.process.pid)
        if over and not self.connections:
            mine = outside.peers(self.port, abandoned=True) - self.before
        elif not over and (opened != self.opened or not self.connections):
            rows = outside.connections(self.child.process.pid)
            mine = {one.laddr[1] for one in rows if one.raddr and one.raddr[1] == self.port}
        else:
            return
        self.opened = opened
        for own in sorted(mine):
            guests.met(self, (self.host, own), (self.host, self.port))
