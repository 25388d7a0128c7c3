"""Bad input: each has one clear sentence, which says what to do."""
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

LOOP = "import select\nwhile True: select.select([], [], [], 1)\n"


def sentence(caught):
    text = str(caught.value)
    assert "\n" not in text and text.endswith("."), text
    assert text in "".join(caught.value._render_traceback_()).replace("\n", " ")
    return text


def test_a_program_that_does_not_exist_names_the_nearest():
    with pytest.raises(GlassError, match="'04_multi_client_echo'") as caught:
        run("04_multi_clients")
    assert "The nearest is" in sentence(caught)


@pytest.mark.parametrize("held", [True, False])
def test_a_syntax_error(program, held):
    with pytest.raises(ProgramDied, match=r"syntax error in line 2, `while True`") as caught:
        run(program("import select\nwhile True\n"), held=held)
    sentence(caught)
    assert caught.value.line == 2 and 'File "program.py", line 2' in caught.value.traceback


def test_a_program_that_ends_before_its_loop(program):
    with pytest.raises(GlassError, match="ended before its loop: it never called select"):
        run(program("print('done')"), held=True)


def test_a_program_that_never_reaches_its_loop_tells_where_it_is(program):
    with pytest.raises(GlassError, match=r"line 3, `listener.accept\(\)`, and has not called select") as caught:
        run(program("""\
            import socket
            listener = socket.create_server(("127.0.0.1", 0))
            listener.accept()
            """), held=True, timeout=0.5)
    sentence(caught)


@pytest.mark.parametrize("held", [True, False])
def test_a_program_that_never_listens(program, held):
    server = run(program(LOOP), held=held)
    with pytest.raises(GlassError, match=r"Nobody listens at program: it has not called listen\(\)"):
        server.find_listener(timeout=0.3)


def test_a_program_that_dies_shows_its_own_traceback(program):
    server = run(program("""\
        import select
        def broken():
            return 1 / 0
        while True:
            select.select([], [], [], 1)
            broken()
        """), held=True)
    with pytest.raises(ProgramDied, match=r"died in line 3, `return 1 / 0`: ZeroDivisionError: division by zero") as caught:
        server.step()
    assert caught.value.error == "ZeroDivisionError" and caught.value.line == 3
    assert 'File "program.py", line 6' in caught.value.traceback and "helpers" not in caught.value.traceback
    assert str(server.program.path.parent) not in caught.value.traceback + server.output
    assert len(server.iterations) == 1
    for again in (server.step, server.release, server.hold, lambda: connect(server, "alice")):
        with pytest.raises(ProgramDied):
            again()


def test_a_free_program_that_dies_says_so_at_the_next_call(program):
    server = run(program("""\
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        select.select([listener], [], [])
        raise RuntimeError("no more")
        """))
    connect(server, "alice")
    server.listen(lambda: False, 5)
    with pytest.raises(ProgramDied, match="RuntimeError: no more"):
        connect(server, "bob")


@pytest.mark.parametrize("ending, how", [("import os; os._exit(3)", "exit status 3"),
                                         ("import os; os.kill(os.getpid(), 9)", "SIGKILL")])
def test_a_program_that_goes_without_a_word(program, ending, how):
    server = run(program(f"import select\nselect.select([], [], [], 0)\n{ending}\n"), held=True)
    with pytest.raises(GlassError, match=how):
        server.step()
    with pytest.raises(GlassError, match="Run it again"):
        server.step()


def test_a_stopped_server():
    server = run("04_multi_client_echo", held=True)
    server.step()
    server.stop()
    for call in (lambda: connect(server, "alice"), server.step, lambda: server.type("x")):
        with pytest.raises(GlassError, match="was ended by SIGTERM. Run it again") as caught:
            call()
        sentence(caught)
    assert len(server.iterations) == 1 and "listening" in server.output


def test_a_step_without_a_hold():
    server = run("04_multi_client_echo")
    with pytest.raises(GlassError, match=r"isn't held.*server.hold\(\)"):
        server.step()


def test_a_port_where_it_does_not_listen():
    server = run("03_multiple_ports", held=True)
    with pytest.raises(GlassError, match="doesn't listen on port 80. Its ports are: 7777 · 7778"):
        connect(server, "alice", port=80)


def test_text_where_a_program_must_send_bytes(program):
    server = run(change("02_one_listening_socket", 'b"welcome\\n"', '"welcome"'), held=True)
    connect(server, "alice")
    with pytest.raises(ProgramDied, match=r'Sockets take bytes.*b"hello", or text.encode\(\)') as caught:
        server.step()
    sentence(caught)


def test_what_a_client_cannot_send_and_nobody_can_type():
    server = run("04_multi_client_echo", held=True)
    with pytest.raises(GlassError, match=r"takes text or bytes, and 5 is neither"):
        connect(server, "alice").send(5)
    with pytest.raises(GlassError, match="type.. takes text"):
        server.type(b"x")


def test_nothing_came():
    server = run("04_multi_client_echo", held=True)
    alice = connect(server, "alice")
    with pytest.raises(NothingCame, match="nothing came for alice. .* is held: it does nothing until it is stepped."):
        alice.receive()
    server.release()
    with pytest.raises(NothingCame, match="nothing came for alice in 0.1 s"):
        alice.receive(timeout=0.1)
    alice.send("abc")
    with pytest.raises(NothingCame, match="only 3 bytes came"):
        alice.receive_bytes(5, timeout=0.3)


def test_a_blocking_call_in_the_loop_is_named():
    server = run(change("04_multi_client_echo", "inputs.append(connection)", "connection.recv(1)"), held=True)
    alice = connect(server, "alice")
    with pytest.raises(StillWaiting, match=r"line 30, `connection.recv\(1\)`, and not in select") as caught:
        server.step(timeout=0.2)
    sentence(caught)
    alice.send("x")
    assert server.step().operations[-1].data == b"x"


@pytest.mark.parametrize("old, message", [("inputs.add(connection)", "The nearest line is 'inputs.append"),
                                          ("listener", "stands in 04_multi_client_echo .* times, in lines")])
def test_a_change_that_cannot_be_made(old, message):
    with pytest.raises(GlassError, match=message):
        change("04_multi_client_echo", old, "pass")


def test_a_change_shows_itself_and_leaves_the_program_alone():
    changed = change("04_multi_client_echo", "inputs.append(connection)", "pass")
    assert [line for line in repr(changed).splitlines() if line[0] in "+-"] == [
        "-            inputs.append(connection)", "+            pass"]
    assert "inputs.append" in repr(show("04_multi_client_echo")) and changed._repr_markdown_().startswith("```diff\n")


def test_the_same_name_again_replaces_the_earlier_one():
    first = run("04_multi_client_echo", held=True)
    with run("04_multi_client_echo", held=True) as second:
        assert first.ended and second.step().number == 1
    assert second.ended


@pytest.mark.parametrize("terminal", [True, False])
def test_the_keyboard(terminal):
    program = run("01_stdin_select", held=True, terminal=terminal)
    program.type("hello\n")
    assert program.step().printed == "you typed: hello\n"
    program.type("\x04")
    assert program.step().operations[0].size == 0
    with pytest.raises(GlassError, match=r"has ended \(exit status 0\)"):
        program.step()


def test_control_c_on_a_terminal(program):
    server = run(program("""\
        import select, sys
        try:
            while True: select.select([sys.stdin], [], [])
        except KeyboardInterrupt: print("interrupted")
        """), terminal=True)
    while not server.ended:                 # a signal that comes just before select's own wait wakes nobody: press again
        server.type("\x03")
        server.listen(lambda: False, 0.5)
    assert server.output == "interrupted\n"
