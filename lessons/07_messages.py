"""Lesson 07: a message is not what one recv gives. Here a message is a line; each is answered with its number and its length.

    python lessons/07_messages.py 6666                   in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: what a client says waits in a buffer of its own until a line is whole.
Its weakness, kept on purpose, is that of 06: a client that never reads (lesson 13), and one that is silent for ever (14).
"""
import select
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
LIMIT = 65536                               # so many bytes may wait for the end of their line

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

inputs = [listener]                         # whom we hear
outputs = []                                # to whom we have something to send, or only the close
queues = {}                                 # connection -> what we owe it
buffers = {}                                # connection -> the beginning of a line
counts = {}                                 # connection -> how many lines it has said


def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # as in 06: let nobody in for one iteration
        inputs.remove(listener)
        return
    if connection.fileno() >= 1024:
        return connection.close()
    connection.setblocking(False)
    inputs.append(connection)
    queues[connection], buffers[connection], counts[connection] = bytearray(), b"", 0


def receive(connection):
    try:
        data = connection.recv(65536)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    lines, buffers[connection] = cut(buffers[connection] + data)
    for line in lines:
        counts[connection] += 1
        owe(connection, b"%d %d\n" % (counts[connection], len(line)))
    if len(buffers[connection]) > LIMIT:    # a line without an end must not fill our memory
        owe(connection, b"too long\n")
        data = buffers[connection] = b""
    if not data:                            # it says no more, or we hear no more of it
        inputs.remove(connection)
        owe(connection, b"")


def cut(data):
    """Whole lines, without their ends, and the rest: the beginning of a line."""
    *lines, rest = data.split(b"\n")
    return lines, rest


def owe(connection, data):
    if connection not in outputs:
        outputs.append(connection)
    queues[connection] += data


def send(connection):
    queue = queues[connection]
    try:
        del queue[:connection.send(queue)]
    except BlockingIOError:
        return
    except OSError:
        queue.clear()
    if not queue:
        outputs.remove(connection)
        if connection not in inputs:
            del queues[connection], buffers[connection], counts[connection]
            connection.close()


while True:
    readable, writable, exceptional = select.select(inputs, outputs, [], 1)
    if listener not in inputs:
        inputs.insert(0, listener)
    for sock in readable:
        accept() if sock is listener else receive(sock)
    for sock in writable:
        send(sock)
