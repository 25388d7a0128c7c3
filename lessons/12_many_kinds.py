"""Lesson 12: many kinds in one loop: echo over TCP, echo over UDP, how many are here, and the terminal of whoever runs it.

    python lessons/12_many_kinds.py 6666 7777            in one terminal: what you type is said to all; Ctrl-C ends it
    python lessons/chat_client.py 6666                in a second one, and in a third: echo
    python lessons/chat_client.py 7777                in a fourth: how many are here

New: beside each socket stands what is to be done when it is ready. So the loop needn't know which kinds there are.
Its weakness, kept on purpose, is that of 06: a client that never reads (lesson 13), and one that is silent for ever (14).
"""
import os
import select
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
second = int(sys.argv[2]) if len(sys.argv) > 2 else 7777

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())


def listen(port):
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)
    print("listening on port", listener.getsockname()[1])
    return listener


def accept(listener):
    """A new connection, or None."""
    try:
        connection, address = listener.accept()
    except OSError:                         # as in 06: let nobody in for one iteration
        del readers[listener]
        return None
    if connection.fileno() >= 1024:
        return connection.close()
    connection.setblocking(False)
    return connection


def let_in(listener):
    if connection := accept(listener):
        readers[connection], queues[connection] = receive, bytearray()


def tell(listener):
    if connection := accept(listener):      # it isn't heard: it is told how many are here, and closed
        writers[connection], queues[connection] = send, bytearray(b"%d here\n" % len(queues))


def receive(connection):
    try:
        data = connection.recv(65536)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    owe(connection, data)
    if not data:
        del readers[connection]


def owe(connection, data):
    writers[connection] = send
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
        del writers[connection]
        if connection not in readers:
            del queues[connection]
            connection.close()


def answer(datagrams):
    try:
        data, address = datagrams.recvfrom(65536)       # one datagram, and who sent it
        datagrams.sendto(data, address)
    except OSError:                         # no room: an answer over UDP may be lost, and nobody is told
        pass


def announce(terminal):
    said = os.read(terminal.fileno(), 65536)            # all that is there; readline might keep some (lesson 01)
    if not said:                            # its end, which can be read for ever where it is a file or a pipe
        del readers[terminal]
        return
    for connection in queues:
        owe(connection, said)


datagrams = socket.socket(type=socket.SOCK_DGRAM)       # a UDP socket: nobody connects, so it doesn't listen
datagrams.bind(("127.0.0.1", port))                     # UDP has port numbers of its own
datagrams.setblocking(False)

doors = {listen(port): let_in, listen(second): tell}
readers = doors | {datagrams: answer, sys.stdin: announce}      # whom we hear, and what is done then
writers = {}                                # to whom we have something to send, and what is done then
queues = {}                                 # TCP connection -> what we owe it

while True:
    readable, writable, exceptional = select.select(readers, writers, [], 1)
    readers.update(doors)                   # a pause is over: watch that door again
    for sock in readable:
        readers[sock](sock)
    for sock in writable:
        writers[sock](sock)
