"""What a program does with its sockets, its terminal and its pipes, seen by the recorder.

This runs in the child process, beside the program. As in `calls.py`, a twin takes the place of each call, notes
what went through, and calls the real one.
"""
import io
import os
import socket
import sys

from .recorder import EXCERPT, name_of

real_fileno = socket.socket.fileno


def install(recorder, ports):
    """Replace the calls for the whole process; `ports` gives free ports for those that are asked for."""
    watch_sockets(recorder, ports)
    watch_files(recorder)


# -- sockets ---------------------------------------------------------------------------------------------------
# socket.socket is a Python class: its methods are replaced in place, so every instance and subclass has the twins.

def excerpt(data):
    """The first bytes of what was sent, for any bytes-like object."""
    return data[:EXCERPT] if type(data) is bytes else bytes(memoryview(data).cast("B")[:EXCERPT])


def watch_sockets(recorder, ports):
    note, ids, cls = recorder.operations.extend, recorder.ids, socket.socket

    def failed(name, sock, error):
        note((name, ids[real_fileno(sock)], name_of(error), b""))

    def twin(name, measure):
        """Replace one method. measure(result, arguments) -> (size, first bytes) of what went through."""
        real = getattr(cls, name, None)
        if real is None:                     # not on this system
            return

        def method(self, *arguments, **keywords):
            try:
                result = real(self, *arguments, **keywords)
            except BaseException as error:
                failed(name, self, error)
                raise
            note((name, ids[real_fileno(self)], *measure(result, arguments or [*keywords.values()])))
            return result

        replace(name, method)

    def replace(name, method):
        method.__name__, method.__doc__ = name, getattr(cls, name).__doc__
        setattr(cls, name, method)

    if recorder.recording:
        twin("recv_into", lambda size, arguments: (size, excerpt(arguments[0])[:size]))
        twin("recvfrom", lambda result, arguments: (len(result[0]), result[0][:EXCERPT]))
        twin("recvfrom_into", lambda result, arguments: (result[0], excerpt(arguments[0])[:result[0]]))
        twin("recvmsg", lambda result, arguments: (len(result[0]), result[0][:EXCERPT]))
        twin("sendto", lambda size, arguments: (size, excerpt(arguments[0])[:size]))
        twin("sendmsg", lambda size, arguments: (size, b"".join(map(excerpt, arguments[0]))[:min(size, EXCERPT)]))
        twin("shutdown", lambda nothing, arguments: (None, b""))
        busy_sockets(note, ids, failed, replace)

    real_accept, real_close = cls.accept, cls.close
    real_bind, real_listen, real_getsockname = cls.bind, cls.listen, cls.getsockname
    real_connect, real_connect_ex = cls.connect, cls.connect_ex

    def accept(self):
        try:
            connection, address = real_accept(self)
        except BaseException as error:
            failed("accept", self, error)
            raise
        port = address[1] if isinstance(address, tuple) else None
        peer = ids.new(real_fileno(connection), "connection", port)
        note(("accept", ids[real_fileno(self)], None, peer))
        return connection, address

    def close(self):
        number = real_fileno(self)
        if number >= 0:
            note(("close", ids[number], None, b""))
        real_close(self)
        if number >= 0 and real_fileno(self) < 0:
            ids.pop(number, None)            # the next socket with this number is somebody else

    def bind(self, address):
        ports.bind(self, address, real_bind, real_getsockname)

    def listen(self, *arguments):
        real_listen(self, *arguments)
        real = real_getsockname(self)
        recorder.listens(real_fileno(self), port_of(ports.asked(self, real)), real)

    def getsockname(self):
        return ports.asked(self, real_getsockname(self))

    real_sendto, real_sendmsg = cls.sendto, getattr(cls, "sendmsg", None)

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
        note(("connect", ids[real_fileno(self)], None, b""))
        return result

    def connect_ex(self, address):
        ids.became(real_fileno(self), "client", port_of(address))
        number = real_connect_ex(self, ports.real(self, address))
        note(("connect_ex", ids[real_fileno(self)], os.strerror(number) if number else None, b""))
        return number

    for method in (accept, close, bind, listen, getsockname, connect, connect_ex, sendto, sendmsg):
        replace(method.__name__, method)


def busy_sockets(note, ids, failed, replace):
    """The three busiest calls, written out: under load every call of a function more would be felt."""
    real_recv, real_send, real_sendall = socket.socket.recv, socket.socket.send, socket.socket.sendall

    def recv(self, *arguments):
        try:
            data = real_recv(self, *arguments)
        except BaseException as error:
            failed("recv", self, error)
            raise
        note(("recv", ids[real_fileno(self)], len(data), data[:EXCERPT]))
        return data

    def send(self, data, *flags):
        try:
            size = real_send(self, data, *flags)
        except BaseException as error:
            failed("send", self, error)
            raise
        note(("send", ids[real_fileno(self)], size, excerpt(data)[:size]))
        return size

    def sendall(self, data, *flags):
        try:
            real_sendall(self, data, *flags)
        except BaseException as error:
            failed("sendall", self, error)
            raise
        if type(data) is bytes:
            note(("sendall", ids[real_fileno(self)], len(data), data[:EXCERPT]))
        else:
            note(("sendall", ids[real_fileno(self)], memoryview(data).nbytes, excerpt(data)))

    for method in (recv, send, sendall):
        replace(method.__name__, method)


def port_of(address):
    return address[1] if isinstance(address, tuple) else None


# -- the terminal, and plain descriptors -----------------------------------------------------------------------

def watch_files(recorder):
    """sys.stdin's readline and read; os.read and os.write, for the descriptors that the loop has watched."""
    note, ids = recorder.operations.extend, recorder.ids

    class Input(io.TextIOWrapper):
        def readline(self, *arguments):
            line = super().readline(*arguments)
            note(("readline", ids[0], len(line), line.encode(self.encoding, "replace")[:EXCERPT]))
            return line

        def read(self, *arguments):
            text = super().read(*arguments)
            note(("read", ids[0], len(text), text.encode(self.encoding, "replace")[:EXCERPT]))
            return text

    if sys.stdin is not None:
        settings = {name: getattr(sys.stdin, name) for name in ("encoding", "errors", "line_buffering")}
        sys.stdin = sys.__stdin__ = Input(sys.stdin.detach(), **settings)

    real_read, real_write, real_close = os.read, os.write, os.close

    def close(fd):
        real_close(fd)
        ids.pop(fd, None)                    # the next thing with this number is another one

    def read(number, size, /):
        data = real_read(number, size)
        if number in ids:
            note(("read", ids[number], len(data), data[:EXCERPT]))
        return data

    def write(number, data, /):
        size = real_write(number, data)
        if number in ids:
            note(("write", ids[number], size, excerpt(data)[:size]))
        return size

    os.read, os.write, os.close = read, write, close
