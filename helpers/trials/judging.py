"""Trials, side by side: each program gets a fresh server for each trial, and all of them end, whatever happens."""
import ast
import difflib
import errno
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from itertools import count
from threading import Event

from ..errors import GlassError, ProgramDied
from ..server import START, Program, find, run, running
from .bounds import Clock
from .speaking import ECHO, Speaker
from .telling import GOES_ON, Failed, NotAsked, NotCarriedOut, causes, state_of
from .trying import LONGEST
from .verdicts import Verdict

SIDE_BY_SIDE = 6   # trials at a time
LAST = 3           # iterations that are kept of a failure
STARTS = {True: "the server starts, and listens", False: "the program starts"}     # by whether it is to listen
SCARCE = {errno.EMFILE: "descriptors", errno.ENFILE: "descriptors", errno.ENOMEM: "bytes of memory",
          errno.ENOBUFS: "bytes of memory", errno.EAGAIN: "processes", errno.EADDRNOTAVAIL: "ports"}   # we need them, too
PORT = 6666        # what a lesson takes before its limit, where nobody says otherwise
counter = count(1)


@dataclass(frozen=True)
class Trial:
    """name; what is `sent`, in words; the lesson that cures it; the function, which takes `start` and raises Failed.

    What the function returns, if anything, is told of a server that survives.
    looks: of a trial of an exercise, what to look at next, by the kind of what is seen where it fails ("": anything else).
    """
    name: str
    sent: str
    cure: str
    function: Callable
    looks: dict = field(default_factory=dict)

    @property
    def habit(self):
        """What real clients do: a sentence."""
        return self.function.__doc__

    def spoken(self, speaker):
        """The same, with the words of clients as this speaker says them."""
        if speaker is ECHO:
            return self
        sent = re.sub(r"b'.*?'", lambda word: repr(speaker.say(ast.literal_eval(word[0]))), self.sent)
        return replace(self, sent=sent)


def trial(name, sent, cure):
    """Makes a Trial of the function below it, whose docstring is the habit of real clients: one sentence."""
    return lambda function: Trial(name, sent, cure, function)


@dataclass(frozen=True)
class Candidate:
    """A program on trial, and how it is started and spoken to."""
    program: Program
    arguments: tuple
    options: dict          # as for `run`
    listens: bool
    speaker: Speaker
    limit: str | None      # how it is asked to let go who is silent, with {} for the seconds; None: as a lesson is

    @property
    def called(self):
        return "The server" if self.listens else "The program"

    def command(self, limit):
        """Its arguments; with the limit after them, in seconds, where there is to be one."""
        if limit is None:
            return self.arguments
        asked = str(limit) if self.limit is None else self.limit.replace("{}", str(limit))
        return (*(self.arguments if self.arguments or self.limit else (PORT,)), *asked.split())


def judge(program, arguments, trials, listens=True, side_by_side=SIDE_BY_SIDE, speaker=ECHO, limit=None, **options):
    """Put a program through the trials: a list of Verdicts. Prints a dot for each that is done.

    listens: it is a server, and there is nothing to be tried before it listens. side_by_side: so many at a time.
    speaker, limit: see run_all. options: as for `run`; folder=True is a new one in each trial, for all that it starts.
    """
    if limit is not None and (not isinstance(limit, str) or "{}" not in limit):
        raise GlassError(f'limit= takes text with {{}} for the seconds, like "--timeout {{}}", and got {limit!r}.')
    found, verdicts, options = find(program), {}, {"record": False, "memory": 0, "forks": 0, **options}
    trials = [one.spoken(speaker) for one in trials]
    candidate = Candidate(found, arguments, options, listens, speaker, limit)
    if listens:
        must_listen(found, arguments, options)
    named = [(one, own_name(found)) for one in trials]
    pool, over = ThreadPoolExecutor(side_by_side), Event()
    try:
        futures = [pool.submit(attempt, one, candidate, name, over)
                   for one, name in reversed(named)]     # the long ones are at the end of the list
        for future in as_completed(futures):
            verdict = future.result()
            verdicts[verdict.trial.name] = verdict
            print(".", end="", flush=True)
        again = [(one, own_name(found)) for one in trials if verdicts[one.name].hindered]
        named += again                                   # one after the other, now that nobody else is on trial here
        verdicts |= {one.name: attempt(one, candidate, name, over) for one, name in again}
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for _, name in named:                            # they are there only if we were interrupted
            if server := running.get(name):
                server.child.process.kill()
        pool.shutdown()
        print()
    return [verdicts[one.name] for one in trials]


def must_listen(program, arguments, options):
    """Raise what is wrong with a program that doesn't start, doesn't listen, or dies then by itself: it can't be tried at all.

    It is given the time to come to rest: whether it dies is no matter of how soon somebody looks.
    """
    name = own_name(program)
    try:
        with run(program, *arguments, name=name, **options) as server:
            server.find_listener(timeout=START)
            server.comes_to_rest()
            if server.death:
                server.must_run()
    except GlassError as error:
        error.args = (str(error).replace(name, program.name),)
        raise


def own_name(program):
    """A name that no other server has, here or in a trial beside this one."""
    return f"{program.name} on trial {next(counter)}"


def choose(trials, names):
    """The trials of these names, in their own order; all of them if there are no names."""
    known = [one.name for one in trials]
    if names is None:
        return trials
    try:
        names = [names] if isinstance(names, str) else list(names)
    except TypeError:
        raise GlassError(f"only= takes names of trials in a list, and got {names!r}.") from None
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1, cutoff=0)[0]
            raise GlassError(f"There is no trial {name!r}. The nearest is {near!r}.")
    return [one for one in trials if one.name in names]


def attempt(one, candidate, name, over):
    """Put a program through one trial, as `name`: its Verdict. `over` is set when nothing is to be started any more."""
    own, starting, usual = [], True, candidate.options

    def start(*more, limit=None, program=candidate.program, **options):
        nonlocal starting
        starting = True
        if own and usual.get("folder"):
            options = {"folder": own[-1].folder, **options}
        server = run(program, *candidate.command(limit), *more, name=name, **{**usual, **options})
        own.append(server)
        server.quiet = True
        server.deadline, server.clock = time.monotonic() + LONGEST, Clock(server)
        server.just_before, server.must_loop = None, usual["record"]
        server.called, server.speaker = candidate.called, candidate.speaker
        if over.is_set():
            raise Failed("a trial to its end", "it was interrupted")
        if candidate.listens:
            server.find_listener(timeout=3 * START)      # it has shown that it listens; now several start at a time
        server.deadline = time.monotonic() + LONGEST
        starting = False
        return server

    start.speaker, start.program = candidate.speaker, candidate.program      # a trial may start a copy that it has changed
    try:
        return Verdict(one, True, told=one.function(start) or "")
    except NotAsked as reason:
        return Verdict(one, None, told=f"not asked: {reason}")
    except NotCarriedOut as reason:
        return Verdict(one, None, told=f"not carried out: {reason}", hindered=True)
    except Failed as failed:
        return Verdict(one, False, failed.expected, failed.received, failed.cure or one.cure,
                       failed.look or "", last_iterations(own), kinds=failed.kinds)
    except (GlassError, OSError) as error:     # it doesn't start, or it has gone while we did something else
        if scarce := scarcity(error):
            return Verdict(one, None, told=f"not carried out: this machine has too few {scarce} left", hindered=True)
        if isinstance(error, OSError):
            raise
        expected = STARTS[candidate.listens] if starting else GOES_ON
        state = "" if starting else state_of(own[-1])
        received = state or str(error).replace(name, candidate.called).partition(" Run it again")[0]
        kinds = state.kinds if state else causes(error) if isinstance(error, ProgramDied) else ()
        return Verdict(one, False, expected, received, one.cure, "", last_iterations(own), kinds=kinds)
    finally:
        for server in own:
            for client in server.clients:
                client.close()
            server.stop(fetch=False)


def scarcity(error):
    """What this machine has too few of, where that is the cause of an error of ours; None where it isn't."""
    cause = error if isinstance(error, OSError) else error.__context__
    return SCARCE.get(getattr(cause, "errno", None))


def last_iterations(servers):
    """The last ones that were recorded of the last server, before it failed; those in which nothing was ready aside."""
    if not servers:
        return []
    iterations = servers[-1].just_before or servers[-1].iterations
    return [one for one in iterations if not one.idle][-LAST:] or iterations[-1:]
