"""Typing at a program: through a pipe or a terminal, with Ctrl-D and Ctrl-C."""
import threading
from contextlib import suppress

import pytest

from helpers import GlassError, ProgramDied, run
from tests.conftest import LONG, ended, held_or_free, says
from tests.server.programs import TICK

pipe_or_terminal = pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
READER = """
    import select, sys
    while True:
        select.select([sys.stdin], [], [], 5)
        line = sys.stdin.readline()
        print("typed", repr(line))
        if not line:
            break
    """


@pipe_or_terminal
def test_typing(program, terminal):
    server = run(program(READER), held=True, terminal=terminal)
    server.type("hello\n")
    iteration = server.step()
    assert iteration.readable == ["stdin"] and iteration.printed == "typed 'hello\\n'\n"
    server.type("\x04")
    end = server.step()
    assert end.printed == "typed ''\n" and end.operations[0].size == 0
    assert ended(server) and server.exit_status == 0
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "has ended (exit status 0)")


@pipe_or_terminal
def test_text_before_the_end_of_the_input_arrives(program, terminal):
    server = run(program(READER), held=True, terminal=terminal)
    server.type("hello\n\x04")
    assert [server.step().printed, server.step().printed] == ["typed 'hello\\n'\n", "typed ''\n"]


@pipe_or_terminal
def test_whether_stdin_is_a_terminal(program, terminal):
    server = run(program("import select, sys\nprint(sys.stdin.isatty())\nselect.select([], [], [], 0)"), held=True,
                 terminal=terminal)
    assert server.output == f"{terminal}\n"


@held_or_free
def test_control_c_on_a_terminal_interrupts(program, held):
    server = run(program(READER), held=held, terminal=True)
    server.type("\x03")
    with pytest.raises(ProgramDied) as caught:
        for _ in range(5):                              # the terminal hands it over when it comes to it
            held or ended(server)
            server.step()
    says(caught, "program died", "KeyboardInterrupt")
    assert caught.value.error == "KeyboardInterrupt"


def test_a_program_may_catch_control_c(program):
    server = run(program("""
        import select, sys
        while True:
            try:
                select.select([sys.stdin], [], [])
            except KeyboardInterrupt:
                print("goodbye")
                break
        """), terminal=True)
    server.settle(LONG)                 # it sleeps in select: a signal a moment earlier would wake nobody
    server.type("\x03")
    assert ended(server) and server.output == "goodbye\n" and server.exit_status == 0


@pipe_or_terminal
def test_typing_very_much_never_waits_for_ever(program, terminal, short_grace):
    server = run(program(TICK), held=True, terminal=terminal)

    def type_much():
        with suppress(GlassError, OSError):
            server.type("x" * 1_000_000)
    typing = threading.Thread(target=type_much, daemon=True)
    typing.start()
    typing.join(1.5)
    stuck = typing.is_alive()
    server.child.process.kill()                         # its end of the pipe closes, and lets the thread go
    typing.join(LONG)
    assert not stuck, "type() still waits after 1.5 s"


def test_typing_at_a_closed_input(program):
    server = run(program(TICK), held=True)
    server.type("\x04")
    with pytest.raises(GlassError) as caught:
        server.type("more\n")
    says(caught, "The input of program is closed. Run it again")


@pytest.mark.parametrize("wrong", [b"bytes", 5, None])
def test_typing_what_is_no_text(program, wrong):
    server = run(program(TICK), held=True)
    with pytest.raises(GlassError) as caught:
        server.type(wrong)
    says(caught, f"type() takes text, and {wrong!r} is none", "plain quotes")
