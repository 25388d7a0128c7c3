"""Starts a program in the child process, under the recorder: `server.child` runs this file's `main` there."""
import atexit
import os
import sys
from _signal import SIGINT, default_int_handler, signal
from _socket import SOCK_DGRAM, SOCK_STREAM
from _thread import start_new_thread

from . import apart, births, calls, files, imports, limits, pollers, sockets, times
from .frames import cut_frames, cut_stacks, unseen
from .line import Line
from .obituary import obituary
from .ports import Ports
from .recorder import Recorder


def main(number, parent, options, beside, home, program, *arguments):
    """`options` are numbers, 0 for no: "held=1,record=1,terminal=0,descriptors=0 …", as `run` explains them.

    "to 6666=40123" says where the port 6666 of the server is that this program is a client of. `beside`: the path of a file
    whose lines are noted, too, or "". `home`: the folder in which the program's imports find their neighbours.
    """
    options = {name: int(value) for name, value in (option.split("=") for option in options.split(","))}
    line = Line(int(number), int(parent))
    recorder = Recorder(program, line.tell, held=options["held"], recording=options["record"], beside=beside or None)
    if options["terminal"]:
        control_terminal()
    limits.install(options["descriptors"], options["memory"], options["forks"])
    have_twins = imports.install("select", "socket", "time")
    imports.when_imported("traceback", cut_stacks)
    imports.when_imported("inspect", cut_frames)
    times.install(recorder.clock)
    recorder.workers.install(recorder.beside_threads)
    recorder.whose.install()
    calls.install(recorder)
    pollers.install(recorder)
    known = {(kind, int(name[3:])): real for name, real in options.items()
             for word, kind in (("to ", SOCK_STREAM), ("udp", SOCK_DGRAM)) if name.startswith(word)}
    sockets.install(recorder, Ports(options["port"], known, line.tell))
    files.install(recorder)
    births.install(recorder)
    apart.install()
    have_twins()
    sys.stdout.reconfigure(line_buffering=True)           # as on a terminal: a line is there once it is printed
    os.register_at_fork(before=calm_fork, after_in_child=lambda: line.cut(recorder))
    recorder.workers.listening = start_new_thread(line.listen, (recorder,))
    signal(SIGINT, default_int_handler)                   # it is ignored where our parent was started in the background
    death = None

    def goodbye():
        recorder.finish()
        try:
            seen = recorder.hand_over()
        except Exception:                # a fault of ours
            seen = (), ()
        line.tell("ended", death, *seen)

    atexit.register(goodbye)
    try:
        execute(program, arguments, home, options["module"])
    except SystemExit:
        raise
    except BaseException as error:
        sys.settrace(None)
        limits.lift()
        death = obituary_or_less(error, program)
        leave_out_ours(error)
        raise


def execute(program, arguments, home, as_module):
    """Run the program as `python program arguments` would, if it lay in `home`: its own __main__, sys.argv and sys.path.

    as_module: as `python -m arguments` would. The program is the module's file then.
    """
    module = type(sys)("__main__")
    for name in [name for name in sys.modules if name.partition(".")[0] == "helpers"]:
        del sys.modules[name]            # the program may have a module of this name itself
    sys.modules["__main__"] = module
    if as_module:
        import runpy
        name, *arguments = arguments
        sys.argv[:] = ["-m", *arguments]                  # runpy puts the file in the place of -m
        sys.path[0] = os.getcwd()
        runpy._run_module_as_main(name)                   # what `python -m` itself calls
        return
    module.__file__, module.__cached__, module.__annotations__ = program, None, {}
    sys.argv[:] = [program, *arguments]
    sys.path[0] = home
    with open(program, "rb") as file:
        text = file.read()
    exec(compile(text, program, "exec", dont_inherit=True), module.__dict__)


def obituary_or_less(error, program):
    """The program may have changed what an obituary needs. Its death is told in any case."""
    try:
        return obituary(error, program)
    except Exception:
        return type(error).__name__, "", None, ""


def leave_out_ours(error):
    """The interpreter is going to show this error, by sys.excepthook: let it show the program's own frames."""
    chain, hook = error.__traceback__, getattr(sys, "excepthook", None)

    def excepthook(kind, value, _):
        sys.excepthook, value.__traceback__ = hook, chain
        if not hook:
            print("sys.excepthook is missing", file=sys.stderr)
        (hook or sys.__excepthook__)(kind, value, chain)

    sys.excepthook = unseen(excepthook)


def control_terminal():
    """Make the pty on stdin our controlling terminal, so that Ctrl-C typed there is a SIGINT here."""
    import fcntl
    import termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def calm_fork():
    """Python 3.12 warns of a fork beside a thread. The thread is ours, and not the program's doing."""
    import warnings
    warnings.filterwarnings("ignore", message="This process .* is multi-threaded", category=DeprecationWarning)
