"""Any program, unchanged, can be held, stepped and recorded: every way of waiting that the course speaks of."""
import sys

import pytest

from helpers import StillWaiting, connect, run

LISTENER = """
    import select, selectors, socket, sys
    listener = socket.create_server(("127.0.0.1", 6666))
    listener.setblocking(False)
"""
ECHO = {
    "select.select": """
    inputs = [listener]
    while True:
        before = list(inputs)
        readable, _, _ = select.select(inputs, [], [], 1)
        assert inputs == before
        for one in readable:
            if one is listener: inputs.append(listener.accept()[0])
            else: one.sendall(one.recv(100))
    """,
    "imported by name, a tuple": """
    from select import select as wait
    inputs = (listener,)
    while True:
        for one in wait(inputs, (), (), 1)[0]:
            if one is listener: inputs += (listener.accept()[0],)
            else: one.sendall(one.recv(100))
    """,
    "an attribute of a class, a generator": """
    class Loop:
        wait = select.select
    inputs = [listener]
    while True:
        for one in Loop().wait((one for one in inputs), [], [], 1)[0]:
            if one is listener: inputs.append(listener.accept()[0])
            else: one.sendall(one.recv(100))
    """,
    "descriptor numbers": """
    sockets = {listener.fileno(): listener}
    while True:
        for number in select.select(list(sockets), [], [], 1)[0]:
            if number == listener.fileno():
                connection, _ = listener.accept()
                sockets[connection.fileno()] = connection
            else: sockets[number].sendall(sockets[number].recv(100))
    """,
    "select.poll": """
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    sockets = {listener.fileno(): listener}
    while True:
        for number, event in poll.poll(1000):
            if number == listener.fileno():
                connection, _ = listener.accept()
                sockets[connection.fileno()] = connection
                poll.register(connection, select.POLLIN)
            else: sockets[number].sendall(sockets[number].recv(100))
    """,
    "select.epoll": """
    epoll = select.epoll()
    epoll.register(listener.fileno(), eventmask=select.EPOLLIN)
    sockets = {listener.fileno(): listener}
    while True:
        for number, event in epoll.poll(timeout=1, maxevents=10):
            if number == listener.fileno():
                connection, _ = listener.accept()
                sockets[connection.fileno()] = connection
                epoll.register(connection.fileno(), select.EPOLLIN)
            else: sockets[number].sendall(sockets[number].recv(100))
    """,
} | {
    f"selectors.{kind}": f"""
    selector = selectors.{kind}()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, events in selector.select(timeout=1):
            if key.fileobj is listener: selector.register(listener.accept()[0], selectors.EVENT_READ)
            else: key.fileobj.sendall(key.fileobj.recv(100))
    """ for kind in ("DefaultSelector", "SelectSelector", "PollSelector")
}


@pytest.mark.parametrize("way", ECHO)
def test_every_way_of_waiting_is_held_stepped_and_recorded(way, program):
    if way == "select.epoll" and not sys.platform.startswith("linux"):
        pytest.skip("epoll is Linux's own")
    server = run(program(LISTENER + ECHO[way]), held=True)
    idle = server.step()
    assert (idle.watched_read, idle.readable, idle.timeout) == (["listener"], [], 1)
    alice = connect(server, "alice")
    accepted = server.step()
    assert accepted.readable == ["listener"]
    assert [(one.name, one.socket, one.peer) for one in accepted.operations] == [("accept", "listener", "alice")]
    alice.send("hello")
    spoken = server.step()
    assert spoken.watched_read == ["listener", "alice"] and spoken.readable == ["alice"]
    assert [(one.name, one.socket, one.size, one.data) for one in spoken.operations] == [
        ("recv", "alice", 5, b"hello"), ("sendall", "alice", 5, b"hello")]
    assert alice.receive() == "hello"
    server.release()
    for word in ("free", "again"):               # the second answer shows that the first one's iteration is over
        alice.send(word)
        assert alice.receive(timeout=5) == word
    assert server.iterations[3].operations[-1].data == b"free"


def test_asyncio_is_stepped_to_its_listener_and_echoes(program):
    server = run(program("""
        import asyncio
        async def echo(reader, writer):
            while data := await reader.read(100):
                writer.write(data)
                await writer.drain()
        async def main():
            async with await asyncio.start_server(echo, "127.0.0.1", 8888) as server:
                await server.serve_forever()
        asyncio.run(main())
    """), held=True)
    alice = connect(server, "alice", port=8888)
    alice.send("hello")
    while not any(one.name == "send" and one.socket == "alice" for one in server.step().operations):
        assert server.iterations[-1].number < 30
    assert alice.receive() == "hello"
    assert any("alice" in one.readable for one in server.iterations)


@pytest.mark.parametrize("call, error", [
    ("select.select([], [], [], timeout=1)", "TypeError: select.select() takes no keyword arguments"),
    ("select.select(['x'], [], [], 0)", "TypeError: argument must be an int, or have a fileno() method."),
    ("select.select([1], [])", "TypeError: select expected at least 3 arguments, got 2"),
    ("select.select([closed], [], [], 0)", "ValueError: file descriptor cannot be a negative integer (-1)"),
    ("select.select([], [], [], -1)", "ValueError: timeout must be non-negative"),
])
def test_errors_of_the_real_call_pass_through(call, error, program):
    server = run(program(f"""
        import select, socket
        closed = socket.socket(); closed.close()
        select.select([], [], [], 0)
        {call}
    """), held=True)
    with pytest.raises(Exception) as caught:
        for _ in range(3):
            server.step()
    assert error.partition(": ")[2].split("(")[0] in caught.value.traceback
    assert "helpers" not in caught.value.traceback


def test_the_program_finds_the_world_as_in_a_plain_run(program):
    path = program("""
        import sys, os, threading
        print(__name__, os.path.basename(__file__), sys.argv[1:], sys.path[0] == os.path.dirname(__file__))
        print([name for name in sys.modules if name.split(".")[0] in ("helpers", "matplotlib", "IPython", "json")])
        print(threading.active_count())
    """)
    server = run(path, "one", 2)
    server.listen(lambda: False, 5)
    assert server.output.splitlines() == ["__main__ program.py ['one', '2'] True", "[]", "1"]


def test_a_fixed_port_is_a_name_only(program):
    text = """
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        udp = socket.socket(type=socket.SOCK_DGRAM); udp.bind(("127.0.0.1", 6666))
        print(listener.getsockname()[1], udp.getsockname()[1])
        caller = socket.create_connection(("127.0.0.1", 6666))
        print(listener.accept()[0].getsockname()[1], caller.getpeername()[1] != 6666)
        try:
            socket.create_server(("127.0.0.1", 6666))
        except OSError as error:
            print(type(error).__name__)
        while True: select.select([listener, udp], [], [], 1)
    """
    one, two = run(program(text, "one"), held=True), run(program(text, "two"), held=True)
    assert one.output == two.output
    assert one.output.splitlines()[0] == "6666 6666" and one.output.splitlines()[2] == "OSError"
    assert one.address != two.address


def test_names_where_there_are_several_listeners_and_nameless_clients(program):
    server = run("03_multiple_ports", held=True)
    nobody = connect(server, port=7778)
    step = server.step()
    assert step.watched_read == ["listener :7777", "listener :7778"] and step.readable == ["listener :7778"]
    assert step.operations[0].peer == "conn 1"
    assert nobody.receive().startswith("you come from")
    assert len(server.addresses) == 2


def test_a_held_clock_stands_still_and_jumps_over_an_empty_wait(program):
    server = run(program("""
        import select, time
        while True:
            before = time.monotonic()
            select.select([], [], [], 8)
            print(round(time.monotonic() - before, 1))
    """), held=True)
    assert server.step(timeout=4).waited == pytest.approx(8, abs=0.5)       # in far less than 8 seconds
    assert float(server.output) == pytest.approx(8, abs=0.5)


@pytest.mark.parametrize("timeout", ["None", "60"])
def test_still_waiting_where_nothing_comes_and_the_next_step_goes_on(timeout, program):
    server = run(program(LISTENER + f"""
    while True:
        for one in select.select([listener], [], [], {timeout})[0]: one.accept()
    """), held=True)
    with pytest.raises(StillWaiting, match="select"):
        server.step(timeout=0.1)
    connect(server, "alice")
    assert server.step().number == 1 and server.iterations[0].operations[0].peer == "alice"


def test_a_spinning_loop_is_bounded_and_counted(program):
    server = run(program("""
        import select
        for number in range(60_000): select.select([], [], [], 0)
    """))
    server.listen(lambda: False, 60)
    assert server.iterations[-1].number == 60_000
    assert len(server.iterations) < 25_000 and server.recording.dropped == 60_000 - len(server.iterations)


def test_lines_and_prints_of_a_step(program):
    server = run(program("""\
        import select
        def work():
            print("worked")
        while True:
            select.select([], [], [], 1)
            work()
    """), held=True)
    server.step()
    step = server.step()
    assert step.lines == [5, 6, 3, 4] and step.printed == "worked\n"


def test_errors_of_operations_are_operations(program):
    server = run(program(LISTENER + """
    while True:
        select.select([listener], [], [], 1)
        try: listener.accept()
        except BlockingIOError: pass
    """), held=True)
    assert [(one.name, one.error) for one in server.step().operations] == [("accept", "BlockingIOError")]
    assert "accept BlockingIOError" in repr(server.iterations[0])


def test_without_recording_a_loop_can_still_be_held(program):
    server = run("04_multi_client_echo", held=True, record=False)
    alice = connect(server, "alice")
    assert server.step() is None
    alice.send("hello")
    server.step()
    assert alice.receive() == "hello" and server.iterations == []


def test_release_and_hold_in_a_row(program):
    server = run(program("import select\nwhile True: select.select([], [], [], 0.01)"), held=True)
    for _ in range(20):
        server.release()
        server.hold()
    before = server.iterations[-1].number if server.iterations else 0
    assert server.step().number == before + 1
