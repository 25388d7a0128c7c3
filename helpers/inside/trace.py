"""Which lines of the program ran, while its loop is stepped."""
import sys


class Trace:
    """`lines`: numbers of the lines of `program` that ran since `start`, in the order of their first run (a dict's keys)."""

    def __init__(self, program):
        self.program = program
        self.lines = {}

    def stop(self):
        sys.settrace(None)
        self.lines.clear()

    def start(self):
        """Note each line from here on: in the functions of the program that run already, and in new ones."""
        frame = sys._getframe(1)
        while frame:
            if frame.f_code.co_filename == self.program:
                frame.f_trace = self.line
                if not self.lines:
                    self.lines[frame.f_lineno] = None      # the line that calls select
            frame = frame.f_back
        sys.settrace(self.call)

    def call(self, frame, event, argument):
        return self.line if frame.f_code.co_filename == self.program else None

    def line(self, frame, event, argument):
        if event == "line":
            self.lines[frame.f_lineno] = None
        return self.line
