"""What can go wrong, each said in one sentence that ends with what to do."""
import re
import signal
import textwrap


class GlassError(Exception):
    """An error of the glass itself. A notebook shows its sentence alone: our own frames teach nobody anything."""

    def _render_traceback_(self):              # IPython asks for this
        return [textwrap.fill(f"{type(self).__name__}: {self}", 100)]


class StillWaiting(GlassError, TimeoutError):
    """The program has not come back to its loop within the bound. It is still there: the next step goes on waiting."""


class NothingCame(GlassError, TimeoutError):
    """A client waited for bytes, and none came within the bound."""


class ProgramDied(GlassError):
    """The program ended with an error of its own.

    `error` is the name of the error's type, `line` the line of the program (or None), `traceback` the program's own.
    """

    def __init__(self, sentence, error=None, line=None, traceback=""):
        super().__init__(sentence)
        self.error, self.line, self.traceback = error, line, traceback

    def _render_traceback_(self):
        return [self.traceback.rstrip(), *super()._render_traceback_()]


# -- the sentences -------------------------------------------------------------------------------------------------

LAST, WIDTH = 5, 200      # lines of a program's last words that are quoted, and how much of each

HINTS = [          # (error, a part of its message, what to do)
    ("TypeError", "bytes-like object is required",
     'Sockets take bytes, and this is text: write b"hello", or text.encode().'),
    ("BlockingIOError", "temporarily unavailable",
     "The socket doesn't wait (setblocking(False)) and nothing was there: ask select first."),
    ("ValueError", "file descriptor cannot be a negative integer",
     "A socket that is closed is still in a list: remove it from the list before it is closed."),
    ("ValueError", "filedescriptor out of range", "select takes no descriptor from 1024 on."),
    ("OSError", "Address already in use",
     "Two listeners ask for the same port; or it was in use a moment ago, and SO_REUSEADDR is missing."),
]


def died(name, program, error, message, line, traceback):
    """The ProgramDied of a program that ended with this error."""
    where = f" in line {line}, `{line_of(program, line)}`" if line else ""
    message, traceback = without_numbers(message), without_numbers(without_folders(traceback, program.path))
    if error in ("SyntaxError", "IndentationError", "TabError"):
        sentence = f"{name} has a syntax error{where}: {message.partition(' (')[0]}. Mend the line, and run it again."
    else:
        message = re.sub(r"^\[Errno \d+\] ", "", message)      # the number differs from system to system
        hints = [" " + hint for kind, part, hint in HINTS if kind == error and part in message]
        sentence = f"{name} died{where}: {error}{': ' if message else ''}{message}.{''.join(hints)}"
    return ProgramDied(sentence, error, line, traceback)


def without_folders(text, path):
    """A text of the program at `path`, or a traceback, without the folders of this machine."""
    text = text.replace(str(path), path.name)
    text = re.sub(r'File "/[^"]*?/(?:lib/python[\d.]+|site-packages)/', 'File "…/', text)
    return re.sub(r'File "/[^"]*/', 'File "…/', text)


def without_numbers(text):
    """A text without what differs from run to run: descriptors and ports of sockets."""
    text = re.sub(r"<socket\.socket \[closed\][^>]*>", "<a closed socket>", text)
    text = re.sub(r"<socket\.socket [^>]*>", "<a socket>", text)
    return re.sub(r"\('127\.0\.0\.1', \d+\)", "<an address>", text)


def how_it_ended(status):
    """A sentence on an exit status as subprocess gives it."""
    if status < 0:
        known = {one.value: one.name for one in signal.Signals}
        return f"was ended by {known.get(-status, f'signal {-status}')}."
    return f"has ended (exit status {status})."


def ended(name, program, status, printed="", looped=True):
    """A sentence on a program that has ended in its own way, with its last words. `printed`: what to take these from."""
    how = how_it_ended(status)
    if not looped:
        before = "has ended before its loop" if status == 0 else f"{how[:-1]} before its loop"
        how = f"{before}: it never called select (or poll, epoll, kqueue)."
        if status == 0 and not printed.strip() and re.search(r"^ *(async +)?def ", program.text, re.MULTILINE):
            how += " Is the loop in a function that nobody calls?"
    lines = [line.strip()[:WIDTH] for line in without_numbers(printed).splitlines() if line.strip()][-LAST:]
    words = f' It printed last: "{" / ".join(lines)}".' if lines else ""
    return f"{name} {how}{words} Run it again: run({program.asked})."


def where(program, line, iterations, call, timeout):
    """A sentence on where a program is, and what that means for its loop."""
    if call:
        long = "no timeout" if timeout is None else f"a timeout of {timeout:g} s"
        return (f"It waits in {call} with {long}, and nothing that it watches is ready. "
                "Let a client connect or send something, or type a line, and step again.")
    if line is None:
        return "It is still starting. Give it more time: run(…, timeout=60)."
    here = f"It is in line {line}, `{line_of(program, line)}`"
    if iterations:
        return f"{here}, and not in select: as long as it stays there, nobody else is served."
    return f"{here}, and has not called select (or poll, epoll, kqueue) yet."


def line_of(program, number):
    lines = program.text.splitlines()
    return lines[number - 1].strip() if number <= len(lines) else ""
