"""What a program does with its sockets, seen by the recorder.

As in `calls.py`, a twin takes the place of each call, notes what went through, and calls the real one. socket.socket
is a Python class: its methods are replaced in place, so every instance and subclass has the twins.
"""
import errno
import os
import socket

from . import tls
from .recorder import EXCERPT, name_of

real_fileno = socket.socket.fileno
UNDER_WAY = {errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK}     # what connect_ex says of a connect that goes on


def excerpt(data):
    """The first bytes of what was sent, for any bytes-like object."""
    if type(data) is bytes:
        return data[:EXCERPT]
    view = memoryview(data)
    return bytes(view[:EXCERPT] if view.format == "B" and view.ndim == 1 else view.tobytes()[:EXCERPT])


class Twins:
    """What every twin of a method needs: to note what it did, or how it failed, and to take the method's place.

    A twin notes only when the real call is over. Whatever goes wrong then is our fault, and never reaches the program.
    """

    def __init__(self, recorder):
        self.recorder, self.ids = recorder, recorder.ids

    def failed(self, name, sock, error):
        """Note that a call has raised this error. One that does not wait, and has only begun to connect, has not failed."""
        try:
            begun = name == "connect" and isinstance(error, BlockingIOError)
            name, said = ("connect under way", None) if begun else (name, name_of(error))
            self.recorder.note((name, self.ids[real_fileno(sock)], said, b""))
        except Exception as fault:
            self.recorder.left_out(fault)

    def replace(self, *methods, cls=socket.socket):
        for method in methods:
            method.__doc__ = getattr(cls, method.__name__).__doc__
            setattr(cls, method.__name__, method)

    def replace_plainly(self, name, measure):
        """The usual twin of a method. measure(result, arguments) -> (size, first bytes) of what went through."""
        real, place = getattr(socket.socket, name, None), FLAGS.get(name, 9)
        recorder, ids, failed = self.recorder, self.ids, self.failed

        def method(sock, *arguments, **keywords):
            try:
                result = real(sock, *arguments, **keywords)
            except BaseException as error:
                failed(name, sock, error)
                raise
            try:
                flags = keywords["flags"] if "flags" in keywords else arguments[place] if place < len(arguments) else 0
                size, data = measure(result, [keywords["buffer"]] if "buffer" in keywords else arguments)
                recorder.note((*peeked(name, flags, ids[real_fileno(sock)], size), data))
            except Exception as fault:
                recorder.left_out(fault)
            return result

        method.__name__ = name
        if real:                             # else this system doesn't have it
            self.replace(method)


def install(recorder, ports):
    """Replace the calls for the whole process; `ports` gives free ports for those that are asked for."""
    twins = Twins(recorder)
    if recorder.recording:
        for name, measure in MEASURES.items():
            twins.replace_plainly(name, measure)
        watch_busy_calls(twins)
        tls.install(twins, MEASURES)
    watch_coming_and_going(twins)
    translate_ports(twins, ports, recorder.listens)


def of_buffers(size, buffers):
    return size, b"".join(map(excerpt, buffers))[:min(size, EXCERPT)]


MEASURES = {           # method -> (result, arguments) -> (size, first bytes)
    "recv_into": lambda size, arguments: (size, excerpt(arguments[0])[:size]),
    "recvfrom": lambda result, arguments: (len(result[0]), result[0][:EXCERPT]),
    "recvfrom_into": lambda result, arguments: (result[0], excerpt(arguments[0])[:result[0]]),
    "recvmsg": lambda result, arguments: (len(result[0]), result[0][:EXCERPT]),
    "recvmsg_into": lambda result, arguments: of_buffers(result[0], arguments[0]),
    "sendto": lambda size, arguments: (size, excerpt(arguments[0])[:size]),
    "sendmsg": lambda size, arguments: of_buffers(size, arguments[0]),
    "shutdown": lambda nothing, arguments: (None, b""),
}
FLAGS = {"recv": 1, "recvfrom": 1, "recv_into": 2, "recvfrom_into": 2, "recvmsg": 2, "recvmsg_into": 2}     # their places


def peeked(name, flags, number, size):
    """(name, id, size). What was only looked at is still to be received: then no size counts."""
    return (name + " MSG_PEEK", number, None) if flags & socket.MSG_PEEK else (name, number, size)


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
        try:
            if len(arguments) == 1:
                recorder.note(("recv", ids[real_fileno(self)], len(data), data[:EXCERPT]))
            else:
                recorder.note((*peeked("recv", arguments[1], ids[real_fileno(self)], len(data)), data[:EXCERPT]))
        except Exception as fault:
            recorder.left_out(fault)
        return data

    def send(self, *arguments):
        try:
            size = real_send(self, *arguments)
        except BaseException as error:
            failed("send", self, error)
            raise
        try:
            data = arguments[0]
            first = data[:size if size < EXCERPT else EXCERPT] if type(data) is bytes else excerpt(data)[:size]
            recorder.note(("send", ids[real_fileno(self)], size, first))
        except Exception as fault:
            recorder.left_out(fault)
        return size

    def sendall(self, *arguments):
        try:
            real_sendall(self, *arguments)
        except BaseException as error:
            failed("sendall", self, error)
            raise
        try:
            data = arguments[0]
            if type(data) is bytes:
                recorder.note(("sendall", ids[real_fileno(self)], len(data), data[:EXCERPT]))
            else:
                recorder.note(("sendall", ids[real_fileno(self)], memoryview(data).nbytes, excerpt(data)))
        except Exception as fault:
            recorder.left_out(fault)

    twins.replace(recv, send, sendall)


def watch_coming_and_going(twins):
    """accept and close: which connection is new, and which descriptor is free for somebody else.

    A socket closes when its last file (of `makefile`) has been closed, too: _real_close is where it does.
    """
    recorder, ids, failed = twins.recorder, twins.ids, twins.failed
    real_accept, real_close = socket.socket.accept, socket.socket._real_close

    def accept(self):
        try:
            connection, address = real_accept(self)
        except BaseException as error:
            failed("accept", self, error)
            raise
        try:
            peer = ids.new(real_fileno(connection), "connection", port_of(address))
            recorder.note(("accept", ids[real_fileno(self)], None, peer))
        except Exception as fault:
            recorder.left_out(fault)
        return connection, address

    def _real_close(self, *arguments):
        number = real_fileno(self)
        try:
            if number >= 0:
                recorder.note(("close", ids[number], None, b""))
        except Exception as fault:
            recorder.left_out(fault)
        try:
            real_close(self, *arguments)
        finally:
            if number >= 0 and real_fileno(self) < 0:
                ids.pop(number, None)        # the next socket with this number is somebody else

    twins.replace(accept, _real_close)


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
        try:
            recorder.note(("connect", ids[real_fileno(self)], None, b""))
        except Exception as fault:
            recorder.left_out(fault)
        return result

    def connect_ex(self, address):
        ids.became(real_fileno(self), "client", port_of(address))
        number = real_connect_ex(self, ports.real(self, address))
        try:
            error = os.strerror(number) if number and number not in UNDER_WAY else None
            name = "connect_ex under way" if number in UNDER_WAY else "connect_ex"
            recorder.note((name, ids[real_fileno(self)], error, b""))
        except Exception as fault:
            recorder.left_out(fault)
        return number

    twins.replace(bind, listen, getsockname, connect, connect_ex, sendto, *([sendmsg] if real_sendmsg else []))


def port_of(address):
    return address[1] if isinstance(address, tuple) else None
