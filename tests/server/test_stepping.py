"""A loop in one's hand: step, release, hold."""
import pytest

from helpers import GlassError, StillWaiting, connect, run
from tests.conftest import LONG, eventually, says
from tests.server.programs import TICK


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
    for _ in range(20):
        server.release()
        server.hold()
    before = server.iterations[-1].number if server.iterations else 0
    assert server.step().number == before + 1
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
    assert server.settle(LONG) == "echo waits in select."
    with pytest.raises(StillWaiting) as caught:
        server.hold(timeout=0.05)
    says(caught, "echo will be held", "0.05 s", "waits in select with no timeout")
    connect(server, "alice")
    assert server.step().operations[0].peer == "alice" and server.state == "held"


def test_released_while_a_step_is_under_way_it_runs_free(echo):
    server = run(echo, held=True)
    with pytest.raises(StillWaiting):
        server.step(timeout=0.05)
    server.release()
    alice = connect(server, "alice")
    for _ in range(3):
        alice.send("hello")
        assert alice.receive() == "hello"
    assert server.iterations and server.state == "running free" and not server.held


def test_released_under_way_and_held_again_it_is_held_when_it_comes_round(echo):
    server = run(echo, held=True)
    with pytest.raises(StillWaiting):
        server.step(timeout=0.05)
    server.release()
    with pytest.raises(StillWaiting, match="will be held"):
        server.hold(timeout=0.05)
    alice = connect(server, "alice")
    alice.send("hello")
    assert server.step().number >= 1                    # it was said that it will be held


def test_a_program_that_ends_after_a_step_says_how(program):
    server = run(program("import select, sys\nselect.select([], [], [], 0)\nsys.exit(3)"), held=True)
    assert server.step().number == 1
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "program has ended (exit status 3). Run it again")


def test_a_free_server_can_not_be_stepped(echo):
    server = run(echo)
    server.address
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "isn't held, so it can't be stepped. Hold it first: its hold() does that.")


def test_a_program_without_a_loop_says_what_there_is_instead():
    server = run("11_threads")
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "11_threads can't be stepped: it has not called select (or poll, epoll, kqueue). "
                 "threads() tells where it is.")
    assert str(server.threads()).startswith("MainThread  line 26,")
    with pytest.raises(StillWaiting) as caught:
        server.hold(timeout=0.05)
    says(caught, "has not called select (or poll, epoll, kqueue) yet. It listens all the same. "
                 "Until it does, it can't be stepped; threads() tells where it is.")
    with pytest.raises(StillWaiting) as caught:
        server.step(timeout=0.05)
    says(caught, "Until it does, it can't be stepped; threads() tells where it is.")
