"""Lessons 05 and 06 under the glass: what a step shows of disconnects, of queues, and of descriptors that run out."""
import signal

from helpers import connect, run
from helpers.recording import depths
from tests.conftest import LONG, ended

QUEUES, CLEANUP = "06_read_write_queues", "05_disconnect_cleanup"
MUCH = bytes(8_000_000)


def test_06_a_word_goes_through_a_queue():
    with run(QUEUES, held=True) as server:
        alice = connect(server, "alice")
        server.step()
        alice.send("hello")
        heard, said, idle = server.step(), server.step(), server.step()
    assert (heard.readable, heard.watched_write, [one.name for one in heard.operations]) == (["alice"], [], ["recv"])
    assert (said.watched_write, said.writable) == (["alice"], ["alice"])
    assert [one.name for one in said.operations] == ["send"]
    assert idle.idle and idle.watched_write == []
    assert alice.receive() == "hello"


def test_06_answers_the_last_byte_of_a_half_close_and_then_closes():
    with run(QUEUES, held=True) as server:
        carol = connect(server, "carol")
        server.step()
        carol.send("a question")
        carol.half_close()
        server.step()
        assert [one.name for one in server.step().operations] == ["recv", "send", "close"]
        assert (carol.receive(), carol.receive()) == ("a question", "")


def test_06_keeps_what_does_not_fit():
    with run(QUEUES) as server:
        alice, bob = connect(server, "alice"), connect(server, "bob")
        assert alice.pour(MUCH) == len(MUCH)
        assert server.settle(LONG) == f"{QUEUES} waits in select."
        bob.send("hello")
        assert bob.receive() == "hello"
        assert alice.receive_bytes(len(MUCH)) == MUCH
        server.settle(LONG)
        sent = [one.size for each in server.iterations for one in each.operations
                if one.socket == "alice" and one.name == "send"]
        assert sum(sent) == len(MUCH) and max(sent) > 65536     # a part, and later all the rest that fitted
        numbers, sizes = depths(server.iterations)
        assert max(sizes["alice"]) > 1_000_000 and sizes["alice"][-1] == 0
        assert server.stop() is None and server.exit_status == 0


def test_05_stands_in_sendall_for_a_slow_reader():
    with run(CLEANUP) as server:
        alice = connect(server, "alice")
        alice.pour(MUCH)
        assert server.settle(LONG) == f"{CLEANUP} stands in line 34, `sock.sendall(data)`."


def test_05_closes_whoever_leaves_or_is_reset():
    with run(CLEANUP, held=True) as server:
        alice, bob, carol = [connect(server, name) for name in ("alice", "bob", "carol")]
        for _ in range(3):
            server.step()
        alice.close()
        carol.reset()
        left = server.step()
        assert [(one.socket, one.name, one.error) for one in left.operations if one.name != "sendall"] == [
            ("alice", "recv", None), ("alice", "close", None),
            ("carol", "recv", "ConnectionResetError"), ("carol", "close", None)]
        bob.send("hello")
        assert server.step().watched_read == ["listener", "bob"]


def test_out_of_descriptors_06_listens_again_when_somebody_leaves():
    with run(QUEUES, held=True, descriptors=6) as server:              # three streams, a listener, two more
        heidi, ivan, judy = [connect(server, name) for name in ("heidi", "ivan", "judy")]
        full = [server.step() for _ in range(3)][-1]
        assert (full.operations[-1].name, full.operations[-1].error) == ("accept", "OSError EMFILE")
        assert server.step().watched_read == ["heidi", "ivan"]         # for one iteration, and then it tries again
        assert server.step().operations[-1].error == "OSError EMFILE"
        heidi.close()
        left = [server.step() for _ in range(4)]
        assert [one.watched_read for one in left] == [
            ["heidi", "ivan"], ["listener", "ivan"], ["ivan"], ["listener", "ivan"]]
        assert left[-1].operations[-1].peer == "judy"


def test_06_ends_in_order_on_both_signals():
    for number in (signal.SIGINT, signal.SIGTERM):
        with run(QUEUES) as server:
            server.settle(LONG)
            server.child.process.send_signal(number)
            assert ended(server) and server.exit_status == 0 and "Traceback" not in server.output
