"""What a trial sees of a program that it holds: time passes by the program's own clock."""
import pytest

from helpers import connect, run
from helpers.exercises.held import MOMENT, goes_on, waits_in_its_call
from helpers.trials import Failed
from helpers.trials.bounds import Clock

LOOP = """
import select, socket, time
listener = socket.create_server(("127.0.0.1", 7777))
listener.setblocking(False)
while True:
    readable, _, _ = select.select([listener], [], [], 1)
    pass
"""
CALL = "select.select([listener], [], [], 1)"


@pytest.fixture
def held(program):
    """held(old, new): a program that is held, as a trial has it. These lines of the loop are changed."""
    servers = []

    def start(old="", new=""):
        assert old in LOOP
        server = run(program(LOOP.replace(old, new)), held=True)
        servers.append(server)
        server.clock, server.just_before, server.must_loop, server.called = Clock(server), None, True, "The server"
        return server
    yield start
    for server in servers:
        server.stop()


@pytest.mark.parametrize("call", [CALL, CALL.replace(", 1", ""), CALL.replace("1)", "0.02)")])
def test_time_that_passes_in_the_call(held, call):
    server = held(CALL, call)
    before = server.time()
    waits_in_its_call(server)
    assert 2.5 <= server.time() - before < 3.6
    before = server.time()
    goes_on(server, 10)
    assert 10 <= server.time() - before < 11.1


@pytest.mark.parametrize("old, new, received, kinds", [
    (CALL, CALL.replace("1)", "0)") + "; time.sleep(0.3)", "it waits somewhere else", ("elsewhere",)),
    (CALL, CALL.replace("1)", "0)"), "it goes round and round", ("on nothing", "spins")),
    ("    pass", "    time.sleep(100)", r"line 7, `time\.sleep\(100\)`", ("stands",)),
    ("    pass", "    try:\n        listener.settimeout(0.3); listener.accept()\n    except TimeoutError:\n        pass",
     "accept waits for listener, and gives up in the end", ("elsewhere",)),
])
def test_time_that_passes_elsewhere(held, old, new, received, kinds):
    with pytest.raises(Failed, match=received) as raised:
        waits_in_its_call(held(old, new))
    assert raised.value.kinds == kinds


def test_a_moment_is_enough_for_what_is_there(held):
    server = held("    pass", "    for one in readable:\n        listener.accept()[0].sendall(b'hello')")
    client = connect(server, "alice")
    goes_on(server, MOMENT)
    assert client.receive() == "hello"
