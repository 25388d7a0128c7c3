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
LONG = 60                 # letters: a thing that Python writes with more of them is called by its type

SEND, RECEIVE = ("send", "sendall", "sendto"), ("recv", "recv_into", "recvfrom", "recvfrom_into")
TEXT = 'Sockets take bytes, and this is text: write b"hello", or text.encode().'
EMPTY = "The socket doesn't wait (setblocking(False)) and nothing was there: ask select first."
NOBODY = "The listener doesn't wait (setblocking(False)) and nobody was there: ask select first."
FULL = "The socket doesn't wait (setblocking(False)) and its buffer is full: keep the rest, and ask select when it is writable."
CLOSED = "A socket that is closed is still in a list: remove it from the list before it is closed."
TWICE = "Two sockets ask for the same port."
AGAIN = "Two listeners ask for the same port; or it was in use a moment ago, and SO_REUSEADDR is missing."
FILE = "There is a file of this name already; a Unix socket leaves one behind when it is closed. Remove it first: os.unlink(…)."
MANY = "select takes no descriptor from 1024 on."


def hint(error, message, call="", given=None, more=False, closed=False, tcp=None, waits=True, reuse=None):
    """What to do about an error, or "". The arguments after the message are what `inside.evidence` has found out.

    A cause is named only where it is that cause: the same message comes from other calls, too.
    """
    if error == "TypeError" and message == "a bytes-like object is required, not 'str'":
        return TEXT if call in SEND else ""
    if error == "BlockingIOError" and "temporarily unavailable" in message and not waits:
        return NOBODY if call == "accept" else FULL if call in SEND else EMPTY if call in RECEIVE and not more else ""
    if error == "ValueError" and message.startswith("file descriptor cannot be a negative integer"):
        return CLOSED if call == "select" and closed else ""
    if error == "ValueError" and message == "filedescriptor out of range in select()":
        return MANY
    if error == "OSError" and "address already in use" in message.lower():
        if "attempting to bind on address" in message or call == "listen":      # create_server has set SO_REUSEADDR
            return TWICE
        if call == "bind" and given == "tuple":
            return TWICE if reuse or tcp is False else AGAIN
        return FILE if call == "bind" and given in ("str", "bytes") else ""
    return ""


def died(name, program, error, message, line, traceback, evidence=()):
    """The ProgramDied of a program that ended with this error."""
    where = f" in line {line}, `{line_of(program, line)}`" if line else ""
    message, traceback = without_numbers(message), without_numbers(without_folders(traceback, program.path))
    if error in ("SyntaxError", "IndentationError", "TabError"):
        sentence = f"{name} has a syntax error{where}: {message.partition(' (')[0]}. Mend the line, and run it again."
    else:
        message = re.sub(r"^\[Errno \d+\] ", "", message)      # the number differs from system to system
        advice = hint(error, message, **dict(evidence))
        sentence = f"{name} died{where}: {error}{': ' if message else ''}{message}. {advice}".rstrip()
    return ProgramDied(sentence, error, line, traceback)


def without_folders(text, path):
    """A text of the program at `path`, or a traceback, without the folders of this machine."""
    text = text.replace(str(path), path.name)
    text = re.sub(r'File "/[^"]*?/(?:lib/python[\d.]+|site-packages)/', 'File "…/', text)
    return re.sub(r'File "/[^"]*/', 'File "…/', text)


def without_numbers(text):
    """A text without what differs from run to run: descriptors and ports of sockets."""
    text = re.sub(r" \(FD \d+\)", "", text)
    text = re.sub(r"<socket\.socket \[closed\][^>]*>", "<a closed socket>", text)
    text = re.sub(r"<socket\.socket [^>]*>", "<a socket>", text)
    return re.sub(r"\('127\.0\.0\.1', \d+\)", "<an address>", text)


def how_it_ended(status):
    """A sentence on an exit status as subprocess gives it."""
    if status < 0:
        known = {one.value: one.name for one in signal.Signals}
        return f"was ended by {known.get(-status, f'signal {-status}')}."
    return f"has ended (exit status {status})."


def again(program, plain=True, more=""):
    """What to do to have it again. plain: it was run by its name alone, and perhaps with `more`."""
    return f"Run it again: run({program.asked}{more})." if plain else "Run it again: run its cell."


def ended(name, program, status, printed="", looped=True, plain=True):
    """A sentence on a program that has ended in its own way, with its last words. `printed`: what to take these from."""
    how = how_it_ended(status)
    if not looped:
        before = "has ended before its loop" if status == 0 else f"{how[:-1]} before its loop"
        how = f"{before}: it never called select (or poll, epoll, kqueue)."
        if status == 0 and not printed.strip() and re.search(r"^ *(async +)?def ", program.text, re.MULTILINE):
            how += " Is the loop in a function that nobody calls?"
    lines = [line.strip()[:WIDTH] for line in without_numbers(printed).splitlines() if line.strip()][-LAST:]
    words = f' It printed last: "{" / ".join(lines)}".' if lines else ""
    return f"{name} {how}{words} {again(program, plain)}"


BY_HAND, BY_ANOTHER = "has been stopped", "was stopped when a new run took its name"


def stopped(name, program, by, held, plain=True):
    """A sentence on a program that the notebook itself has ended. by: one of the two above; held: it was run so."""
    more = ", held=True" if held else ""
    if by == BY_HAND:
        return f"{name} {by}. {again(program, plain, more)}"
    call = f"run({program.asked}{more}, " if plain else "run(…, "
    return f'{name} {by}. Use what that run() has returned; for two side by side, give one another name: {call}name="second").'


COME = " Let a client connect or send something, or type a line, and step again."
BESIDE = " The step waits for a thread or a process of the program's own, which isn't done: step again, and it goes on."


def where(program, line, iterations, call, timeout, answered=True, stepped=True, beside=False, alone=True,
          listens=False, watched=()):
    """A sentence on where a program is, and what that means for its loop.

    beside: the step that goes on waits for a thread or a process of its own, which works or sleeps;
    alone: it has no other threads and processes, which might serve somebody; listens: it has a listener, of whatever kind;
    watched: names of what it watches in its call.
    """
    if call:
        long = "no timeout" if timeout is None else f"a timeout of {timeout:g} s"
        advice = "" if not stepped else BESIDE if beside else what_can_come(watched)
        return f"It waits in {call} with {long}, and nothing that it watches is ready.{advice}"
    if line is None and not answered:
        return "It doesn't answer." if iterations or listens else "It is still starting. Give it more time: run(…, timeout=60)."
    here = f"It is in line {line}, `{line_of(program, line)}`" if line else "It is in no line of its own, but in a library's"
    if iterations:
        nobody = ": as long as it stays there, nobody else is served" if alone else ""
        return f"{here}, and not in select{nobody}."
    return f"{here}, and has not called select (or poll, epoll, kqueue) yet.{' It listens all the same.' if listens else ''}"


def what_can_come(watched):
    """What would wake a call that watches these."""
    sides = [name for name in watched if name.startswith("to :")]
    if not sides or {*watched} - {*sides, "stdin"}:
        return COME
    if "stdin" in watched:
        return " Type a line, or let the other side send something, and step again."
    return f" It watches {', '.join(dict.fromkeys(sides))} alone: let the other side send something, and step again."


def kind(thing):
    """What somebody has handed over in the place of something else, in words that are the same in every run."""
    written = repr(thing)
    if len(written) <= LONG and " at 0x" not in written and "\n" not in written:
        return written
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def line_of(program, number):
    lines = program.text.splitlines()
    return lines[number - 1].strip() if number <= len(lines) else ""
