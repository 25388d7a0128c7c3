"""Starts a program in the child process, under the recorder, and keeps the line to the notebook.

`background.py` runs this file's `main` in a new interpreter. The line is one end of a socket pair. The notebook's
end closes with the notebook, however it ends, and then this whole process group ends too.

What the notebook says is one byte a command; what the child says are messages of its own accord or in answer,
each a marshalled tuple with its length before it (marshal is the quickest to load: no import at all).
"""
import atexit
import marshal
import os
import select
import sys
from _signal import SIG_BLOCK, SIGINT, SIGKILL, default_int_handler, pthread_sigmask, signal, valid_signals
from _socket import socket as raw_socket
from _thread import allocate_lock, get_ident, start_new_thread

from . import calls, sockets
from .ports import Ports
from .recorder import Recorder

COMMANDS = {"s": "step", "r": "release", "h": "hold"}
LOOK = 1000                     # milliseconds between two looks at who our parent is
OUTPUT = 16 * 1024 * 1024       # bytes of output that may lie on disk

real_poll = select.poll


class Line:
    """The line to the notebook: `tell` from any thread, and `listen` in a thread of its own."""

    def __init__(self, number, parent):
        self.socket, self.parent = raw_socket(fileno=number), parent
        self.main = get_ident()
        self.telling = allocate_lock()
        self.silent = False

    def tell(self, word, *values):
        if self.silent:
            return
        data = marshal.dumps((word, *values))
        with self.telling:
            try:
                self.socket.sendall(len(data).to_bytes(4, "big") + data)
            except OSError:              # nobody is there any more: `listen` will notice
                pass

    def listen(self, recorder):
        """Do what the notebook says, until it is gone. Then end, with everything that the program has started."""
        pthread_sigmask(SIG_BLOCK, valid_signals())       # signals are for the program: they must wake its own thread
        line = real_poll()
        line.register(self.socket.fileno(), select.POLLIN)
        try:
            while os.getppid() == self.parent:
                cut_output()
                if line.poll(LOOK):
                    said = self.socket.recv(100)          # an OSError where the notebook has gone without reading all
                    if not said:
                        break
                    for letter in said.decode():
                        self.obey(letter, recorder)
        finally:
            os.killpg(0, SIGKILL)

    def obey(self, letter, recorder):
        if letter in COMMANDS:
            recorder.command(COMMANDS[letter])
        elif letter == "i":
            self.tell("iterations", *recorder.hand_over())
        elif letter == "w":
            self.tell("where", self.where(recorder.program), recorder.number, *recorder.waits_in())

    def where(self, program):
        """The line of the program in which it is now, or None."""
        frame = sys._current_frames().get(self.main)
        while frame and frame.f_code.co_filename != program:
            frame = frame.f_back
        return frame and frame.f_lineno

    def cut(self, recorder):
        """In a process that the program has forked: it says nothing, isn't recorded, and ends with the notebook."""
        self.silent = True
        recorder.loop = None, "forked"                    # no thread is ever this one
        recorder.operations.clear()
        start_new_thread(self.wait_for_the_end, ())

    def wait_for_the_end(self):
        pthread_sigmask(SIG_BLOCK, valid_signals())
        end = real_poll()
        end.register(self.socket.fileno(), 0)             # hang-up only: what is said here is for our parent
        end.poll()
        os._exit(1)


def cut_output():
    """The output is a file. A program that floods it must not fill the disk."""
    try:
        size = os.fstat(1).st_size
        if size > OUTPUT:
            os.ftruncate(1, 0)
            os.pwrite(1, b"(%d MB of output were dropped here)\n" % (size >> 20), 0)
    except OSError:
        pass


def calm_fork():
    """Python 3.12 warns of a fork beside a thread. The thread is ours, and not the program's doing."""
    import warnings
    warnings.filterwarnings("ignore", message="This process .* is multi-threaded", category=DeprecationWarning)


def control_terminal():
    """Make the pty on stdin our controlling terminal, so that Ctrl-C typed there is a SIGINT here."""
    import fcntl
    import termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def execute(program, arguments):
    """Run the program as `python program arguments` would: its own __main__, sys.argv and sys.path."""
    module = type(sys)("__main__")
    module.__file__, module.__cached__, module.__annotations__ = program, None, {}
    for name in [name for name in sys.modules if name.partition(".")[0] == "helpers"]:
        del sys.modules[name]            # the program may have a module of this name itself
    sys.modules["__main__"] = module
    sys.argv[:] = [program, *arguments]
    sys.path[0] = os.path.dirname(program)
    with open(program, "rb") as file:
        text = file.read()
    exec(compile(text, program, "exec", dont_inherit=True), module.__dict__)


def obituary(error, program):
    """(type, message, line in the program or None, traceback) of the error that ended a program."""
    import traceback
    clean(error)
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == program else None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == program:
            line = number
    return type(error).__name__, str(error), line, "".join(traceback.format_exception(error))


def clean(error):
    """Take the frames of these helpers out of an error, and of those that it came of."""
    while error:
        error.__traceback__ = without_helpers(error.__traceback__)
        error = error.__cause__ or error.__context__


def without_helpers(chain):
    """A traceback without the frames of these helpers."""
    ours, kept = os.path.dirname(__file__), None
    links = []
    while chain:
        links.append(chain)
        chain = chain.tb_next
    for link in reversed(links):
        if os.path.dirname(link.tb_frame.f_code.co_filename) != ours:
            link.tb_next, kept = kept, link
    return kept


def lowest(number):
    """The same open file under the lowest free number, so that the program's own numbers are the same in every run."""
    low = os.dup(number)
    if low > number:
        low, number = number, low
    os.close(number)
    return low


def limit(what, number):
    """Set the soft limit of RLIMIT_NOFILE (descriptors) or RLIMIT_AS (bytes of memory). The hard limit stays."""
    import resource
    hard = resource.getrlimit(getattr(resource, what))[1]
    resource.setrlimit(getattr(resource, what), (number if hard == resource.RLIM_INFINITY else min(number, hard), hard))


def lift_limits():
    """After a program has died of one: room for its obituary."""
    import resource
    limit("RLIMIT_AS", resource.getrlimit(resource.RLIMIT_AS)[1])
    limit("RLIMIT_NOFILE", resource.getrlimit(resource.RLIMIT_NOFILE)[0] + 16)


def limit_forks(most):
    """Let the program and its children fork `most` times in all. Then os.fork fails as where the system is full."""
    import errno
    tickets, box = os.pipe()                              # all of them share it, and take out of it a byte a fork
    os.write(box, bytes(most))
    os.close(box)
    real_fork = os.fork

    def fork():
        try:
            ticket = os.read(tickets, 1)
        except OSError:                                   # it was closed
            ticket = b""
        if not ticket:
            raise BlockingIOError(errno.EAGAIN, f"this program may fork {most} times")
        return real_fork()

    os.fork = fork


def main(number, parent, options, program, *arguments):
    """`options` are numbers, 0 for no: "held=1,record=1,terminal=0,descriptors=0 …", as `run` explains them."""
    options = {name: int(value) for name, value in (option.split("=") for option in options.split(","))}
    line = Line(lowest(int(number)), int(parent))
    recorder = Recorder(program, line.tell, held=options["held"], recording=options["record"])
    if options["terminal"]:
        control_terminal()
    if options["descriptors"]:
        limit("RLIMIT_NOFILE", options["descriptors"])
    if options["memory"] and sys.platform != "darwin":    # macOS takes such a limit, and fails in odd places
        limit("RLIMIT_AS", options["memory"])
    if options["forks"]:
        limit_forks(options["forks"])
    recorder.clock.install()
    calls.install(recorder)
    sockets.install(recorder, Ports(options["port"]))
    sys.stdout.reconfigure(line_buffering=True)           # as on a terminal: a line is there once it is printed
    os.register_at_fork(before=calm_fork, after_in_child=lambda: line.cut(recorder))
    start_new_thread(line.listen, (recorder,))
    signal(SIGINT, default_int_handler)                   # it is ignored where our parent was started in the background
    death = None

    def goodbye():
        recorder.finish()
        line.tell("ended", death, *recorder.hand_over())

    atexit.register(goodbye)
    try:
        execute(program, arguments)
    except SystemExit:
        raise
    except BaseException as error:
        sys.settrace(None)
        lift_limits()
        death = obituary(error, program)
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)
