"""prompt (lesson 01): a question on the terminal that takes an answer, or a default when time is out."""
import time

from ..trying import PATIENCE, Failed, state_of
from ..watching import rests
from . import Task

task = Task("prompt", listens=False)
QUESTION = "Your name? "
LONG = "60"        # seconds that the program may wait: nobody here does
END = 2 * PATIENCE     # seconds: the longest that we wait for the end of a program that has nothing to wait for


def asked(start, seconds=LONG):
    """A program that has asked its question, and nothing more. Failed if it doesn't ask."""
    program = start(seconds, terminal=True)
    end = time.monotonic() + PATIENCE
    while program.output != QUESTION and not program.ended and time.monotonic() < end:
        program.listen(lambda: False, 0.02)
    if program.output != QUESTION and not program.ended:
        raise Failed(f"it prints {QUESTION!r}", printed(program),
                     look="Text without a line end stays in Python's own buffer until somebody flushes it.")
    return program


def ends_with(program, words):
    """Does it come to its end now, and has it printed the question and these words?"""
    program.listen(lambda: False, END)
    if program.output != QUESTION + words or program.exit_status != 0:
        raise Failed(f"it prints {QUESTION + words!r}, and ends", printed(program))


def printed(program):
    """What it has printed instead, and where it is."""
    text = program.output.partition("Traceback")[0]
    text = repr(text if len(text) < 100 else text[:100] + "…") if text else "nothing"
    state = state_of(program) if program.exit_status != 0 else ""
    return f"{text}. {state}" if state else text


@task.trial("to wait costs nothing", "60 seconds, and nobody types", look="Is there a loop around select, with a timeout of 0?")
def wait(start):
    """While nobody types, the program waits in select."""
    program = start(LONG, terminal=True)
    program.comes_to_rest()
    if not program.ended:                      # then another trial says more
        rests(program)


@task.trial("an answer", "60 seconds; then 'Ada' is typed", look="Does it wait on when it has the answer? And what does readline return?")
def answer(start):
    """Who answers needn't wait until the time is out."""
    program = asked(start)
    program.type("Ada\n")
    ends_with(program, "Hello, Ada!\n")


@task.trial("no answer", "half a second, and nobody types",
            look="Does select get the timeout, in seconds? What are its three lists when the time is out?")
def no_answer(start):
    """Who doesn't answer is called nobody, when the time is out and not before."""
    begin = time.monotonic()
    program = start("0.5", terminal=True)
    ends_with(program, "Hello, nobody!\n")
    if time.monotonic() - begin < 0.5:
        raise Failed("it waits for half a second", "it didn't wait for so long")


@task.trial("spaces around it", "60 seconds; then '  Ada Lovelace  ' is typed", look="Which method of str takes spaces and line ends away at both sides?")
def spaces(start):
    """A name has no spaces around it, and may have some within."""
    program = asked(start)
    program.type("  Ada Lovelace  \n")
    ends_with(program, "Hello, Ada Lovelace!\n")


@task.trial("an empty line", "60 seconds; then Enter alone", look="What is left of an empty line when it is stripped? And is that true or false?")
def empty(start):
    """Who only presses Enter wants the default."""
    program = asked(start)
    program.type("\n")
    ends_with(program, "Hello, nobody!\n")


@task.trial("the end of the input", "60 seconds; then Ctrl-D", look="The end of the input is readable, too. What does readline return there?")
def end_of_input(start):
    """Ctrl-D says that nothing more will be typed."""
    program = asked(start)
    program.type("\x04")
    ends_with(program, "Hello, nobody!\n")
