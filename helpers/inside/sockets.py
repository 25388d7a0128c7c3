"""What a program does with its sockets, seen by the recorder.

As in `calls.py`, a twin takes the place of each call, notes what went through, and calls the real one. socket.socket
is a Python class: its methods are replaced in place, so every instance and subclass has the twins.
"""
import os
import socket

from .recorder import EXCERPT, name_of

real_fileno = socket.socket.fileno


def excerpt(data):
    """The first bytes of what was sent, for any bytes-like object."""
    return data[:EXCERPT] if type(data) is bytes else bytes(memoryview(data).cast("B")[:EXCERPT])


class Twins:
    """What every twin of a method needs: to note what it did, or how it failed, and to take the method's place."""

    def __init__(self, recorder):
        self.recorder, self.ids = recorder, recorder.ids

    def failed(self, name, sock, error):
        self.recorder.note((name, self.ids[real_fileno(sock)], name_of(error), b""))

    def replace(self, *methods):
        for method in methods:
            method.__doc__ = getattr(socket.socket, method.__name__).__doc__
            setattr(socket.socket, method.__name__, method)

    def replace_plainly(self, name, measure):
        """The usual twin of a method. measure(result, arguments) -> (size, first bytes) of what went through."""
        real, recorder, ids = getattr(socket.socket, name, None), self.recorder, self.ids
        if real is None:                     # not on this system
            return

        def method(sock, *arguments, **keywords):
            try:
                result = real(sock, *arguments, **keywords)
            except BaseException as error:
                self.failed(name, sock, error)
                raise
            recorder.note((name, ids[real_fileno(sock)], *measure(result, arguments or [*keywords.values()])))
            return result

        method.__name__ = name
        self.replace(method)


def install(recorder, ports):
    """Replace the calls for the whole process; `ports` gives free ports for those that are asked for."""
    twins = Twins(recorder)
    if recorder.recording:
        for name, measure in MEASURES.items():
            twins.replace_plainly(name, measure)
        watch_busy_calls(twins)
    watch_coming_and_going(twins)
    translate_ports(twins, ports, recorder.listens)


MEASURES = {           # method -> (result, arguments) -> (size, first bytes)
    "recv_into": lambda size, arguments: (size, excerpt(arguments[0])[:size]),
    "recvfrom": lambda result, arguments: (len(result[0]), result[0][:EXCERPT]),
    "recvfrom_into": lambda result, arguments: (result[0], excerpt(arguments[0])[:result[0]]),
    "recvmsg": lambda result, arguments: (len(result[0]), result[0][:EXCERPT]),
    "sendto": lambda size, arguments: (size, excerpt(arguments[0])[:size]),
    "sendmsg": lambda size, arguments: (size, b"".join(map(excerpt, arguments[0]))[:min(size, EXCERPT)]),
    "shutdown": lambda nothing, arguments: (None, b""),
}


def watch_busy_calls(twins):
    """The three busiest calls, written out: under load every call of a function more would be felt."""
    recorder, ids, failed = twins.recorder, twins.ids, twins.failed
    real_recv, real_send, real_sendall = socket.socket.recv, socket.socket.send, socket.socket.sendall

    def recv(self, *arguments):
        try:
            data = real_recv(self, *arguments)
        except BaseException as error:
            failed("recv", self, error)
            raise
        recorder.note(("recv", ids[real_fileno(self)], len(data), data[:EXCERPT]))
        return data

    def send(self, data, *flags):
        try:
            size = real_send(self, data, *flags)
        except BaseException as error:
            failed("send", self, error)
            raise
        recorder.note(("send", ids[real_fileno(self)], size, excerpt(data)[:size]))
        return size

    def sendall(self, data, *flags):
        try:
            real_sendall(self, data, *flags)
        except BaseException as error:
            failed("sendall", self, error)
            raise
        if type(data) is bytes:
            recorder.note(("sendall", ids[real_fileno(self)], len(data), data[:EXCERPT]))
        else:
            recorder.note(("sendall", ids[real_fileno(self)], memoryview(data).nbytes, excerpt(data)))

    twins.replace(recv, send, sendall)


def watch_coming_and_going(twins):
    """accept and close: which connection is new, and which descriptor is free for somebody else."""
    recorder, ids, failed = twins.recorder, twins.ids, twins.failed
    real_accept, real_close = socket.socket.accept, socket.socket.close

    def accept(self):
        try:
            connection, address = real_accept(self)
        except BaseException as error:
            failed("accept", self, error)
            raise
        peer = ids.new(real_fileno(connection), "connection", port_of(address))
        recorder.note(("accept", ids[real_fileno(self)], None, peer))
        return connection, address

    def close(self):
        number = real_fileno(self)
        if number >= 0:
            recorder.note(("close", ids[number], None, b""))
        real_close(self)
        if number >= 0 and real_fileno(self) < 0:
            ids.pop(number, None)            # the next socket with this number is somebody else

    twins.replace(accept, close)


def translate_ports(twins, ports, listens):
    """bind, listen, connect and their like: the program speaks of the ports that it asks for, the system of real ones."""
    recorder, ids, failed, cls = twins.recorder, twins.ids, twins.failed, socket.socket
    real_bind, real_listen, real_getsockname = cls.bind, cls.listen, cls.getsockname
    real_connect, real_connect_ex = cls.connect, cls.connect_ex
    real_sendto, real_sendmsg = cls.sendto, getattr(cls, "sendmsg", None)

    def bind(self, address):
        ports.bind(self, address, real_bind, real_getsockname)

    def listen(self, *arguments):
        real_listen(self, *arguments)
        real = real_getsockname(self)
        listens(real_fileno(self), port_of(ports.asked(self, real)), real)

    def getsockname(self):
        return ports.asked(self, real_getsockname(self))

    def sendto(self, data, *flags_and_address):
        *flags, address = flags_and_address or (None,)
        return real_sendto(self, data, *flags, ports.real(self, address)) if flags_and_address else real_sendto(self, data)

    def sendmsg(self, *arguments):
        if len(arguments) == 4:
            arguments = (*arguments[:3], ports.real(self, arguments[3]))
        return real_sendmsg(self, *arguments)

    def connect(self, address):
        ids.became(real_fileno(self), "client", port_of(address))
        try:
            result = real_connect(self, ports.real(self, address))
        except BaseException as error:
            failed("connect", self, error)
            raise
        recorder.note(("connect", ids[real_fileno(self)], None, b""))
        return result

    def connect_ex(self, address):
        ids.became(real_fileno(self), "client", port_of(address))
        number = real_connect_ex(self, ports.real(self, address))
        recorder.note(("connect_ex", ids[real_fileno(self)], os.strerror(number) if number else None, b""))
        return number

    twins.replace(bind, listen, getsockname, connect, connect_ex, sendto, *([sendmsg] if real_sendmsg else []))


def port_of(address):
    return address[1] if isinstance(address, tuple) else None
