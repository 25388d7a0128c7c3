"""What a trial sees of a program that it holds.

The clock of such a program stands, and moves by jumps alone. So "at once", "five seconds at most" and "it waits in its
call" are measured by the program's own clock, whatever else the machine has to do.
"""
from ..errors import StillWaiting
from ..trials import Failed, Seen, state_of

MOMENT = 0.1       # seconds of the program's clock: what is there is served in this time
SPELL = 2.5        # and in this time one sees where a program waits; whoever sleeps really does so


def goes_on(program, seconds=MOMENT):
    """Let the program go round until so many seconds of its clock have passed: the iterations meanwhile."""
    try:
        return program.pass_time(seconds)
    except StillWaiting as waiting:
        place = state_of(program) or Seen(str(waiting).partition(" s. ")[2], "stands")
        raise Failed("the loop comes back to its call", place) from None


def waits_in_its_call(program):
    """While nothing happens, time passes in the call of the loop, and nowhere else. The program is held."""
    before, meanwhile = program.time(), goes_on(program, SPELL)
    passed, within = program.time() - before, sum(one.waited for one in meanwhile)
    if min(sum(one.worked for one in meanwhile), passed - within) > SPELL / 5:
        raise Failed("the loop waits in its call", Seen("it waits somewhere else, between two calls that only look", "elsewhere"))
