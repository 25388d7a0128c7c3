"""What lessons 05 and 06 need of the glass: pour, settle, a limit of descriptors, a chosen port, bytes pending."""
import os
import signal
import socket

import pytest

from helpers import GlassError, ProgramDied, change, connect, figures, run
from helpers.figures.charts import in_bytes
from helpers.recording import Iteration, Operation, depths

QUEUES, CLEANUP = "06_read_write_queues", "05_disconnect_cleanup"
MUCH = bytes(8_000_000)


# -- lessons, stepped ------------------------------------------------------------------------------------------------

def test_06_a_word_goes_through_a_queue():
    with run(QUEUES, held=True) as server:
        alice = connect(server, "alice")
        server.step()
        alice.send("hello")
        heard, said, idle = server.step(), server.step(), server.step()
    assert (heard.readable, heard.watched_write, [one.name for one in heard.operations]) == (["alice"], [], ["recv"])
    assert (said.watched_write, said.writable, [one.name for one in said.operations]) == (["alice"], ["alice"], ["send"])
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
        assert server.settle() == f"{QUEUES} waits in select."
        bob.send("hello")
        assert bob.receive() == "hello"
        assert alice.receive_bytes(len(MUCH)) == MUCH
        server.settle()
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
        assert server.settle() == f"{CLEANUP} stands in line 34, `sock.sendall(data)`."


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


# -- settle and pour -------------------------------------------------------------------------------------------------

def test_settle_tells_a_spin(program):
    with run(program("import select\nwhile True:\n    select.select([], [], [], 0)\n", "spinning")) as server:
        assert server.settle(timeout=0.5) == "spinning goes round and round."
        assert repr(server.settle(timeout=0.5)) == "spinning goes round and round."


def test_settle_takes_a_loop_that_ticks_for_one_that_rests(program):
    with run(program("import select\nwhile True:\n    select.select([], [], [], 0.05)\n", "ticking")) as server:
        assert server.settle() == "ticking waits in select."


def test_settle_says_why_a_program_has_ended(program):
    path = program("import select\nselect.select([], [], [], 0.01)\nwhile True:\n    1 / 0\n", "dying")
    with pytest.raises(ProgramDied, match="ZeroDivisionError"):
        run(path).settle()


def test_pour_says_how_much_was_taken(program):
    with run(program("""
            import select, socket
            listener = socket.create_server(("127.0.0.1", 6666))
            select.select([listener], [], [])
            connection, _ = listener.accept()
            while True:
                select.select([], [], [], 1)
            """)) as server:
        alice = connect(server, "alice")
        taken = alice.pour(bytes(50_000_000))
        assert 0 < taken < 50_000_000
        assert alice.pour("text") == 0
        with pytest.raises(GlassError, match="takes text or bytes"):
            alice.pour(5)
        alice.close()
        with pytest.raises(GlassError, match="alice has left"):
            alice.pour("text")


# -- limits ----------------------------------------------------------------------------------------------------------

def test_out_of_descriptors_06_listens_again_when_somebody_leaves():
    with run(QUEUES, held=True, descriptors=7) as server:              # three streams, our line, a listener, two more
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


def test_a_program_that_dies_of_having_no_descriptor_left_says_so(program):
    path = program("""
        import select, socket
        select.select([], [], [], 0.01)
        kept = []
        while True:
            kept.append(socket.socket())
        """)
    with run(path, held=True, descriptors=20) as server, pytest.raises(ProgramDied, match="line 6.*Too many open files"):
        server.step()
        server.step()


def test_the_number_of_descriptors_does_not_depend_on_ours(program):
    path = program("""
        import select, socket
        print(socket.socket().fileno())
        select.select([], [], [], 0.01)
        """)
    ours = [os.dup(0) for _ in range(30)]
    try:
        with run(path, held=True) as server:
            assert server.output == "4\n"
    finally:
        for number in ours:
            os.close(number)


def test_a_port_of_ones_choice():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with run(QUEUES, port=port) as server:
        assert server.address == ("127.0.0.1", port)
        assert server.output == "listening on port 6666\n"            # the program believes what it always believes
    with run(QUEUES, "0", port=port) as server:
        assert server.address == ("127.0.0.1", port)


def test_06_ends_in_order_on_both_signals():
    for number in (signal.SIGINT, signal.SIGTERM):
        with run(QUEUES) as server:
            server.settle()
            server.child.process.send_signal(number)
            server.listen(lambda: False, 5)
            assert server.ended and server.exit_status == 0 and "Traceback" not in server.output


# -- the picture of what is pending ----------------------------------------------------------------------------------

def walk(*operations):
    return [Iteration(number, "select", 1, ["listener"], [], [], [], [], 0.1, 0.1, list(some))
            for number, some in enumerate(operations, 1)]


HEARD, SAID = Operation("recv", "alice", 500), Operation("send", "alice", 200)
BOB = Operation("recv", "bob", 10)


def test_depths_are_a_list_a_client():
    assert depths(walk([HEARD], [BOB], [SAID], [Operation("close", "bob")])) == (
        [1, 2, 3, 4], {"alice": [500, 500, 300, 300], "bob": [0, 10, 10, 0]})
    assert depths([]) == ([], {})


def test_the_picture_of_what_is_pending():
    picture = figures.pending(walk([BOB], [HEARD], [SAID]))
    assert [line.get_label() for line in picture.axes[0].lines] == ["alice", "bob"]       # whoever has most comes first
    assert list(picture.axes[0].lines[0].get_ydata()) == [0, 500, 300]
    assert repr(picture) == "a picture: Bytes pending in program, iteration by iteration; alice has most."
    assert repr(figures.pending(walk([]))).endswith(": nobody has any.")
    crowd = walk(*([Operation("recv", f"conn {number}", number)] for number in range(1, 30)))
    assert [line.get_label() for line in figures.pending(crowd).axes[0].lines] == ["conn 29", "conn 28", "conn 27",
                                                                                  "conn 26"]


def test_bytes_on_an_axis():
    assert [in_bytes(size) for size in (0, 5, 1500, 2e6)] == ["0 B", "5 B", "1.5 kB", "2 MB"]


def test_messages_hold_no_port_and_no_descriptor(echo):
    broken = change(echo, "sock.sendall(data)", "raise KeyError(sock)")
    server = run(broken, held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hello")
    with pytest.raises(GlassError, match="KeyError: <a socket>") as caught:
        server.step()
        server.step()
    assert "raddr" not in caught.value.traceback
