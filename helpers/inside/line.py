"""The line to the notebook: one end of a socket pair, whose other end closes with the notebook, however it ends.

What the notebook says is one byte a command; what we say are messages of our own accord or in answer, each a
marshalled tuple with its length before it (marshal is the quickest to load: no import at all).
"""
import marshal
import os
import select
import sys
from _signal import SIG_BLOCK, SIGKILL, pthread_sigmask, valid_signals
from _socket import socket as raw_socket
from _thread import allocate_lock, get_ident, start_new_thread

COMMANDS = {"s": "step", "r": "release", "h": "hold"}
LOOK = 1000                     # milliseconds between two looks at who our parent is
OUTPUT = 16 * 1024 * 1024       # bytes of output that may lie on disk

real_poll = select.poll


class Line:
    """`tell` from any thread, and `listen` in a thread of its own."""

    def __init__(self, number, parent):
        self.socket, self.parent = raw_socket(fileno=number), parent
        self.main = get_ident()
        self.telling = allocate_lock()
        self.silent = False
        self.number = ""                 # what the notebook has said of a number before its command: "30.5p"

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
        frame = sys._current_frames().get(recorder.whose.thread or self.main)
        while frame and frame.f_code.co_filename != recorder.program:
            frame = frame.f_back
        return frame and frame.f_lineno

    def cut(self, recorder):
        """In a process that the program has forked: it says nothing, isn't recorded, and ends with the notebook."""
        self.silent = True
        recorder.forget_the_loop()
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
