"""Lesson 06: read now, write when it can be written. It survives all the trials but those of clients who stay.

    python lessons/06_read_write_queues.py 6666          in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: what a client says waits in a queue of its own until that client's socket is writable.
Its weakness, kept on purpose: the queue of a client that never reads grows and grows (lesson 13); who is silent may stay (14).
"""
import select
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

for number in (signal.SIGINT, signal.SIGTERM):                        # Ctrl-C and kill: an orderly exit
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=128)     # socket, setsockopt, bind and listen in one
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)        # no answer is held back
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

inputs = [listener]                         # whom we hear
outputs = []                                # to whom we have something to send, or only the close
queues = {}                                 # connection -> what we owe it


def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # the client has left already, or there is no descriptor for it:
        inputs.remove(listener)             # let nobody in for one iteration, a second at most
        return
    if connection.fileno() < 1024:
        connection.setblocking(False)       # recv and send never wait: waiting is select's work
        inputs.append(connection)
        queues[connection] = bytearray()
    else:                                   # more than select can watch: refuse
        connection.close()


def receive(connection):
    try:
        data = connection.recv(65536)
    except BlockingIOError:                 # it was ready, and now it isn't: select will say when
        return
    except OSError:                         # it broke off: a reset, or a network that is gone
        data = b""
    if not queues[connection]:
        outputs.append(connection)
    queues[connection] += data
    if not data:                            # it will say no more, but what we owe it still goes out
        inputs.remove(connection)


def send(connection):
    queue = queues[connection]
    try:
        sent = connection.send(queue)       # as much as fits now
        del queue[:sent]                    # the rest is kept
    except BlockingIOError:
        return
    except OSError:                         # nobody is there to read it
        queue.clear()
    if not queue:
        outputs.remove(connection)
        if connection not in inputs:        # nothing more to hear, nothing more to send
            del queues[connection]
            connection.close()


while True:
    readable, writable, exceptional = select.select(inputs, outputs, [], 1)
    if listener not in inputs:              # the pause is over: watch the door again
        inputs.insert(0, listener)
    for sock in readable:
        accept() if sock is listener else receive(sock)
    for sock in writable:
        send(sock)
