"""No process outlives its notebook, and an interrupted cell leaves the server up. With real Jupyter kernels."""
import os
import signal
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from tests import ROOT

BOUND = 10.0       # seconds: the longest that anything here may take

FORKING = """\
import os, select, subprocess, time
numbers = [subprocess.Popen(["sleep", "60"]).pid]        # another program, in our process group
for alone in (False, True):
    number = os.fork()
    if number == 0:
        if alone:
            os.setsid()                                  # out of reach for whoever ends our group
        time.sleep(60)
        os._exit(0)
    numbers.append(number)
print("started:", *numbers)
while True:
    select.select([], [], [], 1)
"""

BLOCKING = """\
import pathlib, select, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
while True:
    select.select([listener], [], [])
    connection, address = listener.accept()
    pathlib.Path(sys.argv[1]).touch()                    # we are past the gate, on our way into recv
    connection.sendall(connection.recv(100))
"""


class Kernel:
    """A real kernel. `run` is what a notebook does with a cell."""

    def __init__(self, folder):
        self.manager = KernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/k")
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        self.manager.start_kernel(cwd=str(ROOT), env=environment)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def run(self, code):
        """Run a cell to its end, and return what it printed: warnings that Python prints of a fork don't count."""
        printed = []

        def note(message):
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, timeout=60, output_hook=note)
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)

    def numbers(self, code):
        """Run a cell, and return the process ids that it printed; all of them are alive."""
        found = [int(word) for word in self.run(code).split()]
        assert found and all(map(alive, found))
        return found

    def interrupt(self, cell, until):
        """Start a cell, interrupt it when until() is true, and see that it ended with KeyboardInterrupt."""
        asked = self.client.execute(cell, stop_on_error=False)      # or the kernel aborts what comes right after it
        wait(until, "the cell to be in the middle of it")
        self.manager.interrupt_kernel()
        while True:
            reply = self.client.get_shell_msg(timeout=BOUND)
            if reply["parent_header"].get("msg_id") == asked:
                break
        assert reply["content"]["status"] == "error" and reply["content"]["ename"] == "KeyboardInterrupt"

    def heard(self, text):
        """True once the kernel has printed this, in a cell that is still running."""
        while self.client.iopub_channel.msg_ready():
            message = self.client.get_iopub_msg(timeout=BOUND)
            if message["msg_type"] == "stream" and text in message["content"]["text"]:
                return True
        return False

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel():
    with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:     # short: a socket's path is bounded
        kernel = Kernel(folder)
        try:
            yield kernel
        finally:
            kernel.end()


def alive(number):
    """Is there such a process? A zombie has ended; in a container nobody may collect it."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    if not Path("/proc/self/stat").exists():
        return True
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait(until, what):
    """Look again and again, for a bounded time."""
    end = time.monotonic() + BOUND
    while not until():
        assert time.monotonic() < end, f"waited {BOUND:g} s for {what}"
        time.sleep(0.01)


def wait_for_the_end_of(numbers):
    """Until all of these processes are gone."""
    end = time.monotonic() + BOUND
    while left := [place for place, number in enumerate(numbers) if alive(number)]:
        assert time.monotonic() < end, f"{BOUND:g} s later, these of {len(numbers)} processes are alive: {left}"
        time.sleep(0.01)


@contextmanager
def cleared(numbers):
    """End these processes if a test that fails would leave them behind."""
    try:
        yield
    finally:
        for number in filter(alive, numbers):
            os.kill(number, signal.SIGKILL)


def kill(kernel):
    os.kill(kernel.pid, signal.SIGKILL)


def exit_at_once(kernel):
    kernel.client.execute("import os; os._exit(0)")


def restart(kernel):
    kernel.client.stop_channels()
    kernel.manager.restart_kernel(now=False)
    kernel.connect()


def restart_at_once(kernel):
    kernel.client.stop_channels()
    kernel.manager.restart_kernel(now=True)
    kernel.connect()


def shut_down(kernel):
    kernel.manager.shutdown_kernel(now=False)


def shut_down_as_nbval_does(kernel):
    kernel.manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("end", [kill, exit_at_once, restart, restart_at_once, shut_down, shut_down_as_nbval_does])
def test_nothing_outlives_the_kernel(kernel, end, tmp_path):
    """Neither a held program nor a free one, nor what a program has started."""
    forking = tmp_path / "forking.py"
    forking.write_text(FORKING)
    numbers = kernel.numbers(f"""
from helpers import run
held = run("04_multi_client_echo", held=True)
free = run("02_one_listening_socket")
parent = run({str(forking)!r}, held=True)
print(held.child.process.pid, free.child.process.pid, parent.child.process.pid,
      parent.output.rpartition("started:")[2])
""")
    assert len(numbers) == 6
    with cleared(numbers):
        end(kernel)
        wait_for_the_end_of(numbers)


def test_the_end_is_seen_although_somebody_else_holds_the_line(kernel):
    """The kernel has forked: the copy of our end of the line stays open. The look at getppid sees the end."""
    (holder, *numbers) = kernel.numbers("""
import os, time
from helpers import run
held = run("04_multi_client_echo", held=True)
free = run("02_one_listening_socket")
holder = os.fork()
if holder == 0:
    time.sleep(30)
    os._exit(0)
print(holder, held.child.process.pid, free.child.process.pid)
""")
    with cleared([holder, *numbers]):
        kill(kernel)
        wait_for_the_end_of(numbers)
        assert alive(holder), "it held the line all the time"


def test_an_interrupted_step_leaves_the_server_up(kernel, tmp_path):
    program, mark = tmp_path / "blocking.py", tmp_path / "mark"
    program.write_text(BLOCKING)
    (number,) = kernel.numbers(f"""
from helpers import connect, run
server = run({str(program)!r}, {str(mark)!r}, held=True)
alice = connect(server, "alice")
print(server.child.process.pid)
""")
    kernel.interrupt("server.step(timeout=30)", until=mark.exists)
    assert alive(number)
    said = kernel.run('alice.send("hello"); one = server.step(); print(alice.receive(), one.number, server.state)')
    assert said == "hello 1 held\n"
    said = kernel.run('bob = connect(server, "bob"); bob.send("me too"); print(server.step().number, bob.receive())')
    assert said == "2 me too\n"
    assert alive(number)


def test_an_interrupted_cell_leaves_a_free_server_up(kernel):
    (number,) = kernel.numbers("""
from helpers import connect, run
server = run("04_multi_client_echo")
alice = connect(server, "alice")
alice.send("hi"), alice.receive()          # all that is imported when it is needed is there now
print(server.child.process.pid)
""")
    kernel.interrupt('print("waiting", flush=True); alice.receive(timeout=30)', until=lambda: kernel.heard("waiting"))
    assert alive(number)
    assert kernel.run('alice.send("hello"); print(alice.receive())') == "hello\n"
    assert kernel.run('server.hold(); alice.send("again"); one = server.step(); print(one.readable, alice.receive())'
                      ) == "['alice'] again\n"
