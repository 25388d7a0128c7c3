"""run, step, release, hold, stop, type; clients; and for every bad input one clear sentence."""
import re
import socket
import threading
import time
from contextlib import suppress

import psutil
import pytest

from helpers import (
    GlassError,
    NothingCame,
    ProgramDied,
    StillWaiting,
    change,
    connect,
    run,
    show,
)
from helpers.server import running

LONG = 10.0
TICK = "import select\nfor number in range(10 ** 9):\n    select.select([], [], [], 0.01)\n    print('tick', number)\n"
READER = """
    import select, sys
    while True:
        select.select([sys.stdin], [], [], 5)
        line = sys.stdin.readline()
        print("typed", repr(line))
        if not line:
            break
    """


def says(caught, *words):
    """The sentence of an error: it has these words, is one line, and names no folder, descriptor or address."""
    sentence = str(caught.value)
    for word in words:
        assert word in sentence
    assert "\n" not in sentence and sentence.endswith((".", "?", ")")), sentence
    assert not re.search(r"0x[0-9a-f]+|/tmp|/home|helpers", sentence), sentence
    assert caught.value._render_traceback_()


def eventually(true):
    """Ask, with a bound, until true()."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


def ended(server):
    server.listen(lambda: False, LONG)
    return server.ended


# -- run, step, release, hold, stop ------------------------------------------------------------------------------

def test_a_held_program_stands_before_its_first_select(program):
    server = run(program(TICK), held=True)
    assert (server.state, server.output, server.iterations) == ("held", "", [])
    assert repr(server) == "program: held"


def test_a_step_is_one_iteration(program):
    server = run(program(TICK), held=True)
    for number in 1, 2, 3:
        iteration = server.step()
        assert (iteration.number, len(server.iterations)) == (number, number)
        assert server.output.splitlines() == [f"tick {each}" for each in range(number)]
        assert server.iterations[-1] is iteration


def test_released_it_runs_free_and_held_again_it_stands(program):
    server = run(program(TICK), held=True)
    server.step()
    server.release()
    assert server.state == "running free"
    eventually(lambda: len(server.iterations) > 3)
    server.hold()
    assert server.state == "held"
    stood = len(server.iterations)
    assert len(server.iterations) == stood > 3
    assert server.step().number == stood + 1


def test_release_and_hold_in_a_row_lose_no_iteration(program):
    server = run(program(TICK), held=True)
    for _ in range(5):
        server.release()
        server.hold()
        server.step()
    assert [each.number for each in server.iterations] == list(range(1, len(server.iterations) + 1))


def test_hold_and_release_change_nothing_where_they_hold_already(program):
    server = run(program(TICK), held=True)
    server.hold()
    server.hold()
    assert (server.state, server.step().number) == ("held", 1)
    server.release()
    server.release()
    assert server.state == "running free"


def test_a_program_that_starts_free_can_be_held(program):
    server = run(program(TICK))
    assert server.state == "running free"
    server.hold()
    number = server.step().number
    assert server.step().number == number + 1


def test_holding_a_loop_that_waits_long_holds_it_when_it_comes_round(echo):
    server = run(echo)
    server.listen(lambda: server.looped, LONG)
    with pytest.raises(StillWaiting) as caught:
        server.hold(timeout=0.2)
    says(caught, "echo will be held", "0.2 s", "waits in select with no timeout")
    connect(server, "alice")
    assert server.step().operations[0].peer == "alice" and server.state == "held"


def test_released_while_a_step_is_under_way_it_runs_free(echo):
    server = run(echo, held=True)
    with pytest.raises(StillWaiting):
        server.step(timeout=0.2)
    server.release()
    alice = connect(server, "alice")
    for _ in range(3):
        alice.send("hello")
        assert alice.receive() == "hello"
    assert server.iterations and server.state == "running free" and not server.held


def test_released_under_way_and_held_again_it_is_held_when_it_comes_round(echo):
    server = run(echo, held=True)
    with pytest.raises(StillWaiting):
        server.step(timeout=0.2)
    server.release()
    with pytest.raises(StillWaiting, match="will be held"):
        server.hold(timeout=0.2)
    alice = connect(server, "alice")
    alice.send("hello")
    assert server.step().number >= 1                    # it was said that it will be held


def test_stop_ends_the_program_and_leaves_what_was_seen(program):
    server = run(program(TICK), held=True)
    server.step()
    process = server.child.process
    server.stop()
    assert server.ended and server.state == "ended" and process.poll() is not None
    assert server.output == "tick 0\n" and len(server.iterations) == 1
    assert server.name not in running
    server.stop()                                       # and again is no error


def test_stop_ends_a_program_that_does_not_want_to_end(program):
    server = run(program("""
        import select, signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            select.select([], [], [], 1)
        """), held=True)
    server.stop()
    assert server.child.process.returncode == -9


def test_stop_lets_a_program_end_in_its_own_way(program):
    server = run(program("""
        import select, signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("goodbye"))
        while True:
            select.select([], [], [], 1)
        """), held=True)
    server.stop()
    assert server.output == "goodbye\n"


def test_a_context_manager_stops(program):
    with run(program(TICK), held=True) as server:
        assert server.step().number == 1
    assert server.state == "ended" and not running


def test_the_context_manager_stops_after_an_error(program):
    with pytest.raises(ZeroDivisionError), run(program(TICK), held=True) as server:
        1 / 0
    assert server.ended


def test_the_same_name_again_replaces_the_earlier_one(program):
    path = program(TICK)
    first = run(path, held=True)
    second = run(path, held=True)
    assert (first.state, second.state) == ("ended", "held") and running == {"program": second}


def test_two_names_run_side_by_side(program):
    path = program(TICK)
    first, second = run(path, held=True), run(path, held=True, name="second")
    assert (first.state, second.state, repr(second)) == ("held", "held", "second: held")


def test_nothing_of_a_stopped_program_stays_open(program):
    def open_files():
        return psutil.Process().num_fds()
    path = program(TICK)
    run(path, held=True, terminal=True).stop()
    before = open_files()
    servers = [run(path, held=True, terminal=bool(number % 2)) for number in range(4)]
    for server in servers:
        server.stop()
    assert open_files() <= before + len(servers)        # of each its output stays, as long as the Server does


def test_arguments_are_passed_as_text(program):
    server = run(program("import select, sys\nprint(sys.argv[1:])\nselect.select([], [], [], 0)"), 7777, "a b", "", held=True)
    assert server.output == "['7777', 'a b', '']\n"


def test_output_is_there_before_the_end_and_has_the_errors_too(program):
    server = run(program("""
        import select, sys
        print("out ü")
        print("err", file=sys.stderr)
        print("no end of line", end="")
        select.select([], [], [], 1)
        """), held=True)
    assert server.output == "out ü\nerr\nno end of line"


def test_output_after_a_flood_is_still_told(program):
    server = run(program("""
        import select
        for _ in range(20):
            print("x" * 1_000_000)
        while True:
            select.select([], [], [], 1)
            print("after the flood")
        """), held=True)
    for _ in range(4):
        server.step()
        server.iterations                               # each message makes the child look at its output
    assert len(server.output) < 20_000_000 and "\0" not in server.output
    assert server.output.count("after the flood") >= 3


def test_a_program_that_ends_after_a_step_says_how(program):
    server = run(program("import select, sys\nselect.select([], [], [], 0)\nsys.exit(3)"), held=True)
    assert server.step().number == 1
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "program has ended (exit status 3). Run it again")


# -- typing --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_typing(program, terminal):
    server = run(program(READER), held=True, terminal=terminal)
    server.type("hello\n")
    iteration = server.step()
    assert iteration.readable == ["stdin"] and iteration.printed == "typed 'hello\\n'\n"
    server.type("\x04")
    assert server.step().printed == "typed ''\n"
    assert ended(server) and server.exit_status == 0


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_text_before_the_end_of_the_input_arrives(program, terminal):
    server = run(program(READER), held=True, terminal=terminal)
    server.type("hello\n\x04")
    assert [server.step().printed, server.step().printed] == ["typed 'hello\\n'\n", "typed ''\n"]


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_whether_stdin_is_a_terminal(program, terminal):
    server = run(program("import select, sys\nprint(sys.stdin.isatty())\nselect.select([], [], [], 0)"), held=True,
                 terminal=terminal)
    assert server.output == f"{terminal}\n"


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
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
    server.settle()                     # it sleeps in select: a signal a moment earlier would wake nobody
    server.type("\x03")
    assert ended(server) and server.output == "goodbye\n" and server.exit_status == 0


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_typing_very_much_never_waits_for_ever(program, terminal):
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


# -- programs that can't be run ------------------------------------------------------------------------------------

@pytest.mark.parametrize("asked, near", [("04_multi_client_ecco", "04_multi_client_echo"), ("01_stdin", "01_stdin_select")])
def test_a_lesson_that_does_not_exist_names_the_nearest(asked, near):
    with pytest.raises(GlassError) as caught:
        run(asked)
    says(caught, f"There is no program {asked!r}. The nearest is {near!r}.")


def test_a_file_that_does_not_exist_names_the_nearest(program):
    path = program(TICK)
    with pytest.raises(GlassError) as caught:
        run(path.with_name("progam.py"))
    assert f"The nearest is {str(path)!r}." in str(caught.value)


def test_nothing_is_stopped_for_a_program_that_does_not_exist(program):
    server = run(program(TICK), held=True)
    with pytest.raises(GlassError):
        run("no such thing", name="program")
    assert server.state == "held"


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
@pytest.mark.parametrize("text, line, words", [
    ("import select\nx = = 1\n", 2, "invalid syntax"),
    ("import select\nwhile True:\nx = 1\n", 3, "expected an indented block"),
    ("if True:\n\tx = 1\n        y = 2\n", 3, "inconsistent use of tabs"),
    ("  x = 1\n", 1, "unexpected indent"),
    ("print('hello\n", 1, "unterminated string literal"),
    ("x = (1,\n", 1, "'(' was never closed"),
], ids=["invalid", "no block", "tabs", "indent", "string", "bracket"])
def test_a_syntax_error(tmp_path, text, line, words, held):
    path = tmp_path / "program.py"
    path.write_text(text)
    with pytest.raises(ProgramDied) as caught:
        run(path, held=held)
    says(caught, f"program has a syntax error in line {line}, `", words)
    assert "(program.py" not in str(caught.value)
    assert caught.value.line == line and f'File "program.py", line {line}' in caught.value.traceback
    assert "/" not in caught.value.traceback and not running


def test_a_program_whose_text_is_no_utf8_can_still_be_spoken_of(tmp_path):
    path = tmp_path / "program.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\n# \xe9\nimport time\nwhile True: time.sleep(1)\n")
    with pytest.raises(GlassError) as caught:
        run(path, held=True, timeout=0.5)
    says(caught, "program has not called select after 0.5 s", "line 4")


def test_a_program_that_ends_before_its_loop(program):
    with pytest.raises(GlassError) as caught:
        run(program("def main():\n    pass\n"), held=True)
    says(caught, "program has ended before its loop", "Is the loop in a function that nobody calls?")
    assert not running


def test_a_program_that_never_reaches_its_loop(program):
    with pytest.raises(GlassError) as caught:
        run(program("""\
            import socket
            listener = socket.create_server(("127.0.0.1", 6666))
            connection, address = listener.accept()
            """), held=True, timeout=0.3)
    says(caught, "program has not called select after 0.3 s", "line 3, `connection, address = listener.accept()`",
         "has not called select (or poll, epoll, kqueue) yet")
    assert not running


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
def test_a_program_that_never_listens(program, held):
    server = run(program(TICK), held=held)
    with pytest.raises(GlassError) as caught:
        server.find_listener(timeout=0.3)
    says(caught, "Nobody listens at program: it has not called listen()")
    assert server.state == ("held" if held else "running free")


def test_a_held_program_that_never_listens_is_not_said_to_be_stuck(program):
    """It stands before its select, because we hold it there; nothing keeps it from serving anybody."""
    server = run(program(TICK), held=True)
    with pytest.raises(GlassError) as caught:
        server.find_listener(timeout=0.3)
    assert "not in select" not in str(caught.value) and "nobody else is served" not in str(caught.value)


# -- programs that die ----------------------------------------------------------------------------------------------

BROKEN = """\
    import select
    def broken(number):
        return 1 / number
    for number in 1, 0:
        select.select([], [], [], 0)
        broken(number)
    """


def test_a_program_that_dies_shows_its_own_traceback(program):
    server = run(program(BROKEN), held=True)
    server.step()
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "program died in line 3, `return 1 / number`: ZeroDivisionError: division by zero.")
    error = caught.value
    assert (error.error, error.line) == ("ZeroDivisionError", 3)
    assert error.traceback.startswith("Traceback (most recent call last):\n  File \"program.py\", line 6, in <module>\n")
    assert "helpers" not in error.traceback and "/" not in error.traceback.replace("1 / number", "")
    assert error._render_traceback_()[0] == error.traceback.rstrip()
    assert error.traceback in server.output and len(server.iterations) == 2


@pytest.mark.parametrize("ask", [
    lambda server: server.step(), lambda server: server.hold(), lambda server: server.release(),
    lambda server: connect(server, "alice"), lambda server: server.type("x"), lambda server: server.address,
], ids=["step", "hold", "release", "connect", "type", "address"])
def test_a_dead_program_says_so_whatever_is_asked(program, ask):
    server = run(program("import select\nselect.select([], [], [], 0)\n1 / 0"), held=True)
    with pytest.raises(ProgramDied):
        server.step()
    with pytest.raises(ProgramDied) as caught:
        ask(server)
    says(caught, "program died in line 3, `1 / 0`")


def test_a_free_program_that_dies_says_so_at_the_next_call(program):
    with pytest.raises(ProgramDied) as caught:
        server = run(program(BROKEN))
        assert ended(server)
        connect(server, "alice")
    says(caught, "died in line 3")


def test_an_error_in_select_itself_has_no_frames_of_ours(program):
    server = run(program(
        "import select, socket\nsock = socket.socket()\nsock.close()\nselect.select([sock], [], [])"), held=True)
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "line 4", "ValueError", "A socket that is closed is still in a list")
    assert "helpers" not in caught.value.traceback and "helpers" not in server.output


@pytest.mark.parametrize("raise_it", ["raise RuntimeError('mine')", "raise RuntimeError('mine') from error"])
def test_nor_has_an_error_that_came_of_another(program, raise_it):
    server = run(program(f"""\
        import select, socket
        sock = socket.socket()
        sock.close()
        try:
            select.select([sock], [], [])
        except ValueError as error:
            {raise_it}
        """), held=True)
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "line 7", "RuntimeError: mine")
    assert "ValueError" in caught.value.traceback
    assert "helpers" not in caught.value.traceback and "helpers" not in server.output


def test_an_error_beneath_the_standard_library_names_no_folder(program):
    server = run(program("import asyncio\nasync def main():\n    raise RuntimeError('mine')\nasyncio.run(main())\n"))
    with pytest.raises(ProgramDied) as caught:
        assert ended(server)
        connect(server)
    says(caught, "line 3", "RuntimeError: mine")
    assert not re.search(r'File "/', caught.value.traceback), caught.value.traceback


@pytest.mark.parametrize("code, hint", [
    ("one.send('text')", 'Sockets take bytes, and this is text: write b"hello", or text.encode().'),
    ("one.setblocking(False); one.recv(1)", "ask select first"),
    ("a = socket.create_server(('127.0.0.1', 6666)); socket.socket().bind(('127.0.0.1', 6666))", "ask for the same port"),
])
def test_common_errors_come_with_a_hint(program, code, hint):
    server = run(program(f"import select, socket\none, other = socket.socketpair()\nselect.select([], [], [], 0)\n{code}"),
                 held=True)
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "line 4", hint)
    assert "[Errno" not in str(caught.value)


@pytest.mark.parametrize("ending, words", [("os._exit(4)", "has ended (exit status 4)"),
                                           ("os.kill(os.getpid(), 9)", "was ended by SIGKILL")])
def test_a_program_that_goes_without_a_word(program, ending, words):
    server = run(program(f"import os, select\nselect.select([], [], [], 0)\n{ending}"), held=True)
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "program " + words, "Run it again")


def test_a_call_that_blocks_the_loop_is_named(program):
    server = run(program("import select, threading\nselect.select([], [], [], 0)\nthreading.Event().wait()"), held=True)
    with pytest.raises(StillWaiting) as caught:
        server.step(timeout=0.3)
    says(caught, "program has not come round after 0.3 s", "line 3, `threading.Event().wait()`", "nobody else is served")


@pytest.mark.parametrize("ask, words", [
    (lambda server: server.step(), "isn't held, so it can't be stepped. Hold it first: server.hold()."),
    (lambda server: server.find_listener(7777, timeout=0.2), "doesn't listen on port 7777. Its ports are: 6666."),
], ids=["step", "port"])
def test_what_a_free_server_can_not_do(echo, ask, words):
    server = run(echo)
    server.address
    with pytest.raises(GlassError) as caught:
        ask(server)
    says(caught, words)


@pytest.mark.parametrize("ask", [
    lambda server: connect(server, "alice"), lambda server: server.step(), lambda server: server.hold(),
    lambda server: server.release(), lambda server: server.type("x"), lambda server: server.address,
], ids=["connect", "step", "hold", "release", "type", "address"])
def test_a_stopped_server_says_so(echo, ask):
    server = run(echo, held=True)
    server.stop()
    with pytest.raises(GlassError) as caught:
        ask(server)
    says(caught, "echo was ended by SIGTERM. Run it again: run(")


def test_a_listener_that_is_closed_takes_no_connection(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        select.select([], [], [], 0)
        listener.close()
        while True:
            select.select([], [], [], 1)
        """), held=True)
    server.step()
    with pytest.raises(GlassError) as caught:
        connect(server, "alice")
    says(caught, "program took no connection", "Is its listener closed")


def test_a_server_on_a_unix_socket_says_that_no_client_can_come(program, tmp_path):
    server = run(program("""
        import os, select, socket
        os.chdir(os.path.dirname(__file__))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("door")
        listener.listen()
        select.select([listener], [], [], 1)
        """), held=True)
    with pytest.raises(GlassError) as caught:
        connect(server, "alice")
    says(caught, "program")


# -- show and change -------------------------------------------------------------------------------------------------

def test_show_numbers_the_lines(program):
    path = program("import select\n\nselect.select([], [], [], 0)\n")
    assert repr(show(path)) == "  1  import select\n  2\n  3  select.select([], [], [], 0)"
    assert repr(show(path, 3)) == repr(show(path, 3, 3)) == "  3  select.select([], [], [], 0)"
    assert show(path)._repr_markdown_().startswith("```python\n  1  import")


def test_show_of_nothing_that_there_is():
    with pytest.raises(GlassError) as caught:
        show("04_multi_client_ecco")
    says(caught, "The nearest is '04_multi_client_echo'")


def test_a_change_runs_and_shows_itself_and_leaves_the_program_alone(program):
    path = program("import select\nwhile True:\n    select.select([], [], [], 1)\n    print('old')\n")
    changed = change(path, "print('old')", "print('new')\nprint('newer')")
    assert repr(changed).splitlines()[-4:] == ["     select.select([], [], [], 1)", "-    print('old')", "+    print('new')",
                                              "+    print('newer')"]
    server = run(changed, held=True)
    assert server.name == "program (changed)" and server.step().printed == "new\nnewer\n"
    assert "new" not in path.read_text()


def test_a_changed_copy_that_dies_names_no_folder(program):
    changed = change(program("import select\nselect.select([], [], [], 0)\nprint('old')\n"), "print('old')", "1 / 0")
    server = run(changed, held=True)
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "program (changed) died in line 3, `1 / 0`")
    assert 'File "program.py", line 3' in caught.value.traceback


@pytest.mark.parametrize("old, words", [
    ("print('od')", "has no \"print('od')\". The nearest line is \"print('old')\"."),
    ("select", "stands in program 3 times, in lines 1, 2. Give more of the line"),
    ("", "program"),
    ("\n", "program"),
], ids=["not there", "too often", "empty", "end of line"])
def test_a_change_that_can_not_be_made(program, old, words):
    path = program("import select\nselect.select([], [], [], 0)\nprint('old')\n")
    with pytest.raises(GlassError) as caught:
        change(path, old, "new")
    says(caught, words)


# -- clients ---------------------------------------------------------------------------------------------------------

@pytest.fixture
def pair(echo):
    """A held echo server and its client alice, accepted."""
    server = run(echo, held=True)
    alice = connect(server, "alice")
    server.step()
    return server, alice


@pytest.mark.parametrize("sent", ["hello", "grüß", b"hello", bytearray(b"hello"), memoryview(b"hello")],
                         ids=["text", "umlauts", "bytes", "bytearray", "memoryview"])
def test_a_client_sends_text_or_bytes(pair, sent):
    server, alice = pair
    alice.send(sent)
    server.step()
    assert alice.receive_bytes() == (sent.encode() if isinstance(sent, str) else bytes(sent))


def test_what_is_no_utf8_is_shown_all_the_same(pair):
    server, alice = pair
    alice.send(b"a\xff\xc3")
    server.step()
    assert alice.receive() == "a\\xff\\xc3"


def test_receive_takes_all_that_is_there_and_receive_bytes_as_much_as_asked(pair):
    server, alice = pair
    for _ in range(2):
        alice.send("hello")
        server.step()
    assert alice.receive_bytes(7) == b"hellohe" and alice.receive() == "llo"
    assert alice.receive_bytes(0) == b""


def test_the_end_is_an_empty_text(pair):
    server, alice = pair
    alice.half_close()
    assert str(server.step().operations[-1]) == "close"
    assert alice.receive() == "" and alice.receive_bytes(5) == b""


def test_close_and_reset_are_seen_by_the_server(echo):
    server = run(echo, held=True)
    with connect(server, "alice") as alice:
        server.step()
        assert repr(alice) == "alice, a client of echo" and alice.address[0] == "127.0.0.1"
    assert [str(each) for each in server.step().operations] == ["recv 0", "close"]
    connect(server, "bob").reset()
    server.step()
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "ConnectionResetError")
    assert server.iterations[-1].operations[-1].error == "ConnectionResetError"


def test_nothing_came_while_held(pair):
    with pytest.raises(NothingCame) as caught:
        pair[1].receive()
    says(caught, "nothing", "came for alice", "step")


def test_nothing_came_from_a_free_server(pair):
    server, alice = pair
    server.release()
    with pytest.raises(NothingCame) as caught:
        alice.receive(timeout=0.2)
    says(caught, "nothing came for alice in 0.2 s.")


def test_too_little_came(pair):
    server, alice = pair
    alice.send("hello")
    server.step()
    with pytest.raises(NothingCame) as caught:
        alice.receive_bytes(7)
    says(caught, "only 5 bytes", "came for alice")


@pytest.mark.parametrize("wrong", [5, None, ["hello"], 1.5])
def test_a_client_can_not_send_what_is_neither_text_nor_bytes(pair, wrong):
    with pytest.raises(GlassError) as caught:
        pair[1].send(wrong)
    says(caught, f"send() takes text or bytes, and {wrong!r} is neither. Put it in quotes: send(\"{wrong}\")")


@pytest.mark.parametrize("ask", [lambda alice: alice.send("x"), lambda alice: alice.receive(),
                                 lambda alice: alice.receive_bytes(3), lambda alice: alice.half_close()],
                         ids=["send", "receive", "receive_bytes", "half_close"])
def test_a_client_that_has_left_says_so(pair, ask):
    alice = pair[1]
    alice.close()
    with pytest.raises(GlassError) as caught:
        ask(alice)
    says(caught, "alice", "Connect again: connect(server, 'alice')")


def test_a_client_of_a_server_that_does_not_receive(pair):
    alice = pair[1]
    alice.socket.settimeout(0.2)
    with pytest.raises(GlassError) as caught:
        alice.send(b"x" * 50_000_000)
    says(caught, "The server doesn't take what alice sends: its buffers are full", "Step it, or send less")


def test_a_client_that_has_received_can_still_send_much(program):
    """To receive, it sets its timeout to nothing; to send, it must wait for a server that takes its time."""
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        connection, address = listener.accept()
        connection.sendall(b"welcome")
        while True:
            select.select([connection], [], [])
            if not connection.recv(65536):
                break
        """))
    alice = connect(server, "alice")
    assert alice.receive() == "welcome"
    alice.send(b"x" * 20_000_000)


def test_clients_in_a_crowd_keep_their_names(echo):
    server = run(echo, held=True)
    clients = [connect(server, name) for name in ("alice", "bob", "alice")]
    for _ in clients:
        server.step()
    assert [client.name for client in clients] == ["alice", "bob", "alice 2"]
    clients[2].send("hello")
    assert server.step().readable == ["alice 2"]


def test_a_client_without_a_name(echo):
    server = run(echo, held=True)
    client = connect(server)
    assert repr(client) == "the client, a client of echo" and server.step().operations[0].peer == "conn 1"


def test_a_client_can_be_any_socket(echo):
    server = run(echo)
    with socket.create_connection(server.address, timeout=LONG) as client:
        client.sendall(b"hello")
        assert client.recv(100) == b"hello"
