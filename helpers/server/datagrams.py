"""Clients with names that send datagrams (UDP): one send is one datagram, and there is no connection."""
import socket
import time
from contextlib import contextmanager
from pathlib import Path

from ..errors import GlassError, NothingCame
from . import silence

PATIENCE = 2.0     # seconds: the longest that a client waits for anything
HELD = 0.02        # seconds: a server that is held sends nothing, so waiting for it is of no use
LARGEST = 65536    # bytes: no datagram is longer
BOUND = 0.5        # seconds: the longest that a datagram may be on its way


class DatagramClient:
    """One client of a UDP server. `connect(…, udp=True)` makes one; it is a context manager, too."""
    datagrams = True

    def __init__(self, server, name: str | None, address: tuple[str, int]):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.asked, self.sent = None, 0            # as of a Client; datagrams that it has sent
        self.server, self.socket, self.to = server, socket.socket(family, socket.SOCK_DGRAM), address
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(address)               # sends nothing, and tells from which of our addresses it would
            self.socket.bind((probe.getsockname()[0], 0))      # not connected: an answer may come from another port
        if name:
            name = server.recording.names.claim_datagrams(*self.address, name)
        self.name = name or "the client"

    @property
    def address(self) -> tuple[str, int]:
        """Its own (host, port): what the server's recvfrom returns with the data."""
        return self.socket.getsockname()[:2]

    def send(self, data: str | bytes) -> None:
        """Send one datagram: bytes, or text (as UTF-8). Raises GlassError if it can't be sent."""
        if isinstance(data, str):
            data = data.encode()
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise GlassError(f"send() takes text or bytes, and {data!r} is neither. Put it in quotes: send(\"{data}\").")
        self.server.must_run()
        try:
            with arriving(self.server, self.to[1]):
                self.socket.sendto(data, self.to)
            self.sent += 1
        except OSError as error:
            raise self.broken(error) from None

    def receive(self, timeout: float = PATIENCE) -> str:
        """The text of the next datagram; "" is one that is empty. Raises NothingCame if none comes in `timeout` seconds.

        Bytes that are no UTF-8 show as \\xff.
        """
        return self.receive_bytes(timeout).decode("utf-8", "backslashreplace")

    def receive_bytes(self, timeout: float = PATIENCE) -> bytes:
        """The bytes of the next datagram. Raises NothingCame if none comes in `timeout` seconds."""
        held = self.server.held
        try:
            self.socket.settimeout(min(timeout, HELD) if held else timeout)
            return self.socket.recv(LARGEST)
        except (BlockingIOError, TimeoutError):
            self.server.must_run()
            why = f". {silence.reason_of_datagrams(self)}" if held else f" in {timeout:g} s."
            raise NothingCame(f"nothing came for {self.name}{why}") from None
        except OSError as error:
            raise self.broken(error) from None

    def broken(self, error):
        if self.socket.fileno() < 0:
            return GlassError(f"{self.name} has left. Connect again: connect(server, {self.name!r}, udp=True).")
        return GlassError(f"{self.name} can't send this as one datagram ({error.strerror or error}).")

    def close(self) -> None:
        """Leave. The server hears nothing of it: there is no connection to close."""
        self.socket.close()

    def no_connection(self, *_):
        raise GlassError(f"{self.name} sends datagrams: there is no connection to pour into, to half-close or to reset.")

    pour = half_close = reset = no_connection

    def __enter__(self) -> "DatagramClient":
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def __repr__(self):
        return f"{self.name}, a client of {self.server.name}"


@contextmanager
def arriving(server, port):
    """Around a send: until the datagram lies in the queue of a server that stands still, or was dropped there.

    Linux tells both, in /proc/net/udp (proc(5)). Elsewhere a datagram has arrived when the call returns.
    """
    before = queue(port) if server.held or server.frozen else None
    yield
    end = time.monotonic() + BOUND
    while before is not None and queue(port) == before and time.monotonic() < end:
        pass                                     # mostly it is there already


def queue(port):
    """What the system says of the sockets at this UDP port: bytes that wait, and datagrams dropped. None: it says nothing."""
    found = []
    for table in map(Path, ("/proc/net/udp", "/proc/net/udp6")):
        if table.exists():
            rows = [line.split() for line in table.read_text().splitlines()[1:]]
            found += [(row[4], row[-1]) for row in rows if row[1].endswith(f":{port:04X}")]
    return found or None
