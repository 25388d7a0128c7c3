"""Where a program is: settle waits until its loop rests; a step that isn't over says what it waits for."""
import os
import signal
import time
from threading import Timer

import pytest

from helpers import NothingCame, ProgramDied, StillWaiting, change, connect, run
from tests.conftest import LONG, eventually, says

BLOCKING = "import select, threading\nselect.select([], [], [], 0)\nthreading.Event().wait()"


def in_line(server, line):
    """Wait until the program is in this line."""
    eventually(lambda: server.whereabouts()[0] == line)


def test_a_call_that_blocks_the_loop_is_named(program):
    server = run(program(BLOCKING), held=True)
    with pytest.raises(StillWaiting):
        server.step(timeout=0.05)
    in_line(server, 3)
    with pytest.raises(StillWaiting) as caught:
        server.step(timeout=0.05)
    says(caught, "program has not come round after 0.05 s", "line 3, `threading.Event().wait()`, and not in select",
         "nobody else is served")


def test_a_step_goes_on_when_the_call_that_blocked_it_has_what_it_waited_for():
    server = run(change("04_multi_client_echo", "inputs.append(connection)", "connection.recv(1)"), held=True)
    alice = connect(server, "alice")
    with pytest.raises(StillWaiting):
        server.step(timeout=0.05)
    in_line(server, 30)
    with pytest.raises(StillWaiting) as caught:
        server.step(timeout=0.05)
    says(caught, "line 30, `connection.recv(1)`, and not in select")
    alice.send("x")
    assert server.step(timeout=LONG).operations[-1].data == b"x"


@pytest.fixture
def without_a_processor():
    """A server that gets no time for half a second, as on a busy machine."""
    timers = []

    def starve(server):
        pid = server.child.process.pid
        os.kill(pid, signal.SIGSTOP)
        timers.append(Timer(0.5, os.kill, (pid, signal.SIGCONT)))
        timers[-1].start()

    yield starve
    for timer in timers:
        timer.join()


def test_a_bound_is_not_for_a_machine_that_has_no_time(without_a_processor):
    server = run("01_stdin_select", held=True)
    server.type("a line\n")
    without_a_processor(server)
    assert server.step(timeout=0.05).printed == "you typed: a line\n"
    server.type("half a l")
    without_a_processor(server)
    with pytest.raises(StillWaiting) as caught:
        server.step(timeout=0.05)
    says(caught, "in line 20, `line = sys.stdin.readline()`, and not in select")
    without_a_processor(server)
    server.type("ine\n")
    assert server.step(timeout=0.05).printed == "you typed: half a line\n"


def test_a_client_of_a_server_that_has_no_time_waits_for_it(without_a_processor, echo):
    server = run(echo)
    alice = connect(server, "alice")
    without_a_processor(server)
    alice.send("hello")
    assert alice.receive(timeout=0.05) == "hello"
    without_a_processor(server)
    alice.send("hello")
    assert alice.receive_bytes(5, timeout=0.05) == b"hello"
    with pytest.raises(NothingCame, match="nothing came for alice in 0.05 s"):
        alice.receive(timeout=0.05)
    with pytest.raises(NothingCame, match="only 3 bytes came for alice in 0.05 s"):
        alice.send("abc")
        alice.receive_bytes(5, timeout=0.05)


def test_a_program_that_has_had_its_time_is_not_waited_for_any_longer(program):
    server = run(program("import select\nselect.select([], [], [], 0)\nwhile True:\n    pass\n"), held=True)
    begun = time.monotonic()
    with pytest.raises(StillWaiting, match="line [34], "):
        server.step(timeout=0.05)
    assert time.monotonic() - begun < LONG


def test_settle_tells_a_spin(program):
    with run(program("import select\nwhile True:\n    select.select([], [], [], 0)\n", "spinning")) as server:
        said = server.settle(timeout=0.3)
        assert said == repr(said) == "spinning goes round and round."


def test_settle_takes_a_loop_that_ticks_for_one_that_rests(program):
    with run(program("import select\nwhile True:\n    select.select([], [], [], 0.05)\n", "ticking")) as server:
        assert server.settle(LONG) == "ticking waits in select."


def test_settle_says_why_a_program_has_ended(program):
    path = program("import select\nselect.select([], [], [], 0.01)\nwhile True:\n    1 / 0\n", "dying")
    with pytest.raises(ProgramDied, match="ZeroDivisionError"):
        run(path).settle(LONG)
