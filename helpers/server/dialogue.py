"""What a program in the background and the notebook say to each other, and what the notebook knows from it."""
import time
import warnings
from typing import NamedTuple

from ..errors import GlassError, again, died, ended, stopped, where
from ..recording import Recording
from . import guests, outside, waiting
from .child import Child
from .source import Program

LOOK = 0.05        # seconds between two looks at whether the program still runs
PATIENCE = 2.0     # seconds: the longest that anything is waited for, where nothing else is said


class Whereabouts(NamedTuple):
    """Where a program is: its `line` of the program's own, the iterations so far, and the `call` that has not come back.

    `news`: how many of the iterations did anything new (None where they aren't recorded). `clock`: seconds since the
    program's first line, by its own clock. `coming`: of a loop that stands, the timeout and the two watched lists, of
    ids, of its next call. `beside`: a step waits for a thread or a process of its own. `watched`: of a loop in its call,
    the two lists. All is None or empty, and rounds 0, of a program that doesn't answer; `answered` tells that.
    """
    line: int | None = None
    rounds: int = 0
    call: str | None = None
    timeout: float | None = None
    news: int | None = None
    clock: float | None = None
    coming: tuple | None = None
    beside: bool = False
    watched: list = ()
    answered: bool = False


class Dialogue:
    """The notebook's side of the line. Messages that have come are taken in `listen`, and nowhere else."""
    ends_with_its_server = False      # as a guest of another one; see `guests`

    def __init__(self, program: Program, name: str, child: Child, stepping: bool):
        self.program, self.name, self.child = program, name, child
        self.recording = Recording(name)
        self.stepping = stepping      # the loop is to stand whenever it comes round
        self.started_held = stepping
        self.held = False             # it stands now, before its next select
        self.under_way = stepping     # it is on its way there: a step (or the start) that isn't over
        self.leaving = False          # it was released, and has not passed the gate yet
        self.frozen = False           # its process is stopped for a moment, and answers nobody
        self.looped = False           # it has called select
        self.answers = {}             # the child's last answers
        self.bound = {}               # real TCP ports -> those that the program asked for
        self.to = None                # the server whose client it is
        self.guests = []              # programs that are clients of it
        self.connections = []         # to the server whose client it is: (its own address, the server's)
        self.ended = False
        self.stopped_by = ""          # how the notebook has ended it, if it has (see errors.stopped)
        self.death = None             # (error, message, line, traceback, evidence) of a program that died
        self.exit_status: int | None = None       # -9 says "killed by signal 9", as in subprocess

    def fetch(self) -> None:
        """Ask for what the recorder has noted since the last time."""
        self.ask("i", "iterations")

    def ask(self, letter: str, word: str) -> tuple | None:
        """Ask the child something, and return the values of its answer; None if none comes."""
        self.answers.pop(word, None)
        if not self.ended and not self.frozen:
            self.child.say(letter)
            self.listen(lambda: word in self.answers, PATIENCE)
        return self.answers.get(word)

    def listen(self, done, timeout: float) -> None:
        """Take messages until done(), until the program ends, or for `timeout` seconds."""
        end, exited = time.monotonic() + timeout, False
        while not self.ended and not done():
            message = self.child.next_message(min(end, time.monotonic() + LOOK))
            if message is not None:
                self.take(*message)
            elif exited:                          # and something that it has forked still has the line open
                self.end()
            else:
                exited = self.child.has_exited()
                if not exited and time.monotonic() >= end:
                    break

    def take(self, word: str, *values) -> None:
        """One message from the launcher or the recorder."""
        guests.introduce(self)
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
        elif word == "threads":
            rows, born = values
            self.recording.add([], born)
            self.answers[word] = rows
        elif word == "listening":
            self.recording.add([], *values)
        elif word == "connected":
            guests.met(self, *values)
        elif word == "sends":
            guests.sends(self, *values)
        elif word == "bound":
            self.bound[values[1]] = values[0]
        elif word == "looping":
            self.looped = True
        elif word == "ended":
            self.death, *rest = values
            self.add(*rest)
            self.end()
        elif word == "left out":
            warnings.warn(f"Not all that {self.name} does can be recorded. It goes on as it would without us, and its "
                          f"recording lacks something. The reason: {values[0]}.", RuntimeWarning, stacklevel=2)
        elif word == "gone":
            self.end()

    def add(self, records, born) -> None:
        """What was printed since the last time belongs to an iteration if there was one only."""
        printed = self.child.newly_printed()
        self.recording.add(records, born, printed if len(records) == 1 else "")

    def end(self) -> None:
        """The program has come to its end, or comes to it now."""
        self.exit_status = self.child.bury()
        self.ended, self.held, self.under_way = True, False, False

    def introduce(self) -> None:
        """As a client of a server: claim our name for each connection that we have made."""
        self.listen(lambda: False, 0)

    def await_rest(self) -> None:
        """As one of two programs that talk: wait until it waits for something, if it doesn't stand still anyhow."""
        if not (self.ended or self.held or self.frozen):
            waiting.await_sleep(self.child.process.pid, PATIENCE)
            self.introduce()

    # -- what is known from it -------------------------------------------------------------------------------------

    def last_number(self) -> int:
        return self.recording.iterations[-1].number if self.recording.iterations else 0

    def whereabouts(self) -> "Whereabouts":
        """Where the program is now."""
        answer = self.ask("w", "where")
        return Whereabouts(*answer, answered=True) if answer else Whereabouts()

    def watches_next(self) -> tuple[list[str], list[str]] | None:
        """Names of what a loop that stands is going to watch in its next call, for reading and for writing; None where
        that isn't known."""
        coming = self.whereabouts().coming
        return coming and tuple([self.recording.names.name(one) for one in some] for some in coming[1:])

    def names_of(self, lists) -> list[str]:
        """Names of the sockets in these lists of ids."""
        return [self.recording.names.name(one) for some in lists for one in some]

    def where_it_is(self) -> str:
        """A sentence on where the program is now, and what that means."""
        now, pid = self.whereabouts(), self.child.process.pid
        return where(self.program, now.line, now.rounds, now.call, now.timeout, answered=now.answered,
                     stepped=self.stepping, beside=now.beside, watched=self.names_of(now.watched),
                     alone=outside.is_alone(pid), listens=bool(outside.listening(pid)))

    def must_run(self) -> None:
        """Raise, and say why, if the program has ended."""
        plain = not (self.to or self.child.arguments)
        if self.stopped_by and self.ended:
            raise GlassError(stopped(self.name, self.program, self.stopped_by, self.started_held, plain))
        if self.death:
            raise died(self.name, self.program, *self.death)
        if self.child.cut_off:
            raise GlassError(f"{self.name} has closed the line to its notebook, as code in C can, and was ended. "
                             f"{again(self.program, plain)}")
        if self.ended:
            served = self.looped or self.child.asked or bool(self.recording.names.listeners)
            printed = self.child.output() if not served or self.exit_status and not self.child.asked else ""
            raise GlassError(ended(self.name, self.program, self.exit_status, printed, served or not self.stepping, plain))
