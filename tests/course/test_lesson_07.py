"""Lesson 07: lines out of a stream. The same bytes give the same answers, wherever they are cut."""
import signal
from random import Random

import pytest

from helpers import change, connect, run
from helpers.trials.speaking import LINES
from tests.conftest import LONG
from tests.course.test_lessons import call, client, receive_all, server

STEM = "07_messages"
SAID = "one\ngrün\n\n".encode() + bytes(range(256)) + b"\nlast\n"       # an empty line, and one of any bytes
LENGTHS = change(STEM, '*lines, rest = data.split(b"\\n")', """lines, rest = [], data
while len(rest) >= 4 and len(rest) >= 4 + (size := int.from_bytes(rest[:4])):
    lines.append(rest[4:4 + size])
    rest = rest[4 + size:]""")


def names(iteration):
    return [(one.socket, one.name) for one in iteration.operations]


def test_half_a_line_waits_for_its_end():
    with run(STEM, held=True) as glass:
        alice = connect(glass, "alice")
        glass.step()
        alice.send("hel")
        heard, idle = glass.step(), glass.step()
        assert names(heard) == [("alice", "recv")] and idle.idle and idle.watched_write == []
        alice.send("lo\n")
        assert names(glass.step()) == [("alice", "recv")] and names(glass.step()) == [("alice", "send")]
        assert alice.receive() == "1 5\n"


def test_three_lines_in_one_go_are_three_messages_and_one_send():
    with run(STEM, held=True) as glass:
        alice, bob = connect(glass, "alice"), connect(glass, "bob")
        glass.step(), glass.step()
        alice.send("a\nbb\nccc\nd")
        bob.send("x")
        assert names(glass.step()) == [("alice", "recv"), ("bob", "recv")]
        assert names(glass.step()) == [("alice", "send")]
        assert alice.receive() == "1 1\n2 2\n3 3\n"


@pytest.mark.long
def test_wherever_the_bytes_are_cut_the_answers_are_the_same():
    expected = LINES.answer(SAID)
    with run(STEM) as glass:
        for place in range(1, len(SAID)):
            with connect(glass, f"guest {place}") as guest:
                guest.send(SAID[:place])
                glass.settle(LONG)
                guest.send(SAID[place:])
                assert guest.receive_bytes(len(expected)) == expected, place


@pytest.mark.parametrize("seed", range(3))
def test_many_talk_at_once_in_pieces_of_any_size(seed):
    """Each plain: nothing of the course between the clients and the server."""
    luck = Random(seed)
    with server(STEM, "0") as (port,):
        guests = []
        for _ in range(100):
            said = b"".join(luck.randbytes(luck.randrange(60)).replace(b"\n", b"") + b"\n" for _ in range(20))
            guests.append([call(port), said, said])
        while guests:
            guest = luck.choice(guests)
            sock, whole, rest = guest
            piece = rest[:luck.randrange(1, 200)]
            sock.sendall(piece)
            guest[2] = rest[len(piece):]
            if not guest[2]:
                sock.shutdown(1)
                assert receive_all(sock) == LINES.answer(whole)
                sock.close()
                guests.remove(guest)


def test_a_line_that_is_not_whole_is_no_message():
    with server(STEM, "0") as (port,), call(port) as alice:
        alice.sendall(b"whole\nhalf")
        alice.shutdown(1)
        assert receive_all(alice) == b"1 5\n"


def test_a_line_without_an_end_is_refused_and_what_waits_has_a_bound():
    with server(STEM, "0") as (port,), call(port) as bob:
        with call(port) as alice:
            alice.sendall(b"first\n" + b"x" * 65_536)
            assert alice.recv(100) == b"1 5\n"             # so much may wait …
            alice.sendall(b"y")
            assert receive_all(alice) == b"too long\n"     # … and not a byte more
        bob.sendall(b"hello\n")
        assert bob.recv(100) == b"1 5\n"


def test_nothing_is_left_of_who_has_gone():
    """Whatever they were in the middle of: a line, an answer, a goodbye."""
    counted = change(STEM, 'listener.setblocking(False)\nprint(',
                     'listener.setblocking(False)\nsignal.signal(signal.SIGUSR1, lambda *_: '
                     'print("left", len(inputs), len(outputs), len(queues), len(buffers), len(counts)))\nprint(')
    with run(counted) as glass:
        for number in range(20):
            guest = connect(glass, f"guest {number}")
            guest.send(["half", "whole\n", "x" * 70_000, "one\ntw"][number % 4])
            glass.settle(LONG)
            (guest.reset if number % 3 else guest.close)()
        glass.settle(LONG)
        glass.child.process.send_signal(signal.SIGUSR1)
        bob = connect(glass, "bob")
        bob.send("hello\n")
        assert bob.receive() == "1 5\n"
        assert "left 1 0 0 0 0" in glass.output


@pytest.mark.long
def test_with_lengths_any_bytes_are_a_message_wherever_they_are_cut():
    messages = [b"hello", b"", b"two\nlines", bytes(300), b"\0\0\0\4"]
    said = b"".join(len(one).to_bytes(4) + one for one in messages)
    expected = b"".join(b"%d %d\n" % (number, len(one)) for number, one in enumerate(messages, 1))
    with run(LENGTHS) as glass:
        for place in range(1, len(said), 3):
            with connect(glass, f"guest {place}") as guest:
                guest.send(said[:place])
                glass.settle(LONG)
                guest.send(said[place:])
                assert guest.receive_bytes(len(expected)) == expected, place


def test_in_two_terminals():
    with server(STEM, "0") as (port,):
        done = client(port, "hello\n\ngrüß dich\n")        # Enter alone says nothing
    assert [line for line in done.stdout.splitlines() if "server:" in line][0].endswith("server: 1 5")
    assert "2 11" in done.stdout
