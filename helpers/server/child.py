"""A program in a background process: how it starts, the line to it, its input and output, and how it ends.

It gets an interpreter and a session of its own, so that interrupting a cell does not interrupt it. One end of a
socket pair is ours, the other the child's; when ours closes, however this process ends, the child ends too.
Nothing here runs in a thread.
"""
import fcntl
import marshal
import os
import pty
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import suppress
from pathlib import Path

from ..errors import without_folders
from . import leftovers

GRACE = 1.0        # seconds that a program gets to end by itself
DELIVERY = 2.0     # seconds that a typed line may take through the terminal

ROOT = str(Path(__file__).resolve().parent.parent.parent)
BOOT = "import sys; sys.path[0] = sys.argv[1]; from helpers.inside.launcher import main; main(*sys.argv[2:])"


class Child:
    """A running program. `options`: a dict, numbers or truth values under the names that launcher.main knows.

    `beside`: the path of another file whose lines are noted, too. `own`: what it has in its environment, and we don't.
    `home`: the folder in which its imports find their neighbours; otherwise the one that it lies in.
    """

    def __init__(self, path, arguments, options, folder=None, beside=None, own=None, home=None):
        self.path, self.arguments, self.home = path, list(arguments), str(home or path.parent)
        self.received = b""                            # the beginning of a message that isn't whole yet
        self.printing = tempfile.TemporaryFile()       # a file: a pipe that nobody reads would stop the program
        fcntl.fcntl(self.printing, fcntl.F_SETFL, os.O_APPEND)      # so that the child can cut a flood
        self.asked = False                             # it was asked to end
        self.cut_off = False                           # it has closed the line, and lived on
        self.seen = 0                                  # how much of it newly_printed has told
        self.terminal = None                           # the program's side of its pty, kept open; None for a pipe
        if options["terminal"]:
            self.keyboard, stdin = pty.openpty()
            self.terminal = stdin
            without_echo(self.terminal)
        else:
            stdin, self.keyboard = os.pipe()
        self.line, line = socket.socketpair()
        self.mark, self.started = leftovers.new_mark(), set()        # what it has started, as far as that is known
        environment = {**os.environ, **(own or {}), "PYTHONIOENCODING": "utf-8", leftovers.NAME: self.mark}
        environment.pop("PYTHONUNBUFFERED", None)      # a learner's own terminal doesn't set it
        self.process = subprocess.Popen(
            self.command(line.fileno(), options, beside),
            stdin=stdin, stdout=self.printing, stderr=subprocess.STDOUT,
            pass_fds=[line.fileno()], start_new_session=True, env=environment, cwd=folder)
        line.close()
        if self.terminal is None:
            os.close(stdin)
        os.set_blocking(self.keyboard, False)

    def command(self, number, options, beside):
        """What is started, with `number` the child's end of the line."""
        told = ",".join(f"{name}={int(value)}" for name, value in options.items())
        return [sys.executable, "-c", BOOT, ROOT, str(number), str(os.getpid()), told, str(beside or ""), self.home,
                str(self.path), *self.arguments]

    # -- the line ------------------------------------------------------------------------------------------------

    def say(self, letter):
        """Give the child a command. If it has ended, its last messages tell so."""
        try:
            self.line.sendall(letter.encode())
        except OSError:
            pass

    def next_message(self, end):
        """The next message, a tuple; None if there is none until the time `end`; ("gone",) after the last."""
        while True:
            size = 4 + int.from_bytes(self.received[:4], "big")
            if len(self.received) >= size:
                data, self.received = self.received[4:size], self.received[size:]
                return marshal.loads(data)
            self.line.settimeout(max(0.0, end - time.monotonic()))
            try:
                data = self.line.recv(1 << 20)
            except (BlockingIOError, TimeoutError):
                return None
            except OSError:
                data = b""
            if not data:
                return ("gone",)
            self.received += data

    # -- input and output ------------------------------------------------------------------------------------------

    def type(self, text):
        """Write to the program's stdin; Ctrl-D ends the input, also where it is a pipe. TimeoutError: it is full."""
        keys, control_d, _ = text.partition("\x04")
        if self.keyboard < 0:
            raise OSError("the input is closed")
        rest, end = (text if self.terminal else keys).encode(), time.monotonic() + GRACE
        with selectors.SelectSelector() as selector:
            selector.register(self.keyboard, selectors.EVENT_WRITE)
            while rest:
                if not selector.select(max(0.0, end - time.monotonic())):
                    raise TimeoutError("nobody reads what is typed")
                with suppress(BlockingIOError):
                    rest = rest[os.write(self.keyboard, rest):]
        if control_d and not self.terminal:
            os.close(self.keyboard)
            self.keyboard = -1                         # writing to it from now on is an OSError

    def await_delivery(self):
        """Wait until something typed has come through the terminal, and can be read on its other side."""
        self.delivered(DELIVERY)

    def delivered(self, timeout=0):
        """Can something typed be read on the terminal's other side, now or within `timeout` seconds?"""
        with selectors.SelectSelector() as selector:
            selector.register(self.terminal, selectors.EVENT_READ)
            return bool(selector.select(timeout))

    def output(self, start=0):
        """What the program has printed, from byte `start` on, as text that names no folder of this machine."""
        size = os.fstat(self.printing.fileno()).st_size
        start = min(start, size)                       # a flood was cut
        return without_folders(os.pread(self.printing.fileno(), size - start, start).decode("utf-8", "replace"), self.path)

    def newly_printed(self):
        """What it has printed since this was asked the last time."""
        start, self.seen = self.seen, os.fstat(self.printing.fileno()).st_size
        return self.output(start)

    # -- the end -----------------------------------------------------------------------------------------------------

    def ask_to_end(self):
        self.asked = True
        self.process.terminate()

    def look_what_it_has_started(self):
        """Before it is asked to end: now each process still has its parent."""
        self.started = leftovers.family(self.mark)

    def kill(self):
        self.asked = True
        self.process.kill()

    def sleeps(self):
        """Does it wait for something, and not for its turn on a busy machine? (Linux alone tells them apart.)"""
        import psutil
        with suppress(psutil.Error):
            return sys.platform != "linux" or psutil.Process(self.process.pid).status() != psutil.STATUS_RUNNING
        return True

    def has_exited(self):
        return self.process.poll() is not None

    def bury(self):
        """Give it the grace to be gone. Leave nothing of it: no process that it has started, no descriptor but the output."""
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.cut_off = not self.asked
        leftovers.end_all(self.mark, self.started)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):      # macOS says "not permitted" of a group that has gone
            pass
        status = self.process.wait()
        self.line.close()
        for number in (self.keyboard, self.terminal):
            if number is not None and number >= 0:
                os.close(number)
        self.keyboard, self.terminal = -1, None
        return status


def without_echo(terminal):
    """A pty that doesn't print what is typed: the notebook shows that already."""
    settings = termios.tcgetattr(terminal)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, settings)
