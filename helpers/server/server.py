"""Server: a program in the background, its loop in one's hand: step, release, hold, type, stop."""

from ..errors import BY_HAND, GlassError, StillWaiting, line_of
from ..recording import Iteration, Words
from . import asking, guests, listeners, resting
from .child import GRACE, Child
from .dialogue import PATIENCE, Dialogue
from .source import Program

ROUNDS = 10_000    # the most iterations of pass_time
NO_LOOP = "can't be stepped: it has not called select (or poll, epoll, kqueue). threads() tells where it is."
LEAD = " Until it does, it can't be stepped; threads() tells where it is."
FREE_START = 1.0   # seconds: the longest that run() waits for a free one to listen or to loop


class Server(Dialogue):
    """A program that runs in the background. `run` makes one; it is a context manager, too."""

    def __init__(self, program: Program, name: str, child: Child, stepping: bool, stopped=lambda server: None):
        super().__init__(program, name, child, stepping)
        self.stopped = stopped        # called with this server once it has been stopped
        self.seen = []                # listeners that were seen from outside, since the glass can't see them: see listeners
        self.spun = False             # when it was looked at the last time, its loop went round for nothing
        self.folder = None            # the Folder that it runs in; None: the notebook's own
        self.beside = None            # the Program whose lines are noted beside its own
        self.quiet = False            # connect() tells nothing of names: a trial has no reader
        self.clients = []             # kept, so that no client leaves because a notebook forgets its name

    # -- the loop ------------------------------------------------------------------------------------------------

    def step(self, *rounds: object, timeout: float = PATIENCE) -> Iteration | None:
        """Let the loop go round once, and return that Iteration (None where nothing is recorded).

        Waits at most `timeout` seconds, and then raises StillWaiting: the loop is still on its way, and the next
        step waits for it. Raises ProgramDied if the program dies on the way, GlassError if it isn't held.
        """
        if rounds:
            asking.once("step()", rounds[0])
        self.go_round("s", timeout)
        return self.recording.iterations[-1] if self.recording.iterations else None

    def go_round(self, command, timeout):
        """Let the loop go, and wait until it stands again."""
        self.must_run()
        if not self.stepping:
            raise GlassError(f"{self.name} isn't held, so it can't be stepped. Hold it first: its hold() does that."
                             if resting.reaches_a_loop(self) else f"{self.name} {NO_LOOP}")
        guests.calm(self)
        before = self.last_number()
        if not self.under_way:
            self.held, self.under_way = False, True
            self.child.say(command)
        self.listen(lambda: self.held, timeout)
        resting.await_its_turn(self, lambda: self.held)
        guests.calm(self)
        if self.death or self.last_number() == before:
            self.must_run()                       # it died, or came to its end without another iteration
        if not self.held and not self.ended:
            raise StillWaiting(f"{self.name} has not come round after {timeout:g} s. {self.where_it_is()}{self.lead()}")

    def pass_time(self, seconds: float, rounds: int = ROUNDS, timeout: float = PATIENCE) -> list[Iteration]:
        """Let so many seconds pass by the program's clock, which takes a moment, and return the iterations meanwhile.

        The loop is held then, in its call if it waits there for longer: the next step goes on with this call. Raises
        StillWaiting (an iteration really takes longer than `timeout` seconds) and GlassError as step does, and GlassError
        if the loop goes round so often, and the time isn't over.
        """
        if not isinstance(seconds, (int, float)) or not 0 <= seconds < float("inf"):
            raise GlassError(f"pass_time() takes a number of seconds, and {seconds!r} is none. Give it one: pass_time(30).")
        if self.under_way:
            self.go_round("s", timeout)
        end, before = self.time() + seconds, self.last_number()
        for _ in range(rounds):
            self.go_round(f"{end!r}p", timeout)
            if self.ended or self.time() >= end:
                return [one for one in self.recording.iterations if one.number > before]
        raise GlassError(f"{self.name} has gone round {rounds} times, and its clock has not come to the end of "
                         f"{seconds:g} s. Does its loop spin? Let less time pass, or step it.")

    def time(self) -> float:
        """The program's clock: seconds since its first line."""
        return self.whereabouts().clock or 0.0

    def release(self) -> None:
        """Let the loop run free."""
        self.must_run()
        if not self.stepping:
            return
        stood, self.leaving = self.held, True
        self.held = self.stepping = self.under_way = False
        self.child.say("r")
        if stood:
            self.listen(lambda: not self.leaving, PATIENCE)

    def hold(self, timeout: float = PATIENCE) -> None:
        """Hold the loop again, before its next select. Raises StillWaiting if it hasn't come there in `timeout` s."""
        self.must_run()
        if not self.stepping:
            self.stepping = self.under_way = True
            self.child.say("h")
        self.listen(lambda: self.held, timeout)
        resting.await_its_turn(self, lambda: self.held)
        self.must_run()
        if not self.held:
            raise StillWaiting(f"{self.name} will be held, but has not come round after {timeout:g} s. "
                               + self.where_it_is() + self.lead())

    def lead(self):
        return "" if self.looped else LEAD

    def settle(self, timeout: float = PATIENCE) -> Words:
        """Wait until its loop goes round no more, and say where it is: in select (or the like), or in some line.

        Waits at most `timeout` seconds: a loop that spins goes on and on, and settle says so.
        """
        self.must_run()
        rests = self.comes_to_rest(timeout)
        self.must_run()
        now = self.whereabouts()
        if not rests:
            return Words(f"{self.name} goes round and round.")
        return Words(f"{self.name} waits in {now.call}." if now.call else
                     f"{self.name} stands in line {now.line}, `{line_of(self.program, now.line)}`." if now.line else
                     f"{self.name} does nothing.")

    def comes_to_rest(self, timeout: float = PATIENCE) -> bool:
        """Wait until it sleeps, and its loop goes round no more than now and then. False if that never comes."""
        return resting.comes_to_rest(self, timeout)

    def threads(self) -> Words:
        """The program's threads: the name of each, the line in which it is, and the client with whom it is busy."""
        self.must_run()
        rows = self.ask("t", "threads") or ()
        wide = max((len(name) for name, _, _ in rows), default=0)
        return Words("\n".join(
            f"{name:{wide}}  line {line}, `{line_of(self.program, line)}`"
            + (f"  for {self.recording.names.name(number)}" if number else "") for name, line, number in sorted(rows)))

    def processes(self) -> Words:
        """The processes that the program has started and that are left: the client of each, or that it is a zombie."""
        self.must_run()
        return Words("\n".join(resting.children_at_rest(self)) or "no process but its own")

    # -- what it has done, and how it is -----------------------------------------------------------------------------

    @property
    def iterations(self) -> list[Iteration]:
        """All iterations so far, a list; of a very long run the last ones."""
        self.fetch()
        return list(self.recording.iterations)

    @property
    def output(self) -> str:
        """All that the program has printed so far, its errors too, as text."""
        return self.child.output()

    @property
    def state(self) -> str:
        """One of "held", "on its way" (a step that isn't over), "running free", "ended"."""
        if self.ended:
            return "ended"
        return "held" if self.held else "on its way" if self.stepping else "running free"

    def __repr__(self):
        return f"{self.name}: {self.state}"

    # -- what comes to it from outside -------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        r"""Type at the program's stdin. "\n" ends a line, "\x04" (Ctrl-D) the input."""
        self.must_run()
        if not isinstance(text, str):
            raise GlassError(f"type() takes text, and {text!r} is none. Write it in plain quotes: type(\"hello\\n\").")
        asleep = guests.asleep(self)
        try:
            self.child.type(text)
        except TimeoutError:
            raise GlassError(f"{self.name} doesn't read what is typed, and no more fits in. Step it, or type less."
                             ) from None
        except OSError:
            raise GlassError(f"The input of {self.name} is closed. Run it again to type to it.") from None
        if self.child.terminal and self.held and text.endswith("\n"):
            self.child.await_delivery()
        elif asleep:
            guests.await_reading(self, asleep)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The (host, port) of each of its listeners and UDP sockets, in order of listen() and bind()."""
        return listeners.addresses(self)

    @property
    def address(self) -> tuple[str, int]:
        """The (host, port) of its first listener; waits a little for a program that is only starting."""
        return self.find_listener()

    def find_listener(self, port: int | None = None, timeout: float = PATIENCE) -> tuple[str, int]:
        """The real address of the listener on `port`, or of the first. Raises GlassError if there is none."""
        return listeners.find_listener(self, port, timeout)

    # -- the start and the end ---------------------------------------------------------------------------------------

    def await_start(self, timeout: float) -> None:
        """Until a held program stands before its first select, or a free one listens or loops."""
        if not self.stepping:
            self.listen(lambda: self.looped or self.recording.names.bound or self.connections, FREE_START)
            if self.death:
                self.must_run()
            return
        self.listen(lambda: self.held, timeout)
        resting.await_its_turn(self, lambda: self.held)
        self.must_run()
        if not self.held:
            raise GlassError(f"{self.name} has not called select after {timeout:g} s. {self.where_it_is()} "
                             "A program without such a loop can only run free: held=False.")

    def kill(self) -> None:
        """End the program at once (SIGKILL): no `finally`. What it has written to files is there; what was seen of it is kept."""
        self.must_run()
        self.fetch()
        self.child.kill()
        self.listen(lambda: False, GRACE)
        if not self.ended:                        # something that it has forked still holds our line
            self.end()

    def stop(self, fetch: bool = True, by: str = BY_HAND) -> None:
        """End the program, and all that it has started. Its output stays to be looked at, and its iterations, too.

        fetch: False where nobody is going to look at them: of a loop that spins, there are thousands to be fetched.
        by: how, for whoever wants something of it afterwards.
        """
        if fetch and not self.ended:
            self.fetch()
        if not self.ended:
            self.stopped_by = by
            self.child.look_what_it_has_started()
            self.child.say("r")                   # held, it couldn't come to an end of its own
            self.child.ask_to_end()
            self.listen(lambda: False, GRACE)
        if not self.ended:
            self.end()
        guests.part(self)
        self.clients.clear()
        self.stopped(self)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error) -> None:
        self.stop()
