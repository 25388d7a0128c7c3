"""Lesson 09: slow lines beside the loop. As a step shows them, and as many clients feel them; and tables_beside, 08's writer."""
import signal
import socket
import sqlite3
from contextlib import ExitStack

import pytest

from helpers import ProgramDied, change, connect, run
from tests.conftest import LONG, eventually
from tests.course.slow import THREAD, changed, in_a_moment
from tests.course.test_lessons import call, read_until, receive_all, server, started


def done(iteration):
    return [(one.socket, one.name, one.size) for one in iteration.operations]


@pytest.mark.parametrize("word", ["slow", "count"])
@pytest.mark.parametrize("attempt", range(3))
def test_who_is_quick_is_answered_first_and_the_bell_brings_the_rest(word, attempt):
    with run(THREAD, held=True) as held:
        alice, bob = connect(held, "alice"), connect(held, "bob")
        held.step(), held.step()
        alice.send(f"{word}\n"), bob.send("hello\n")
        assert done(held.step()) == [("alice", "recv", len(word) + 1), ("bob", "recv", 6)]
        assert held.step().watched_read == ["listener", "bell", "bob"]
        assert (bob.receive(), held.time()) == ("1 5\n", 0)
        assert done(held.step()) == [("bell", "recv", 1)]
        assert done(held.step()) == [("alice", "send", 4)]
        assert alice.receive() == f"1 {len(word)}\n"
        assert held.time() == (0.5 if word == "slow" else 0)
        assert held.step().idle


def test_threads_tell_for_whom_the_worker_is_slow():
    with run(THREAD, held=True) as held:
        alice = connect(held, "alice")
        held.step()
        alice.send("slow\n")
        held.step()
        main, worker = str(held.threads()).splitlines()
        assert "select.select(inputs, outputs, [], 1)" in main and "`time.sleep(0.5)" in worker and worker.endswith("for alice")
        held.step()
        assert "jobs.get()" in str(held.threads()).splitlines()[1] and "alice" not in str(held.threads())


def test_in_the_loop_everybody_sleeps_with_it():
    with run(changed()["alone"], held=True) as held:
        alice, bob = connect(held, "alice"), connect(held, "bob")
        held.step(), held.step()
        alice.send("slow\n"), bob.send("hello\n")
        held.step()
        assert done(held.step()) == [("alice", "send", 4), ("bob", "send", 4)] and held.time() == 0.5


def test_a_pool_of_processes_does_the_same():
    with run(changed()["in_process"]) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        alice.send("count\nslow\nhello\n")
        assert alice.receive_bytes(12, timeout=LONG) == b"1 5\n2 4\n3 5\n"
        bob.send("hello\n")
        assert bob.receive() == "1 5\n"


def test_answers_of_one_client_are_in_the_order_of_its_lines():
    said = b"one\nslow\nthree\ncount\n\nslow\nslow\nseven\nhalf"
    with run(in_a_moment()) as free:
        clients = [connect(free, f"guest {number}") for number in range(20)]
        for client in clients:
            client.send(said)
        for client in clients:
            assert client.receive_bytes(32, timeout=LONG) == b"1 3\n2 4\n3 5\n4 5\n5 0\n6 4\n7 4\n8 5\n"
            client.send("way\nslow\n")
        for client in clients:
            client.half_close()
            assert client.receive_bytes(9, timeout=LONG) == b"9 7\n10 4\n" and client.receive() == ""


def test_a_line_that_never_ends_comes_after_the_slow_ones():
    with run(in_a_moment()) as free:
        alice = connect(free, "alice")
        alice.send(b"slow\nslow\n" + b"x" * 200_000)
        assert alice.receive_bytes(17, timeout=LONG) == b"1 4\n2 4\ntoo long\n"


@pytest.mark.parametrize("number", [9, 10, 100])
def test_many_clients_with_jobs(number):
    """Each has its own answers, and nobody else's."""
    with run(in_a_moment(), record=False) as free, ExitStack() as stack:
        clients = [stack.enter_context(call(free.address[1])) for _ in range(number)]
        for place, client in enumerate(clients):
            client.sendall(b"a" * place + b"\nslow\n" + b"b" * place + b"\ncount\n")
            client.shutdown(socket.SHUT_WR)
        for place, client in enumerate(clients):
            assert receive_all(client) == b"1 %d\n2 4\n3 %d\n4 5\n" % (place, place)


@pytest.mark.parametrize("leave", ["close", "reset"])
def test_who_leaves_during_a_job_is_closed_when_it_is_done(leave):
    with run(THREAD, held=True) as held:
        dave = connect(held, "dave")
        held.step()
        dave.send("slow\n")
        held.step()
        getattr(dave, leave)()
        erin = connect(held, "erin")
        assert held.step().watched_read == ["listener", "bell"]            # erin comes, and dave keeps his descriptor
        erin.send("hello\n")
        for _ in range(4):
            held.step()
        assert [operation for one in held.iterations for operation in done(one) if operation[1] == "close"] == [
            ("dave", "close", None)]
        assert erin.receive() == "1 5\n"
        assert held.step().watched_read == ["listener", "bell", "erin"]


def test_many_who_leave_or_break_off_during_their_jobs_leave_nothing_behind():
    with run(in_a_moment()) as free:
        bob = connect(free, "bob")
        bob.send("slow\n")
        assert bob.receive_bytes(4, timeout=LONG) == b"1 4\n"
        for number in range(60):
            guest = connect(free, "guest")
            guest.send("slow\nhello\nslow\n")
            (guest.reset if number % 2 else guest.close)()
        free.settle(LONG)
        eventually(lambda: closed(free) == 60)
        bob.send("count\nhello\n")
        assert bob.receive_bytes(8, timeout=LONG) == b"2 5\n3 5\n"


def closed(free):
    free.settle(LONG)
    return sum(one.name == "close" for each in free.iterations for one in each.operations)


def answered(server):
    return sum(one.size for each in server.iterations for one in each.operations if one.name == "send" and one.socket != "ring")


def test_a_full_ring_is_no_error_and_loses_nothing():
    """The worker rings a thousand times for each answer: most of these rings find no room."""
    noisy = change(in_a_moment(), 'ring.send(b"!")', 'for _ in range(1000):\n    ring.send(b"!")')
    with run(noisy, held=True) as held:
        clients = [connect(held, f"guest {number}") for number in range(20)]
        for _ in clients:
            held.step()
        for client in clients:
            client.send("slow\nhello\n")
        eventually(lambda: held.step() and answered(held) == len("1 4\n2 5\n") * 20)   # it took 42 to 63 iterations, and more
        assert [client.receive() for client in clients] == ["1 4\n2 5\n"] * 20
        rung = [one for each in held.iterations for one in each.operations if one.socket == "bell"]
        assert 1 < max(one.size for one in rung) < 1000 * 20


def test_a_job_that_fails_is_an_answer_too():
    with run(change(THREAD, "time.sleep(0.5)", "raise TimeoutError")) as free:
        alice = connect(free, "alice")
        alice.send("slow\ncount\nhello\n")
        assert alice.receive_bytes(17, timeout=LONG) == b"1 failed\n2 5\n3 5\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("word", [b"slow\n", b"count\n"])
def test_it_ends_in_order_while_a_job_is_under_way(number, word):
    with started(THREAD, "0") as process:
        port = int(read_until(process.stdout.fileno(), r"port \d+\n").split()[-1])
        with call(port) as alice, call(port) as bob:
            alice.sendall(word * 100)
            bob.sendall(b"hello\n")
            assert bob.recv(100) == b"1 5\n"                               # so hers is under way
            process.send_signal(number)
            assert process.wait(LONG) == 0


def test_it_is_a_plain_program():
    with server(THREAD, "0") as (port,), call(port) as alice:
        alice.sendall(b"slow\nhello\n")
        alice.shutdown(socket.SHUT_WR)
        assert receive_all(alice) == b"1 4\n2 5\n"


# -- lessons/tables_beside.py: 08's writer as a worker -----------------------------------------------------------------

@pytest.fixture
def tables():
    with run("tables_beside", 6666, "messages.db", folder=True) as free:
        yield free


def rows(free, table):
    database = sqlite3.connect(free.folder / "messages.db")
    try:
        return [message for message, in database.execute(f"SELECT message FROM {table} ORDER BY number")]
    finally:
        database.close()


def test_messages_are_acknowledged_and_kept_in_their_order(tables):
    said = [b"%d" % number for number in range(5000)]
    clients = [connect(tables, name) for name in ("alice", "bob", "carol")]
    for client in clients:
        client.send(client.name.encode() + b"\n" + b"\n".join(said) + b"\n")
        client.half_close()
    wanted = b"".join(b"ok %d\n" % number for number in range(1, 5001))
    for client in clients:
        answer = b"hello %b\n" % client.name.encode() + wanted
        assert client.receive_bytes(len(answer), timeout=LONG) == answer and client.receive() == ""
    assert [rows(tables, f"messages_{number}") for number in (1, 2, 3)] == [said] * 3


def test_what_is_acknowledged_is_there_when_it_is_killed(tables):
    alice = connect(tables, "alice")
    alice.send(b"alice\n" + b"".join(b"message %d\n" % number for number in range(20_000)))
    alice.receive_bytes(12)
    heard = alice.receive_bytes(500, timeout=LONG)
    tables.kill()
    acknowledged = heard.count(b"\n")
    there = rows(tables, "messages_1")
    assert acknowledged and there == [b"message %d" % number for number in range(len(there))] and len(there) >= acknowledged


def test_while_the_database_is_locked_others_are_answered_and_nobody_can_fill_the_queue():
    with run("tables_beside", 6666, "messages.db", folder=True, held=True) as held:
        alice, bob = connect(held, "alice"), connect(held, "bob")
        held.step(), held.step()
        lock = sqlite3.connect(held.folder / "messages.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        alice.send("alice\none\n")
        held.step()
        alice.send("two\n"), bob.send("bob\n")
        assert done(held.step()) == [("bob", "recv", 4), ("alice", "send", 12)]
        assert done(held.step()) == [("bob", "send", 10)] and held.iterations[-1].watched_read == ["listener", "bell", "bob"]
        lock.execute("ROLLBACK")
        assert done(held.step()) == [("bell", "recv", 1)]
        assert held.step().readable == ["alice"]
        assert alice.receive() == "hello alice\nok 1\n"
        lock.close()


@pytest.mark.parametrize("name", [b"", b"x" * 256])
def test_a_name_that_is_refused(tables, name):
    eve = connect(tables, "eve")
    eve.send(name + b"\nhello\n")
    assert eve.receive() == "sorry: a name has 1 to 255 bytes\n" and eve.receive() == ""


@pytest.mark.parametrize("name", [b'x"; DROP TABLE clients; --', b"\0", "Zoë".encode(), b"clients", b"\xff"])
def test_a_name_is_only_a_value(tables, name):
    eve = connect(tables, "eve")
    eve.send(name + b"\nany \xff\0bytes\n")
    wanted = b"hello %b\nok 1\n" % name
    assert eve.receive_bytes(len(wanted), timeout=LONG) == wanted
    assert rows(tables, "messages_1") == [b"any \xff\0bytes"]


def test_a_full_database_is_told_and_nothing_is_acknowledged():
    full = change("tables_beside", "isolation_level=None)    #", "isolation_level=None)\n"
                  'database.execute("PRAGMA max_page_count = 12")    #')
    with run(full, 6666, "messages.db", folder=True) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        alice.send(b"alice\n" + b"x" * 60_000 + b"\n")
        wanted = b"hello alice\nsorry 1: database or disk is full\n"
        assert alice.receive_bytes(len(wanted), timeout=LONG) == wanted
        bob.send("bob\n")
        assert bob.receive() == "hello bob\n"


def test_a_database_that_cant_be_opened_is_told_at_the_start(tmp_path):
    with pytest.raises(ProgramDied, match="unable to open database file"):
        run("tables_beside", 6666, tmp_path / "nowhere" / "messages.db")
