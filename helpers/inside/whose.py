"""Whose call of select is it? The loop is that of the program: not a library's wait, nor what a signal handler does."""
import selectors
from _thread import get_ident
from sys import _current_frames as current_frames
from sys import _getframe as getframe

from .clock import real_sleep
from .frames import OURS
from .imports import when_imported
from .workers import LOOK, stack

LIBRARIES = {"subprocess", "socket", "multiprocessing", "concurrent", "urllib3", "redis", "psycopg", "serial"}
LOOKS = 60            # a thread of the program's own waits for so many, to see whether the main thread calls select
MORE_LOOKS = 600      # and so many a thread that isn't in any line of the program: a helper of some library


class Whose:
    """`thread`: the one that goes round, or None until one does. Where several do, it is the main thread."""

    def __init__(self, program, workers):
        self.program, self.workers = program, workers
        self.thread, self.main = None, get_ident()
        self.handlers = set()             # the code of the program's signal handlers

    def install(self):
        when_imported("signal", self.watch_handlers)

    def watch_handlers(self, module):
        real = module.signal

        def signal(signalnum, handler):
            before = real(signalnum, handler)
            self.handlers.add(code_of(handler))
            return before

        module.signal = signal

    def is_the_loops(self, calling):
        """Is the call that this thread makes now one of the loop? `calling`: the loop's last call has not come back."""
        me = get_ident()
        if me not in (self.thread, self.main) and self.thread is not None:
            return False
        frame = caller()
        if frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
            return False
        if me == self.thread:
            return not calling and not self.in_a_handler(frame)
        if me != self.main:
            self.let_the_main_thread_come(frame)
        if me == self.main or self.thread is None:
            self.thread = me
        return self.thread == me

    def in_a_handler(self, frame):
        return bool(self.handlers) and any(one.f_code in self.handlers for one in stack(frame))

    def comes_from_a_handler(self, error):
        link = error.__traceback__
        while link and link.tb_frame.f_code not in self.handlers:
            link = link.tb_next
        return link is not None

    def let_the_main_thread_come(self, frame):
        """Wait until the main thread calls select, or waits in some other call for good: then it won't."""
        own = any(one.f_code.co_filename == self.program for one in stack(frame))
        for _ in range(LOOKS if own else MORE_LOOKS):
            place = current_frames().get(self.main)
            if self.thread is not None or place is None or not self.workers.works(self.main, place):
                break
            real_sleep(LOOK)

    def forget(self):
        """In a process that the program has forked: no thread there is the loop's."""
        self.thread = self.main = "forked"


def caller():
    """The frame of whoever has called select, poll … or a selector's select."""
    frame = getframe(1)
    while frame.f_back and is_through(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def is_through(file):
    return file == selectors.__file__ or file.startswith(OURS)


def code_of(handler):
    """The code of a signal handler: of a function, a method, or an object that can be called. None if it is in C."""
    handler = getattr(handler, "func", handler)            # functools.partial
    for function in (handler, getattr(handler, "__func__", None), getattr(type(handler), "__call__", None)):  # noqa: B004
        if code := getattr(function, "__code__", None):
            return code
    return None
