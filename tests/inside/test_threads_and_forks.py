"""Threads and forks: one loop is recorded, and whatever the program has started ends with it."""
import socket

import psutil

from helpers import connect, run
from helpers.inside.ids import Ids
from tests.conftest import eventually
from tests.inside.programs import PAIR


def test_select_in_another_thread_is_no_iteration(ran):
    server = ran(PAIR + """
select.select([one], [], [], 0)
def others():
    for _ in range(5):
        print(select.select([other], [], [], 0))
thread = threading.Thread(target=others)
thread.start()
thread.join()
select.select([one], [], [], 0)
""")
    assert [each.watched_read for each in server.iterations] == [["socket 1"], ["socket 1"]]
    assert server.output.count("([], [], [])") == 5


def test_a_loop_in_a_thread_is_held_and_recorded(program):
    server = run(program(PAIR + """
def loop():
    while True:
        select.select([one], [], [], 0.01)
threading.Thread(target=loop, daemon=True).start()
threading.Event().wait()
"""), held=True)
    assert [server.step().number for _ in range(3)] == [1, 2, 3]


def test_what_another_thread_does_is_none_of_the_loops_iterations(ran):
    iteration, = ran(PAIR + """
select.select([one], [], [], 0)
thread = threading.Thread(target=other.send, args=[b"hello"])
thread.start()
thread.join()
""").iterations
    assert iteration.operations == []


def test_a_forked_child_is_not_recorded_and_ends_with_stop(program, short_grace):
    server = run(program(PAIR + """
select.select([], [], [], 0)
child = os.fork()
if not child:
    for _ in range(50):
        select.select([], [], [], 0)
    other.send(b"x")
    while True:
        select.select([], [], [], 1)
select.select([one], [], [])
print(child)
one.recv(1)
while True:
    select.select([one], [], [])
"""), held=True)
    server.step()
    iteration = server.step()
    child = psutil.Process(int(iteration.printed))
    assert child.is_running()
    assert [each.number for each in server.iterations] == [1, 2]
    assert [str(each) for each in iteration.operations] == ["recv 1 b'x'"]
    server.stop()
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_program_that_starts_another_gets_its_output(ran):
    server = ran("""
        import select, subprocess, sys
        select.select([], [], [], 0)
        print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout)
        """)
    assert server.output == "42\n\n"


def test_a_worker_that_waits_for_a_silent_client_holds_up_no_step(program):
    server = run(program("""
import queue, select, socket, threading
jobs = queue.Queue()
def work():
    while True:
        client = jobs.get()
        client.sendall(b"got " + client.recv(100))
        client.close()
for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
listener = socket.create_server(("127.0.0.1", 0))
while True:
    readable, _, _ = select.select([listener], [], [], 0.5)
    if readable:
        jobs.put(listener.accept()[0])
"""), held=True)
    alice = connect(server, "alice")
    assert [str(one) for one in server.step().operations] == ["accept → alice"]
    assert len(server.pass_time(30)) == 60           # as without the glass: the loop goes round beside the worker
    bob = connect(server, "bob")
    assert [str(one) for one in server.step().operations] == ["accept → bob"]
    bob.send("hi")
    server.step()
    assert bob.receive() == "got hi"
    alice.send("hello")
    server.step()
    assert alice.receive() == "got hello"


def test_a_number_that_another_thread_has_got_meanwhile_is_not_forgotten():
    """A descriptor is free as soon as it is closed, and the one who closes it notes that a moment later."""
    ids, pair = Ids(), socket.socketpair()
    with pair[0], pair[1]:
        number = pair[0].fileno()
        hers = ids.new(number, "connection")
        his = ids.new(number, "connection")            # another thread has accepted, before hers is noted as closed
        ids.closed(number, hers)
        assert ids[number] == his
        ids.closed(number, his)
        ids.closed(number, his)
        assert number not in ids
