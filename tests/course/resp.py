"""Two servers that speak RESP, lesson 17's and the real one, and a client that tells where a reply ends."""
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager

import pytest

from helpers.trials.speaking import command
from tests import AN_HOUR
from tests.conftest import LONG
from tests.course.test_lessons import server as lesson_server

STEM = "17_redis"
PATIENCE = 3 * LONG                          # seconds: the longest that anybody waits for a reply here


def needs(program, package):
    """Skip, where somebody else's program isn't installed; the reason says how to get it."""
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} isn't installed: apt-get install {package}, or brew "
                                                               "install redis")


needs_redis = needs("redis-server", "redis-server")


@contextmanager
def ours():
    """Lesson 17 as a plain process: its port."""
    with lesson_server(STEM, "0") as [port]:
        yield port


@contextmanager
def real():
    """redis-server, which keeps nothing on disk: its port. It can't take a free one by itself."""
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(5):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            with subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                                   "--dir", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  preexec_fn=lambda: signal.alarm(AN_HOUR)) as process:
                try:
                    if answers(port, process):
                        yield port
                        return
                finally:
                    process.kill()
        raise AssertionError(f"redis-server did not answer in {LONG:g} s")


def answers(port, process):
    """Does it answer soon? Not, if it has ended: somebody else has taken the port meanwhile."""
    end = time.monotonic() + LONG
    while time.monotonic() < end and process.poll() is None:
        try:
            with Talk(port) as talk:
                return talk.ask(b"PING") == b"+PONG\r\n"
        except ConnectionRefusedError:
            time.sleep(0.01)
    return False


class Talk:
    """A client of either of them."""
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.came = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.came.close()
        self.socket.close()

    def say(self, data):
        self.socket.sendall(data)

    def ask(self, *words):
        self.say(command(*words))
        return self.reply()

    def reply(self):
        """The bytes of one reply, whole; b"" at the end."""
        head = self.came.readline()
        kind, count = head[:1], head[1:-2]
        if kind in (b"*", b">") and count != b"-1":
            return head + b"".join(self.reply() for _ in range(int(count)))
        if kind == b"%":
            return head + b"".join(self.reply() for _ in range(2 * int(count)))
        if kind in (b"$", b"=") and count != b"-1":
            return head + self.came.read(int(count) + 2)
        return head

    def rest(self):
        """All that comes until the end, which may be a reset: that is the end, too."""
        found = b""
        try:
            while data := self.came.read1(65536):
                found += data
        except ConnectionResetError:
            pass
        return found


def all_of(port, data):
    """All that a connection of its own answers to these bytes, and to QUIT after them."""
    with Talk(port) as talk:
        try:
            talk.say(data + command(b"QUIT"))
        except OSError:                      # it has closed already
            pass
        return talk.rest()


def same(reply):
    """A reply without what two servers can't have in common: their version, and the number of a client."""
    reply = re.sub(rb"(version\r\n)\$\d+\r\n[\d.]+\r\n", rb"\1", reply)
    return re.sub(rb"(\$2\r\nid\r\n):\d+", rb"\1", reply)
