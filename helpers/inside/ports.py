"""Free ports for whatever ports a program asks for.

This runs in the child process, beside the program. A program that binds port 6666 gets a free port of the
system's choice, and goes on to believe that it is 6666: `getsockname` says so, and its own `connect` to 6666
arrives. So a cell can be run again at once, and a whole class can share one machine.
"""
import socket

INTERNET = (socket.AF_INET, socket.AF_INET6)


class Ports:
    """Asked and real ports of this process, told apart by the type of socket (TCP and UDP count alone)."""

    def __init__(self, first=None):
        self.real_of, self.asked_of = {}, {}
        self.first = first                   # the real port of the first TCP listener, where somebody wants a certain one

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

    def asked(self, sock, address):
        """An address as the program knows it."""
        return self.changed(sock, address, self.asked_of)

    def asked_port(self, sock, address):
        """The port that the program asked for, of one with this real address; None where it asked for none."""
        return self.asked_of.get((sock.type, address[1])) if self.is_internet(sock, address) else None

    def real(self, sock, address):
        """An address as the system knows it."""
        return self.changed(sock, address, self.real_of)

    def changed(self, sock, address, ports):
        if ports and self.is_internet(sock, address) and (sock.type, address[1]) in ports:
            return (address[0], ports[sock.type, address[1]], *address[2:])
        return address

    @staticmethod
    def is_internet(sock, address):
        return (sock.family in INTERNET and isinstance(address, tuple) and len(address) >= 2
                and isinstance(address[1], int))
