"""Which lines of the program ran, while its loop is stepped; and of one more file, where somebody wants to see it beside."""
import sys


class Trace:
    """`lines`, `beside`: numbers of the lines that ran since `start`, in the order of their first run (a dict's keys)."""

    def __init__(self, program, other=None):
        self.program = program
        self.lines, self.beside = {}, {}
        self.files = {program: self.lines, other: self.beside}

    def stop(self):
        sys.settrace(None)
        self.lines.clear()
        self.beside.clear()

    def start(self):
        """Note each line from here on: in the functions that run already, and in new ones."""
        frame = sys._getframe(1)
        while frame:
            lines = self.files.get(frame.f_code.co_filename)
            if lines is not None:
                frame.f_trace = self.line
                if not lines:
                    lines[frame.f_lineno] = None           # the line that calls select
            frame = frame.f_back
        sys.settrace(self.call)

    def call(self, frame, event, argument):
        return self.line if frame.f_code.co_filename in self.files else None

    def line(self, frame, event, argument):
        if event == "line":
            self.files[frame.f_code.co_filename][frame.f_lineno] = None
        return self.line
