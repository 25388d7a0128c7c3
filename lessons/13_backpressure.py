"""Lesson 13: backpressure. Who doesn't read isn't read: what we owe to each client has a bound.

    python lessons/13_backpressure.py 6666               in one terminal; Ctrl-C ends it
    python lessons/pour.py 6666                          in a second one: a client that sends on and on, and reads nothing

New, over lesson 10: who is owed HIGH bytes or more isn't heard, until it is owed LOW or less. So it must wait, and not we.
Its weakness, kept on purpose: who is silent may stay, and so may who never reads (lesson 14).
"""
import selectors
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
HIGH, LOW = 65536, 16384                    # bytes: who is owed HIGH isn't heard, until it is LOW

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=1024)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

selector = selectors.DefaultSelector()      # the best that this system has: epoll on Linux, kqueue on macOS
selector.register(listener, READ)
ended = set()                               # who will say no more, and is still here


def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # as in 06: let nobody in for one iteration
        selector.unregister(listener)
        return
    connection.setblocking(False)
    selector.register(connection, READ, bytearray())      # told once; what we will owe it is remembered, too


def serve(key, ready):
    connection, number, watched, owed = key               # all that is remembered of this client
    if ready & READ:
        try:
            data = connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:                        # it will say no more, but what we owe it still goes out
            ended.add(connection)
        elif not owed:                      # send at once: there is nearly always room for all of it
            data = data[send(connection, data):]
        owed += data                        # the rest is kept
    if ready & WRITE:
        del owed[:send(connection, owed)]
    wanted = hears(connection, watched, owed) | (WRITE if owed else 0)
    if not wanted:                          # nothing more to hear, nothing more to send
        ended.remove(connection)
        selector.unregister(connection)
        connection.close()
    elif wanted != watched:                 # told again only if something is different
        selector.modify(connection, wanted, owed)


def hears(connection, watched, owed):
    """READ, if this client is to be heard from now on."""
    if connection in ended or len(owed) >= HIGH:          # never again; or not now: it is owed too much
        return 0
    if len(owed) <= LOW:
        return READ
    return watched & READ                   # between the two: as it was


def send(connection, data):
    """How many of these bytes are gone now."""
    try:
        return connection.send(data)
    except BlockingIOError:
        return 0
    except OSError:                         # nobody is there to read them
        return len(data)


while True:
    events = selector.select(1)
    if listener not in selector.get_map():  # the pause is over: watch the door again
        selector.register(listener, READ)
    for key, ready in events:
        accept() if key.fileobj is listener else serve(key, ready)
