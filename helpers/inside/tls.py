"""What goes through TLS, noted as the program sees it: plain bytes. The bytes of the cipher go past us, in C."""
import socket
import sys

from .frames import unseen
from .imports import when_imported
from .recorder import EXCERPT

real_fileno = socket.socket.fileno


def install(twins, measures):
    """As soon as the program imports ssl, its sockets' methods have twins."""
    when_imported("ssl", lambda module: watch(twins, module.SSLSocket, measures))


def watch(twins, kind, measures):
    outer = {getattr(kind, name).__code__: name for name in ("recv", "recv_into", "sendall")}

    def note_in_words_of(name, measure):
        """The twin of a method that others are made of: it is noted under the name of the one that was called."""
        real, recorder, ids = getattr(kind, name), twins.recorder, twins.ids

        def method(self, *arguments, **keywords):
            called, plain = sys._getframe(2).f_code, self._sslobj is None
            try:
                result = real(self, *arguments, **keywords)
            except BaseException as error:
                if not plain:                # without TLS (any more), it is the plain socket's method that notes
                    twins.failed(outer.get(called, name), self, error)
                raise
            try:
                if not plain:
                    size, data = measure(result, arguments)
                    recorder.note((outer.get(called, name), ids[real_fileno(self)], size, data))
            except Exception as fault:
                recorder.left_out(fault)
            return result

        method.__name__ = name
        twins.replace(unseen(method), cls=kind)

    def read(result, arguments):
        if isinstance(result, bytes):
            return len(result), result[:EXCERPT]
        return result, bytes(memoryview(arguments[1])[:min(result, EXCERPT)])

    note_in_words_of("read", read)
    for name in "send", "write":
        note_in_words_of(name, measures["sendto"])
    for name in "do_handshake", "unwrap":
        note_in_words_of(name, measures["shutdown"])
