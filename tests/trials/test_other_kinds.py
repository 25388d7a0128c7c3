"""Servers of other kinds than the course's survive the trials, and wrong ones don't get through by luck."""
import pytest

from helpers.trials import run_all
from tests.trials.names import (
    EMFILE,
    IDLE,
    IDLE_AGAIN,
    IN_FLIGHT,
    NAMES,
    NOT_TEXT,
    ONE,
    RESET,
    STOPS,
    TALK,
    VISITS,
    WORDLESS,
    failed,
)
from tests.trials.servers import EPOLL, FORKS, PROTOCOL, SELECTORS, SOCKETSERVER, STREAMS, THREADS

KINDS = {          # name: (the program, the trials that it must fail, the trials that make no sense)
    "asyncio streams": (STREAMS, {STOPS}, set()),
    "asyncio Protocol": (PROTOCOL, set(), set()),
    "selectors": (SELECTORS, set(), set()),
    "epoll": (EPOLL, set(), set()),
    "ThreadingTCPServer": (SOCKETSERVER, {EMFILE, STOPS}, set()),
    "a thread a client": (THREADS, set(), set()),
    "a fork a client": (FORKS, {STOPS}, set()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_well_made_server_of_any_kind_survives(program, kind):
    text, must_fail, senseless = KINDS[kind]
    only = None if not senseless else [name for name in NAMES if name not in senseless]
    assert set(failed(run_all(program(text), only=only))) == must_fail


def test_an_answer_may_come_byte_by_byte(program):
    path = program(STREAMS.replace("writer.write(data)\n                await writer.drain()", """for number in data:
                    writer.write(bytes([number]))
                    await asyncio.sleep(0.001)"""))
    assert failed(run_all(path, only=[ONE, WORDLESS, RESET, IDLE])) == {}


def test_a_server_may_take_its_time_to_start(program):
    path = program("""
    import time
    time.sleep(1.5)
    """ + THREADS)
    assert failed(run_all(path, only=TALK + [RESET, IDLE])) == {}


def test_a_descriptor_that_is_opened_after_listen_is_no_leak(program):
    path = program(EPOLL.replace("door = listener.fileno()", """import time
    time.sleep(0.1)
    door, log = listener.fileno(), open("/dev/null")"""))
    assert failed(run_all(path, only=[VISITS])) == {}


def test_a_server_of_threads_that_serves_on_does_not_stand(program):
    path = program(THREADS.replace("sock.sendall(data)", "break"))
    assert failed(run_all(path, only=[ONE])) == {ONE: "the end of the connection"}


# -- wrong servers must not get through by luck ----------------------------------------------------------------------

def test_a_second_answer_a_moment_later_is_seen(program):
    path = program(STREAMS.replace("await writer.drain()", """await asyncio.sleep(0.02)
                writer.write(data)"""))
    assert set(failed(run_all(path, only=[ONE, NOT_TEXT]))) == {ONE, NOT_TEXT}


def test_a_thread_that_spins_after_its_client_has_left_is_seen(program):
    path = program(SOCKETSERVER.replace("while data := self.request.recv(65536):", "while True:").replace(
        "self.request.sendall(data)", "self.request.sendall(self.request.recv(65536))"))
    assert IDLE_AGAIN in failed(run_all(path, only=[IDLE_AGAIN]))


def test_a_child_that_spins_after_its_client_has_left_is_seen(program):
    path = program(FORKS.replace("while data := sock.recv(65536):", "while True:").replace(
        "sock.sendall(data)", "sock.sendall(sock.recv(65536))"))
    assert IDLE_AGAIN in failed(run_all(path, only=[IDLE_AGAIN]))


def test_a_descriptor_lost_with_every_reset_is_seen(program):
    path = program(SELECTORS.replace("return leave(sock)", "selector.unregister(sock)\n            return", 1))
    assert failed(run_all(path, only=[RESET, IN_FLIGHT]))


def test_a_descriptor_lost_with_every_silent_visitor_is_seen(program):
    path = program(THREADS.replace("with sock:", "if first := sock.recv(65536, socket.MSG_PEEK):").replace(
        "pass\n    listener", "pass\n            sock.close()\n        else:\n            lost.append(sock)\n"
        "    lost = []\n    listener"))
    assert failed(run_all(path, only=[ONE, WORDLESS])).keys() == {WORDLESS}
