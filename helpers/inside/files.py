"""What a program reads from its terminal and its pipes, and writes to them, seen by the recorder. Twins, as in `calls.py`.

A file object reads from its descriptor in C, where nothing can be replaced. So those of stdin, of `os.fdopen` and of
`subprocess` are built upon a FileIO of ours, which notes what it reads and writes.
"""
import io
import os
import stat
import sys

from .frames import hide, unseen
from .imports import when_imported
from .recorder import EXCERPT, name_of
from .sockets import excerpt

real_open = io.open


def install(recorder):
    """Replace os.read, os.write and their like, for the descriptors that the loop has watched; and files upon pipes."""
    files = Files(recorder)
    real_close = os.close

    def close(fd):
        real_close(fd)
        recorder.ids.pop(fd, None)           # the next thing with this number is another one

    os.close = unseen(close)
    if recorder.recording:
        replace_calls(files)
        replace_openers(files)
        replace_stdin(files)


class Files:
    """What the twins share: to note what was done with a descriptor, and to make files that do so."""

    def __init__(self, recorder):
        self.recorder, self.ids = recorder, recorder.ids
        self.raw = noting_type(self)

    def note(self, name, number, size, data=b""):
        """Note what was done with a descriptor, if the loop has had to do with it."""
        try:
            if isinstance(number, int) and number in self.ids:
                self.recorder.note((name, self.ids[number], size, excerpt(data)[:size] if type(size) is int else b""))
        except Exception as fault:
            self.recorder.left_out(fault)

    def open(self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
        """The twin of io.open. Upon a pipe (a terminal, a socket) that is given by its number, the file is one that notes."""
        if not isinstance(file, int) or not closefd or is_plain(file):
            return real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        made = real_open(file, mode, buffering, encoding, errors, newline, False, opener)      # errors are its own
        return self.rebuilt(made, file, buffering, newline, True)

    def rebuilt(self, made, number, buffering=-1, newline=None, closefd=False):
        """The same file as `made`, layer by layer, upon a FileIO that notes."""
        text = made if isinstance(made, io.TextIOWrapper) else None
        buffer = made.buffer if text else made
        below = buffer if isinstance(buffer, io.FileIO) else buffer.raw
        raw = file = self.raw(number, below.mode, closefd)
        raw.name = below.name
        if buffer is not below:
            file = type(buffer)(raw, buffering if buffering > 1 else below._blksize)
        if text:
            file = io.TextIOWrapper(file, text.encoding, text.errors, newline, text.line_buffering, text.write_through)
            file.mode = text.mode
        return file


def is_plain(number):
    """Is it a plain file, or nothing at all?"""
    try:
        return stat.S_ISREG(os.fstat(number).st_mode)
    except OSError:
        return True


def noting_type(files):
    """A FileIO that notes what goes through it, unless it is `quiet`: then whoever uses it notes more than it can."""

    class FileIO(io.FileIO):
        quiet = False

        @unseen
        def readinto(self, buffer, /):
            return self.noted("read", super().readinto, lambda size: (size, buffer), buffer)

        @unseen
        def read(self, size=-1, /):
            return self.noted("read", super().read, lambda data: (len(data), data), size)

        @unseen
        def readall(self):
            return self.noted("read", super().readall, lambda data: (len(data), data))

        @unseen
        def write(self, data, /):
            return self.noted("write", super().write, lambda size: (size, data), data)

        def noted(self, name, real, measure, *arguments):
            """Do it. None says that nothing is there, or no room, and that it doesn't wait: an error, as a socket says it."""
            number = -1 if self.closed else self.fileno()
            try:
                result = real(*arguments)
            except BaseException as error:
                files.note(name, number, name_of(error))
                raise
            if not self.quiet:
                files.note(name, number, *("BlockingIOError",) if result is None else measure(result))
            return result

        @unseen
        def close(self):
            number = -1 if self.closed or not self.closefd else self.fileno()
            super().close()
            files.ids.pop(number, None)      # the next thing with this number is another one

    FileIO.__module__, FileIO.__qualname__ = "_io", "FileIO"
    return FileIO


def replace_stdin(files):
    """sys.stdin notes the lines that the program reads; its buffer notes what is read past them."""
    if sys.stdin is None:
        return

    class Input(io.TextIOWrapper):
        @unseen
        def readline(self, *arguments):
            return self.noted("readline", super().readline, arguments)

        @unseen
        def read(self, *arguments):
            return self.noted("read", super().read, arguments)

        def noted(self, name, real, arguments):
            raw.quiet = True
            try:
                text = real(*arguments)
            finally:
                raw.quiet = False
            try:
                files.recorder.note((name, files.ids[0], len(text),
                                     text[:EXCERPT].encode(self.encoding, "replace")[:EXCERPT]))
            except Exception as fault:
                files.recorder.left_out(fault)
            return text

    given = sys.stdin
    settings = {name: getattr(given, name) for name in ("encoding", "errors", "line_buffering")}
    buffer = files.rebuilt(given.buffer, 0)
    raw = buffer.raw
    sys.stdin = sys.__stdin__ = Input(buffer, **settings)
    sys.stdin.mode = given.mode
    given.detach()


def replace_calls(files):
    """os.read and os.write, and the calls that do the same with several buffers, from a file to a socket, or with a count."""
    note, real_read, real_write = files.note, os.read, os.write

    def read(*arguments):
        try:
            data = real_read(*arguments)
        except BaseException as error:
            note("read", [*arguments, None][0], name_of(error))
            hide(error)
            raise
        note("read", arguments[0], len(data), data)
        return data

    def write(*arguments):
        try:
            size = real_write(*arguments)
        except BaseException as error:
            note("write", [*arguments, None][0], name_of(error))
            hide(error)
            raise
        note("write", arguments[0], size, arguments[1])
        return size

    def replace(name):
        real = getattr(os, name, None)
        if real is None:                     # not on this system
            return

        def twin(*arguments, **keywords):
            number = [*arguments, *keywords.values(), None][0]
            try:
                result = real(*arguments, **keywords)
            except BaseException as error:
                note(name, number, name_of(error))
                hide(error)
                raise
            note(name, number, 8 if name.startswith("eventfd") else result)      # a count is 8 bytes
            return result

        twin.__name__, twin.__doc__ = name, real.__doc__
        setattr(os, name, twin)

    os.read, os.write = read, write
    for name in "readv", "writev", "sendfile", "splice", "eventfd_read", "eventfd_write":
        replace(name)


def replace_openers(files):
    """os.fdopen, and the `open` of subprocess's own, which makes the files p.stdin, p.stdout and p.stderr."""
    real_fdopen = os.fdopen

    def fdopen(fd, mode="r", buffering=-1, encoding=None, *args, **kwargs):
        if not isinstance(fd, int):
            return real_fdopen(fd, mode, buffering, encoding, *args, **kwargs)      # it says so itself
        if "b" not in mode:
            encoding = io.text_encoding(encoding)
        return files.open(fd, mode, buffering, encoding, *args, **kwargs)

    def change(module):
        module.io = type(io)("io", io.__doc__)
        module.io.__dict__.update(io.__dict__, open=files.open)

    os.fdopen = unseen(fdopen)
    when_imported("subprocess", change)
