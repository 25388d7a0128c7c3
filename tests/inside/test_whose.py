"""The loop is that of the program: not a library's wait, not what a signal handler does, not a helper thread's."""
import os
import signal

import pytest

from helpers import StillWaiting, connect, run
from tests.conftest import LONG, eventually
from tests.inside.programs import PAIR

ECHO = """
listener = socket.create_server(("127.0.0.1", 6666))
inputs = [listener]
def loop():
    while True:
        for sock in select.select(inputs, [], [], 1)[0]:
            inputs.append(sock.accept()[0]) if sock is listener else sock.sendall(sock.recv(100))
"""


def echoes(server):
    """Step it: does it serve alice, and is nothing but that recorded?"""
    alice = connect(server, "alice")
    steps = [server.step(timeout=LONG)]
    alice.send("hello")
    steps.append(server.step(timeout=LONG))
    assert alice.receive() == "hello"
    assert [one.readable for one in steps] == [["listener"], ["alice"]]
    assert [str(one) for one in steps[1].operations] == ["recv 5 b'hello'", "sendall 5 b'hello'"]


@pytest.mark.parametrize("wait", ["subprocess.run(['true'], capture_output=True)",
                                  "subprocess.run(['cat'], input=b'x', capture_output=True, timeout=5)",
                                  "multiprocessing.Pipe()[0].poll()",
                                  "list(concurrent.futures.ProcessPoolExecutor(1).map(abs, [1]))",
                                  "open(__file__, 'rb') and one.sendfile(open(__file__, 'rb'))"])
def test_a_wait_of_the_library_is_no_iteration(program, wait):
    server = run(program(PAIR + ECHO + f"""
import concurrent.futures, multiprocessing, subprocess
{wait}
def waiting():
    while True:
        select.select([], [], [], 1)
        {wait}
waiting()
"""), held=True)
    for _ in range(2):
        assert server.step(timeout=LONG).watched_read == []
    assert [one.number for one in server.iterations] == [1, 2]


@pytest.mark.parametrize("nested", ["select.select([one], [], [], 0)", "subprocess.run(['true'], capture_output=True)",
                                    "select.poll().poll(0)", "selectors.DefaultSelector().select(0)"])
def test_what_a_signal_handler_does_is_no_iteration(program, nested):
    server = run(program(PAIR + f"""
import selectors, signal, subprocess
def handler(*_):
    {nested}
    print("handled", flush=True)
signal.signal(signal.SIGUSR1, handler)
while True:
    select.select([one], [], [], 1)
    signal.raise_signal(signal.SIGUSR1)
"""), held=True)
    assert server.step().printed == "handled\n"
    server.release()
    os.kill(server.child.process.pid, signal.SIGUSR1)          # in its call, or anywhere
    eventually(lambda: server.output.count("handled") > 3)
    server.hold(LONG)
    assert server.step(timeout=LONG).printed == "handled\n"
    assert {tuple(one.watched_read) for one in server.iterations} == {("socket 1",)}


def test_the_main_threads_loop_is_the_loop_though_a_helper_selects_first(program):
    server = run(program(PAIR + ECHO + """
def help():
    started.set()
    while True:
        select.select([], [], [], 0.01)
started = threading.Event()
threading.Thread(target=help, daemon=True).start()
started.wait()
loop()
"""), held=True)
    echoes(server)


def test_a_helper_that_was_taken_for_the_loop_makes_way(program):
    server = run(program(PAIR + ECHO + """
def help():
    while True:
        select.select([], [], [], 0.01)
        helped.set()
helped = threading.Event()
threading.Thread(target=help, daemon=True).start()
if helped.wait(0.5):                # the main thread waits, and comes to its own loop only then
    print("not held")
loop()
"""), held=True)
    server.step(timeout=LONG)
    eventually(lambda: server.find_listener() and "listener" in server.step(timeout=LONG).watched_read)
    echoes(server)


def test_a_loop_in_a_thread_is_the_loop_and_its_line_is_told(program):
    server = run(program(PAIR + ECHO + """
def loop():
    connection = None
    while True:
        for sock in select.select(inputs, [], [], 1)[0]:
            connection = sock.accept()[0]
            connection.recv(1)
thread = threading.Thread(target=loop)
thread.start()
thread.join()
"""), held=True)
    connect(server, "alice")
    with pytest.raises(StillWaiting, match=r"in line 18, `connection.recv\(1\)`"):
        server.step(timeout=0.2)


def test_what_threads_do_for_their_clients_is_none_of_the_loops_iterations(program):
    server = run(program("""
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        class Hello(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"hello")
        ThreadingHTTPServer(("127.0.0.1", 8000), Hello).serve_forever()
        """), held=True)
    alice = connect(server, "alice")
    iteration = server.step()
    alice.send("GET / HTTP/1.0\r\n\r\n")
    server.step(timeout=LONG)
    assert "hello" in "".join(iter(lambda: alice.receive(), ""))
    assert [str(one) for one in iteration.operations] == ["accept → alice"]
    assert all(one.name == "accept" for each in server.iterations for one in each.operations)
