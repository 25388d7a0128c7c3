"""What of the program ran, while its loop is stepped: lines, and coroutines; and of one more file, where somebody wants to
see it beside, the lines."""
import os
import sys

from .coroutines import Coroutines, is_one


class Trace:
    """`lines`, `beside`: numbers of the lines that ran since `start`, in the order of their first run (a dict's keys).
    `coroutines.rows`: those that went on since then."""

    def __init__(self, program, other=None, ids=None):
        self.lines, self.beside = {}, {}
        self.coroutines = Coroutines(lambda frame: self.of(frame) is self.lines, ids)
        self.files = Files(other, self.beside) if other else {}
        self.files[program] = self.lines

    def stop(self):
        sys.settrace(None)
        self.lines.clear()
        self.beside.clear()
        self.coroutines.clear()

    def start(self):
        """Note each line from here on: in the functions that run already, and in new ones."""
        frame = sys._getframe(1)
        while frame:
            lines = self.of(frame)
            if lines is not None:
                frame.f_trace = self.line
                if not lines:
                    lines[frame.f_lineno] = None           # the line that calls select
            frame = frame.f_back
        sys.settrace(self.call)

    def of(self, frame):
        """The lines that are noted of this frame's file; None: it is none of the two."""
        try:
            return self.files[frame.f_code.co_filename]
        except KeyError:
            return None

    def call(self, frame, event, argument):
        if is_one(frame):
            self.coroutines.goes_on(frame)
            return self.coroutine
        return self.line if self.of(frame) is not None else None

    def line(self, frame, event, argument):
        if event == "line":
            self.files[frame.f_code.co_filename][frame.f_lineno] = None
        return self.line

    def coroutine(self, frame, event, argument):
        """A coroutine stops, or goes on within itself. It may be of any file: one of ours may wait in it."""
        if event == "return":
            self.coroutines.stops(frame)
        elif event == "exception":
            self.coroutines.raises(frame, argument[0])
        elif event == "line":
            self.coroutines.raising = None           # the error, if there was one, is caught
        if self.of(frame) is not None:
            self.line(frame, event, argument)
        return self.coroutine


class Files(dict):
    """Names of files -> the lines that are noted of each. The program may know the other file by another name than we do
    (there are links, and relative folders), so a name that is new is looked at once."""

    def __init__(self, other, lines):
        self.other, self.lines_of_other = os.path.realpath(other), lines

    def __missing__(self, name):
        self[name] = self.lines_of_other if os.path.realpath(name) == self.other else None
        return self[name]
