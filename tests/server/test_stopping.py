"""stop ends the program, leaves nothing of it, and keeps what was seen."""
import psutil
import pytest

from helpers import GlassError, connect, run
from helpers.server import running
from tests.conftest import says
from tests.server.programs import TICK


def test_stop_ends_the_program_and_leaves_what_was_seen(program):
    server = run(program(TICK.replace("0.01", "30")), held=True)        # let go, it would tick once more before it is ended
    server.step()
    process = server.child.process
    server.stop()
    assert server.ended and server.state == "ended" and process.poll() is not None
    assert server.output == "tick 0\n" and len(server.iterations) == 1
    assert server.name not in running
    server.stop()                                       # and again is no error


def test_stop_ends_a_program_that_does_not_want_to_end(program, short_grace):
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


@pytest.mark.parametrize("ask", [
    lambda server: connect(server, "alice"), lambda server: server.step(), lambda server: server.hold(),
    lambda server: server.release(), lambda server: server.type("x"), lambda server: server.address,
], ids=["connect", "step", "hold", "release", "type", "address"])
def test_a_stopped_server_says_so(ask):
    server = run("04_multi_client_echo", held=True)
    server.step()
    server.stop()
    with pytest.raises(GlassError) as caught:
        ask(server)
    says(caught, "04_multi_client_echo has been stopped. Run it again: run('04_multi_client_echo', held=True).")
    assert len(server.iterations) == 1 and "listening" in server.output
