"""Starts a program in the child process, under the recorder: `server.child` runs this file's `main` there."""
import atexit
import os
import sys
from _signal import SIGINT, default_int_handler, signal
from _thread import start_new_thread

from . import calls, files, imports, limits, pollers, sockets, tasks, times
from .line import Line
from .obituary import obituary
from .ports import Ports
from .recorder import Recorder


def main(number, parent, options, program, *arguments):
    """`options` are numbers, 0 for no: "held=1,record=1,terminal=0,descriptors=0 …", as `run` explains them."""
    options = {name: int(value) for name, value in (option.split("=") for option in options.split(","))}
    line = Line(lowest(int(number)), int(parent))
    recorder = Recorder(program, line.tell, held=options["held"], recording=options["record"])
    if options["terminal"]:
        control_terminal()
    limits.install(options["descriptors"], options["memory"], options["forks"])
    imports.install()
    times.install(recorder.clock)
    recorder.workers.install(recorder.beside_threads)
    recorder.whose.install()
    tasks.install(recorder)
    calls.install(recorder)
    pollers.install(recorder)
    sockets.install(recorder, Ports(options["port"]))
    files.install(recorder)
    sys.stdout.reconfigure(line_buffering=True)           # as on a terminal: a line is there once it is printed
    os.register_at_fork(before=calm_fork, after_in_child=lambda: line.cut(recorder))
    recorder.workers.listening = start_new_thread(line.listen, (recorder,))
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
        limits.lift()
        death = obituary(error, program)
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)


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


def lowest(number):
    """The same open file under the lowest free number, so that the program's own numbers are the same in every run."""
    low = os.dup(number)
    if low > number:
        low, number = number, low
    os.close(number)
    return low


def control_terminal():
    """Make the pty on stdin our controlling terminal, so that Ctrl-C typed there is a SIGINT here."""
    import fcntl
    import termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def calm_fork():
    """Python 3.12 warns of a fork beside a thread. The thread is ours, and not the program's doing."""
    import warnings
    warnings.filterwarnings("ignore", message="This process .* is multi-threaded", category=DeprecationWarning)
