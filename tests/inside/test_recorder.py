"""Any program, unchanged, can be held and recorded: on real sockets, in real child processes."""
import errno
import os
import select
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import psutil
import pytest

from helpers import GlassError, StillWaiting, connect, run
from helpers.inside import pollers
from helpers.inside.recorder import KEEP, OPERATIONS, Recorder

LONG = 10.0
needs_poll = pytest.mark.skipif(not hasattr(select, "poll"), reason="no poll on this system")
needs_epoll = pytest.mark.skipif(not hasattr(select, "epoll"), reason="no epoll on this system")

PAIR = """
import array, os, select, socket, sys, threading, time
one, other = socket.socketpair()
"""


def plain(path, *arguments):
    """What a program prints without the glass."""
    done = subprocess.run([sys.executable, str(path), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, timeout=LONG)
    return done.stdout


def eventually(true):
    """Wait, with a bound, until true()."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


# -- select, however it is called --------------------------------------------------------------------------------

WAYS = {
    "attribute": "ready = select.select([one], [], [], 5)",
    "by name": "from select import select as wait\nready = wait([one], [], [], 5)",
    "in a class": "class Loop:\n    wait = select.select\nready = Loop().wait([one], [], [], 5)",
    "no timeout": "ready = select.select([one], [], [])",
    "tuples": "ready = select.select((one,), (), (), 5)",
    "generator": "ready = select.select((s for s in [one]), [], [], 5)",
    "set": "ready = select.select({one}, set(), set(), 5)",
    "dict": "ready = select.select({one: 1}, {}, {}, 5)",
    "fileno()": "class Thing:\n    fileno = one.fileno\none = Thing()\nready = select.select([one], [], [], 5)",
    "number": "keep, one = one, one.fileno()\nready = select.select([one], [], [], 5)",
}


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
@pytest.mark.parametrize("way", WAYS)
def test_select_is_recorded_however_it_is_called(program, way, held):
    server = run(program(PAIR + "other.send(b'x')\n" + WAYS[way] + "\nprint(ready == ([one], [], []))"), held=held)
    iteration = server.step() if held else None
    server.listen(lambda: False, LONG)
    iteration = iteration or server.iterations[0]
    assert server.output == "True\n"
    assert (iteration.call, iteration.watched_read, iteration.readable) == ("select", ["socket 2"], ["socket 2"])
    assert iteration.timeout == (None if way == "no timeout" else 5)
    assert len(server.iterations) == 1


def test_writable_and_watched_for_writing(ran):
    iteration, = ran(PAIR + "select.select([one], [one, other], [], 5)").iterations
    assert iteration.watched_write == ["socket 1", "socket 2"]
    assert (iteration.readable, iteration.writable) == ([], ["socket 1", "socket 2"])


def test_exceptional_is_urgent_data(ran):
    iteration, = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(listener.getsockname())
        connection, address = listener.accept()
        client.send(b"!", socket.MSG_OOB)
        print(select.select([], [], [connection], 5) == ([], [], [connection]))
        """).iterations
    assert iteration.exceptional == ["conn 1"]


def test_lists_that_are_passed_are_never_changed(ran):
    server = ran(PAIR + """
other.send(b"x")
lists = [one, other], [one], []
copies = [list(each) for each in lists]
ready = select.select(*lists, 0)
print([list(each) for each in lists] == copies, all(mine is not his for mine, his in zip(lists, ready)))
""")
    assert server.output == "True True\n"


WRONG = ["select.select()", "select.select([], [])", "select.select([], [], [], 1, 2)", "select.select(rlist=[])",
         "select.select([], [], [], timeout=0)", "select.select('abc', [], [])", "select.select(['a'], [], [])",
         "select.select(1, 2, 3)", "select.select([], None, [])", "select.select([], [], [], 'x')",
         "select.select([], [], [], -1)", "select.select([], [], [], float('nan'))", "select.select([-1], [], [], 0)",
         "select.select([10 ** 6], [], [], 0)", "select.select([], [object()], [], 0)",
         "select.select((each for each in ['a']), [], [], 0)", "select.select(map(str, [1]), [], [], 0)"]


@pytest.fixture(scope="module")
def errors_of_wrong_calls(tmp_path_factory):
    """The text that the program sees for each wrong call, under the glass."""
    path = tmp_path_factory.mktemp("wrong") / "wrong.py"
    path.write_text("import select, sys\nfor call in sys.argv[1:]:\n    try:\n        print('no error', eval(call))\n"
                    "    except Exception as error:\n        print(type(error).__name__, error)\n")
    with run(path, *WRONG) as server:
        server.listen(lambda: False, LONG)
        return dict(zip(WRONG, server.output.splitlines(), strict=True))


@pytest.mark.parametrize("call", WRONG)
def test_wrong_arguments_give_the_real_error(errors_of_wrong_calls, call):
    with pytest.raises(Exception) as real:
        eval(call, {"select": select})
    assert errors_of_wrong_calls[call] == f"{type(real.value).__name__} {real.value}"


@pytest.mark.parametrize("held", [False, True], ids=["free", "held"])
def test_a_closed_socket_in_the_list_gives_the_real_error(program, held):
    server = run(program(PAIR + """
one.close()
try:
    select.select([one, other], [], [], 5)
except ValueError as error:
    print(error)
"""), held=held)
    if held:
        server.step()
    server.listen(lambda: False, LONG)
    assert server.output == "file descriptor cannot be a negative integer (-1)\n"
    iteration = server.iterations[-1]
    assert iteration.watched_read == ["closed", "socket 2"]
    assert [(each.name, each.error) for each in iteration.operations] == [("select", "ValueError")]
    assert "the call itself failed" in repr(iteration)


def test_a_descriptor_that_is_not_open_gives_the_real_error(ran):
    server = ran(PAIR + """
number = one.fileno()
one.close()
try:
    select.select([number], [], [], 5)
except OSError as error:
    print(error.errno)
""")
    assert server.output == f"{errno.EBADF}\n"


# -- poll, epoll, selectors, asyncio ---------------------------------------------------------------------------

POLL_ECHO = """
    import select, socket
    listener = socket.socket()
    listener.bind(("127.0.0.1", 6666))
    listener.listen()
    watched, poller = {listener.fileno(): listener}, select.MAKER()
    poller.register(listener, select.POLLIN)
    while True:
        for number, event in poller.poll(TIMEOUT):
            sock = watched[number]
            if sock is listener:
                connection, address = listener.accept()
                watched[connection.fileno()] = connection
                poller.register(connection.fileno(), select.POLLIN)
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                poller.unregister(sock)
                del watched[number]
                sock.close()
    """
SELECTORS_ECHO = """
    import selectors, socket
    listener = socket.socket()
    listener.bind(("127.0.0.1", 6666))
    listener.listen()
    selector = selectors.MAKER()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, events in selector.select(1):
            sock = key.fileobj
            if sock is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
            elif data := sock.recv(1024):
                sock.sendall(data)
            else:
                selector.unregister(sock)
                sock.close()
    """
default_call = "epoll" if hasattr(select, "epoll") else "kqueue" if hasattr(select, "kqueue") else "select"
LOOPS = [
    pytest.param(POLL_ECHO.replace("MAKER", "poll").replace("TIMEOUT", "1000"), "poll", marks=needs_poll, id="poll"),
    pytest.param(POLL_ECHO.replace("MAKER", "epoll").replace("TIMEOUT", "1"), "epoll", marks=needs_epoll, id="epoll"),
    pytest.param(SELECTORS_ECHO.replace("MAKER", "DefaultSelector"), default_call, id="DefaultSelector"),
    pytest.param(SELECTORS_ECHO.replace("MAKER", "SelectSelector"), "select", id="SelectSelector"),
    pytest.param(SELECTORS_ECHO.replace("MAKER", "PollSelector"), "poll", marks=needs_poll, id="PollSelector"),
]


@pytest.mark.parametrize("text, call", LOOPS)
def test_other_loops_are_held_and_recorded(program, text, call):
    server = run(program(text), held=True)
    alice = connect(server, "alice")
    accepted = server.step()
    alice.send("hello")
    echoed = server.step()
    assert alice.receive() == "hello"
    nothing = server.step()
    alice.close()
    server.step()
    after = server.step()
    assert {each.call for each in server.iterations} == {call} and {each.timeout for each in server.iterations} == {1}
    assert accepted.readable == ["listener"] and accepted.operations[0].peer == "alice"
    assert [str(each) for each in echoed.operations] == ["recv 5 b'hello'", "sendall 5 b'hello'"]
    assert sorted(echoed.watched_read) == ["alice", "listener"] and echoed.readable == ["alice"]
    assert nothing.idle and after.watched_read == ["listener"]


@needs_poll
@pytest.mark.parametrize("maker", ["poll", pytest.param("epoll", marks=needs_epoll)])
def test_pollers_follow_modify_and_unregister(ran, maker):
    iterations = ran(PAIR + f"""
poller = select.{maker}()
poller.register(one)
poller.poll(0)
poller.modify(one, select.POLLIN)
poller.poll(0)
poller.unregister(one)
poller.poll(0)
""").iterations
    assert [each.watched_read for each in iterations] == [["socket 1"], ["socket 1"], []]
    assert [each.watched_write for each in iterations] == [["socket 1"], [], []]
    assert [each.writable for each in iterations] == [["socket 1"], [], []]


@needs_poll
def test_poll_times_in_milliseconds_and_waits_for_ever(ran):
    iterations = ran(PAIR + """
other.send(b"x")
poller = select.poll()
poller.register(one, select.POLLIN)
for timeout in (), (1500,), (None,), (-1,), (0,):
    poller.poll(*timeout)
""").iterations
    assert [each.timeout for each in iterations] == [None, 1.5, None, None, 0]


@needs_poll
def test_poll_of_a_closed_descriptor_is_exceptional(ran):
    iteration, = ran(PAIR + """
poller = select.poll()
poller.register(one, select.POLLIN)
one.close()
print(poller.poll(0)[0][1] == select.POLLNVAL)
""").iterations
    assert len(iteration.exceptional) == 1 and not iteration.readable


@needs_epoll
def test_epoll_forgets_a_socket_that_is_closed(ran):
    iterations = ran(PAIR + """
with select.epoll() as poller:
    poller.register(one, select.EPOLLIN)
    poller.register(other, select.EPOLLIN)
    poller.poll(0)
    one.close()
    poller.poll(timeout=0, maxevents=5)
print(poller.closed)
""").iterations
    assert [each.watched_read for each in iterations] == [["socket 1", "socket 2"], ["socket 2"]]


@needs_epoll
def test_epoll_takes_its_arguments_by_name(ran):
    server = ran(PAIR + """
poller = select.epoll(sizehint=5, flags=0)
poller.register(fd=one.fileno(), eventmask=select.EPOLLIN)
poller.modify(fd=one.fileno(), eventmask=select.EPOLLOUT)
print(poller.poll(timeout=0, maxevents=1) == [(one.fileno(), select.EPOLLOUT)])
poller.unregister(fd=one.fileno())
""")
    assert server.output == "True\n"


ASYNCIO_ECHO = """
    import asyncio

    async def serve(reader, writer):
        while data := await reader.read(1024):
            writer.write(data)
        writer.close()

    async def main():
        await asyncio.sleep(0)
        server = await asyncio.start_server(serve, "127.0.0.1", 6666)
        print("listening on", server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())
    """


def test_asyncio_is_held_and_recorded(program):
    server = run(program(ASYNCIO_ECHO), held=True)
    assert server.addresses == []                       # asyncio goes round before it listens
    alice = connect(server, "alice")                    # and connect steps on until it does
    before = len(server.iterations)
    alice.send("hello")
    done = []
    while "send 5 b'hello'" not in done:                # a step without anything to do would raise StillWaiting
        done += [str(each) for each in server.step().operations if each.socket == "alice"]
    assert before >= 1 and {each.call for each in server.iterations} == {default_call}
    assert done == ["recv 5 b'hello'", "send 5 b'hello'"]
    assert alice.receive() == "hello"
    assert server.output == "listening on 6666\n"


def test_asyncio_runs_free(program):
    with run(program(ASYNCIO_ECHO)) as server, connect(server, "alice") as alice:
        alice.send("hello")
        assert alice.receive() == "hello"
        assert any(each.readable == ["alice"] for each in server.iterations)


@pytest.mark.parametrize("server_class", ["TCPServer", "ThreadingTCPServer"])
def test_socketserver_is_held_and_recorded(program, server_class):
    server = run(program(f"""
        import socketserver

        class Shout(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(self.rfile.readline().upper())

        with socketserver.{server_class}(("127.0.0.1", 6666), Shout) as server:
            server.serve_forever()
        """), held=True)
    alice = connect(server, "alice")
    alice.send("hello\n")
    assert server.step().readable == ["listener"]
    assert alice.receive_bytes(6) == b"HELLO\n"


# -- kqueue: there is none on Linux, so its twin meets a fake one --------------------------------------------------

READ, WRITE, ADD, DELETE, ERROR = -1, -2, 1, 2, 0x4000


def event(ident, filter=READ, flags=ADD):
    return SimpleNamespace(ident=ident, filter=filter, flags=flags)


@pytest.fixture
def kqueue(monkeypatch):
    """The twin, with a fake in the place of the real kqueue; kqueue.said is what the real one was told."""
    class FakeKqueue:
        def __init__(self):
            self.said, self.events = [], []

        def control(self, changes, max_events, timeout=None):
            self.said.append((None if changes is None else list(changes), max_events, timeout))
            if isinstance(self.events, Exception):
                raise self.events
            return self.events

        def fileno(self):
            return 99

    fake = SimpleNamespace(KQ_FILTER_READ=READ, KQ_FILTER_WRITE=WRITE, KQ_EV_DELETE=DELETE, KQ_EV_ERROR=ERROR)
    recorder = Recorder("program.py", lambda *message: None)
    recorder.stand = lambda: None
    for number in 5, 6:
        recorder.ids.new(number, "socket")
    monkeypatch.setattr(pollers, "select", fake)
    monkeypatch.setattr(pollers.Poller, "recorder", recorder)
    monkeypatch.setattr(pollers.Kqueue, "real_kqueue", FakeKqueue, raising=False)
    return pollers.Kqueue()


def seen(kqueue):
    """(watched for reading, for writing, readable, writable, exceptional) of each iteration, as ids."""
    kqueue.recorder.finish()
    return [record[3:8] for record in kqueue.recorder.hand_over()[0]]


def test_kqueue_sorts_its_events(kqueue):
    kqueue.real.events = events = [event(5), event(6, WRITE), event(6, WRITE, ERROR)]
    assert kqueue.control([event(5), event(6, WRITE)], 10, 1.5) is events
    assert kqueue.real.said == [([event(5), event(6, WRITE)], 10, 1.5)]
    assert seen(kqueue) == [((1,), (2,), (1,), (2, 2), (2,))]


@pytest.mark.parametrize("container", [list, tuple, iter], ids=["list", "tuple", "iterator"])
def test_kqueue_changes_without_waiting_are_no_iteration(kqueue, container):
    kqueue.control(container([event(5), event(5, WRITE)]), 0, 0)
    kqueue.control(container([event(5, READ, DELETE)]), 0)
    assert seen(kqueue) == []
    kqueue.control(None, 10, 0)
    assert seen(kqueue) == [((), (1,), (), (), ())]


def test_kqueue_forgets_what_is_deleted_or_closed(kqueue):
    kqueue.control([event(5), event(6)], 10, 0)
    kqueue.control([event(5, READ, DELETE)], 10, 0)
    kqueue.recorder.ids.pop(6)                               # as close does
    kqueue.control(None, 10, 0)
    assert [watched for watched, *_ in seen(kqueue)] == [(1, 2), (2,), ()]


def test_kqueue_held_tells_its_changes_once_and_jumps(kqueue):
    kqueue.recorder.gate.closed = True
    kqueue.control(iter([event(5)]), 10, 5)
    assert [changes for changes, *_ in kqueue.real.said if changes] == [[event(5)]]
    assert kqueue.recorder.clock.ahead > 4
    assert len(seen(kqueue)) == 1


def test_kqueue_errors_pass_through(kqueue):
    kqueue.real.events = OSError(errno.EIO, "no such thing")
    with pytest.raises(OSError, match="no such thing"):
        kqueue.control([event(5)], 10, None)
    kqueue.recorder.finish()
    record, = kqueue.recorder.hand_over()[0]
    assert record[1:3] == ("kqueue", None) and record[10] == ("kqueue", None, "OSError EIO", b"")


def test_kqueue_of_another_thread_is_not_recorded(kqueue):
    kqueue.recorder.loop = -1
    assert kqueue.control([event(5)], 10, 0) == []
    assert seen(kqueue) == [] and kqueue.fileno() == 99      # and all else is the real one's


# -- what is done with sockets -----------------------------------------------------------------------------------

DONE = {            # code: what is noted of its last line
    "other.send(b'hello')\none.recv(10)": "recv 5 b'hello'",
    "other.close()\none.recv(10)": "recv 0",
    "other.send(b'hello')\none.recv(2, socket.MSG_PEEK)": "recv 2 b'he'",
    "other.send(b'hello')\none.recv_into(bytearray(9))": "recv_into 5 b'hello'",
    "other.send(b'hello')\none.recv_into(array.array('i', [0, 0]), 3)": "recv_into 3 b'hel'",
    "other.send(b'hello')\none.recv_into(buffer=bytearray(9), nbytes=3)": "recv_into 3 b'hel'",
    "other.send(b'hello')\none.recvfrom(3)": "recvfrom 3 b'hel'",
    "other.send(b'hello')\none.recvfrom_into(memoryview(bytearray(9)))": "recvfrom_into 5 b'hello'",
    "other.send(b'hello')\none.recvfrom_into(buffer=bytearray(9))": "recvfrom_into 5 b'hello'",
    "other.send(b'hello')\none.recvmsg(9)": "recvmsg 5 b'hello'",
    "one.send(b'hello')": "send 5 b'hello'",
    "one.send(bytearray())": "send 0",
    "one.send(memoryview(b'hello')[1:3])": "send 2 b'el'",
    "one.sendall(b'hello', 0)": "sendall 5 b'hello'",
    "one.sendall(bytearray(b'hello'))": "sendall 5 b'hello'",
    "one.sendall(array.array('B', b'hello'))": "sendall 5 b'hello'",
    "one.sendmsg([b'hel', bytearray(b'lo')])": "sendmsg 5 b'hello'",
    "one.sendmsg(each for each in [b'hello'])": "sendmsg 5",
    "one.shutdown(socket.SHUT_WR)": "shutdown",
    "one.close()": "close",
    "one.setblocking(False)\none.recv(9)": "recv BlockingIOError",
    "one.settimeout(0.001)\none.recv_into(bytearray(9))": "recv_into TimeoutError",
    "one.sendall('text')": "sendall TypeError",
    "one.send('text')": "send TypeError",
    "other.close()\none.send(b'hello')": "send BrokenPipeError",
    "one.accept()": "accept OSError EINVAL",
    "one.sendto(b'hello', 'nowhere')": "sendto OSError EISCONN",
}


@pytest.mark.parametrize("code", DONE)
def test_what_is_done_is_noted_with_size_data_and_error(ran, code):
    *before, last = code.split("\n")
    server = ran(PAIR + "select.select([one], [], [], 0)\n" + "\n".join(before) + f"""
try:
    {last}
except (OSError, TypeError):
    pass
""")
    assert not server.death, server.death[-1]
    operation = server.iterations[0].operations[-1]
    noted = str(operation) if "sendmsg(each" not in code else f"{operation.name} {operation.size}"
    assert (operation.socket, noted) == ("socket 1", DONE[code])


def test_errors_are_kept_apart_from_sizes(ran):
    operation, = ran(PAIR + """
one.setblocking(False)
select.select([one], [], [], 0)
try:
    one.recv(5)
except BlockingIOError:
    pass
""").iterations[0].operations
    assert (operation.size, operation.data, operation.error) == (None, b"", "BlockingIOError")


def test_of_much_data_the_size_and_the_beginning_are_kept(ran):
    sent, received = ran(PAIR + """
select.select([one], [], [], 0)
other.sendall(bytes(range(200)))
one.recv(200)
""").iterations[0].operations
    assert sent.size == received.size == 200
    assert sent.data == received.data == bytes(range(64))


def test_use_of_a_closed_socket_is_noted_as_closed(ran):
    last = ran(PAIR + """
select.select([one], [], [], 0)
one.close()
try:
    one.recv(1)
except OSError:
    pass
""").iterations[0].operations[-1]
    assert (last.socket, last.error) == ("closed", "OSError EBADF")


def test_a_second_close_is_no_operation(ran):
    iteration, = ran(PAIR + "select.select([one], [], [], 0)\none.close()\none.close()").iterations
    assert [str(each) for each in iteration.operations] == ["close"]


def test_a_file_on_a_socket_is_noted_too(ran):
    iteration, = ran(PAIR + """
select.select([one], [], [], 0)
other.sendall(b"hello\\n")
with one.makefile("rb") as file:
    file.readline()
""").iterations
    assert [str(each) for each in iteration.operations if each.socket == "socket 1"] == ["recv_into 6 b'hello\\n'"]


def test_datagrams(ran):
    sent, received, echoed = ran("""
        import select, socket
        one, other = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        one.bind(("127.0.0.1", 0))
        select.select([one], [], [], 0)
        other.sendto(b"hello", one.getsockname())
        data, address = one.recvfrom(100)
        one.sendto(data, 0, address)
        """).iterations[0].operations
    assert str(sent) == "sendto 5 b'hello'" and str(received) == "recvfrom 5 b'hello'"
    assert (echoed.name, echoed.size, echoed.socket) == ("sendto", 5, received.socket)
    assert echoed.data == b"hello"


def test_connect_is_noted_with_its_error(ran):
    operations = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        select.select([listener], [], [], 0)
        address = listener.getsockname()
        socket.socket().connect(address)
        socket.socket().connect_ex(address)
        listener.close()
        for name in "connect", "connect_ex":
            try:
                getattr(socket.socket(), name)(address)
            except OSError:
                pass
        """).iterations[0].operations
    noted = [(each.name, each.error) for each in operations]
    refused = os.strerror(errno.ECONNREFUSED)
    assert noted == [("connect", None), ("connect_ex", None), ("close", None),
                     ("connect", "ConnectionRefusedError"), ("connect_ex", refused)]


def test_reading_a_watched_pipe_is_noted_and_another_is_not(ran):
    iteration, = ran("""
        import os, select
        watched, unwatched = os.pipe(), os.pipe()
        select.select([watched[0]], [watched[1]], [], 0)
        for reading, writing in watched, unwatched:
            os.write(writing, b"hello")
            print(os.read(reading, 100))
        """).iterations
    assert [(each.socket, str(each)) for each in iteration.operations] == [("pipe 2", "write 5 b'hello'"),
                                                                          ("pipe 1", "read 5 b'hello'")]


@pytest.mark.parametrize("code, noted", [
    ("print(sys.stdin.readline())", ["readline 6 b'hello\\n'"]),
    ("print(input())", ["readline 6 b'hello\\n'"]),
    ("print(os.read(0, 100))", ["read 6 b'hello\\n'"]),
    ("print(next(iter(sys.stdin)))", ["readline 6 b'hello\\n'"]),
])
def test_reading_stdin_is_noted(program, code, noted):
    server = run(program(f"import os, select, sys\nselect.select([sys.stdin], [], [])\n{code}"), held=True)
    server.type("hello\n")
    iteration = server.step()
    assert iteration.watched_read == iteration.readable == ["stdin"]
    assert [str(each) for each in iteration.operations] == noted
    assert "hello" in iteration.printed


# -- threads and forks -------------------------------------------------------------------------------------------

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


def test_what_another_thread_does_with_sockets_is_noted(ran):
    iteration, = ran(PAIR + """
select.select([one], [], [], 0)
thread = threading.Thread(target=other.send, args=[b"hello"])
thread.start()
thread.join()
""").iterations
    assert [str(each) for each in iteration.operations] == ["send 5 b'hello'"]


def test_a_forked_child_is_not_recorded_and_ends_with_stop(program):
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


# -- the held clock ------------------------------------------------------------------------------------------------

WATCHING = """
    import select, time
    before = CLOCK()
    while True:
        select.select([], [], [], 5)
        now = CLOCK()
        print(int((now - before) / SECOND))
        before = now
    """


@pytest.mark.parametrize("clock", ["time.time", "time.monotonic", "time.perf_counter", "time.time_ns",
                                   "time.monotonic_ns", "time.perf_counter_ns"])
def test_a_held_loop_does_not_wait_and_its_clock_jumps(program, clock):
    second = "1e9" if clock.endswith("_ns") else "1"
    server = run(program(WATCHING.replace("CLOCK", clock).replace("SECOND", second)), held=True)
    began = time.monotonic()
    iterations = [server.step() for _ in range(4)]
    assert time.monotonic() - began < 20 / 4
    assert [each.printed for each in iterations] == ["5\n"] * 4
    assert all(5 <= each.waited < 6 for each in iterations)


def test_a_clock_that_a_class_keeps_is_no_method(ran):
    server = ran("""
        import time
        class Timer:
            clock = time.monotonic
        print(Timer().clock() > 0)
        """)
    assert server.output == "True\n"


def test_the_clock_stands_still_while_held(program):
    server = run(program("""
        import select, time
        before = time.monotonic()
        while True:
            select.select([], [], [], 0)
            now = time.monotonic()
            print(now - before)
            before = now
        """), held=True)
    server.step()
    time.sleep(0.5)                                     # not for luck: this is the time that must not count
    iteration = server.step()
    assert float(iteration.printed) < 0.25
    assert iteration.waited + iteration.worked < 0.25


def test_a_free_loop_really_waits(ran):
    server = ran("""
        import select, time
        before = time.clock_gettime(time.CLOCK_MONOTONIC)
        select.select([], [], [], 0.2)
        print(time.clock_gettime(time.CLOCK_MONOTONIC) - before >= 0.2)
        """)
    assert server.output == "True\n" and server.iterations[0].waited >= 0.19


@pytest.mark.parametrize("timeout, words", [("None", "no timeout"), ("60", "a timeout of 60 s")])
def test_a_loop_that_waits_long_is_still_there_for_the_next_step(program, timeout, words):
    server = run(program(f"""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        while True:
            select.select([listener], [], [], {timeout})
            listener.accept()
        """), held=True)
    for _ in range(2):
        with pytest.raises(StillWaiting, match=f"waits in select with {words}"):
            server.step(timeout=0.3)
    assert server.state == "on its way" and server.iterations == []
    connect(server, "alice")
    assert server.step().operations[0].peer == "alice"
    assert server.state == "held"


def test_a_held_loop_waits_for_a_thread_that_is_at_work(program):
    server = run(program(PAIR + """
threading.Timer(0.2, other.send, [b"x"]).start()
select.select([one], [], [], 5)
"""), held=True)
    assert server.step(timeout=LONG).readable == ["socket 1"]


# -- lines, printed, names -------------------------------------------------------------------------------------------

def test_lines_are_those_that_ran_in_order(program):
    server = run(program("""\
        import select
        def work(number):
            if number == 2:
                print("two")
        for number in range(1, 4):
            select.select([], [], [], 0)
            work(number)
        """), held=True)
    assert [server.step().lines for _ in range(3)] == [[6, 7, 3, 5], [6, 7, 3, 4, 5], [6, 7, 3, 5]]


def test_a_free_loop_has_no_lines(ran):
    assert ran("import select\nselect.select([], [], [], 0)\nprint(1)").iterations[0].lines == []


def test_printed_belongs_to_its_iteration(program):
    server = run(program("""
        import select, sys
        print("before")
        for number in range(3):
            select.select([], [], [], 0)
            print("out", number, end="")
            sys.stdout.flush()
            print(" err", file=sys.stderr)
        """), held=True)
    assert [server.step().printed for _ in range(2)] == ["out 0 err\n", "out 1 err\n"]
    assert server.output == "before\nout 0 err\nout 1 err\n"


def test_one_listener_has_no_port_and_clients_have_their_names(echo):
    server = run(echo, held=True)
    for name in "alice", "bob", "alice", None, None:
        connect(server, name)
        server.step()
    assert server.iterations[-1].watched_read == ["listener", "alice", "bob", "alice 2", "conn 1"]
    assert server.iterations[-1].operations[0].peer == "conn 2"


def test_several_listeners_have_their_ports(program):
    server = run(program("""
        import select, socket
        listeners = [socket.create_server(("127.0.0.1", port)) for port in (7777, 7778)]
        while True:
            for listener in select.select(listeners, [], [])[0]:
                listener.accept()[0].close()
        """), held=True)
    connect(server, "alice", port=7778)
    iteration = server.step()
    assert iteration.watched_read == ["listener :7777", "listener :7778"]
    assert iteration.readable == ["listener :7778"]
    assert [(each.socket, each.name) for each in iteration.operations] == [("listener :7778", "accept"),
                                                                          ("alice", "close")]


def test_a_closed_descriptor_gives_its_name_to_nobody(echo):
    server = run(echo, held=True)
    for name in "alice", "bob":
        client = connect(server, name)
        server.step()
        client.close()
        assert server.step().operations[-1].socket == name       # its close; the next has the same descriptor


@pytest.mark.parametrize("ending", ["os.close(reading)", "one = socket.socket(fileno=reading); os.close(one.detach())"])
def test_nor_does_a_pipe_or_a_detached_socket(ran, ending):
    server = ran(f"""
        import os, select, socket
        def new():
            return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if "detach" in {ending!r}:
            reading = new().detach()
        else:
            reading, writing = os.pipe()
        select.select([reading], [], [], 0)
        {ending}
        sock = new()
        assert sock.fileno() == reading
        select.select([sock], [], [], 0)
        """)
    first, second = server.iterations
    assert first.watched_read != second.watched_read
    assert second.watched_read[0].startswith("socket")


def test_a_descriptor_that_was_not_open_gives_its_name_to_nobody(ran):
    server = ran(PAIR + """
number = one.fileno()
one.close()
try:
    select.select([number], [], [], 0)
except OSError:
    pass
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
assert sock.fileno() == number
select.select([sock], [], [], 0)
""")
    assert server.iterations[1].watched_read[0].startswith("socket")


def test_the_programs_own_client_is_named_by_where_it_goes(ran):
    iteration, = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        client = socket.create_connection(("127.0.0.1", 6666))
        select.select([listener, client], [], [], 0)
        """).iterations
    assert iteration.watched_read == ["listener", "to :6666"]


# -- ports ---------------------------------------------------------------------------------------------------------------

def test_a_fixed_port_is_a_free_one_outside_and_itself_inside(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        while True:
            select.select([listener], [], [])
            connection, address = listener.accept()
            connection.sendall(f"{listener.getsockname()} {connection.getsockname()}".encode())
        """))
    host, port = server.address
    assert host == "127.0.0.1" and port != 6666 and server.addresses == [(host, port)]
    with socket.create_connection((host, port), timeout=LONG) as client:
        assert client.recv(100) == b"('127.0.0.1', 6666) ('127.0.0.1', 6666)"


def test_port_0_stays_free_and_is_told_truly(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1])
        select.select([listener], [], [])
        """), held=True)
    assert int(server.output) == server.address[1]


def test_the_programs_own_connect_arrives(ran):
    server = ran("""
        import socket
        listener = socket.create_server(("127.0.0.1", 6666))
        client = socket.create_connection(("127.0.0.1", 6666), timeout=5)
        another = socket.socket()
        print(another.connect_ex(("127.0.0.1", 6666)))
        client.sendall(b"hello")
        print(listener.accept()[0].recv(100))
        """)
    assert server.output == "0\nb'hello'\n"


def test_tcp_and_udp_on_one_port(ran):
    server = ran("""
        import select, socket
        tcp = socket.create_server(("127.0.0.1", 6666))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 6666))
        print(tcp.getsockname()[1], udp.getsockname()[1])
        one, other = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.connect(("127.0.0.1", 6666))
        other.connect(("127.0.0.1", 6666))
        other.send(b"hello")
        tcp.accept()
        print(udp.recv(100))
        """)
    assert server.output == "6666 6666\nb'hello'\n"


@pytest.mark.parametrize("code", ["client.sendto(b'hello', ('127.0.0.1', 6666))",
                                  "client.sendto(b'hello', 0, ('127.0.0.1', 6666))",
                                  "client.sendmsg([b'hello'], [], 0, ('127.0.0.1', 6666))"])
def test_the_programs_own_datagrams_arrive(ran, code):
    server = ran(f"""
        import socket
        server, client = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        server.bind(("127.0.0.1", 6666))
        server.settimeout(0.5)
        {code}
        print(server.recv(100))
        """)
    assert server.output == "b'hello'\n"


def test_binding_a_port_twice_gives_the_real_error(ran):
    server = ran("""
        import socket
        listener = socket.create_server(("127.0.0.1", 6666))
        try:
            socket.socket().bind(("127.0.0.1", 6666))
        except OSError as error:
            print(error.errno)
        listener.close()
        socket.create_server(("127.0.0.1", 6666))
        print("free again")
        """)
    assert server.output == f"{errno.EADDRINUSE}\nfree again\n"


@pytest.mark.parametrize("port", ["99999", "-1", "'6666'", "None", "6.5"])
def test_a_port_that_is_none_gives_the_real_error(ran, port):
    server = ran(f"""
        import socket
        try:
            socket.socket().bind(("127.0.0.1", {port}))
            print("bound")
        except Exception as error:
            print(error)
        """)
    with socket.socket() as sock, pytest.raises(Exception) as real:
        sock.bind(("127.0.0.1", eval(port)))
    assert server.output == f"{real.value}\n"


def test_two_runs_of_one_fixed_port_at_once(echo):
    one, other = run(echo, name="one"), run(echo, name="other")
    assert one.address != other.address
    for server in one, other:
        with connect(server, "alice") as alice:
            alice.send(server.name)
            assert alice.receive() == server.name


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this system")
def test_ipv6(program):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    server = run(program("""
        import select, socket
        listener = socket.create_server(("::", 6666), family=socket.AF_INET6)
        while True:
            select.select([listener], [], [], 1)
            print(listener.getsockname()[:2])
            listener.accept()
        """), held=True)
    connect(server, "alice")
    iteration = server.step()
    assert iteration.operations[0].peer == "alice" and iteration.printed == "('::', 6666)\n"


# -- bounded, and off ------------------------------------------------------------------------------------------------

def test_a_loop_that_spins_is_recorded_within_bounds(ran):
    server = ran("import select\nfor _ in range(15_000):\n    select.select([], [], [], 0)\n")
    kept = server.iterations
    assert kept[-1].number == 15_000
    assert 1000 < len(kept) <= KEEP // 5
    assert server.recording.dropped == 15_000 - len(kept) > 0
    assert [each.number for each in kept] == list(range(15_001 - len(kept), 15_001))


def test_one_iteration_that_never_ends_is_recorded_within_bounds(ran):
    server = ran(PAIR + f"""
select.select([], [], [], 0)
one.setblocking(False)
for _ in range({OPERATIONS + 1000}):
    try:
        one.recv(1)
    except BlockingIOError:
        pass
one.close()
""")
    operations = server.iterations[0].operations
    assert len(operations) == OPERATIONS and operations[-1].name == "close"


def test_without_recording_all_else_is_the_same(echo):
    server = run(echo, record=False)
    with connect(server, "alice") as alice:
        alice.send("hello")
        assert alice.receive() == "hello"
    assert server.iterations == []


def test_without_recording_a_step_breaks_nothing(program):
    server = run(program("import select\nfor n in range(9):\n    select.select([], [], [], 1)\n    print(n)"),
                 held=True, record=False)
    with suppress(GlassError):                          # either it steps, or it says clearly that it can't
        server.step()
        assert server.output == "0\n"
        server.step()
        assert server.output == "0\n1\n"


# -- the program is alone in its process -------------------------------------------------------------------------

def test_the_program_sees_what_it_sees_in_a_plain_run(program):
    path = program("""
        import sys
        print(sys.argv, __file__, __name__, sys.path, __package__, __spec__)
        print(sys.flags.optimize, sys.stdin.encoding, sys.stdout.encoding, sys.stdin.name)
        """)
    with run(path, "a b", 7) as server:
        server.listen(lambda: False, LONG)
        assert server.output == plain(path, "a b", "7").replace(str(path), path.name)


def test_nothing_but_the_standard_library_is_imported(program):
    path = program("import sys\nprint(*sorted(sys.modules))")
    with run(path, held=False) as server:
        server.listen(lambda: False, LONG)
        added = {name.partition(".")[0] for name in set(server.output.split()) - set(plain(path).split())}
    assert added and added <= sys.stdlib_module_names
    assert not {"helpers", "matplotlib", "IPython", "asyncio", "json", "dataclasses", "subprocess"} & added


def test_a_program_may_have_a_module_called_helpers(program, ran):
    program("answer = 42", "helpers")
    assert ran("import helpers, select\nselect.select([], [], [], 0)\nprint(helpers.answer)").output == "42\n"
