"""prompt (lesson 01): a question on the terminal that takes an answer, or a default when time is out."""
from ...errors import GlassError
from ...trials import PATIENCE, Failed, Seen, eventually, rests, state_of
from ..held import MOMENT, goes_on, waits_in_its_call
from . import Task

task = Task("prompt", listens=False, hard="What was hard: one call waits for a line and for the end of the time, and tells you "
                                          "only by an empty list which of them came.")
QUESTION, NOBODY = "Your name? ", "Hello, nobody!\n"
FLUSH = "Text without a line end stays in Python's own buffer until somebody flushes it."
LINE_END = "Compare the two, letter by letter. What does print put behind a text, if nobody tells it otherwise?"
LETTERS = "Compare the two, letter by letter. Which line prints what is too much, or should print what is missing?"
TIME = "Does select get the timeout, in seconds? What are its three lists when the time is out?"
LONG = "60"        # seconds that the program may wait: nobody here does
OUT = 12.5         # seconds, after which time is out
MOST = 60          # characters that are shown of what it prints
START = 2 * PATIENCE     # seconds of its own: the longest that we wait for its question,
END = 1.5                # and for its end, when there is nothing more to wait for
SMALL = "R2-D2 and ada o'brien"
LONG_NAME = "Wolfe" + 60 * "schlegel" + "steinhausen"


def asked(start):
    """A program that has asked its question, and waits. Failed if it doesn't."""
    program = start(LONG, terminal=True)
    eventually(program, lambda: program.output or program.looped or program.ended, START)
    program.comes_to_rest()
    if program.output != QUESTION or program.ended:
        raise Failed(f"it prints {QUESTION!r}, and waits", printed(program), look=asked_otherwise(program))
    return program


def asked_otherwise(program):
    """What to look at, when it has asked nothing so far, or something else; None if it has asked, or is over."""
    if program.ended or program.output == QUESTION:
        return None
    if not program.output:
        return FLUSH
    return LINE_END if program.output in (f"{QUESTION}\n", f"{QUESTION.rstrip()}\n") else LETTERS


def ends_with(program, words):
    """Does it come to its end now, and has it printed the question and these words?"""
    eventually(program, lambda: program.ended, END)
    if program.output != QUESTION + words or program.exit_status != 0:
        raise Failed(f"it prints {shown(QUESTION + words)}, and ends",
                     printed(program, "" if program.ended else ", and it doesn't end"))


def says(start, typed, words):
    """It asks, and this is typed: it prints these words, and ends."""
    program = asked(start)
    program.type(typed)
    ends_with(program, words)


def lets_pass(program, seconds):
    """So many seconds of its clock pass. It is held, and may end meanwhile."""
    try:
        goes_on(program, seconds)
    except GlassError:
        if program.exit_status != 0:
            raise


def printed(program, otherwise=""):
    """What it has printed instead, and where it is or how it died; or else `otherwise`."""
    text = program.output.partition("Traceback")[0]
    text = shown(text) if text else "nothing"
    state = state_of(program) if program.exit_status != 0 else ""
    return Seen(f"{text}. {state}", *state.kinds) if state else text + otherwise


def shown(text):
    return repr(text if len(text) <= MOST else text[:MOST] + "…")


@task.trial("it waits in select", "60 seconds, and nobody types",
            look="Which line waits, and with which timeout?")
def wait(start):
    """While nobody types, the program waits in select, and to wait costs nothing."""
    program = start(LONG, terminal=True)
    eventually(program, lambda: program.looped or program.ended, START)
    program.comes_to_rest()
    if program.ended:
        raise Failed("it waits in select", printed(program))
    rests(program)
    if elsewhere := state_of(program):
        raise Failed("it waits in select", elsewhere)
    waits_in_its_call(start(LONG, held=True, terminal=True))


@task.trial("an answer", "60 seconds; then 'Ada' is typed",
            look="Does it wait on when it has the answer? And what does readline return?")
def answer(start):
    """Who answers needn't wait until the time is out."""
    says(start, "Ada\n", "Hello, Ada!\n")


@task.trial("no answer", f"{OUT} seconds, and nobody types", look=TIME)
def no_answer(start):
    """Who doesn't answer is called nobody, when the time is out: not before, and not after."""
    program = start(str(OUT), held=True, terminal=True)
    lets_pass(program, OUT - MOMENT)
    if program.ended:
        raise Failed(f"it waits for {OUT} seconds, and prints {QUESTION + NOBODY!r}",
                     printed(program, ", before the time is out"))
    if program.output != QUESTION:
        raise Failed(f"it prints {QUESTION!r}, and waits", printed(program), look=asked_otherwise(program))
    lets_pass(program, 2 * MOMENT)
    if not program.ended and program.whereabouts().timeout is None:
        program = start("0.5", terminal=True)          # perhaps a timer of the system wakes it: none of ours can hold that
    elif not program.ended:
        raise Failed("it ends when the time is out", printed(program, ", and it waits on when the time is out"))
    ends_with(program, NOBODY)


@task.trial("spaces around it", "60 seconds; then '  Ada  King Lovelace  ' is typed",
            look="Which method of str takes spaces and line ends away at both sides, and leaves those within alone?")
def spaces(start):
    """A name has no spaces around it, and may have some within."""
    says(start, "  Ada  King Lovelace  \n", "Hello, Ada  King Lovelace!\n")


@task.trial("an empty line", "60 seconds; then Enter alone; another time three spaces and Enter",
            look="What is left of an empty line when it is stripped? And is that true or false?")
def empty(start):
    """Who only presses Enter wants the default."""
    says(start, "\n", NOBODY)
    says(start, "   \n", NOBODY)


@task.trial("the end of the input", "60 seconds; then Ctrl-D",
            look="The end of the input is readable, too. What does readline return there?")
def end_of_input(start):
    """Ctrl-D says that nothing more will be typed."""
    says(start, "\x04", NOBODY)


@task.trial("whatever the name", f"60 seconds; then 'Þóra Ægisdóttir' is typed; another time {SMALL!r}; another time a name of "
                                 f"{len(LONG_NAME)} letters",
            look="How much of a line do you read? And what do you do with it, besides taking spaces away?")
def whatever(start):
    """Names have letters of many alphabets, and other signs, too; not all begin with a capital, and some are long."""
    says(start, "Þóra Ægisdóttir\n", "Hello, Þóra Ægisdóttir!\n")
    says(start, f"{SMALL}\n", f"Hello, {SMALL}!\n")
    says(start, f"{LONG_NAME}\n", f"Hello, {LONG_NAME}!\n")
