"""Lesson 09: who is slow works beside the loop, and rings. A line `slow` waits for half a second, a line `count` counts.

    python lessons/09_slow_handlers.py 6666              in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: slow lines go to a worker, a thread of its own. It puts each answer into a queue, and wakes select by a ring.
Its weakness, kept on purpose: there is one worker. Who is slow waits for others who are slow (see the exercise).
"""
import queue
import select
import signal
import socket
import sys
import threading
import time

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
LIMIT = 65536                               # so many bytes may wait for the end of their line


def slow():
    time.sleep(0.5)                         # somebody else lets us wait: a database, another server


def count():
    for _ in range(10_000_000):             # we compute something
        pass


SLOW = {b"slow": slow, b"count": count}     # the lines that take long, and what is done for them

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

jobs, done = queue.SimpleQueue(), queue.SimpleQueue()     # to the worker, and back
bell, ring = socket.socketpair()            # two connected sockets: what is sent to ring comes to bell
ring.setblocking(False)                     # the worker never waits for the loop

inputs = [listener, bell]                   # whom we hear
outputs = []                                # to whom we have something to send, or only the close
queues = {}                                 # connection -> what we owe it
buffers = {}                                # connection -> what it has said, and has had no answer yet
counts = {}                                 # connection -> how many of its lines have had their turn


def work():
    """The worker. It touches no connection: answers go back through a queue, and the loop sends."""
    while True:
        connection, number, line = jobs.get()             # here it waits for something to do
        try:
            SLOW[line]()
            done.put((connection, b"%d %d\n" % (number, len(line))))
        except Exception:                   # a failure is an answer, too
            done.put((connection, b"%d failed\n" % number))
        try:
            ring.send(b"!")
        except BlockingIOError:             # so many rings that no more fit in: one is enough
            pass


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
    queues[connection], buffers[connection], counts[connection] = bytearray(), bytearray(), 0


def receive(connection):
    try:
        data = connection.recv(65536)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    buffers[connection] += data
    if data:
        answer(connection)
    else:
        leave(connection, b"")              # it says no more, but what we owe it still goes out


def answer(connection):
    """Its lines, up to one that is slow: until that is done, nothing more is heard of this client."""
    buffer = buffers[connection]
    while (end := buffer.find(b"\n")) >= 0:
        line = bytes(buffer[:end])
        del buffer[:end + 1]
        counts[connection] += 1
        if line in SLOW:
            inputs.remove(connection)
            return jobs.put((connection, counts[connection], line))
        owe(connection, b"%d %d\n" % (counts[connection], len(line)))
    if len(buffer) > LIMIT:                 # a line without an end must not fill our memory
        leave(connection, b"too long\n")


def leave(connection, word):
    inputs.remove(connection)
    del buffers[connection]
    owe(connection, word)


def fetch():
    """It has rung: take all the answers that are there. How often it has rung doesn't matter."""
    bell.recv(4096)
    while not done.empty():
        connection, data = done.get()
        owe(connection, data)
        inputs.append(connection)
        answer(connection)


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
        if connection not in buffers:
            del queues[connection], counts[connection]
            connection.close()


threading.Thread(target=work, daemon=True).start()        # daemon: it ends with the loop

while True:
    readable, writable, exceptional = select.select(inputs, outputs, [], 1)
    if listener not in inputs:
        inputs.insert(0, listener)
    for sock in readable:
        if sock is listener:
            accept()
        elif sock is bell:
            fetch()
        else:
            receive(sock)
    for sock in writable:
        send(sock)
