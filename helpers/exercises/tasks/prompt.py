"""prompt (lesson 01): a question on the terminal that takes an answer, or a default when time is out."""
import time

from ...trials import PATIENCE, Failed, rests, state_of
from . import Task

task = Task("prompt", listens=False)
QUESTION = "Your name? "
FLUSH = "Text without a line end stays in Python's own buffer until somebody flushes it."
LONG = "60"        # seconds that the program may wait: nobody here does
MOST = 60          # characters that are shown of what it prints
END = 2 * PATIENCE     # seconds: the longest that we wait for the end of a program that has nothing to wait for


def asked(start, seconds=LONG):
    """A program that has asked its question, and waits. Failed if it doesn't."""
    program = start(seconds, terminal=True)
    end = time.monotonic() + END
    while not (program.output or program.looped or program.ended) and time.monotonic() < end:
        program.listen(lambda: False, 0.02)
    program.comes_to_rest()
    if program.output != QUESTION or program.ended:
        raise Failed(f"it prints {QUESTION!r}, and waits", printed(program), look=None if program.output else FLUSH)
    return program


def ends_with(program, words):
    """Does it come to its end now, and has it printed the question and these words?"""
    program.listen(lambda: False, END)
    if program.output != QUESTION + words or program.exit_status != 0:
        raise Failed(f"it prints {QUESTION + words!r}, and ends",
                     printed(program, "" if program.ended else ", and it doesn't end"))


def printed(program, otherwise=""):
    """What it has printed instead, and where it is or how it died; or else `otherwise`."""
    text = program.output.partition("Traceback")[0]
    text = repr(text if len(text) <= MOST else text[:MOST] + "…") if text else "nothing"
    state = state_of(program) if program.exit_status != 0 else ""
    return f"{text}. {state}" if state else text + otherwise


@task.trial("it waits in select", "60 seconds, and nobody types",
            look="Which line waits, and with which timeout? A timeout of 0 only looks, and a loop around it never rests.")
def wait(start):
    """While nobody types, the program waits in select, and to wait costs nothing."""
    program = start(LONG, terminal=True)
    program.listen(lambda: program.looped, END)
    program.comes_to_rest()
    if program.ended:
        raise Failed("it waits in select", printed(program))
    rests(program)
    if not program.looped:
        raise Failed("it waits in select", state_of(program))


@task.trial("an answer", "60 seconds; then 'Ada' is typed",
            look="Does it wait on when it has the answer? And what does readline return?")
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


@task.trial("spaces around it", "60 seconds; then '  Ada Lovelace  ' is typed",
            look="Which method of str takes spaces and line ends away at both sides?")
def spaces(start):
    """A name has no spaces around it, and may have some within."""
    program = asked(start)
    program.type("  Ada Lovelace  \n")
    ends_with(program, "Hello, Ada Lovelace!\n")


@task.trial("an empty line", "60 seconds; then Enter alone",
            look="What is left of an empty line when it is stripped? And is that true or false?")
def empty(start):
    """Who only presses Enter wants the default."""
    program = asked(start)
    program.type("\n")
    ends_with(program, "Hello, nobody!\n")


@task.trial("the end of the input", "60 seconds; then Ctrl-D",
            look="The end of the input is readable, too. What does readline return there?")
def end_of_input(start):
    """Ctrl-D says that nothing more will be typed."""
    program = asked(start)
    program.type("\x04")
    ends_with(program, "Hello, nobody!\n")
