"""Lesson 11: one echo in five ways. As plain programs, as the glass sees them, and what its notebook says of each."""
import ast
import signal

import psutil
import pytest

from helpers import NothingCame, change, connect, run
from helpers.server import processes
from tests import ROOT
from tests.conftest import LONG, ended, eventually
from tests.course.test_lessons import call, read_until, receive, receive_all, server, started
from tests.course.ways import WAYS, changed

ALONE = "11_threads", "11_processes", "11_asyncio"        # an error ends one client's visit, and not the server
TOGETHER = "11_select", "11_selectors"


@pytest.fixture(scope="module")
def made():
    return changed()


# -- as plain programs -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_an_echo_for_many(way):
    with server(way, "0") as (port,):
        with call(port) as alice, call(port) as bob, call(port):        # the third is silent all the time
            alice.sendall(b"hello")
            assert receive(alice, 5) == b"hello"
            alice.sendall(b"a" * 300_000)
            bob.sendall(b"b" * 3000)
            assert receive(bob, 3000) == b"b" * 3000
            assert receive(alice, 300_000) == b"a" * 300_000
        with call(port) as carol:
            carol.sendall(b"still there?")
            carol.shutdown(1)
            assert receive_all(carol) == b"still there?"


@pytest.mark.parametrize("way", WAYS)
def test_each_way_has_about_twenty_lines(way):
    text = (ROOT / "lessons" / f"{way}.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text), clean=False)
    assert len([line for line in text.replace(f'"""{docstring}"""', "").splitlines() if line.strip()]) in range(12, 21)


@pytest.mark.parametrize("way", WAYS)
def test_ctrl_c_ends_it(way):
    with started(way, "0") as process:
        read_until(process.stdout.fileno(), r"port \d+\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(LONG)


def test_its_name_is_printed_once_although_processes_are_copies():
    with started("11_processes", "0") as process:
        port = int(read_until(process.stdout.fileno(), r"port \d+\n").split()[-1])
        for _ in range(3):
            with call(port) as guest:
                guest.sendall(b"hello")
                assert receive(guest, 5) == b"hello"
        eventually(lambda: not psutil.Process(process.pid).children())
        process.kill()
        assert process.stdout.read() == b""


# -- who waits for whom ------------------------------------------------------------------------------------------------

def places(free):
    free.settle(LONG)
    return [row.split("  ", 1) for row in str(free.threads()).splitlines()]


def test_each_thread_waits_for_one_client():
    with run("11_threads") as free:
        clients = [connect(free, name) for name in ("alice", "bob", "carol")]
        clients[0].send("hello")
        assert clients[0].receive() == "hello"
        main, *others = places(free)
        assert main[0] == "MainThread" and "listener.accept()" in main[1]
        assert all("connection.recv(65536)" in place for _, place in others)
        assert [place.rpartition("  for ")[2] for _, place in others] == ["alice", "bob", "carol"]


def test_a_thread_waits_for_a_client_that_does_not_read_and_nobody_else_does():
    with run("11_threads") as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        alice.pour(b"all work and no play " * 400_000)
        assert "connection.sendall(data)" in places(free)[1][1]
        bob.send("hello")
        assert bob.receive() == "hello"
        alice.receive_bytes(100)
        alice.reset()
        bob.send("hello")
        assert bob.receive() == "hello"
        eventually(lambda: len(places(free)) == 2)


@pytest.mark.parametrize("way", ["11_processes", *TOGETHER, "11_asyncio"])
def test_all_other_ways_have_one_thread(way):
    with run(way) as free:
        for name in ("alice", "bob", "carol"):
            client = connect(free, name)
            client.send("hello")
            assert client.receive() == "hello"
        assert [name for name, _ in places(free)] == ["MainThread"]


def test_processes_tell_for_whom_they_are_and_end_with_their_clients():
    with run("11_processes") as free:
        assert str(free.processes()) == "no process but its own"
        clients = [connect(free, name) for name in ("carol", "alice", "bob")]
        for client in clients:
            client.send("hello")
            assert client.receive() == "hello"
        assert str(free.processes()) == "a process  for carol\na process  for alice\na process  for bob"
        clients[1].close()
        eventually(lambda: str(free.processes()) == "a process  for carol\na process  for bob")


def test_a_zombie_for_each_client_who_has_left(made):
    with run(made["forgetting"]) as free:
        clients = [connect(free, name) for name in ("alice", "bob", "carol")]
        for client in clients:
            client.send("hello"), client.receive()
        clients[0].close(), clients[1].close()
        eventually(lambda: str(free.processes()) == "a process  for carol\na zombie\na zombie")


@pytest.mark.parametrize("way", WAYS)
def test_an_error_ends_one_visit_or_the_server(way):
    with run(way) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        bob.send("hello")
        assert bob.receive() == "hello"
        free.settle(LONG)
        alice.reset()
        assert ended(free) if way in TOGETHER else eventually(lambda: free.comes_to_rest()) is None
        if way in ALONE:
            bob.send("still there")
            assert bob.receive() == "still there"


# -- what they share ---------------------------------------------------------------------------------------------------

def test_threads_share_variables_and_processes_do_not(made):
    for way, answers in (("11_threads", ["1", "2"]), ("11_processes", ["1", "1"])):
        with run(made["counting"](way)) as free:
            said = []
            for name in ("alice", "bob"):
                client = connect(free, name)
                client.send("hello")
                said.append(client.receive())
            assert said == answers


@pytest.mark.parametrize("attempt", range(5))
def test_one_seat_is_sold_twice(made, attempt):
    with run(made["seats"]) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        assert (alice.receive(), bob.receive()) == ("seat 1? ", "seat 1? ")
        alice.send("yes\n"), bob.send("yes\n")
        assert (alice.receive(), bob.receive()) == ("seat 1 is yours\n", "seat 1 is yours\n")


def test_a_lock_that_is_held_while_waiting_stops_everybody(made):
    with run(made["jealous"]) as free:
        alice = connect(free, "alice")
        assert alice.receive() == "seat 1? "
        bob = connect(free, "bob")
        with pytest.raises(NothingCame):
            bob.receive(timeout=0.2)
        assert "with lock:" in places(free)[2][1]
        alice.send("yes\n")
        assert alice.receive() == "seat 1 is yours\n" and bob.receive(timeout=LONG) == "seat 2? "


def test_a_lock_for_a_moment_sells_each_seat_once(made):
    with run(made["brief"]) as free:
        guests = [connect(free, f"guest {number}") for number in range(40)]
        assert {guest.receive() for guest in guests} == {"a seat? "}
        for guest in guests:
            guest.send("yes\n")
        sold = sorted(int(guest.receive(timeout=LONG).split()[1]) for guest in guests)
        assert sold == list(range(1, 41))


def test_everybody_gets_seat_1_of_a_process(made):
    seats = made["seats"]
    free = change("11_processes", "def serve(connection):", "free = 1\n\n\ndef serve(connection):\n    global free")
    offer = seats.text.partition("        seat = free\n")[2].partition("\n\n")[0]
    with run(change(free, "        while data := connection.recv(65536):\n            connection.sendall(data)",
                    "        seat = free\n" + offer)) as forking:
        for name in ("alice", "bob"):
            client = connect(forking, name)
            assert client.receive() == "seat 1? "
            client.send("yes\n")
            assert client.receive() == "seat 1 is yours\n"


# -- asyncio, and the end of threads -----------------------------------------------------------------------------------

@pytest.mark.parametrize("name, late", [("blocking", 1.0), ("awaiting", 0.5)])
def test_who_sleeps_without_await_holds_up_the_loop(made, name, late):
    with run(made[name], held=True) as held:
        clients = connect(held, "alice"), connect(held, "bob")
        for client in clients:
            client.send("hello")
        while sum(one.name == "send" for each in held.iterations for one in each.operations) < 2:
            held.step()
        assert held.time() == late


def test_a_daemon_ends_with_the_program_and_another_thread_is_waited_for(made):
    with run(made["once"]) as hasty:
        assert connect(hasty, "alice").receive() == ""
        assert ended(hasty) and hasty.exit_status == 0
    with run(change(made["once"], ", daemon=True", "")) as patient:
        bob = connect(patient, "bob")
        bob.send("hello")
        assert bob.receive() == "hello"
        patient.settle(LONG)
        assert str(patient.threads()).startswith("Thread-1 (serve)  line 21,")
        bob.close()
        assert ended(patient) and patient.exit_status == 0


def test_nothing_is_left_when_it_is_stopped():
    free = run("11_processes")
    clients = [connect(free, f"guest {number}") for number in range(3)]
    for client in clients:
        client.send("hello"), client.receive()
    children = processes(free.child.process.pid)[1:]
    assert len(children) == 3
    free.stop()
    assert psutil.wait_procs(children, LONG)[1] == []
