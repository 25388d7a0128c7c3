"""Clients with names, driven from a notebook: alice, bob."""
import socket
import struct
import time
from contextlib import suppress

from ..errors import GlassError, NothingCame
from . import asking, resting, silence
from .arrival import arriving, await_connection
from .datagrams import DatagramClient
from .listeners import find_datagrams
from .server import Server

PATIENCE = 2.0     # seconds: the longest that a client waits for anything
LONGEST = 10.0     # seconds that pouring may take in all
STALL = 0.15       # seconds in which a server takes nothing: its buffers are full
SMALL = 65536      # bytes that the system keeps for a client that doesn't read
LAST_WORDS = 0.3   # seconds in which a program that has broken off a connection may tell of its own end
HELD = 0.02        # seconds: a server that is held sends nothing, so waiting for it is of no use

Bytes = bytes | bytearray | memoryview


def connect(server: Server, name: str | None = None, port: int | None = None, timeout: float = PATIENCE,
            udp: bool = False) -> "Client | DatagramClient":
    """Connect a client to a server that runs in the background, and return the Client.

    name: how the server's connection to it is called ("alice"). port: which listener, where there are several, by
    the port that the program asked for. udp: a client that sends datagrams to a UDP socket. A second client of the same
    name is called "alice 2", and that is printed. Raises GlassError if the server has ended or doesn't listen there.
    """
    asking.a_server("connect()", server, "connect(server, {})", name)
    asking.a_name(name, port)
    client = (DatagramClient(server, name, find_datagrams(server, port, PATIENCE)) if udp else
              reach(server, name, port, timeout))
    if name and client.name != name and not server.quiet:
        earlier = any(one.asked == name for one in server.clients)
        print(f"The name {name} is taken already, so this is {client.name}."
              + (f" To begin again with {name}, run the cell of the server first." if earlier else ""))
    client.asked = name
    server.clients.append(client)
    return client


def reach(server, name, port, timeout):
    """A client that has connected."""
    host, real = server.find_listener(port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)      # what is sent is there at the next step
    sock.settimeout(timeout)
    try:
        sock.connect((host, real))
    except OSError as error:
        sock.close()
        server.listen(lambda: False, LAST_WORDS)       # it may be dying at this very moment: then it says so
        server.must_run()
        raise GlassError(f"{server.name} took no connection ({error.strerror or 'no answer'}). "
                         "Is its listener closed, or its queue of waiting clients full?") from None
    if server.held or server.frozen:
        await_connection(sock)
    server.recording.names.from_port.pop(sock.getsockname()[1], None)      # somebody had this port before, perhaps
    if name:
        name = server.recording.names.claim(sock.getsockname()[1], name)
    return Client(server, name or "the client", sock)


def in_bytes(data: str | Bytes) -> Bytes:
    """Text (as UTF-8) or bytes, as bytes."""
    if isinstance(data, str):
        return data.encode()
    if isinstance(data, (bytes, bytearray, memoryview)):
        return data
    raise GlassError(f"send() takes text or bytes, and {data!r} is neither. Put it in quotes: send(\"{data}\").")


class Client:
    """One client of a server. `connect` makes one; it is a context manager, too."""
    datagrams = False

    def __init__(self, server: Server, name: str, sock: socket.socket):
        self.server, self.name, self.socket = server, name, sock
        self.asked = None          # the name that was asked for; its own may be "alice 2"
        self.sent = 0              # bytes that it has sent

    @property
    def address(self) -> tuple[str, int]:
        """Its own (host, port): what the server's accept returns with the connection."""
        try:
            return self.socket.getsockname()
        except OSError as error:
            raise self.broken(error) from None

    def send(self, data: str | Bytes) -> None:
        """Send bytes, or text (as UTF-8). Raises GlassError if the server doesn't take them."""
        data = in_bytes(data)
        self.must_have_server()
        try:
            self.socket.settimeout(PATIENCE)
            with arriving(self.server, self.socket, size=len(data) if len(data) <= SMALL else 0):
                self.socket.sendall(data)
            self.sent += len(data)
        except TimeoutError:
            raise GlassError(f"The server doesn't take what {self.name} sends: its buffers are full, and it doesn't receive. "
                             + ("Step it, or send less." if self.server.stepping else "threads() tells where it is.")) from None
        except OSError as error:
            raise self.broken(error) from None

    def pour(self, data: str | Bytes) -> int:
        """Send as much as the server takes, without reading: the way of a client that is slow or hangs.

        Returns how many bytes were taken: all of them, or less where the server's buffers are full, or it has gone.
        From now on the system keeps less for this client than for others.
        """
        rest, stalled = memoryview(in_bytes(data)), None
        self.must_have_server()
        size, end = len(rest), time.monotonic() + LONGEST
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)   # otherwise it grows, to 32 MB even
        except OSError as error:
            raise self.broken(error) from None
        self.socket.settimeout(STALL)
        with suppress(OSError):                        # the server has gone
            while rest and time.monotonic() < end:
                try:
                    rest = rest[self.socket.send(rest[:65536]):]
                except TimeoutError:
                    if stalled == len(rest):           # the server rests, and still takes nothing
                        break
                    stalled = len(rest)
                    self.server.comes_to_rest()
        self.sent += size - len(rest)
        return size - len(rest)

    def receive(self, timeout: float = PATIENCE) -> str:
        """The text that has come: at least one byte, and all that is there. "" when the server has closed.

        Waits at most `timeout` seconds, and then raises NothingCame; GlassError, where nothing is left of a server that
        the notebook has stopped. Bytes that are no UTF-8 show as \\xff.
        """
        return self.receive_bytes(timeout=timeout).decode("utf-8", "backslashreplace")

    def receive_bytes(self, size: int | None = None, timeout: float = PATIENCE) -> bytes:
        """The bytes that have come: all that are there, or exactly `size` (fewer if the server closes before)."""
        received, held, patience = bytearray(), self.server.held, timeout
        try:
            if held and (self.has_come(min(timeout, HELD)) or silence.only_the_loop_works(self.server)):
                patience = min(timeout, HELD)
            self.socket.settimeout(patience)
            while size is None or len(received) < size:
                data = self.socket.recv(65536 if size is None else min(65536, size - len(received)))
                received += data
                if not data:
                    break
                if size is None:
                    self.socket.settimeout(0)             # what is there already, and nothing more
        except (BlockingIOError, TimeoutError):
            if not received or size is not None:
                if not held and timeout and resting.await_its_turn(self.server, lambda: self.has_come(0)):
                    return bytes(received) + self.receive_bytes(size and size - len(received), timeout)
                came = f"only {len(received)} bytes" if received else "nothing"
                why = f". {silence.reason(self)}" if held else f" in {timeout:g} s."
                raise NothingCame(f"{came} came for {self.name}{why}") from None
        except OSError as error:
            raise self.broken(error) from None
        if not received and size != 0:
            self.must_have_server()
        return bytes(received)

    def has_come(self, patience):
        """Is there anything to receive, now or within `patience` seconds?"""
        self.socket.settimeout(patience)
        with suppress(BlockingIOError, TimeoutError):
            self.socket.recv(1, socket.MSG_PEEK)
            return True
        return False

    def must_have_server(self):
        """Raise GlassError if the notebook has stopped its server: the end of a connection is no answer of a program's then."""
        if self.server.stopped_by and self.socket.fileno() >= 0:
            raise self.broken(None)

    def broken(self, error):
        again = f"connect(server{f', {self.asked!r}' if self.asked else ''})"
        if self.socket.fileno() < 0:
            return GlassError(f"{self.name} has left. Connect again: {again}.")
        if self.server.stopped_by:
            return GlassError(f"{self.name} is a client of an earlier server: {self.server.name} {self.server.stopped_by}. "
                              f"Connect to one that runs: {again}.")
        return GlassError(f"{self.name} has lost the connection ({error.strerror or error}). Connect again: {again}.")

    def close(self) -> None:
        """Leave: the server's recv gives b""."""
        with arriving(self.server, self.socket):
            self.socket.close()

    def half_close(self) -> None:
        """Say that nothing more will be sent, and go on listening."""
        self.must_have_server()
        try:
            with arriving(self.server, self.socket):
                self.socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise self.broken(error) from None

    def reset(self) -> None:
        """Leave without a goodbye (RST): the server's recv raises ConnectionResetError."""
        with suppress(OSError):                            # on macOS, where the server has gone before
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with arriving(self.server, self.socket, reset=True):
            self.socket.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def __repr__(self):
        return f"{self.name}, a client of {self.server.name}"
