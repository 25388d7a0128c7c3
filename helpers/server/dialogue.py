"""What a program in the background and the notebook say to each other, and what the notebook knows from it."""
import time
from typing import NamedTuple

from ..errors import GlassError, died, how_it_ended, where
from ..recording import Recording
from .child import Child
from .source import Program

PATIENCE = 2.0     # seconds: the longest that anything is waited for, where nothing else is said


class Whereabouts(NamedTuple):
    """Where a program is: its `line` of the program's own, the iterations so far, and the `call` that has not come back.

    `news`: how many of the iterations did anything new (None where they aren't recorded). `clock`: seconds since the
    program's first line, by its own clock. All is None, and rounds 0, of a program that doesn't answer.
    """
    line: int | None = None
    rounds: int = 0
    call: str | None = None
    timeout: float | None = None
    news: int | None = None
    clock: float | None = None


class Dialogue:
    """The notebook's side of the line. Messages that have come are taken in `listen`, and nowhere else."""

    def __init__(self, program: Program, name: str, child: Child, stepping: bool):
        self.program, self.name, self.child = program, name, child
        self.recording = Recording(name)
        self.stepping = stepping      # the loop is to stand whenever it comes round
        self.held = False             # it stands now, before its next select
        self.under_way = stepping     # it is on its way there: a step (or the start) that isn't over
        self.leaving = False          # it was released, and has not passed the gate yet
        self.frozen = False           # its process is stopped for a moment, and answers nobody
        self.looped = False           # it has called select
        self.answers = {}             # the child's last answers
        self.ended = False
        self.death = None             # (error, message, line, traceback) of a program that died
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
        end = time.monotonic() + timeout
        while not self.ended and not done():
            message = self.child.next_message(end)
            if message is not None:
                self.take(*message)
            elif self.child.has_exited():         # with something still alive that it has forked
                self.end()
            else:
                break

    def take(self, word: str, *values) -> None:
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
        elif word == "threads":
            rows, born = values
            self.recording.add([], born)
            self.answers[word] = rows
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

    def add(self, records, born) -> None:
        """What was printed since the last time belongs to an iteration if there was one only."""
        printed = self.child.newly_printed()
        self.recording.add(records, born, printed if len(records) == 1 else "")

    def end(self) -> None:
        """The program has come to its end, or comes to it now."""
        self.exit_status = self.child.bury()
        self.ended, self.held, self.under_way = True, False, False

    # -- what is known from it -------------------------------------------------------------------------------------

    def last_number(self) -> int:
        return self.recording.iterations[-1].number if self.recording.iterations else 0

    def whereabouts(self) -> "Whereabouts":
        """Where the program is now."""
        return Whereabouts(*self.ask("w", "where") or ())

    def where_it_is(self) -> str:
        """A sentence on where the program is now, and what that means."""
        now = self.whereabouts()
        return where(self.program, now.line, now.rounds, now.call, now.timeout)

    def must_run(self) -> None:
        """Raise, and say why, if the program has ended."""
        if self.death:
            raise died(self.name, self.program, *self.death)
        if self.ended:
            raise GlassError(f"{self.name} {how_it_ended(self.exit_status)} "
                             f"Run it again: run({self.program.path.stem!r}).")
