"""Servers of other kinds than the course's survive the trials, and wrong ones don't get through by luck."""
import pytest

from helpers import GlassError
from helpers.trials import Speaker, run_all
from tests.trials.names import (
    EMFILE,
    HALF,
    HALF_SLOW,
    IDLE,
    IDLE_AGAIN,
    IN_FLIGHT,
    LORIS,
    MEGABYTE,
    NAMES,
    NOT_TEXT,
    ONE,
    POURS,
    RESET,
    SILENT,
    SLOW,
    STOPS,
    TALK,
    VISITS,
    WORDLESS,
    failed,
)
from tests.trials.pools import EDGE, GROWS, PREFORK, REAPS_BY_SIGNAL, REAPS_LATE, REAPS_MANY, THREAD_POOL, TO_THREAD
from tests.trials.servers import EPOLL, FORKS, PROTOCOL, SELECTORS, SOCKETSERVER, STREAMS, THREADS

LONG_STREAMS = HALF, HALF_SLOW, SLOW, IN_FLIGHT, POURS
KINDS = {          # name: (the program, the trials that it must fail, the trials that make no sense)
    "asyncio streams": (STREAMS, {STOPS}, set()),
    "asyncio Protocol": (PROTOCOL, {SILENT}, set()),
    "epoll": (EPOLL, {SILENT}, set()),
    "epoll, by edge": (EDGE, {SILENT}, set()),
    "ThreadingTCPServer": (SOCKETSERVER, {EMFILE, SILENT, STOPS}, set()),
    "a thread a client": (THREADS, {SILENT}, set()),
    "a fork a client": (FORKS, {SILENT, STOPS}, set()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_well_made_server_of_any_kind_survives(program, kind):
    text, must_fail, senseless = KINDS[kind]
    only = None if not senseless else [name for name in NAMES if name not in senseless]
    assert set(failed(run_all(program(text), only=only))) == must_fail


POOLS = {"a pool of threads": THREAD_POOL, "forked before": PREFORK, "reaps late": REAPS_LATE, "reaps many": REAPS_MANY,
         "reaps by signal": REAPS_BY_SIGNAL, "asyncio.to_thread": TO_THREAD}


def test_a_pool_of_processes_that_grows_when_clients_come_is_no_leak(program):
    assert failed(run_all(program(GROWS), only=[ONE, VISITS, WORDLESS, RESET, IN_FLIGHT])) == {}


@pytest.mark.parametrize("kind", POOLS)
def test_a_pool_that_is_kept_is_no_leak_nor_is_a_child_that_is_waited_for_later(program, kind):
    assert failed(run_all(program(POOLS[kind]), only=[ONE, VISITS, POURS])) == {}


def test_children_that_go_on_without_their_clients_are_a_leak(program):
    path = program(FORKS.replace("os._exit(0)", "sock.close()\n            signal.pause()"))
    assert failed(run_all(path, only=VISITS))[VISITS].startswith("processes are left")


def test_children_whom_nobody_waits_for_are_a_leak(program):
    path = program(FORKS.replace("signal.signal(signal.SIGCHLD, signal.SIG_IGN)", "pass"))
    assert failed(run_all(path, only=VISITS))[VISITS].startswith("zombies")


def test_threads_that_go_on_without_their_clients_are_a_leak(program):
    path = program(THREADS.replace("except ConnectionError:", "except ConnectionError:\n                pass\n"
                                   "            sock.close()\n            while True: time.sleep(600)\n            try:\n"
                                   "                pass\n            except OSError:"))
    assert failed(run_all(path, only=VISITS))[VISITS].startswith("threads are left")


def test_a_thread_that_is_left_of_each_third_client_is_a_leak(program):
    path = program(THREADS.replace("except ConnectionError:", """except ConnectionError:
                pass
            sock.close()
            kept.append(sock)
            if len(kept) % 3 == 0:
                time.sleep(600)
            try:
                pass
            except OSError:""").replace("    listener", "    kept = []\n    listener", 1))
    assert failed(run_all(path, only=VISITS))[VISITS].startswith("threads are left")


def test_the_limit_may_be_asked_for_in_other_words(program):
    path = program(STREAMS.replace("float(sys.argv[2]) if len(sys.argv) > 2",
                                   "float(sys.argv[3]) if sys.argv[2:3] == ['--idle']"))
    assert failed(run_all(path, 7000, only=[SILENT])).keys() == {SILENT}
    assert failed(run_all(path, 7000, only=[SILENT], limit="--idle {}")) == {}


@pytest.mark.parametrize("limit", ["--idle", 5, ""])
def test_a_limit_without_a_place_for_the_seconds_is_a_clear_error(program, limit):
    with pytest.raises(GlassError, match="limit= takes text with {} for the seconds"):
        run_all(program(STREAMS), only=[SILENT], limit=limit)


@pytest.mark.parametrize("speaker", ["Echo", None, 5])
def test_an_unknown_speaker_is_a_clear_error(program, speaker):
    with pytest.raises(GlassError, match="There is no speaker .* 'echo', 'lines', 'redis'"):
        run_all(program(STREAMS), only=[ONE], speaker=speaker)


def test_a_speaker_of_ones_own_may_greet_and_end_its_answers(program):
    shout = Speaker("shout", say=lambda data: data.replace(b"\n", b"") + b"\n",
                    answer=lambda said: b"welcome\n" + b"".join(line.upper() + b"!\n" for line in said.split(b"\n")[:-1]))
    path = program(STREAMS.replace("try:", "writer.write(b'welcome\\n')\n        try:").replace(
        "asyncio.wait_for(reader.read(65536), limit)", "reader.readline()").replace(
        "writer.write(data)", "writer.write(data[:-1].upper() + b'!\\n')"))
    some = [name for name in NAMES if name not in (STOPS, SILENT, LORIS, MEGABYTE, *LONG_STREAMS)]
    assert failed(run_all(path, only=some, speaker=shout)) == {}
    assert failed(run_all(path, only=TALK)).keys() == set(TALK)               # as an echo it is wrong


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
