"""Servers that behave as badly as they can: each trial is bounded, tells what is so, and leaves nothing behind."""
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest

from helpers import ProgramDied
from helpers.server.dialogue import Whereabouts
from helpers.trials import Failed, judging, lacking, run_all, trade
from helpers.trials.bounds import Clock
from tests import ROOT
from tests.conftest import LONG
from tests.trials.names import (
    BOUND,
    CROWD,
    HALF,
    IDLE,
    IDLE_AGAIN,
    MEGABYTE,
    ONE,
    RESET,
    RESTART,
    STOPS,
    TWO,
    VISITS,
    WORDLESS,
    Aside,
    eventually,
    failed,
)
from tests.trials.servers import LOOP

NEVER = {          # programs that there is nothing to be tried of: what the error says
    "hangs before listen": ("import time\ntime.sleep(600)", "line 2, `time.sleep(600)`"),
    "never listens": ("import select\nwhile True: select.select([], [], [], 0.1)", "has not called listen()"),
    "ends at once": ("print('hello')", "has ended (exit status 0)"),
    "ends with a status": ("import os\nos._exit(3)", "has ended (exit status 3)"),
    "syntax error": ("x = 1\nwhile True print(x)", "syntax error in line 2"),
    "dies before listen": ("import nothing_of_this_name", "ModuleNotFoundError"),
    "dies as it has begun to listen": ("import socket\nlistener = socket.create_server(('127.0.0.1', 6666))\n1 / 0", "in line 3"),
    "computes after that, and dies": ("import socket\nlistener = socket.create_server(('127.0.0.1', 6666))\n"
                                      "sum(range(3_000_000))\n1 / 0", "in line 4"),
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
from helpers.server import leftovers, running
from helpers.trials import turns
us = psutil.Process()
turns.PLACES = 0                  # what is measured here is none of waiting for one's turn
leftovers.start_keeper()          # it stays, as long as we do
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
        with subprocess.Popen([sys.executable, "-c", PROBE, ROOT, path, json.dumps(only)], text=True,
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
    server = SimpleNamespace(deadline=time.monotonic() + 0.5, whereabouts=Whereabouts, ended=True,
                             death=None, exit_status=0,
                             just_before=[], must_loop=False, called="The server", listen=lambda *_: None)
    server.child = SimpleNamespace(process=SimpleNamespace(pid=os.getpid()))
    server.clock = Clock(server)
    with pytest.raises(Failed, match="it went on for too long"):
        trade(SimpleNamespace(socket=ours, server=server))
    by_itself = stop.is_alive()
    stop.cancel()
    theirs.close()
    ours.close()
    assert by_itself


def test_each_trial_is_bounded_also_where_every_answer_comes_late(program, monkeypatch):
    path = program(LOOP.format("def answer(sock, data): time.sleep(0.15); sock.sendall(data)"))
    for module in judging, lacking:
        monkeypatch.setattr(module, "LONGEST", 2.0)
    received = failed(Aside(path, only=[CROWD, VISITS]).result())
    assert received.keys() == {CROWD, VISITS}
    assert all(text.startswith("it went on for too long") for text in received.values()), received


def test_a_long_message_of_a_dying_server_is_cut(program):
    path = program(LOOP.format("def answer(sock, data): int(data)"))
    assert all(len(received) < 1000 for received in failed(run_all(path, only=[ONE, MEGABYTE])).values())
