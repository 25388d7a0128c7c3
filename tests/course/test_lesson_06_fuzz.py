"""Lesson 06 as a plain process, among clients that come, talk, stall, half-close and reset in a random order (seeded)."""
import random
import resource
import select
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests import ROOT

PROGRAM = ROOT / "lessons" / "06_read_write_queues.py"
BOUND = 10.0                                # seconds: more than anything here takes on a busy machine
STEPS = 6000
ENOUGH_FOR_ALL = 256

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors and CPU time in /proc")


class Server:
    def __init__(self, descriptors, port):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        self.process = subprocess.Popen([sys.executable, "-u", PROGRAM, str(port)], preexec_fn=limit,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert select.select([self.process.stdout], [], [], BOUND)[0], "it doesn't say its port"
        self.port = int(self.process.stdout.readline().split()[-1])

    def descriptors(self):
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def ticks(self):
        """CPU time used until now, in hundredths of a second."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def end(self, number):
        self.process.send_signal(number)
        errors = self.process.communicate(timeout=BOUND)[1]
        return self.process.returncode, errors.decode()


@pytest.fixture
def serve():
    servers = []

    def start(descriptors=ENOUGH_FOR_ALL, port=0):
        servers.append(Server(descriptors, port))
        return servers[-1]
    yield start
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate(timeout=BOUND)


class Client:
    """One connection. Its bytes are its own: if they come to somebody else, or in another order, it is seen."""

    def __init__(self, server, number, small=False):
        self.sock = socket.socket()
        if small:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.sock.settimeout(BOUND)
        self.sock.connect(("127.0.0.1", server.port))
        self.sock.setblocking(False)
        self.own = random.Random(number).randbytes(70_001)
        self.sent = self.received = 0
        self.finished = self.ended = False

    def say(self, size):
        start = self.sent % len(self.own)
        with suppress(BlockingIOError):
            self.sent += self.sock.send(self.own[start:start + size])

    def hear(self, size):
        """Whether anything came."""
        try:
            data = self.sock.recv(size)
        except BlockingIOError:
            return False
        if not data:
            assert self.finished and self.received == self.sent, "the server said goodbye too early"
            self.ended = True
            return False
        start = self.received % len(self.own)
        expected = (self.own * (2 + len(data) // len(self.own)))[start:start + len(data)]
        assert data == expected, "other bytes came back than were said"
        self.received += len(data)
        return True

    def finish(self):
        if not self.finished:
            self.sock.shutdown(socket.SHUT_WR)
            self.finished = True

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def until(happened, what):
    bound = time.monotonic() + BOUND
    while not happened():
        assert time.monotonic() < bound, what
        time.sleep(0.01)


def hear_all(clients):
    """Everybody has said all it had to say, and hears it all and then a goodbye."""
    bound = time.monotonic() + BOUND
    with selectors.DefaultSelector() as selector:
        for client in clients:
            client.finish()
            selector.register(client.sock, selectors.EVENT_READ, client)
        while selector.get_map():
            assert time.monotonic() < bound, f"{len(selector.get_map())} clients wait for their bytes"
            for key, _ in selector.select(0.1):
                key.data.hear(1 << 20)
                if key.data.ended:
                    selector.unregister(key.fileobj)
                    key.data.sock.close()


def echoed(server, said=b"still there?"):
    with socket.create_connection(("127.0.0.1", server.port), timeout=BOUND) as sock:
        sock.sendall(said)
        heard = b""
        while len(heard) < len(said) and (data := sock.recv(100)):
            heard += data
    return heard == said


def idle(server):
    """In a second without any event it uses hardly any time."""
    before, start = server.ticks(), time.monotonic()
    while time.monotonic() < start + 1:
        time.sleep(0.05)
    return server.ticks() - before <= 20


@pytest.mark.parametrize("seed, descriptors", [(1, ENOUGH_FOR_ALL), (2, ENOUGH_FOR_ALL), (3, 16), (4, 32)])
def test_a_random_crowd(serve, seed, descriptors):
    server = serve(descriptors)
    at_first = server.descriptors()
    luck, clients, number = random.Random(seed), [], 0
    for _ in range(STEPS):
        if len(clients) < 60:               # fewer than the backlog: nobody is kept out by the kernel
            number += 1
            client = Client(server, seed * 100_000 + number, small=luck.random() < 0.2)
            if luck.random() < 0.1:
                luck.choice([client.reset, client.sock.close])()
                continue
            clients.append(client)
        client, action = luck.choice(clients), luck.random()
        if action < 0.4:
            if not client.finished:
                client.say(luck.choice([1, 3, 100, 5000, 65536, 65537]))
        elif action < 0.9:
            client.hear(luck.choice([1, 10, 4096, 1 << 20]))
        elif action < 0.92:
            while client.hear(1 << 20):
                pass
        elif action < 0.96:
            client.finish()
        else:                               # gone: with what it has not read, and perhaps after a half-close
            clients.remove(client)
            luck.choice([client.reset, client.sock.close])()
        if client.ended:
            clients.remove(client)
            client.sock.close()
    hear_all(clients)
    until(lambda: server.descriptors() == at_first, "a descriptor is still held")
    assert idle(server) and echoed(server)
    assert server.end(signal.SIGTERM) == (0, "")


@pytest.mark.long
def test_waves_larger_than_the_limit_and_it_is_idle_while_some_wait(serve):
    server = serve(16)
    at_first = server.descriptors()
    for wave in range(20):
        clients = [Client(server, wave * 100 + number) for number in range(40)]
        for client in clients:
            client.say(1000)
        for number, client in enumerate(clients):   # in the order in which they came: a place is free for the next
            client.sock.settimeout(BOUND)
            while client.received < client.sent:
                assert client.hear(4096), "a client was sent away"
            (client.reset if number % 3 else client.sock.close)()
    until(lambda: server.descriptors() == at_first, "a descriptor is still held")
    clients = [Client(server, number) for number in range(40)]
    until(lambda: server.descriptors() == 16, "it lets in as many as it can")
    assert idle(server)
    for client in clients:
        client.sock.close()
    until(lambda: server.descriptors() == at_first, "a descriptor is still held")
    assert echoed(server)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_under_full_load_and_starts_again_on_the_same_port(serve, number):
    luck, port = random.Random(number), 0
    for _ in range(5):
        server = serve(port=port)
        port = server.port
        assert echoed(server)               # it is in its loop: its handlers are set
        clients = [Client(server, own) for own in range(30)]
        for _ in range(luck.randrange(200, 1500)):
            client = luck.choice(clients)
            client.say(65536)
            client.hear(1000)
        assert server.end(number) == (0, "")
        for client in clients:
            client.sock.close()


def test_readers_that_stall_and_come_back_get_every_byte_and_the_others_do_not_wait(serve):
    server = serve()
    at_first = server.descriptors()
    stalled = [Client(server, number, small=True) for number in range(5)]
    bound = time.monotonic() + BOUND
    with selectors.DefaultSelector() as selector:
        for client in stalled:
            selector.register(client.sock, selectors.EVENT_WRITE, client)
        while selector.get_map():           # more than the kernel's buffers take: what is left waits in the queues
            assert time.monotonic() < bound, "the server doesn't read on"
            for key, _ in selector.select(0.1):
                key.data.say(65536)
                if key.data.sent > 8_000_000:
                    selector.unregister(key.fileobj)
    assert idle(server) and echoed(server)
    for client in stalled[:2]:              # what it owes them still goes out
        client.finish()
    assert idle(server) and echoed(server)
    stalled.pop().reset()
    hear_all(stalled)
    until(lambda: server.descriptors() == at_first, "a descriptor is still held")
    assert server.end(signal.SIGTERM) == (0, "")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="prlimit is Linux's")
def test_it_lets_clients_in_again_when_the_system_has_descriptors_again(serve):
    """Nobody leaves: the descriptors come from elsewhere. It must not spin for want of them, nor wait for ever."""
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), BOUND) as alice:
        alice.sendall(b"hello")
        assert alice.recv(5) == b"hello"
        hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (server.descriptors(), hard))
        with socket.create_connection(("127.0.0.1", server.port), BOUND) as bob:
            bob.sendall(b"hello")
            before = server.ticks()
            bob.settimeout(1.0)
            with pytest.raises(TimeoutError):
                bob.recv(5)
            assert server.ticks() - before < 30
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (ENOUGH_FOR_ALL, hard))
            bob.settimeout(BOUND)
            assert bob.recv(5) == b"hello"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order_from_the_moment_on_that_it_says_its_port(serve, number):
    for _ in range(5):
        assert serve().end(number) == (0, "")
