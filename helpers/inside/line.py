"""The line to the notebook: one end of a socket pair, whose other end closes with the notebook, however it ends.

What the notebook says is one byte a command; what we say are messages of our own accord or in answer, each a
marshalled tuple with its length before it (marshal is the quickest to load: no import at all).
"""
import marshal
import select
from _signal import SIG_BLOCK, SIGKILL, pthread_sigmask, valid_signals
from _thread import allocate_lock, get_ident, start_new_thread
from posix import fstat, ftruncate, getppid, kill, killpg, pwrite, read, write
from sys import _current_frames as current_frames

from .apart import Apart

COMMANDS = {"s": "step", "r": "release", "h": "hold"}
LOOK = 1000                     # milliseconds between two looks at who our parent is
KEEPER = 3000                   # milliseconds that the keeper gets to end us, once the notebook is gone
OUTPUT = 16 * 1024 * 1024       # bytes of output that may lie on disk

real_poll = select.poll         # the program may put something else in its place: so all that our thread needs is kept here
POLLIN, POLLNVAL = select.POLLIN, select.POLLNVAL


class Line:
    """`tell` from any thread, and `listen` in a thread of its own."""

    def __init__(self, number, parent):
        self.end, self.parent = Apart(number), parent
        self.main = get_ident()
        self.telling = allocate_lock()
        self.silent = False
        self.number = ""                 # what the notebook has said of a number before its command: "30.5p"

    def tell(self, word, *values):
        if self.silent:
            return
        data = marshalled((word, *values))
        data = len(data).to_bytes(4, "big") + data
        with self.telling:
            try:
                while data and self.end.there():
                    data = data[write(self.end.number, data):]
            except OSError:              # nobody is there any more: `listen` will notice
                pass

    def listen(self, recorder):
        """Do what the notebook says, until it is gone. Then end, with everything that the program has started."""
        pthread_sigmask(SIG_BLOCK, valid_signals())       # signals are for the program: they must wake its own thread
        try:
            while getppid() == self.parent:
                cut_output()
                if self.hears(POLLIN, LOOK):
                    said = read(self.end.number, 100)     # an OSError where the notebook has gone without reading all
                    if not said:
                        break
                    for letter in said.decode():
                        self.obey_quietly(letter, recorder)
        finally:
            end_with_all()

    def hears(self, events, patience):
        """Is something there within `patience` milliseconds (None: no bound), or has the other end hung up?"""
        if not self.end.there():         # closed by code in C, which no twin of ours keeps from it
            real_poll().poll(LOOK)
            return False
        line = real_poll()
        line.register(self.end.number, events)
        return any(not event & POLLNVAL for _, event in line.poll(patience))

    def obey_quietly(self, letter, recorder):
        """What can't be told isn't, and the program goes on."""
        try:
            self.obey(letter, recorder)
        except Exception as fault:
            recorder.left_out(fault)

    def obey(self, letter, recorder):
        if letter in COMMANDS:
            recorder.gate.command(COMMANDS[letter])
        elif letter == "p":
            recorder.gate.command(float(self.number))
            self.number = ""
        elif letter in "0123456789.e+-":
            self.number += letter
        elif letter == "i":
            self.tell("iterations", *recorder.hand_over())
        elif letter == "t":
            self.tell("threads", recorder.workers.told(recorder.program, recorder.ids), recorder.ids.hand_over())
        elif letter == "w":
            self.tell("where", self.where(recorder), *recorder.progress())

    def where(self, recorder):
        """The line of the program in which the loop's thread is now, or None."""
        frame = current_frames().get(recorder.whose.thread or self.main)
        while frame and frame.f_code.co_filename != recorder.program:
            frame = frame.f_back
        return frame and frame.f_lineno

    def cut(self, recorder):
        """In a process that the program has forked: it says nothing, isn't recorded, and ends with the notebook."""
        self.silent = True
        recorder.forget_the_loop()
        try:
            start_new_thread(self.wait_for_the_end, ())
        except RuntimeError:             # there may be no more threads: then the keeper alone ends it
            pass

    def wait_for_the_end(self):
        pthread_sigmask(SIG_BLOCK, valid_signals())
        while not self.hears(0, None):   # hang-up only: what is said here is for our parent
            if not self.end.there() and not exists(self.parent):
                break
        end_with_all()


def marshalled(message):
    """A message as bytes. The program may hand us numbers and texts of classes of its own, which marshal doesn't take."""
    try:
        return marshal.dumps(message)
    except ValueError:
        return marshal.dumps(plain(message))


def plain(value):
    """The same value, of Python's own types alone."""
    for kind in bool, int, float, str, bytes:
        if isinstance(value, kind):
            return str.__str__(value) if kind is str else kind(value)
    return [*map(plain, value)] if isinstance(value, (list, tuple)) else None


def exists(process):
    """Is there a process of this number? (It may be somebody else's.)"""
    try:
        kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def end_with_all():
    """The notebook is gone. Its keeper ends us, with all that we have started; where there is none, our group ends itself."""
    real_poll().poll(KEEPER)
    killpg(0, SIGKILL)


def cut_output():
    """The output is a file. A program that floods it must not fill the disk."""
    try:
        size = fstat(1).st_size
        if size > OUTPUT:
            ftruncate(1, 0)
            pwrite(1, b"(%d MB of output were dropped here)\n" % (size >> 20), 0)
    except OSError:
        pass
