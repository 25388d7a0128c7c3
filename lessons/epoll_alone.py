"""Lesson 10 without `selectors`: the same service on epoll itself, which knows numbers only. For Linux.

    python lessons/epoll_alone.py 6666                   in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: epoll hands back numbers of descriptors. What belongs to a number, we keep ourselves, and clear away when it is closed.
Its weakness, kept on purpose: that of lesson 10.
"""
import signal
import socket
import sys
from select import EPOLLIN, EPOLLOUT, epoll

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=1024)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

watcher = epoll()
watcher.register(listener, EPOLLIN)
door = listener.fileno()
connections = {}                            # number -> connection
owed = {}                                   # number -> what did not fit, of those who are owed something
unheard = set()                             # numbers of those who will say no more; the door's, in a pause


def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # as in 06: let nobody in for one iteration
        unheard.add(door)
        watcher.modify(door, 0)
        return
    connection.setblocking(False)
    connections[connection.fileno()] = connection
    watcher.register(connection, EPOLLIN)


def receive(number):
    connection = connections[number]
    try:
        data = connection.recv(65536)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    if not data:
        unheard.add(number)
        watch(number)
    elif number in owed:
        owed[number] += data
    else:
        try:
            sent = connection.send(data)    # at once: there is nearly always room for all of it
        except BlockingIOError:
            sent = 0
        except OSError:
            return
        if sent < len(data):
            owed[number] = bytearray(data[sent:])         # the rest is kept
            watch(number)


def send(number):
    try:
        del owed[number][:connections[number].send(owed[number])]
    except BlockingIOError:
        return
    except OSError:
        owed[number].clear()
    if not owed[number]:
        del owed[number]
        watch(number)


def watch(number):
    """What we want of this client is different now. If that is nothing, it is over."""
    wanted = EPOLLIN * (number not in unheard) | EPOLLOUT * (number in owed)
    if wanted:
        watcher.modify(number, wanted)
    else:
        unheard.remove(number)              # the next client may get this number
        connections.pop(number).close()     # and epoll forgets what is closed


def serve(events):
    for number, ready in events:
        if number == door:
            accept()
            continue
        if ready != EPOLLOUT and number not in unheard:   # it can be read, or it has broken off
            receive(number)
        if ready != EPOLLIN and number in owed:
            send(number)


while True:
    events = watcher.poll(1)
    if door in unheard:                     # the pause is over
        unheard.remove(door)
        watcher.modify(door, EPOLLIN)
    serve(events)
