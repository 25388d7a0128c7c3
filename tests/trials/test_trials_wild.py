"""Servers of every kind, and servers that behave as badly as they can, are put through the trials."""
import gc
import json
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from textwrap import dedent
from types import SimpleNamespace
from xml.etree import ElementTree

import psutil
import pytest

from helpers import trials
from helpers.errors import GlassError, ProgramDied
from helpers.server import running
from helpers.trials import TRIALS, Failed, room_for, run_all, trade
from helpers.trials.trying import LONGEST
from tests.conftest import LONG

GOOD = "06_read_write_queues"
ONE, TWO, LINE = "echo of one line", "two clients at once", "alice: b'hello\\r\\n'"
NOT_TEXT, MEGABYTE, VISITS = "bytes that are not text", "1 MB in one go", "says, reads, leaves, 200 times"
from tests import ROOT

WORDLESS, RESET, IN_FLIGHT = "comes and leaves without a word", "reset (RST) when idle", "reset with data in flight"
HALF, SLOW = "half-close", "a slow reader holds up nobody else"
IDLE, IDLE_AGAIN = "idle costs no CPU", "idle costs no CPU after clients have left"
CROWD, EMFILE = "more than 1,024 clients", "out of descriptors (EMFILE)"
RESTART, STOPS = "restarted at once on the same port", "stops cleanly on SIGINT and SIGTERM"
NAMES = [trial.name for trial in TRIALS]
BOUND = 60.0       # seconds that all the trials of one program may take


def failed(table):
    return {verdict.trial.name: verdict.received for verdict in table if not verdict.survived}


def children():
    return [one for one in psutil.Process().children(recursive=True) if one.status() != psutil.STATUS_ZOMBIE]


def eventually(true, timeout=5.0):
    end = time.monotonic() + timeout
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


class Aside(threading.Thread):
    """run_all in a thread of its own: its `table`, or the `error` that it raised."""

    def __init__(self, *arguments, **keywords):
        super().__init__(daemon=True)
        self.call, self.table, self.error = (arguments, keywords), None, None
        self.start()

    def run(self):
        arguments, keywords = self.call
        try:
            self.table = run_all(*arguments, **keywords)
        except BaseException as error:
            self.error = error

    def result(self, timeout=BOUND):
        """The table. If it takes too long, all servers are killed, and the test fails."""
        self.join(timeout)
        if self.is_alive():
            for _ in range(200):
                for server in list(running.values()):
                    server.child.process.kill()
                self.join(0.1)
                if not self.is_alive():
                    break
            pytest.fail(f"run_all has not returned after {timeout:g} s")
        if self.error:
            raise self.error
        return self.table


# -- servers of other kinds ------------------------------------------------------------------------------------------

ENDS_WELL = """
    import signal, sys
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
"""

STREAMS = """
    import asyncio
    async def talk(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
    async def main():
        async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=128) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

PROTOCOL = """
    import asyncio, signal
    class Echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport
        def data_received(self, data):
            self.transport.write(data)
        def pause_writing(self):
            self.transport.pause_reading()
        def resume_writing(self):
            self.transport.resume_reading()
    async def main():
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, over.set)
        await loop.create_server(Echo, "127.0.0.1", 6666, backlog=128)
        await over.wait()
    asyncio.run(main())
"""

SELECTORS = ENDS_WELL + """
    import selectors, socket
    from selectors import EVENT_READ, EVENT_WRITE
    selector, debts = selectors.DefaultSelector(), {}
    def accept():
        try:
            sock = listener.accept()[0]
        except OSError:
            if debts:
                selector.unregister(listener)
            return
        sock.setblocking(False)
        debts[sock] = bytearray()
        selector.register(sock, EVENT_READ)
    def leave(sock):
        selector.unregister(sock)
        del debts[sock]
        sock.close()
        if listener not in selector.get_map():
            selector.register(listener, EVENT_READ)
    def serve(sock, events):
        open = selector.get_key(sock).data != "half"
        try:
            if events & EVENT_READ:
                data = sock.recv(65536)
                debts[sock] += data
                open = bool(data)
            if events & EVENT_WRITE:
                del debts[sock][:sock.send(debts[sock])]
        except BlockingIOError:
            return
        except OSError:
            return leave(sock)
        if not open and not debts[sock]:
            return leave(sock)
        selector.modify(sock, EVENT_READ * open | EVENT_WRITE * bool(debts[sock]), None if open else "half")
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    listener.setblocking(False)
    selector.register(listener, EVENT_READ)
    while True:
        for key, events in selector.select():
            accept() if key.fileobj is listener else serve(key.fileobj, events)
"""

EPOLL = ENDS_WELL + """
    import select, socket
    from select import EPOLLIN, EPOLLOUT
    epoll, clients, debts, silent = select.epoll(), {}, {}, set()
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    listener.setblocking(False)
    door = listener.fileno()
    epoll.register(door, EPOLLIN)
    def leave(number):
        clients.pop(number).close()
        silent.discard(number)
        epoll.modify(door, EPOLLIN)
    while True:
        for number, event in epoll.poll():
            if number == door:
                try:
                    sock = listener.accept()[0]
                except OSError:
                    if clients:
                        epoll.modify(door, 0)
                    continue
                sock.setblocking(False)
                clients[sock.fileno()], debts[sock.fileno()] = sock, b""
                epoll.register(sock, EPOLLIN)
                continue
            try:
                if event & ~EPOLLOUT and number not in silent:
                    data = clients[number].recv(65536)
                    debts[number] += data
                    if not data:
                        silent.add(number)
                debts[number] = debts[number][clients[number].send(debts[number]):]
            except BlockingIOError:
                pass
            except OSError:
                leave(number)
                continue
            if number in silent and not debts[number]:
                leave(number)
            elif debts[number]:
                epoll.modify(number, EPOLLOUT)
            else:
                epoll.modify(number, EPOLLIN)
"""

SOCKETSERVER = """
    import socketserver
    class Echo(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                while data := self.request.recv(65536):
                    self.request.sendall(data)
            except ConnectionError:
                pass
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads, request_queue_size = True, True, 128
    Server(("127.0.0.1", 6666), Echo).serve_forever()
"""

THREADS = ENDS_WELL + """
    import socket, threading, time
    def serve(sock):
        with sock:
            try:
                while data := sock.recv(65536):
                    sock.sendall(data)
            except ConnectionError:
                pass
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    while True:
        try:
            sock = listener.accept()[0]
        except OSError:
            time.sleep(0.1)
            continue
        threading.Thread(target=serve, args=(sock,), daemon=True).start()
"""

FORKS = """
    import os, signal, socket, sys
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    while True:
        sock = listener.accept()[0]
        if os.fork() == 0:
            listener.close()
            try:
                while data := sock.recv(65536):
                    sock.sendall(data)
            except ConnectionError:
                pass
            os._exit(0)
        sock.close()
"""

KINDS = {          # name: (the program, the trials that it must fail, the trials that make no sense)
    "asyncio streams": (STREAMS, {STOPS}, set()),
    "asyncio Protocol": (PROTOCOL, set(), set()),
    "selectors": (SELECTORS, set(), set()),
    "epoll": (EPOLL, set(), set()),
    "ThreadingTCPServer": (SOCKETSERVER, {EMFILE, STOPS}, set()),
    "a thread a client": (THREADS, set(), set()),
    "a fork a client": (FORKS, {STOPS}, set()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_well_made_server_of_any_kind_survives(program, kind):
    text, must_fail, senseless = KINDS[kind]
    only = None if not senseless else [name for name in NAMES if name not in senseless]
    assert set(failed(run_all(program(text), only=only))) == must_fail


def test_an_answer_may_come_byte_by_byte(program):
    path = program(STREAMS.replace("writer.write(data)\n                await writer.drain()", """for number in data:
                    writer.write(bytes([number]))
                    await asyncio.sleep(0.001)"""))
    assert failed(run_all(path, only=[ONE, WORDLESS, RESET, IDLE])) == {}


def test_a_server_may_take_its_time_to_start(program):
    path = program("""
    import time
    while time.process_time() < 1.5: pass
    """ + THREADS)
    assert failed(run_all(path, only=NAMES[:4] + [RESET, IDLE])) == {}


def test_a_descriptor_that_is_opened_after_listen_is_no_leak(program):
    path = program(EPOLL.replace("door = listener.fileno()", """import time
    time.sleep(0.1)
    door, log = listener.fileno(), open("/dev/null")"""))
    assert failed(run_all(path, only=[VISITS])) == {}


def test_a_server_of_threads_that_serves_on_does_not_stand(program):
    path = program(THREADS.replace("sock.sendall(data)", "break"))
    assert failed(run_all(path, only=[ONE])) == {ONE: "the end of the connection"}


# -- wrong servers must not get through by luck ----------------------------------------------------------------------

def test_a_second_answer_a_moment_later_is_seen(program):
    path = program(STREAMS.replace("await writer.drain()", """await asyncio.sleep(0.02)
                writer.write(data)"""))
    assert set(failed(run_all(path, only=[ONE, NOT_TEXT]))) == {ONE, NOT_TEXT}


def test_a_thread_that_spins_after_its_client_has_left_is_seen(program):
    path = program(SOCKETSERVER.replace("while data := self.request.recv(65536):", "while True:").replace(
        "self.request.sendall(data)", "self.request.sendall(self.request.recv(65536))"))
    assert IDLE_AGAIN in failed(run_all(path, only=[IDLE_AGAIN]))


def test_a_child_that_spins_after_its_client_has_left_is_seen(program):
    path = program(FORKS.replace("while data := sock.recv(65536):", "while True:").replace(
        "sock.sendall(data)", "sock.sendall(sock.recv(65536))"))
    assert IDLE_AGAIN in failed(run_all(path, only=[IDLE_AGAIN]))


def test_a_descriptor_lost_with_every_reset_is_seen(program):
    path = program(SELECTORS.replace("return leave(sock)", "selector.unregister(sock)\n            return", 1))
    assert failed(run_all(path, only=[RESET, IN_FLIGHT]))


def test_a_descriptor_lost_with_every_silent_visitor_is_seen(program):
    path = program(THREADS.replace("with sock:", "if first := sock.recv(65536, socket.MSG_PEEK):").replace(
        "pass\n    listener", "pass\n            sock.close()\n        else:\n            lost.append(sock)\n"
        "    lost = []\n    listener"))
    assert failed(run_all(path, only=[ONE, WORDLESS])).keys() == {WORDLESS}


# -- horrible servers ------------------------------------------------------------------------------------------------

LOOP = """
import os, re, select, signal, socket, subprocess, sys, threading, time
listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
def begin(): pass
def arrived(sock): inputs.append(sock)
def answer(sock, data): sock.sendall(data)
{}
inputs = [listener]
begin()
while True:
    for sock in select.select(inputs, [], [], 1)[0]:
        if sock is listener:
            arrived(listener.accept()[0])
        else:
            try: data = sock.recv(65536)
            except ConnectionError: data = b""
            if data: answer(sock, data)
            else:
                inputs.remove(sock)
                sock.close()
"""

NEVER = {          # programs that there is nothing to be tried of: what the error says
    "hangs before listen": ("import time\ntime.sleep(600)", "line 2, `time.sleep(600)`"),
    "never listens": ("import select\nwhile True: select.select([], [], [], 0.1)", "has not called listen()"),
    "ends at once": ("print('hello')", "has ended (exit status 0)"),
    "ends with a status": ("import os\nos._exit(3)", "has ended (exit status 3)"),
    "syntax error": ("x = 1\nwhile True print(x)", "syntax error in line 2"),
    "dies before listen": ("import nothing_of_this_name", "ModuleNotFoundError"),
    "kills itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL"),
}

SOME = [ONE, TWO, RESET, HALF, IDLE, STOPS]
HORRORS = {        # name: (what is changed in LOOP, the trials, what is received: a pattern, None: it survives)
    "never answers": ("def answer(sock, data): pass", SOME,
                      {ONE: "nothing", HALF: "the end of the connection", STOPS: "nothing"}),
    "closes at once": ("def arrived(sock): sock.close()", [ONE, WORDLESS, CROWD],
                       {ONE: "the end of the connection", CROWD: "the end of the connection"}),
    "closes after the first answer": ("def answer(sock, data):\n sock.sendall(data); inputs.remove(sock); sock.close()",
                                      [ONE, TWO, HALF], {ONE: None, TWO: "the end of the connection"}),
    "answers twice": ("def answer(sock, data): sock.sendall(data + data)", SOME,
                      {ONE: "it comes again", TWO: "b'I am '", HALF: "b'hellohello'.*"}),
    "answers other bytes": ("def answer(sock, data): sock.sendall(data.upper())", SOME,
                            {ONE: r"b'HELLO\\r\\n'", RESET: "b'HELLO'", HALF: "b'HELLO'.*"}),
    "floods its output": ("def begin():\n while True: print('spam' * 100); loop()\n"
                          "def loop():\n for sock in select.select(inputs, [], [], 0)[0]:\n"
                          "  if sock is listener: arrived(listener.accept()[0])\n"
                          "  elif data := sock.recv(65536): sock.sendall(data)\n"
                          "  else: inputs.remove(sock)", [ONE, IDLE, IDLE_AGAIN, RESTART],
                          {ONE: None, IDLE: "it spins.*", IDLE_AGAIN: "it spins.*", RESTART: None}),
    "ignores signals": ("for number in (2, 15): signal.signal(number, signal.SIG_IGN)", [ONE, RESTART, STOPS],
                        {ONE: None, RESTART: None, STOPS: "it goes on"}),
    "sleeps in a handler": ("def answer(sock, data): time.sleep(30)", SOME,
                            {ONE: r"nothing\. The server stands in line \d+, `.*time\.sleep\(30\)`\."}),
    "a regular expression that never ends": ("def answer(sock, data): re.match('(a+)+$', 'a' * 60 + 'b')", [ONE, STOPS],
                                             {ONE: "nothing.*"}),
    "a power that never ends": ("def answer(sock, data): 7 ** 10 ** 8", [TWO, IDLE], {IDLE: "nothing.*"}),
    "closes its listener": ("def arrived(sock):\n inputs.append(sock); inputs.remove(listener); listener.close()",
                            [ONE, TWO, VISITS], {ONE: None, TWO: "(the end of the connection|The server took no connection.*)"}),
    "dies of the fifth": ("seen = []\ndef arrived(sock):\n inputs.append(sock); seen.append(1)\n"
                          " if len(seen) == 5: raise RuntimeError('too many')", [ONE, TWO, VISITS, WORDLESS, CROWD],
                          {ONE: None, TWO: None, VISITS: ".*The server died in line 10, .*RuntimeError: too many.*",
                           WORDLESS: ".*The server died in line 10, .*", CROWD: ".*The server died in line 10, .*"}),
    "os._exit in a handler": ("def answer(sock, data): os._exit(3)", SOME,
                              {ONE: r".*The server has ended \(exit status 3\)\.", STOPS: ".*exit status 3.*"}),
    "stops itself": ("def answer(sock, data): os.kill(os.getpid(), signal.SIGSTOP)", [ONE, STOPS], {ONE: "nothing.*"}),
    "killed in a handler": ("def answer(sock, data): os.kill(os.getpid(), signal.SIGKILL)", [ONE, TWO],
                            {ONE: ".*The server was ended by SIGKILL.*"}),
    "a thread that never ends": ("threading.Thread(target=time.sleep, args=(600,)).start()\n"
                                 "for number in (2, 15): signal.signal(number, lambda *_: sys.exit())",
                                 [ONE, RESTART, STOPS], {ONE: None, STOPS: "it goes on"}),
    "forks a daemon": ("def arrived(sock):\n inputs.append(sock)\n if os.fork() == 0: os.setsid(); time.sleep(600)",
                       [ONE, TWO, VISITS], {ONE: None, TWO: None}),
    "answers late": ("def answer(sock, data): time.sleep(0.3); sock.sendall(data)", [ONE, IDLE, RESET],
                     {ONE: None, IDLE: None}),
}

PROBE = """
import gc, json, os, resource, sys, time
sys.path.insert(0, sys.argv[1])
import psutil
from helpers import trials
from helpers.server import running
us = psutil.Process()
def measured():
    gc.collect()
    return us.num_fds(), resource.getrlimit(resource.RLIMIT_NOFILE), len(us.children(recursive=True))
before, begun, told = measured(), time.monotonic(), {}
try:
    table = trials.run_all(sys.argv[2], only=json.loads(sys.argv[3]))
    told["rows"] = {one.trial.name: None if one.survived else [one.expected, one.received] for one in table}
except BaseException as error:
    told["error"] = [type(error).__mro__[-4].__name__, type(error).__name__, str(error)]
told["seconds"], told["before"], told["after"] = time.monotonic() - begun, before, measured()
told["running"] = len(running)
print("\\n" + json.dumps(told))
"""


class Probe:
    """run_all in a process of its own, bounded: what `told`, the `output`, and the processes that are `left`."""

    def __init__(self, path, only):
        mark = f"wild-{os.getpid()}-{path.name}"
        begun = time.monotonic()
        root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        with subprocess.Popen([sys.executable, "-c", PROBE, root, str(path), json.dumps(only)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "WILD": mark}) as process:
            try:
                output, errors = process.communicate(timeout=BOUND)
                self.told = json.loads(output.splitlines()[-1])
            except (subprocess.TimeoutExpired, IndexError):
                process.kill()
                self.told = {"error": ["", "", f"no end after {time.monotonic() - begun:.0f} s"]}
        eventually(lambda: not marked(mark), 3.0)
        self.left = [one.cmdline() for one in marked(mark)]
        for one in marked(mark):
            one.kill()

    def check(self):
        assert self.told.get("seconds", BOUND) < BOUND, self.told
        assert self.told["before"] == self.told["after"]
        assert self.told["running"] == 0
        assert self.left == []


def marked(mark):
    found = []
    for one in psutil.process_iter():
        try:
            if one.environ().get("WILD") == mark and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
        except psutil.Error:
            pass
    return found


@pytest.fixture(scope="module")
def probes(request, tmp_path_factory):
    """Of each horrible server that a test asks for, its Probe to come: most of their time is waiting."""
    folder, futures = tmp_path_factory.mktemp("horrors"), {}
    with ThreadPoolExecutor(9) as pool:
        for item in request.session.items:
            name = item.callspec.params.get("horror") if hasattr(item, "callspec") else None
            if name and name not in futures:
                text, only = NEVER.get(name, [None])[0], None
                if not text:
                    text, only = LOOP.format(HORRORS[name][0]), HORRORS[name][1]
                path = folder / f"{re.sub('[^a-z]', '_', name)}.py"
                path.write_text(text)
                futures[name] = pool.submit(Probe, path, only)
        yield {name: future.result for name, future in futures.items()}


@pytest.mark.parametrize("horror", NEVER)
def test_a_program_that_does_not_serve_gives_one_clear_error(probes, horror):
    probe = probes[horror]()
    probe.check()
    family, kind, text = probe.told["error"]
    assert kind in ("GlassError", "ProgramDied")
    assert NEVER[horror][1] in text


def test_the_error_of_a_program_that_does_not_serve_names_the_program_alone(program):
    with pytest.raises(ProgramDied) as raised:
        run_all(program("1 / 0", "hasty"))
    assert str(raised.value).startswith("hasty died in line 1")


@pytest.mark.parametrize("horror", HORRORS)
def test_a_horrible_server_is_bounded_and_leaves_nothing(probes, horror):
    probe = probes[horror]()
    probe.check()
    for name, pattern in HORRORS[horror][2].items():
        verdict = probe.told["rows"][name]
        if pattern is None:
            assert verdict is None, f"{name}: {verdict}"
        else:
            assert verdict and re.fullmatch(pattern, verdict[1], re.DOTALL), f"{name}: {verdict}"


@pytest.mark.parametrize("horror", sorted(HORRORS.keys() - {"closes its listener"}))
def test_what_is_expected_of_a_server_that_listens_is_not_that_it_listens(probes, horror):
    rows = probes[horror]().told["rows"]
    assert not [row for row in rows.values() if row and row[0] == "the server starts, and listens"]


def test_answers_without_an_end_come_to_an_end():
    class Drip(socket.socket):
        def recv(self, size):
            time.sleep(0.01)
            return super().recv(1000)

    def flood():
        try:
            while True:
                theirs.sendall(bytes(1000))
        except OSError:
            pass

    ours, theirs = socket.socketpair()
    ours = Drip(fileno=ours.detach())
    stop = threading.Timer(LONG, theirs.shutdown, [socket.SHUT_RDWR])
    stop.start()
    threading.Thread(target=flood, daemon=True).start()
    server = SimpleNamespace(deadline=time.monotonic() + 0.5, ask=lambda *_: None, ended=True, death=None, exit_status=0,
                             just_before=[], must_loop=False, called="The server")
    with pytest.raises(Failed, match="it went on for too long"):
        trade(SimpleNamespace(socket=ours, server=server))
    by_itself = stop.is_alive()
    stop.cancel()
    theirs.close()
    ours.close()
    assert by_itself


def test_each_trial_is_bounded_also_where_every_answer_comes_late(program):
    path = program(LOOP.format("def answer(sock, data): time.sleep(0.15); sock.sendall(data)"))
    received = failed(Aside(path, only=[CROWD, VISITS]).result(4 * LONGEST))
    assert received.keys() == {CROWD, VISITS}
    assert all(text.startswith("it went on for too long") for text in received.values()), received


def test_a_long_message_of_a_dying_server_is_cut(program):
    path = program(LOOP.format("def answer(sock, data): int(data)"))
    assert all(len(received) < 1000 for received in failed(run_all(path, only=[ONE, MEGABYTE])).values())


# -- the table -------------------------------------------------------------------------------------------------------

def same_words(path, only):
    texts = set()
    for _ in range(4):
        texts.add(str(run_all(path, only=only)))
        if len(texts) > 1:
            break
    assert len(texts) == 1, "\n\n".join(sorted(texts))
    [text] = texts
    assert not re.search(r"/tmp|/home|0x[0-9a-f]|127\.0\.0\.1|\bpid\b|raddr|fd=", text), text
    return text


def test_a_failing_lesson_gives_the_same_text_in_every_run():
    assert len({str(run_all("04_multi_client_echo")) for _ in range(2)}) == 1


@pytest.mark.parametrize("what, change, only", [
    ("closes at once", "def arrived(sock): sock.close()", [ONE, MEGABYTE, RESET]),
    ("closes after an answer",
     "def answer(sock, data):\n sock.sendall(data); inputs.remove(sock); sock.close()", NAMES[:4]),
    ("drops what does not fit", "def arrived(sock):\n inputs.append(sock); sock.setblocking(False)\n"
     "def answer(sock, data):\n"
     " try: sock.send(data)\n except OSError: pass", [ONE, MEGABYTE, HALF]),
    ("ends within a megabyte", "total = [0]\ndef answer(sock, data):\n total[0] += len(data)\n"
     " if total[0] > 300_000: raise RuntimeError\n sock.sendall(data)", [ONE, MEGABYTE]),
    ("a message with a socket", "def answer(sock, data): {}[sock]", [ONE, RESET]),
    ("a message with an address", "def answer(sock, data): raise ValueError(f'no {sock.getpeername()}')", [ONE, RESET]),
], ids=lambda value: value if isinstance(value, str) and value.isascii() and "def" not in value else "")
def test_the_table_is_the_same_in_every_run(program, what, change, only):
    same_words(program(LOOP.replace("{}", change, 1)), only)


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.text = [], ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("line", [
    "def answer(sock, data): raise ValueError('<b>&amp; & </td>')",
    "def answer(sock, data): raise ValueError('a ` in </code> the <i>line')",
    "def answer(sock, data): raise ValueError('\\x00\\x1b[31m <')",
])
def test_the_html_is_well_formed_and_escapes_a_programs_own(program, line):
    table = run_all(program(LOOP.replace("{}", line, 1), "a<b&c"), only=[ONE, TWO])
    html = table._repr_html_()
    assert len(ElementTree.fromstring(re.sub("<br>|[\x00-\x1f]", " ", html)).findall("tr")) == 2
    text = Tags(html).text
    assert "a<b&c survives" in text
    assert "raise ValueError(" in text


# -- interruptions ---------------------------------------------------------------------------------------------------

# In a process of its own: an interruption that comes late must not end the tests.
INTERRUPTED = """
import json, os, signal, sys, threading, time
import psutil
from helpers import trials
from helpers.server import running

signal.signal(signal.SIGINT, signal.default_int_handler)       # ignored where the tests run in the background
path, servers, pause, signals = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])

def interrupt():
    while len(running) < servers:
        time.sleep(0.002)
    for _ in range(signals):
        time.sleep(pause)
        os.kill(os.getpid(), signal.SIGINT)

def interruptible(function):
    begun = time.monotonic()
    try:
        function()
    except KeyboardInterrupt:
        pass
    return time.monotonic() - begun

threads = threading.active_count()
thread = threading.Thread(target=interrupt, daemon=True)
thread.start()
seconds = interruptible(lambda: trials.run_all(path))
interruptible(lambda: (thread.join(), time.sleep(0.1)))
end = time.monotonic() + 10
while time.monotonic() < end and (running or psutil.Process().children() or threading.active_count() > threads):
    time.sleep(0.02)
left = len(running), len(psutil.Process().children()), threading.active_count() - threads
again = trials.run_all("06_read_write_queues", only=["echo of one line"]).verdicts[0].survived
print("told", json.dumps({"seconds": seconds, "left": left, "again": again}))
"""


def interrupted(path, servers, pause, signals=1):
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, path, str(servers), str(pause), str(signals)], cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    assert "told " in done.stdout, done.stdout
    return json.loads(done.stdout.rpartition("told ")[2])


@pytest.mark.parametrize("servers, pause", [(1, 0.0), (4, 0.0), (4, 0.5)], ids=["first start", "starts", "later"])
@pytest.mark.parametrize("kind", ["good", "silent"])
def test_an_interruption_ends_it_soon_and_leaves_nothing(program, servers, pause, kind):
    path = program(LOOP.format("def answer(sock, data): pass") if kind == "silent" else SELECTORS)
    told = interrupted(path, servers, pause)
    assert told["left"] == [0, 0, 0] and told["seconds"] < LONG
    assert told["again"]


def test_a_second_interruption_leaves_nothing_either(program):
    told = interrupted(program(LOOP.format("def answer(sock, data): pass")), 4, 0.1, signals=2)
    assert told["left"] == [0, 0, 0]


# -- side by side, and what is asked for -----------------------------------------------------------------------------

def test_two_at_once_of_the_same_program(program):
    path = program(SELECTORS)
    both = [Aside(path, only=[ONE, RESET, HALF, IDLE, IDLE_AGAIN, VISITS]) for _ in range(3)]
    assert [failed(one.result()) for one in both] == [{}, {}, {}]
    assert not running


def test_two_at_once_of_different_programs(program):
    both = [Aside(program(SELECTORS, "one"), only=NAMES[:4]), Aside(program(THREADS, "two"), only=NAMES[:4])]
    assert [failed(one.result()) for one in both] == [{}, {}]


def test_a_server_of_ours_with_the_name_of_a_trial_goes_on(program):
    path = program(SELECTORS)
    from helpers import run
    with run(path) as ours:
        run_all(path, only=[ONE])
        assert not ours.ended


@pytest.fixture
def few_descriptors():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    yield 1024, before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_two_crowds_at_once_have_room_and_leave_the_limit_as_it_was(program, few_descriptors):
    both = [Aside(program(SELECTORS, name), only=[CROWD]) for name in ("one", "two")]
    assert [failed(one.result()) for one in both] == [{}, {}]
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == few_descriptors


def test_rooms_that_overlap_leave_the_limit_as_it_was(few_descriptors):
    first, second = room_for(1100), room_for(1100)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    while_second = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    second.__exit__(None, None, None)
    assert while_second > 1100
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == few_descriptors


def test_there_is_room_for_a_crowd_beside_what_is_open_already(program, few_descriptors):
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(700)]
    try:
        assert failed(run_all(program(SELECTORS), only=[CROWD])) == {}
    finally:
        for number in opened:
            os.close(number)


def test_a_path_with_spaces_and_an_apostrophe(program, tmp_path):
    path = program(SELECTORS)
    folder = tmp_path / "Guido's own folder"
    folder.mkdir()
    path = path.rename(folder / "my server's file.py")
    table = run_all(path, only=[ONE, RESTART])
    assert failed(table) == {}
    assert table.title == "my server's file survives 2 of 2 trials"


def test_a_program_that_takes_arguments(program):
    path = program("import sys\nport = int(sys.argv[1])\nassert sys.argv[2:] == ['x y']\n"
                   + dedent(SELECTORS).replace("6666", "port"))
    assert failed(run_all(path, "7000", "x y", only=[ONE, RESTART, STOPS])) == {}
    assert failed(run_all(path, 7000, "x y", only=[ONE])) == {}


@pytest.mark.parametrize("only", [["half close"], ["echo of one line", ""], [None], [4]])
def test_a_bad_name_gives_a_clear_error(only):
    with pytest.raises(GlassError, match="There is no trial .* The nearest is '.*'"):
        run_all(GOOD, only=only)


def test_a_name_alone_is_taken():
    assert len(run_all(GOOD, only=ONE)) == 1


@pytest.mark.parametrize("only", ["half close", 4])
def test_a_bad_name_alone_gives_a_clear_error(only):
    with pytest.raises(GlassError, match=repr(only)):
        run_all(GOOD, only=only)


def test_the_names_may_come_from_a_generator():
    assert len(run_all(GOOD, only=(name for name in NAMES[:2]))) == 2


def test_no_program_of_this_name_is_a_clear_error():
    with pytest.raises(GlassError, match="There is no program"):
        run_all("06_read_write_queue")


def test_in_this_process_too_nothing_is_left(program, capsys):
    path, limit = program(SELECTORS), resource.getrlimit(resource.RLIMIT_NOFILE)
    run_all(path, only=[ONE])
    gc.collect()
    before = psutil.Process().num_fds()
    run_all(path)
    gc.collect()
    assert psutil.Process().num_fds() <= before
    assert children() == [] and running == {}
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limit
    assert trials.TRIALS and "." * len(TRIALS) in capsys.readouterr().out
