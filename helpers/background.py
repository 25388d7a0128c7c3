"""A program in the background, its loop held still: run, step, release, hold, stop."""
import time

from .child import GRACE, Child
from .errors import GlassError, StillWaiting, died, how_it_ended, line_of, where
from .recording import Recording, Words
from .source import find

START = 10.0       # seconds: the longest that a program may take to reach its loop
FREE_START = 1.0   # seconds: the longest that run() waits for a free one to listen or to loop
PATIENCE = 2.0     # seconds: the longest that a step waits for the loop to come round
MEMORY = 1 << 30   # bytes that a program may ask for which a learner has written in a cell
FORKS = 50         # times that it may fork
CALM = 0.1         # seconds for which a loop is watched, to see whether it goes round
TICKS = 10         # iterations in that time: more are a loop at work

running = {}       # name -> Server: running a name again replaces the earlier one


def run(program, *arguments, held=False, terminal=False, record=True, name=None, timeout=START,
        descriptors=None, port=None, memory=None, forks=None):
    """Start a program in a background process, and return the Server that stands for it.

    program: a lesson's stem ("04_multi_client_echo"), the path of any Python program, or what `change` returns.
    arguments: what follows it on the command line; numbers are taken as text.
    held: stand before the first select, and wait for step(). Otherwise it runs free.
    terminal: its stdin is a terminal of its own (a pty) and not a pipe.
    record: note iterations and operations. name: how it is called, where two runs of one program are wanted.
    timeout: seconds that a held program may take to reach its loop.
    descriptors: the most that the program may have open at a time, its three standard streams
        and our line to it included.
    port: the real port that its first TCP listener gets; otherwise the system chooses one.
    memory: the most bytes of memory that it may ask for (on macOS the system doesn't keep to that). forks: how often
        it and its children may fork, all in all. 0: no limit; None: none either, but for programs that a learner has
        written in a cell, since one that eats all memory, or forks for ever, would take the whole computer with it.

    Raises GlassError if there is no such program or it never reaches its loop, ProgramDied if it ends with an error.
    """
    found = find(program)
    name = name or found.name
    if name in running:
        running[name].stop()
    if found.from_a_cell:
        memory, forks = MEMORY if memory is None else memory, FORKS if forks is None else forks
    options = {"held": held, "record": record, "terminal": terminal, "descriptors": descriptors or 0,
               "port": port or 0, "memory": memory or 0, "forks": forks or 0}
    server = running[name] = Server(found, name, Child(found.path, map(str, arguments), options), stepping=held)
    try:
        server.await_start(timeout)
    except BaseException:
        server.stop()
        raise
    return server


class Server:
    """A program that runs in the background. `run` makes one; it is a context manager, too."""

    def __init__(self, program, name, child, stepping):
        self.program, self.name, self.child = program, name, child
        self.recording = Recording(name)
        self.stepping = stepping      # the loop is to stand whenever it comes round
        self.held = False             # it stands now, before its next select
        self.under_way = stepping     # it is on its way there: a step (or the start) that isn't over
        self.leaving = False          # it was released, and has not passed the gate yet
        self.frozen = False           # its process is stopped for a moment, and answers nobody
        self.looped = False           # it has called select
        self.answers = {}             # the child's last answers
        self.clients = []             # kept, so that no client leaves because a notebook forgets its name
        self.ended = False
        self.death = None             # (error, message, line, traceback) of a program that died
        self.exit_status = None       # -9 says "killed by signal 9", as in subprocess

    # -- the loop ------------------------------------------------------------------------------------------------

    def step(self, timeout=PATIENCE):
        """Let the loop go round once, and return that Iteration (None where nothing is recorded).

        Waits at most `timeout` seconds, and then raises StillWaiting: the loop is still on its way, and the next
        step waits for it. Raises ProgramDied if the program dies on the way, GlassError if it isn't held.
        """
        self.must_run()
        if not self.stepping:
            raise GlassError(f"{self.name} isn't held, so it can't be stepped. Hold it first: server.hold().")
        before = self.last_number()
        if not self.under_way:
            self.held, self.under_way = False, True
            self.child.say("s")
        self.listen(lambda: self.held, timeout)
        if self.death or self.last_number() == before:
            self.must_run()                       # it died, or came to its end without another iteration
        if not self.held and not self.ended:
            raise StillWaiting(f"{self.name} has not come round after {timeout:g} s. {self.where_it_is()}")
        return self.recording.iterations[-1] if self.recording.iterations else None

    def release(self):
        """Let the loop run free."""
        self.must_run()
        if not self.stepping:
            return
        stood, self.leaving = self.held, True
        self.held = self.stepping = self.under_way = False
        self.child.say("r")
        if stood:
            self.listen(lambda: not self.leaving, PATIENCE)

    def hold(self, timeout=PATIENCE):
        """Hold the loop again, before its next select. Raises StillWaiting if it hasn't come there in `timeout` s."""
        self.must_run()
        if not self.stepping:
            self.stepping = self.under_way = True
            self.child.say("h")
        self.listen(lambda: self.held, timeout)
        self.must_run()
        if not self.held:
            raise StillWaiting(f"{self.name} will be held, but has not come round after {timeout:g} s. "
                               + self.where_it_is())

    def settle(self, timeout=PATIENCE):
        """Wait until its loop goes round no more, and say where it is: in select (or the like), or in some line.

        Waits at most `timeout` seconds: a loop that spins goes on and on, and settle says so.
        """
        self.must_run()
        rests = self.comes_to_rest(timeout)
        self.must_run()
        line, _, call, _ = self.ask("w", "where") or (None,) * 4
        if not rests:
            return Words(f"{self.name} goes round and round.")
        return Words(f"{self.name} waits in {call}." if call else
                     f"{self.name} stands in line {line}, `{line_of(self.program, line)}`." if line else
                     f"{self.name} does nothing.")

    @property
    def iterations(self):
        """All iterations so far, a list; of a very long run the last ones."""
        self.fetch()
        return list(self.recording.iterations)

    def stop(self):
        """End the program, and all that it has started. Its iterations and its output stay to be looked at."""
        if not self.ended:
            self.fetch()
        if not self.ended:
            self.child.say("r")                   # held, it couldn't come to an end of its own
            self.child.ask_to_end()
            self.listen(lambda: False, GRACE)
        if not self.ended:
            self.end()
        self.clients.clear()
        if running.get(self.name) is self:
            del running[self.name]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def __repr__(self):
        return f"{self.name}: {self.state}"

    @property
    def state(self):
        """One of "held", "on its way" (a step that isn't over), "running free", "ended"."""
        if self.ended:
            return "ended"
        return "held" if self.held else "on its way" if self.stepping else "running free"

    # -- input, output, listeners ----------------------------------------------------------------------------------

    @property
    def output(self):
        """All that the program has printed so far, its errors too, as text."""
        return self.child.output()

    def type(self, text):
        r"""Type at the program's stdin. "\n" ends a line, "\x04" (Ctrl-D) the input."""
        self.must_run()
        if not isinstance(text, str):
            raise GlassError(f"type() takes text, and {text!r} is none. Write it in plain quotes: type(\"hello\\n\").")
        try:
            self.child.type(text)
        except TimeoutError:
            raise GlassError(f"{self.name} doesn't read what is typed, and no more fits in. Step it, or type less."
                             ) from None
        except OSError:
            raise GlassError(f"The input of {self.name} is closed. Run it again to type to it.") from None
        if self.child.terminal and self.held and text.endswith("\n"):
            self.child.await_delivery()

    @property
    def addresses(self):
        """The (host, port) of each of its listeners, in order of listen()."""
        self.fetch()
        return [reachable(host, real) for _, host, real in self.recording.names.listeners.values()]

    @property
    def address(self):
        """The (host, port) of its first listener; waits a little for a program that is only starting."""
        return self.find_listener()

    def find_listener(self, port=None, timeout=PATIENCE):
        """The real address of the listener on `port`, or of the first. Raises GlassError if there is none.

        Where a program goes round before it listens (asyncio does), a held one is stepped on until it listens.
        """
        listeners = self.recording.names.listeners

        def found():
            return [row for row in listeners.values() if port is None or port in (row[0], row[2])]

        self.must_run()
        self.fetch()
        if self.stepping:
            self.step_until_listening(timeout)
        else:
            self.listen(found, timeout)
        self.must_run()
        if found() and found()[0][2] is None:
            raise GlassError(f"{self.name} listens on a Unix socket, and connect() knows internet addresses only.")
        if found():
            return reachable(*found()[0][1:])
        if listeners:
            ports = " · ".join(str(row[0]) for row in listeners.values())
            raise GlassError(f"{self.name} doesn't listen on port {port}. Its ports are: {ports}.")
        advice = "It is held; does its program listen at all?" if self.held else self.where_it_is()
        raise GlassError(f"Nobody listens at {self.name}: it has not called listen(). {advice}")

    def step_until_listening(self, timeout):
        """Step a held program until it has a listener, or for `timeout` seconds, or as long as it comes round."""
        end = time.monotonic() + timeout
        try:
            while not self.recording.names.listeners and time.monotonic() < end:
                self.step(timeout)
        except StillWaiting:
            pass

    # -- messages from the child -----------------------------------------------------------------------------------

    def await_start(self, timeout):
        """Until a held program stands before its first select, or a free one listens or loops."""
        if not self.stepping:
            self.listen(lambda: self.looped or self.recording.names.listeners, FREE_START)
            if self.death:
                self.must_run()
            return
        self.listen(lambda: self.held, timeout)
        if self.death:
            self.must_run()
        if self.ended:
            raise GlassError(f"{self.name} has ended before its loop: it never called select (or poll, epoll, kqueue). "
                             "Is the loop in a function that nobody calls?")
        if not self.held:
            raise GlassError(f"{self.name} has not called select after {timeout:g} s. {self.where_it_is()}")

    def fetch(self):
        """Ask for what the recorder has noted since the last time."""
        self.ask("i", "iterations")

    def ask(self, letter, word):
        """Ask the child something, and return the values of its answer; None if none comes."""
        self.answers.pop(word, None)
        if not self.ended and not self.frozen:
            self.child.say(letter)
            self.listen(lambda: word in self.answers, PATIENCE)
        return self.answers.get(word)

    def listen(self, done, timeout):
        """Take messages until done(), until the program ends, or for `timeout` seconds."""
        end = time.monotonic() + timeout
        while not self.ended and not done():
            message = self.child.next_message(end)
            if message is not None:
                self.take(*message)
            elif self.child.has_exited():         # with something still alive that it has forked
                self.end()
            else:
                break

    def take(self, word, *values):
        """One message from the launcher or the recorder."""
        if word == "held":
            self.add(*values)
            self.held = not self.leaving
            self.under_way = self.leaving and self.stepping
            self.looped = True
        elif word == "released":
            self.leaving = False
        elif word == "iterations":
            self.add(*values)
            self.answers[word] = values
        elif word == "where":
            self.answers[word] = values
        elif word == "listening":
            self.recording.add([], *values)
        elif word == "looping":
            self.looped = True
        elif word == "ended":
            self.death, *rest = values
            self.add(*rest)
            self.end()
        elif word == "gone":
            self.end()

    def add(self, records, born):
        """What was printed since the last time belongs to an iteration if there was one only."""
        printed = self.child.newly_printed()
        self.recording.add(records, born, printed if len(records) == 1 else "")

    def end(self):
        """The program has come to its end, or comes to it now."""
        self.exit_status = self.child.bury()
        self.ended, self.held, self.under_way = True, False, False

    def last_number(self):
        return self.recording.iterations[-1].number if self.recording.iterations else 0

    def comes_to_rest(self, timeout=PATIENCE):
        """Wait until it sleeps, and its loop goes round no more than now and then. False if that never comes."""
        end, before = time.monotonic() + timeout, None
        while not self.ended and time.monotonic() < end:
            _, number, *_ = self.ask("w", "where") or (None, 0)
            if before is not None and number <= before + TICKS and self.child.sleeps():
                return True
            before = number if self.child.sleeps() else None
            self.listen(lambda: False, CALM)
        return False

    # -- sentences -------------------------------------------------------------------------------------------------

    def must_run(self):
        """Raise, and say why, if the program has ended."""
        if self.death:
            raise died(self.name, self.program, *self.death)
        if self.ended:
            raise GlassError(f"{self.name} {how_it_ended(self.exit_status)} "
                             f"Run it again: run({self.program.path.stem!r}).")

    def where_it_is(self):
        """A sentence on where the program is now, and what that means."""
        return where(self.program, *(self.ask("w", "where") or (None, 0, None, None)))


def reachable(host, port):
    """The address at which a client finds a listener that is bound to `host`."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port
