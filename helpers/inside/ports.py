"""Free ports for whatever ports a program asks for.

This runs in the child process, beside the program. A program that binds port 6666 gets a free port of the
system's choice, and goes on to believe that it is 6666: `getsockname` says so, and its own `connect` to 6666
arrives. So a cell can be run again at once, and a whole class can share one machine.
"""
import errno
import socket

INTERNET = (socket.AF_INET, socket.AF_INET6)


class Ports:
    """Asked and real ports of this process, told apart by the type of socket (TCP and UDP count alone)."""

    def __init__(self, first=None, known=(), tell=lambda word, *values: None):
        """`known`: {(type, asked): real} of the server that this program is a client of. It is told when it connects there."""
        self.real_of = dict(known)
        self.asked_of = {(kind, real): asked for (kind, asked), real in self.real_of.items()}
        self.first = first                   # the real port of the first TCP listener, where somebody wants a certain one
        self.tell, self.is_client = tell, bool(known)

    def bind(self, sock, address, real_bind, real_getsockname):
        """Bind to a free port; a port that was asked for before stays where it is, with the system's own errors."""
        if not self.is_internet(sock, address) or not 0 <= address[1] < 65536:
            return real_bind(sock, address)
        host, asked, *rest = address
        real, tcp = self.real_of.get((sock.type, asked), 0), sock.type == socket.SOCK_STREAM
        real_bind(sock, (host, self.first or real if tcp else real, *rest))
        if tcp:
            self.first = None
        if asked:
            real = real_getsockname(sock)[1]
            self.real_of[sock.type, asked] = real
            self.asked_of[sock.type, real] = asked
            if tcp:
                self.tell("bound", asked, real)          # a library in C may listen there, and say nothing

    def asked(self, sock, address):
        """An address as the program knows it."""
        return self.changed(sock, address, self.asked_of)

    def asked_port(self, sock, address):
        """The port that the program asked for, of one with this real address; None where it asked for none."""
        return self.asked_of.get((sock.type, address[1])) if self.is_internet(sock, address) else None

    def real(self, sock, address):
        """An address as the system knows it."""
        return self.changed(sock, address, self.real_of)

    def telling(self, connect, getsockname):
        """The real connect (or connect_ex) that tells from which port a connection comes, if anybody wants to know."""
        def connect_and_tell(sock, address):
            try:
                number = connect(sock, address)
            except BlockingIOError:          # it is on its way: its port is known already
                self.connected(sock, address, getsockname)
                raise
            if number in (None, 0, errno.EINPROGRESS):
                self.connected(sock, address, getsockname)
            return number

        return connect_and_tell if self.is_client else connect

    def connected(self, sock, address, getsockname):
        if sock.type == socket.SOCK_STREAM and self.is_internet(sock, address):
            host, port = getsockname(sock)[:2]
            self.tell("connected", (host, port), (host, address[1]))       # on one machine both ends are at one host

    def sends(self, host, port):
        """A UDP socket has got its real port: the server that this program is a client of wants to know."""
        if self.is_client:
            self.tell("sends", {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)

    def changed(self, sock, address, ports):
        if ports and self.is_internet(sock, address) and (sock.type, address[1]) in ports:
            return (address[0], ports[sock.type, address[1]], *address[2:])
        return address

    @staticmethod
    def is_internet(sock, address):
        return (sock.family in INTERNET and isinstance(address, tuple) and len(address) >= 2
                and isinstance(address[1], int))
