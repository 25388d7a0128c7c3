"""Lesson 08, as a plain process and stepped: what is acknowledged is kept, whoever is killed, leaves, locks or fills the disk."""
import random
import sqlite3

import pytest

from helpers import change, connect, run
from tests.course.flood import BOUND, FILE, answers, ask, call, flood, killed, lost_and_twice, serving
from tests.course.flood import Client as Flooding

LESSON = "08_messages_to_tables"
LOCKED, FULL = "sorry 1: database is locked\n", "database or disk is full"


@pytest.fixture
def other():
    """other(server): a second connection to its database, as another program would have it."""
    opened = []

    def connection(server):
        opened.append(sqlite3.connect(server.folder / FILE, isolation_level=None, timeout=BOUND))
        return opened[-1]
    yield connection
    for one in opened:
        one.close()


def greeted(server, *names):
    """Clients of a server that is held, who have been greeted."""
    clients = [connect(server, name) for name in names]
    for client in clients:
        server.step()
        client.send(f"{client.name}\n")
    server.step(), server.step()
    for client in clients:
        assert client.receive() == f"hello {client.name}\n"
    return clients


def kept(server, number=1):
    return [message for message, in ask(server.folder, f"SELECT message FROM messages_{number} ORDER BY number")]


# -- stepped -----------------------------------------------------------------------------------------------------------

def test_a_message_is_kept_one_iteration_before_its_ok_is_sent():
    with run(LESSON, held=True, folder=True) as server:
        alice, = greeted(server, "alice")
        alice.send("hi\n")
        heard = server.step()
        assert [one.name for one in heard.operations] == ["recv"]
        assert kept(server) == [b"hi"]
        told = server.step()
        assert [(one.name, one.data) for one in told.operations] == [("send", b"ok 1\n")]


def test_a_greeting_keeps_nothing():
    with run(LESSON, held=True, folder=True) as server:
        greeted(server, "alice")
        assert ask(server.folder, "SELECT * FROM clients") == []


def test_all_that_an_iteration_has_received_is_one_transaction():
    loud = change(LESSON, 'database.execute("PRAGMA', 'database.set_trace_callback(print)\ndatabase.execute("PRAGMA')
    with run(loud, held=True, folder=True) as server:
        clients = greeted(server, "alice", "bob", "carol")
        before = server.output
        for client in clients:
            client.send("one\ntwo\n")
        server.step()
        said = server.output.removeprefix(before)
        assert [said.count(word) for word in ("BEGIN", "COMMIT", "INSERT INTO messages_")] == [1, 1, 6]


def test_who_leaves_before_its_ok_is_kept_and_who_leaves_in_the_middle_of_a_line_is_not():
    with run(LESSON, held=True, folder=True) as server:
        alice, bob, carol = greeted(server, "alice", "bob", "carol")
        alice.send("whole\n")
        alice.reset()
        bob.send("one\ntw")
        bob.close()
        carol.send("here\n")
        for _ in range(4):
            server.step()
        assert carol.receive() == "ok 1\n"
        assert [kept(server, number) for number in (1, 2, 3)] == [[b"whole"], [b"one"], [b"here"]]
        assert server.step().watched_read == ["listener", "carol"]


@pytest.mark.parametrize("leave", ["close", "reset", "half_close"])
def test_who_leaves_during_the_commit_is_kept_and_nobody_else_notices(leave):
    """SQLite tells of a COMMIT just before it does it; there this server waits for a line on its stdin."""
    pragma = 'database.execute("PRAGMA'
    pause = 'database.set_trace_callback(lambda sql: sql == "COMMIT" and sys.stdin.readline())'
    waiting = change(LESSON, pragma, f"{pause}\n{pragma}")
    with run(waiting, folder=True) as server:
        alice, bob = connect(server, "alice"), connect(server, "bob")
        for client in (alice, bob):
            client.send(f"{client.name}\n")
            assert client.receive() == f"hello {client.name}\n"
        alice.send("a last word\n")
        assert "sys.stdin.readline()" in repr(server.settle())
        assert ask(server.folder, "SELECT * FROM clients") == []          # nothing is to be seen of it yet
        getattr(alice, leave)()
        server.type("go on\n")
        if leave == "half_close":
            assert alice.receive() == "ok 1\n" and alice.receive() == ""
        server.settle()
        bob.send("and I\n")
        server.settle(), server.type("go on\n")
        assert bob.receive() == "ok 1\n"
        assert (kept(server, 1), kept(server, 2)) == ([b"a last word"], [b"and I"])


def test_who_half_closes_has_its_answers_and_then_the_end():
    with run(LESSON, held=True, folder=True) as server:
        alice = connect(server, "alice")
        server.step()
        alice.send("alice\none\ntwo\nthe rest")
        alice.half_close()
        for _ in range(3):
            server.step()
        assert (alice.receive(), alice.receive()) == ("hello alice\nok 1\nok 2\n", "")
        assert kept(server) == [b"one", b"two"]


def test_a_line_without_an_end_is_let_go_after_its_oks():
    with run(LESSON, folder=True) as server:
        alice = connect(server, "alice")
        alice.send("alice\none\n" + "x" * 200_000)
        expected = b"hello alice\nok 1\ntoo long\n"
        assert alice.receive_bytes(len(expected), timeout=BOUND) == expected
        assert kept(server) == [b"one"]


# -- names -------------------------------------------------------------------------------------------------------------

NAMES = {"quotes": b"""it's "me" `or` [him]""", "SQL": b'x" (message BLOB); DROP TABLE clients; --', "NUL": b"a\0b\0",
         "no text": b"\xff\xfe\x80", "other lands": "漢字 ß é 😀".encode(), "a number": b"1", "a table": b"clients",
         "another table": b"messages_1", "spaces": b"  ", "255 bytes": 255 * b"x", "a carriage return": b"alice\r"}


def test_names_of_each_kind_have_a_table_of_their_own(tmp_path):
    with serving(tmp_path) as (_, port):
        for name in NAMES.values():
            with call(port, name) as sock:
                answers(sock, b"of %b\n" % name, b"ok 1\n")
    numbers = ask(tmp_path, "SELECT name, number FROM clients ORDER BY number")
    assert [name for name, _ in numbers] == list(NAMES.values())
    for name, number in numbers:
        assert ask(tmp_path, f"SELECT message FROM messages_{number}") == [(b"of " + name,)]
    tables = ask(tmp_path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
    assert tables == [(len(NAMES) + 1,)]


@pytest.mark.parametrize("name", [b"", 256 * b"x", 10_000 * b"x"], ids=["empty", "256 bytes", "10,000 letters"])
def test_a_name_that_is_none_is_refused_in_a_sentence_and_a_goodbye(tmp_path, name):
    expected = b"sorry: a name has 1 to 255 bytes\n"
    with serving(tmp_path) as (_, port):
        with call(port) as sock:
            answers(sock, name + b"\n", expected)
            assert sock.recv(1) == b""
        with call(port, b"bob") as sock:
            answers(sock, b"hi\n", b"ok 1\n")
    assert ask(tmp_path, "SELECT name FROM clients") == [(b"bob",)]


def test_who_says_anothers_name_shares_the_table_and_counts_alone(tmp_path):
    with serving(tmp_path) as (_, port), call(port, b"alice") as one, call(port, b"alice") as two:
        answers(one, b"a\n", b"ok 1\n")
        answers(two, b"b\nc\n", b"ok 1\nok 2\n")
        answers(one, b"d\n", b"ok 2\n")
    assert ask(tmp_path, "SELECT message FROM messages_1 ORDER BY number") == [(b"a",), (b"b",), (b"c",), (b"d",)]


def test_bytes_in_bytes_out(tmp_path):
    messages = [bytes(set(range(256)) - {10}), b"", b"\0", "ü".encode()[:1], b"'", 65_000 * b"x"]
    with serving(tmp_path) as (_, port), call(port, b"alice") as sock:
        for number, message in enumerate(messages, 1):
            answers(sock, message + b"\n", b"ok %d\n" % number)
    assert ask(tmp_path, "SELECT message FROM messages_1 ORDER BY number") == [(message,) for message in messages]


# -- the database says no ----------------------------------------------------------------------------------------------

def test_while_somebody_else_writes_clients_are_told_and_the_loop_goes_on(other):
    with run(LESSON, held=True, folder=True) as server:
        alice, bob = greeted(server, "alice", "bob")
        writer = other(server)
        writer.execute("BEGIN IMMEDIATE")
        alice.send("one\n"), bob.send("one\n")
        server.step(), server.step()
        assert (alice.receive(), bob.receive()) == (LOCKED, LOCKED)
        writer.execute("ROLLBACK")
        alice.send("two\n")
        server.step(), server.step()
        assert alice.receive() == "ok 2\n"
        assert ask(server.folder, "SELECT name FROM clients") == [(b"alice",)]       # bob's row was undone with the rest
        bob.send("two\n")
        server.step(), server.step()
        assert (bob.receive(), kept(server, 2)) == ("ok 2\n", [b"two"])


def test_a_reader_holds_up_nobody(other):
    with run(LESSON, held=True, folder=True) as server:
        alice, = greeted(server, "alice")
        reader = other(server)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM clients").fetchall()
        alice.send("hi\n")
        server.step(), server.step()
        assert alice.receive() == "ok 1\n"


def test_when_the_disk_is_full_nothing_of_that_transaction_is_kept_and_the_server_lives():
    small = change(LESSON, 'database.execute("CREATE TABLE IF NOT EXISTS clients',
                   'database.execute("PRAGMA max_page_count = 5")\ndatabase.execute("CREATE TABLE IF NOT EXISTS clients')
    with run(small, held=True, folder=True) as server:
        alice, bob = greeted(server, "alice", "bob")
        alice.send("hi\n"), bob.send("hi\n")
        server.step(), server.step()
        assert (alice.receive(), bob.receive()) == ("ok 1\n", "ok 1\n")
        alice.send("short\n" + "x" * 10_000 + "\n"), bob.send("short\n")
        server.step(), server.step()
        assert alice.receive() == f"sorry 2: {FULL}\nsorry 3: {FULL}\n" and bob.receive() == f"sorry 2: {FULL}\n"
        bob.send("again\n")
        server.step(), server.step()
        assert bob.receive() == "ok 3\n"
        assert (kept(server, 1), kept(server, 2)) == ([b"hi"], [b"hi", b"again"])


def test_after_any_error_of_the_database_the_transaction_is_undone(other):
    """Of a full disk SQLite undoes it itself; of a table that is gone it doesn't."""
    with run(LESSON, held=True, folder=True) as server:
        alice, = greeted(server, "alice")
        somebody = other(server)
        somebody.execute("ALTER TABLE clients RENAME TO gone")
        for number in 1, 2:
            alice.send("hi\n")
            server.step(), server.step()
            assert alice.receive() == f"sorry {number}: no such table: clients\n"
        somebody.execute("ALTER TABLE gone RENAME TO clients")
        alice.send("hi\n")
        server.step(), server.step()
        assert (alice.receive(), kept(server)) == ("ok 3\n", [b"hi"])


def test_a_new_client_whose_first_message_was_refused_has_its_table_later():
    small = change(LESSON, 'database.execute("CREATE TABLE IF NOT EXISTS clients',
                   'database.execute("PRAGMA max_page_count = 4")\ndatabase.execute("CREATE TABLE IF NOT EXISTS clients')
    with run(small, held=True, folder=True) as server:
        alice, = greeted(server, "alice")
        alice.send("x" * 10_000 + "\n")
        server.step(), server.step()
        assert alice.receive() == f"sorry 1: {FULL}\n" and ask(server.folder, "SELECT * FROM clients") == []
        alice.send("short\n")
        server.step(), server.step()
        assert (alice.receive(), kept(server)) == ("ok 2\n", [b"short"])


# -- killed, and crowded -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", range(5))
def test_killed_in_a_flood_nothing_acknowledged_is_lost_and_no_message_is_there_twice(tmp_path, seed):
    enough = random.Random(seed).randrange(1, 30_000)
    acknowledged, lost, twice = killed(tmp_path, clients=8, messages=20_000, enough=enough)
    assert acknowledged >= enough and (lost, twice) == (0, 0)


def test_acknowledged_too_early_the_same_flood_loses_messages(tmp_path):
    """The proof that the test above can fail: this one commits when ten clients have spoken in one iteration."""
    begin = 'database.execute("BEGIN IMMEDIATE")'
    early = change(LESSON, begin, f"if not database.in_transaction:\n    {begin}")
    early = change(early, 'database.execute("COMMIT")', 'if len(received) >= 10:\n    database.execute("COMMIT")')
    with serving(tmp_path, early.path) as (process, port):
        people = [Flooding(port, number, 5_000) for number in range(4)]
        flood(people, 1000, process.kill)
    lost, _ = lost_and_twice(tmp_path, people)
    assert lost == sum(one.acknowledged for one in people) >= 1000


@pytest.mark.parametrize("clients", [9, 10, 100])
@pytest.mark.parametrize("ahead", [None, 1], ids=["flood", "each waits for its ok"])
def test_many_clients_at_once_have_all_of_theirs_kept(tmp_path, clients, ahead):
    with serving(tmp_path) as (_, port):
        people = [Flooding(port, number, 20, ahead) for number in range(clients)]
        flood(people)
    assert [one.acknowledged for one in people] == clients * [20]
    assert lost_and_twice(tmp_path, people) == (0, 0)
    assert ask(tmp_path, "SELECT count(*) FROM clients") == [(clients,)]


def test_clients_who_break_off_at_any_moment_hold_up_nobody(tmp_path):
    """In the middle of a line, before their ok, during a commit: some of them are reset while the flood goes on."""
    with serving(tmp_path) as (_, port):
        people = [Flooding(port, number, 3_000) for number in range(12)]
        flood(people[:6], 2_000, lambda: [one.sock.close() for one in people[6:] if not one.say()])
        with call(port, b"bob") as bob:
            answers(bob, b"hi\n", b"ok 1\n")
    assert [one.acknowledged for one in people[:6]] == 6 * [3_000]
    assert lost_and_twice(tmp_path, people[:6]) == (0, 0)
    for one in people[6:]:                  # of theirs there is a part, or nothing: from the first on, and each is whole
        one.acknowledged = 0
    assert lost_and_twice(tmp_path, people) == (0, 0)
