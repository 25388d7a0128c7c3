"""Lesson 10: tell the system once. Lesson 06's service on `selectors`: no lists to hand over, and no end at 1,024.

    python lessons/10_beyond_select.py 6666              in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: the selector remembers whom we watch, for what, and what we owe them. It is told what changes, and nothing else.
So an answer is sent at once, and only what does not fit is kept, and watched for.
Its weakness, kept on purpose: what a client never reads is kept, more and more (lesson 13); who is silent may stay (14).
"""
import selectors
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=1024)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

selector = selectors.DefaultSelector()      # the best that this system has: epoll on Linux, kqueue on macOS
selector.register(listener, READ)


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
    hears = watched & READ
    if ready & READ:
        try:
            data = connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:                        # it will say no more, but what we owe it still goes out
            hears = 0
        elif not owed:                      # send at once: there is nearly always room for all of it
            data = data[send(connection, data):]
        owed += data                        # the rest is kept
    if ready & WRITE:
        del owed[:send(connection, owed)]
    wanted = hears | (WRITE if owed else 0)
    if not wanted:                          # nothing more to hear, nothing more to send
        selector.unregister(connection)
        connection.close()
    elif wanted != watched:                 # told again only if something is different
        selector.modify(connection, wanted, owed)


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
