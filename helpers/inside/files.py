"""What a program reads from its terminal and its pipes, and writes to them, seen by the recorder. Twins, as in `calls.py`."""
import io
import os
import sys

from .recorder import EXCERPT
from .sockets import excerpt


def install(recorder):
    """Replace sys.stdin's readline and read; os.read and os.write, for the descriptors that the loop has watched."""
    ids = recorder.ids

    class Input(io.TextIOWrapper):
        def readline(self, *arguments):
            line = super().readline(*arguments)
            recorder.note(("readline", ids[0], len(line), line.encode(self.encoding, "replace")[:EXCERPT]))
            return line

        def read(self, *arguments):
            text = super().read(*arguments)
            recorder.note(("read", ids[0], len(text), text.encode(self.encoding, "replace")[:EXCERPT]))
            return text

    if sys.stdin is not None:
        settings = {name: getattr(sys.stdin, name) for name in ("encoding", "errors", "line_buffering")}
        sys.stdin = sys.__stdin__ = Input(sys.stdin.detach(), **settings)

    real_read, real_write, real_close = os.read, os.write, os.close

    def close(fd):
        real_close(fd)
        ids.pop(fd, None)                    # the next thing with this number is another one

    def read(number, size, /):
        data = real_read(number, size)
        if number in ids:
            recorder.note(("read", ids[number], len(data), data[:EXCERPT]))
        return data

    def write(number, data, /):
        size = real_write(number, data)
        if number in ids:
            recorder.note(("write", ids[number], size, excerpt(data)[:size]))
        return size

    os.read, os.write, os.close = read, write, close
