"""Lesson 17: its program, stepped and plain; its parser and its bounds; what it says beside the real redis-server."""
import itertools
import selectors
import socket
import sys
import time
from types import ModuleType
from unittest import mock

import pytest

from helpers import connect, run
from helpers.trials.speaking import command
from tests import ROOT
from tests.conftest import LONG, eventually
from tests.course.resp import STEM, Talk, all_of, needs_redis, ours, real, same

PING, PONG = command(b"PING"), b"+PONG\r\n"
TOO_BIG_LINE = b"-ERR Protocol error: too big inline request\r\n"


class Program:
    """The lesson's own functions, without its listener and its loop; each client is one end of a pair of sockets."""
    def __init__(self):
        source = (ROOT / "lessons" / f"{STEM}.py").read_text(encoding="utf-8")
        self.names = {"__name__": STEM}
        self.database = ModuleType("redis_commands")      # one of its own
        exec(compile((ROOT / "lessons" / "redis_commands.py").read_text(encoding="utf-8"), "redis_commands", "exec"),
             self.database.__dict__)
        with mock.patch.dict(sys.modules, redis_commands=self.database):
            exec(compile(source[:source.index("# -- the loop")].replace("sys.argv", "['17']"), STEM, "exec"), self.names)
        self.names["selector"] = self.selector = selectors.DefaultSelector()
        self.ends = []

    def __getattr__(self, name):
        return self.names[name] if name in self.names else getattr(self.database, name)

    def client(self):
        far, near = socket.socketpair()
        near.setblocking(False)
        far.settimeout(LONG)
        self.ends += far, near
        client = self.Client(near)
        self.selector.register(near, selectors.EVENT_READ, client)
        return far, client

    def turn(self):
        """What an iteration does with those who are ready."""
        for key, ready in self.selector.select(0):
            self.serve(key.data, ready)
        for client in self.touched:
            self.settle(client)
        self.touched.clear()

    def hear(self, far, size):
        """So many bytes, and as many iterations as they need."""
        found, end = bytearray(), time.monotonic() + LONG
        far.setblocking(False)
        while len(found) < size:
            assert time.monotonic() < end, f"{len(found)} of {size} bytes came"
            try:
                found += far.recv(size - len(found))
            except BlockingIOError:
                self.turn()
        return found

    def close(self):
        self.selector.close()
        for one in self.ends:
            one.close()


@pytest.fixture
def program():
    one = Program()
    yield one
    one.close()


@pytest.fixture(scope="module")
def plain():
    with ours() as port:
        yield port


# -- stepped ------------------------------------------------------------------------------------------------------------

def done(iteration):
    return [(one.name, one.socket, one.size) for one in iteration.operations]


def test_half_a_set_then_its_end_with_two_commands_more():
    """One recv, one send, three replies."""
    with run(STEM, held=True) as server:
        alice = connect(server, "alice")
        server.step()
        said = command(b"SET", b"greeting", b"hello")
        alice.send(said[:20])
        assert done(server.step()) == [("recv", "alice", 20)]
        rest = said[20:] + command(b"GET", b"greeting") + PING
        alice.send(rest)
        assert done(server.step()) == [("recv", "alice", len(rest)), ("send", "alice", 23)]
        assert alice.receive() == "+OK\r\n$5\r\nhello\r\n+PONG\r\n"


def test_a_key_is_forgotten_when_its_time_has_come():
    with run(STEM, held=True) as server:
        alice = connect(server, "alice")
        server.step()
        alice.send(command(b"SET", b"a", b"1", b"EX", b"10") + command(b"TTL", b"a"))
        server.step()
        assert alice.receive() == "+OK\r\n:10\r\n"
        server.pass_time(9)
        alice.send(command(b"EXPIRE", b"a", b"30") + command(b"TTL", b"a"))
        server.step()
        assert alice.receive() == ":1\r\n:30\r\n"
        server.pass_time(29)
        alice.send(command(b"EXISTS", b"a"))
        server.step()
        assert alice.receive() == ":1\r\n"
        server.pass_time(1)
        alice.send(command(b"EXISTS", b"a"))
        server.step()
        assert alice.receive() == ":0\r\n"
        assert [one.timeout for one in server.iterations if one.waited][0] == 10


def test_a_message_goes_to_each_subscriber_in_the_same_iteration():
    with run(STEM, held=True) as server:
        alice, bob, carol = (connect(server, name) for name in ("alice", "bob", "carol"))
        for _ in range(3):
            server.step()
        alice.send(command(b"SUBSCRIBE", b"news"))
        bob.send(command(b"HELLO", b"3") + command(b"SUBSCRIBE", b"news"))
        server.step()
        assert alice.receive() == "*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n"
        assert bob.receive().endswith(">3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")
        carol.send(command(b"PUBLISH", b"news", b"hi"))
        assert [one[:2] for one in done(server.step())] == [
            ("recv", "carol"), ("send", "carol"), ("send", "alice"), ("send", "bob")]
        assert (alice.receive(), bob.receive(), carol.receive()) == (
            "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n", ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n", ":2\r\n")


def test_who_is_silent_is_let_go_and_who_has_subscribed_is_not():
    with run(STEM, 6379, "30", held=True) as server:
        alice, bob, carol = (connect(server, name) for name in ("alice", "bob", "carol"))
        for _ in range(3):
            server.step()
        bob.send(command(b"SUBSCRIBE", b"news"))
        server.step()
        server.pass_time(20)
        carol.send(PING)
        server.step()
        server.pass_time(15)
        closed = [one.socket for each in server.iterations for one in each.operations if one.name == "close"]
        assert closed == ["alice"] and alice.receive() == ""
        server.pass_time(20)
        closed = [one.socket for each in server.iterations for one in each.operations if one.name == "close"]
        assert closed == ["alice", "carol"] and server.time() == 55


# -- the parser ---------------------------------------------------------------------------------------------------------

STREAM = (command(b"SET", b"a", b"x\r\n*1\r\n$4\r\nPING\r\n") + b"PING\r\n" + command(b"GET", b"a") + b"\r\n*0\r\n  ECHO   hi \n"
          + command(b"HELLO", b"3") + command(b"GET", b"none") + command(b"SUBSCRIBE", b"n") + command(b"PUBLISH", b"n", b"m")
          + command(b"UNSUBSCRIBE") + command(b"MULTI") + command(b"RPUSH", b"l", b"", b"2")
          + command(b"LRANGE", b"l", b"0", b"-1") + command(b"EXEC") + command(b"DEL", b"a", b"l") + b"*1\r\n$4\r\nPIN")


def answered(program, *parts):
    far, client = program.client()
    client.number = 7
    for part in parts:
        far.sendall(part)
        program.turn()
    far.shutdown(socket.SHUT_WR)
    program.turn()
    found = b"".join(iter(lambda: far.recv(65536), b""))
    return found


def test_the_same_bytes_cut_at_every_byte_are_answered_with_the_same(program):
    whole = answered(program, STREAM)
    assert whole.count(b"\r\n") > 40 and whole.endswith(b"*2\r\n:2\r\n*2\r\n$0\r\n\r\n$1\r\n2\r\n:2\r\n")
    different = [place for place in range(1, len(STREAM)) if answered(program, STREAM[:place], STREAM[place:]) != whole]
    assert different == []
    assert answered(program, *(STREAM[place:place + 1] for place in range(len(STREAM)))) == whole


WRONG = [b"*x\r\n", b"*1048577000000\r\n", b"*1\r\n+PING\r\n", b"*1\r\n$-1\r\n", b"*1\r\n$536870913\r\n", b"*1\r\n$x\r\n",
         b"*1 \r\n", b"*+1\r\n", b"*01\r\n", b"*1\r\n$04\r\n", b"*2\r\n$4\r\nECHO\r\n:1\r\n", b"*1\r\n$\r\n"]
TOO_BIG = {b"x" * 70000: TOO_BIG_LINE, b"*" + b"1" * 70000: b"-ERR Protocol error: too big mbulk count string\r\n",
           b"*1\r\n$" + b"1" * 70000: b"-ERR Protocol error: too big bulk count string\r\n"}


@pytest.mark.parametrize("said", WRONG, ids=str)
def test_what_is_no_resp_is_answered_once_and_is_the_end(program, said):
    """Also if it comes byte by byte, and whatever comes behind it."""
    far, client = program.client()
    before = PING + said
    for place in range(len(before)):
        far.sendall(before[place:place + 1])
        program.turn()
    found = b"".join(iter(lambda: far.recv(65536), b""))
    assert found.startswith(PONG + b"-ERR Protocol error: ") and found.count(b"\r\n") == 2
    assert answered(program, before + PING) == found


@needs_redis
def test_what_is_no_resp_gets_the_real_ones_words():
    with ours() as one, real() as other:
        for said in [*WRONG, *TOO_BIG]:
            assert without_quit(one, said) == without_quit(other, said), said[:30]


def without_quit(port, said):
    """QUIT would be the end of the line that has none."""
    with Talk(port) as talk:
        talk.say(said)
        return talk.rest()


@pytest.mark.parametrize("said", TOO_BIG, ids=lambda said: str(said[:6]))
def test_a_line_without_an_end_is_refused(plain, program, said):
    with Talk(plain) as talk:
        talk.say(said)
        assert talk.rest() == TOO_BIG[said]
    pieces = [said[place:place + 1000] for place in range(0, 68000, 1000)]
    far, client = program.client()
    for piece in pieces:
        if client.connection.fileno() >= 0:
            far.sendall(piece)
            program.turn()
    assert far.recv(65536) == TOO_BIG[said] and client.connection.fileno() == -1


def test_a_long_word_is_looked_at_when_it_is_whole(program, monkeypatch):
    """Else each piece of 64 KiB would be copied, and searched, again and again: 512 MB would take an hour."""
    far, client = program.client()
    word = bytes(4_000_000)
    said = command(b"SET", b"a", word)
    looked = 0
    for place in range(0, len(said), 50_000):
        far.sendall(said[place:place + 50_000])
        needed = client.needed
        program.turn()
        looked += client.needed != needed
    assert looked == 2 and program.data == {b"a": word}
    assert far.recv(100) == b"+OK\r\n"


def test_many_words_are_each_read_once(program):
    """A command of 100,000 words comes in pieces: what has been cut out stays cut out."""
    far, client = program.client()
    said = command(b"RPUSH", b"l", *(b"%d" % number for number in range(100_000)))
    longest = 0
    for place in range(0, len(said), 50_000):
        far.sendall(said[place:place + 50_000])
        program.turn()
        longest = max(longest, len(client.received))
    assert longest < 100 and far.recv(100) == b":100000\r\n"


# -- bounds -------------------------------------------------------------------------------------------------------------

def test_who_never_reads_is_not_answered_any_more(program):
    """A small question may have a large answer: its next command waits, also if it has come already."""
    far, client = program.client()
    program.data[b"big"] = bytes(1_000_000)
    said = command(b"GET", b"big") * 500 + PING
    far.sendall(said)
    for _ in range(20):
        program.turn()
    assert client.full and client.watched == program.WRITE and len(client.owed) < 2_000_000
    for _ in range(500):
        assert program.hear(far, 1_000_012).startswith(b"$1000000\r\n")
        assert len(client.owed) < 2_000_000
    assert program.hear(far, len(PONG)) == PONG
    program.turn()
    assert not client.full and client.watched == program.READ


def test_a_subscriber_that_never_reads_is_let_go(program):
    (far, never), (good, reads), (mouth, speaks) = (program.client() for _ in range(3))
    for one in far, good:
        one.sendall(command(b"SUBSCRIBE", b"news"))
    program.turn()
    good.recv(100)
    said = command(b"PUBLISH", b"news", bytes(1_000_000))
    most = 0
    for _ in range(60):
        mouth.setblocking(False)
        rest = said
        while rest:
            try:
                rest = rest[mouth.send(rest):]
            except BlockingIOError:
                pass
            program.turn()
        program.hear(good, 1_000_000 + len(b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1000000\r\n\r\n"))
        most = max(most, len(never.owed))
    assert program.UNREAD - 1_000_100 < most <= program.UNREAD
    assert never.connection.fileno() == -1 and list(program.channels[b"news"]) == [reads]
    assert set(bytes(program.hear(mouth, 60 * len(b":2\r\n"))).split(b"\r\n")) == {b":2", b":1", b""}


def test_deadlines_that_mean_nothing_any_more_are_swept_out(program):
    far, client = program.client()
    for number in range(3000):
        far.sendall(command(b"SET", b"a", b"%d" % number, b"EX", b"1000"))
        program.turn()
        far.recv(100)
    assert len(program.heap) < 200 and len(program.deadlines) == 1


def test_a_key_may_live_longer_than_epoll_can_wait(plain):
    with Talk(plain) as talk:
        assert talk.ask(b"SET", b"long", b"1", b"EX", b"315360000") == b"+OK\r\n"
        assert talk.ask(b"TTL", b"long") == b":315360000\r\n"
        assert talk.ask(b"DEL", b"long") == b":1\r\n"


def test_nothing_of_a_client_stays(program):
    far, client = program.client()
    far.sendall(command(b"SUBSCRIBE", b"a", b"b") + b"*2\r\n$4\r\n")
    program.turn()
    far.close()
    program.turn()
    assert (program.channels, program.deadlines, program.touched, dict(program.selector.get_map())) == ({}, {}, {}, {})


def test_a_reset_is_the_end_of_one_client_alone(plain):
    with Talk(plain) as talk:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", plain)) as wild:
                wild.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                wild.sendall(command(b"SUBSCRIBE", b"news") + command(b"GET", b"a") * 50)
        assert talk.ask(b"PING") == PONG
        eventually(lambda: talk.ask(b"PUBLISH", b"news", b"hi") == b":0\r\n")


# -- what it answers ----------------------------------------------------------------------------------------------------

TALKS = [
    "SET a 1, INCR a, INCRBY a -5, GET a, SET a x KEEPTTL GET, INCR a, DEL a a, GET a",
    "SET a 1 NX, SET a 2 NX, SET a 3 XX, GET a, SET b 1 XX, EXISTS a a b, MGET a b a",
    "SET a 1 EX 100, TTL a, SET a 1 KEEPTTL, TTL a, INCR a, TTL a, SET a 1, TTL a, EXPIRE b 1, TTL b",
    "EXPIRE a 0, SET a 1, EXPIRE a -1, EXISTS a, SET a 1 PX 100000, TTL a, EXPIRE a x, EXPIRE a 9223372036854775807",
    "RPUSH l 1 2 3, LPUSH l x y, LRANGE l 0 -1, LRANGE l -2 9, LRANGE l 3 1, LRANGE l -9 -8, LPOP l, GET l, INCR l",
    "LPUSH l x, LPOP l, EXISTS l, SET l x, LPUSH l x, RPUSH l x, LRANGE l 0 -1, LPOP l, MGET l, DEL l, LPOP l, LRANGE l 0 x",
    "MULTI, SET a 1, INCR a, LPUSH a x, GET a, EXEC, MULTI, NONE, PING, EXEC, MULTI, MULTI, DISCARD, EXEC, DISCARD",
    "SUBSCRIBE a b a, GET a, PING, PING x, EXEC, UNSUBSCRIBE a, UNSUBSCRIBE, UNSUBSCRIBE, PING, MULTI, SUBSCRIBE a, EXEC",
    "HELLO 3, GET none, SUBSCRIBE a, GET none, PING, MGET a b, CONFIG GET save, HELLO 2, PING, HELLO 4, HELLO x, HELLO 3 FOO",
    "NONE a b, GET, GET a b, CONFIG, CONFIG NONE, CONFIG GET, CLIENT, CLIENT SETNAME a, CLIENT GETNAME, CLIENT NONE",
    "CLIENT SETNAME, SET a, SET a 1 EX, SET a 1 EX 0, SET a 1 EX x, SET a 1 NX XX, SET a 1 FOO, PING a b, EXEC a",
    "CONFIG GET save, CONFIG GET SAVE, CONFIG GET none, PUBLISH a b, quit now please, PING",
]


@needs_redis
def test_it_answers_as_the_real_one_does_typed_and_in_resp():
    with ours() as one, real() as other:
        for lines in (talk.encode().split(b", ") for talk in TALKS):
            for said in (b"".join(line + b"\r\n" for line in lines), b"".join(command(*line.split()) for line in lines)):
                clean = command(b"DEL", b"a", b"b", b"l")
                assert same(all_of(one, clean + said)) == same(all_of(other, clean + said)), lines


def test_every_row_of_the_table_is_a_command_of_its_own(program):
    """Each of them takes the number of words that its row says, and none of them falls over."""
    for name, (function, least, most) in program.COMMANDS.items():
        for count in {least, min(most, least + 3)} if function else ():
            client = program.Client(socket.socket())
            program.ends.append(client.connection)
            words = [*name.split(b"|"), *itertools.repeat(b"1", count)]
            try:
                reply = program.encode(program.perform(client, words), client.protocol)
            except program.Bye:
                reply = b"+OK\r\n"
            assert reply[:1] in b"+-:$*%" and reply.endswith(b"\r\n") and b"wrong number" not in reply or name == b"PING"
