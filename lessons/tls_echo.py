"""For the curious, with lesson 12: echo over TLS, the cipher of https, in the loop of 06.

    python lessons/tls_echo.py 6666                                                  in one terminal; Ctrl-C ends it
    openssl s_client -quiet -connect 127.0.0.1:6666 -CAfile lessons/tls_for_play.pem     in a second one

New: OpenSSL stands between the socket and us. What it holds, select doesn't see.
Its weaknesses, kept on purpose: those of 06; and a recv that must write first (WantWrite) waits until more comes.
"""
import select
import signal
import socket
import ssl
import sys
from contextlib import suppress
from pathlib import Path

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
proof = sys.argv[2] if len(sys.argv) > 2 else Path(__file__).with_name("tls_for_play.pem")
NOT_YET = ssl.SSLWantReadError, ssl.SSLWantWriteError     # what BlockingIOError was

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)         # we are a server
context.load_cert_chain(proof)              # by this a client knows that we are who we say we are

listener = socket.create_server(("127.0.0.1", port), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

inputs = [listener]                         # whom we hear
outputs = []                                # to whom we have something to send, or only the close
queues = {}                                 # connection -> what we owe it


def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # as in 06: let nobody in for one iteration
        inputs.remove(listener)
        return
    if connection.fileno() >= 1024:
        return connection.close()
    connection.setblocking(False)
    with suppress(OSError):                 # it has left already
        secured = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        inputs.append(secured)
        queues[secured] = bytearray()


def receive(connection):
    try:
        data = connection.recv(1024)        # at first this goes on with the handshake
        while connection.pending():         # OpenSSL has more of this record: take it now, nobody will tell of it
            data += connection.recv(1024)
    except NOT_YET:
        return
    except OSError:                         # it broke off, or it doesn't speak TLS
        data = b""
    if connection not in outputs:
        outputs.append(connection)
    queues[connection] += data
    if not data:
        inputs.remove(connection)


def send(connection):
    queue = queues[connection]
    try:
        del queue[:connection.send(queue)]
    except NOT_YET:
        return
    except OSError:
        queue.clear()
    if not queue:
        outputs.remove(connection)
        if connection not in inputs:
            del queues[connection]
            with suppress(OSError, ValueError):
                connection.unwrap()         # TLS has a goodbye of its own
            connection.close()


while True:
    readable, writable, exceptional = select.select(inputs, outputs, [], 1)
    if listener not in inputs:
        inputs.insert(0, listener)
    for sock in readable:
        accept() if sock is listener else receive(sock)
    for sock in writable:
        send(sock)
