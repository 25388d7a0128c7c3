"""What the glass sees of a loop that should wait, and what is said of it."""
import pytest

from helpers import connect
from helpers.exercises.guests import mixed
from helpers.exercises.loops import comes_back, told_of, waits
from helpers.trials import Trial, hear, judge

LOOP = """
import select, socket, time
listener = socket.create_server(("127.0.0.1", 7777))
inputs, kept = [listener], []
while True:
    readable, _, _ = select.select(inputs, [], [], 0.4)
    pass
    for sock in readable:
        if sock is listener:
            inputs.append(listener.accept()[0])
        else:
            data = sock.recv(1024)
            sock.sendall(data)
"""
THREADS = """
import socket, threading
def serve(sock):
    while data := sock.recv(1024):
        sock.sendall(data)
listener = socket.create_server(("127.0.0.1", 7777))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""
CALL, ANSWER, PASS = "select.select(inputs, [], [], 0.4)", "            sock.sendall(data)", "    pass\n"


def talk(start, must_loop=True):
    """Alice and bob are there, and alice says a word."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    server.comes_to_rest()
    alice.send(b"hello")
    comes_back(server)
    hear(alice, b"hello")
    waits(server, alice, bob, must_loop=must_loop)
    if must_loop:
        told_of(server, alice)


def may_have_threads(start):
    """The same, where the task asks for no loop."""
    talk(start, must_loop=False)


def verdict(program, function=talk):
    [one] = judge(program, (), [Trial("a trial", "", "", function)], record=True)
    return one


@pytest.mark.parametrize("function", [talk, may_have_threads])
def test_a_loop_that_waits_for_all_is_right(function, program):
    one = verdict(program(LOOP), function)
    assert one.survived, one


def test_threads_are_right_where_no_loop_is_asked_for(program):
    assert verdict(program(THREADS), may_have_threads).survived
    one = verdict(program(THREADS))
    assert not one.survived and "no call of select (or poll, epoll …) is seen" in one.received


@pytest.mark.parametrize("received, kind, old, new", [
    ("in line 7, `time.sleep(0.05)`, most of the time", "elsewhere", PASS, "    time.sleep(0.05)\n"),
    ("stands in line 13, `time.sleep(1)`", "stands", ANSWER, "            time.sleep(1)\n" + ANSWER),
    ("a call of select waits, and bob isn't watched", "unwatched", ANSWER,
     ANSWER + "\n            select.select([sock], [], [], 0.2)"),
    ("it is sent when the timeout of select has passed", "late", ANSWER,
     "            kept.append(sock)\n    while kept and not readable:\n        kept.pop().sendall(data)"),
])
def test_who_waits_elsewhere_is_seen(received, kind, old, new, program):
    changed = LOOP.replace(old, new)
    assert changed != LOOP
    if "line 7" in received:
        changed = changed.replace(CALL, CALL.replace("0.4", "0"))
    one = verdict(program(changed))
    assert not one.survived and received in one.received and kind in one.kinds, one


def test_what_comes_in_any_order_is_all_there_and_nothing_else():
    assert mixed(b"onetwo", (b"one", b"two")) and mixed(b"twoone", (b"one", b"two")) and mixed(b"otnweo", (b"one", b"two"))
    assert not mixed(b"one", (b"one", b"two")) and not mixed(b"onetwx", (b"one", b"two"))
    assert not mixed(b"eontwo", (b"one", b"two")) and not mixed(b"onetwoone", (b"one", b"two"))
