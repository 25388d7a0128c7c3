"""What a trial sees of a program that it holds.

The clock of such a program stands, and moves by jumps alone. So "at once", "five seconds at most" and "it waits in its
call" are measured by the program's own clock, whatever else the machine has to do.
"""
from ..errors import GlassError, StillWaiting
from ..server import connect
from ..trials import PATIENCE, Failed, Seen, eventually, spins_on, state_of

MOMENT = 0.1       # seconds of the program's clock: what is there is served in this time
SPELL = 2.5        # and in this time one sees where a program waits; whoever sleeps really does so
ROUNDS = 300       # iterations in a second of its clock, and in its first moment: a loop that goes round more often spins
WAITS = "the loop waits in its call"


def goes_on(program, seconds=MOMENT):
    """Let the program go round until so many seconds of its clock have passed: the iterations meanwhile.

    Failed if it doesn't come back to its call, goes round for nothing, or waits for a single client and gives up.
    """
    first, end = len(program.iterations), program.time() + seconds

    def have_passed():
        try:
            program.pass_time(max(end - program.time(), 0), rounds=int(ROUNDS * (1 + seconds)))
        except StillWaiting:
            return False
        return True

    try:
        came_back = eventually(program, have_passed, 3 * PATIENCE)
    except GlassError:
        if program.ended:
            raise
        raise Failed(WAITS, Seen("it goes round and round, and no time passes", spins_on(program), "spins")) from None
    if not came_back:
        raise Failed("the loop comes back to its call", state_of(program) or Seen(program.where_it_is(), "stands"))
    meanwhile = program.iterations[first:]
    for one in (each for iteration in meanwhile for each in iteration.operations):
        if one.error == "TimeoutError":
            raise Failed(WAITS, Seen(f"{one.name} waits for {one.socket}, and gives up in the end", "elsewhere"))
    return meanwhile


def together(start, *names, **options):
    """A fresh program that is held, and clients who have been let in. options: as for `run`."""
    program = start(held=True, **options)
    clients = [connect(program, name) for name in names]
    goes_on(program)
    return program, *clients


def waits_in_its_call(program):
    """While nothing happens, time passes in the call of the loop, and nowhere else. The program is held."""
    before, meanwhile = program.time(), goes_on(program, SPELL)
    passed, within = program.time() - before, sum(one.waited for one in meanwhile)
    if min(sum(one.worked for one in meanwhile), passed - within) > SPELL / 5:
        raise Failed(WAITS, Seen("it waits somewhere else, between two calls that only look", "elsewhere"))
