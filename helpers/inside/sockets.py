"""What a program does with its sockets, seen by the recorder.

As in `calls.py`, a twin takes the place of each call, notes what went through, and calls the real one. socket.socket
is a Python class: its methods are replaced in place, so every instance and subclass has the twins.
"""
import socket

from . import addresses, tls
from .frames import hide
from .recorder import EXCERPT, name_of

real_fileno = socket.socket.fileno


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
        hide(error)
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
    addresses.install(twins, ports)


def datagram(data, address=None):
    """What the recorder notes of a datagram: (host, port, first bytes). Of others the first bytes alone."""
    return (*address[:2], data) if isinstance(address, tuple) and len(address) >= 2 else data


def of_buffers(size, buffers, address=None):
    return size, datagram(b"".join(map(excerpt, buffers))[:min(size, EXCERPT)], address)


MEASURES = {           # method -> (result, arguments) -> (size, first bytes)
    "recv_into": lambda size, arguments: (size, excerpt(arguments[0])[:size]),
    "recvfrom": lambda result, arguments: (len(result[0]), datagram(result[0][:EXCERPT], result[1])),
    "recvfrom_into": lambda result, arguments: (result[0], datagram(excerpt(arguments[0])[:result[0]], result[1])),
    "recvmsg": lambda result, arguments: (len(result[0]), datagram(result[0][:EXCERPT], result[3])),
    "recvmsg_into": lambda result, arguments: of_buffers(result[0], arguments[0], result[3]),
    "sendto": lambda size, arguments: (size, datagram(excerpt(arguments[0])[:size], *arguments[-1:])),
    "sendmsg": lambda size, arguments: of_buffers(size, arguments[0], *arguments[3:4]),
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
            peer = ids.new(real_fileno(connection), "connection", address[1] if isinstance(address, tuple) else None)
            recorder.note(("accept", ids[real_fileno(self)], None, peer))
        except Exception as fault:
            recorder.left_out(fault)
        return connection, address

    def _real_close(self, *arguments):
        number = real_fileno(self)
        known = ids.get(number)
        try:
            if number >= 0:
                recorder.note(("close", known := ids[number], None, b""))
        except Exception as fault:
            recorder.left_out(fault)
        try:
            real_close(self, *arguments)
        finally:
            if number >= 0 and real_fileno(self) < 0:
                ids.closed(number, known)    # the next socket with this number is somebody else

    twins.replace(accept, _real_close)
