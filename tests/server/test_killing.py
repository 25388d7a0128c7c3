"""A program that is killed: what was seen until then is kept, and everybody who was connected sees what they would see."""
import pytest

from helpers import GlassError, NothingCame, ProgramDied, connect, run
from tests.conftest import eventually, held_or_free, says


@held_or_free
def test_a_program_that_is_killed_keeps_what_was_seen(echo, held):
    server = run(echo, held=held)
    alice = connect(server, "alice")
    alice.send("hello")
    if held:
        server.step(), server.step()
    assert alice.receive() == "hello"
    assert held or server.comes_to_rest()      # an iteration is seen when it is over
    server.kill()
    assert (server.state, server.exit_status, server.death) == ("ended", -9, None)
    assert [str(one) for one in server.iterations[1].operations] == ["recv 5 b'hello'", "sendall 5 b'hello'"]
    with pytest.raises(GlassError) as caught:
        server.step()
    says(caught, "echo was ended by SIGKILL.", f"Run it again: run({server.program.asked}).")
    assert not isinstance(caught.value, ProgramDied)
    assert alice.receive() == ""
    server.stop()
    with pytest.raises(GlassError, match="was ended by SIGKILL"):
        server.kill()


def test_no_goodbye_of_the_program_is_heard(program):
    """No handler, no `finally`, no atexit. What it had printed is still there."""
    server = run(program("""\
        import atexit, select, signal, sys
        for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
            signal.signal(number, lambda *_: print("signal"))
        atexit.register(print, "atexit")
        print("begins")
        try:
            while True:
                select.select([], [], [], 0.01)
        finally:
            print("finally")
        """), held=True)
    server.step()
    server.kill()
    assert server.output == "begins\n" and len(server.iterations) == 1


def test_a_program_that_has_forked_is_killed_with_its_children(program):
    server = run(program("""\
        import os, select, socket, time
        listener = socket.create_server(("127.0.0.1", 6666))
        if not os.fork():
            connection, _ = listener.accept()
            time.sleep(1000)
        while True:
            select.select([], [], [])
        """))
    alice = connect(server, "alice")
    with pytest.raises(NothingCame):
        alice.receive(timeout=0.05)
    server.kill()

    def gone():
        try:
            return alice.receive(timeout=0.05) == ""
        except NothingCame:
            return False
        except GlassError:                     # it was never accepted: the system breaks it off
            return True
    eventually(gone)
    assert server.exit_status == -9
