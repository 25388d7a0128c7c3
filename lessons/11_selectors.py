"""Lesson 11, fourth way: one loop, and the system's best call. Whatever a client says, it gets back.

    python lessons/11_selectors.py 6666                  in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: nothing. It is the third way, with the selector of lesson 10: epoll on Linux, kqueue on macOS.
Its weakness, kept on purpose: one client can stop it, or end it, for everybody (see 05 and 06).
"""
import selectors
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

listener = socket.create_server(("127.0.0.1", port), backlog=128)
print("listening on port", listener.getsockname()[1])
selector = selectors.DefaultSelector()
selector.register(listener, selectors.EVENT_READ)


def serve(connection):
    if data := connection.recv(65536):
        connection.sendall(data)
    else:
        selector.unregister(connection)
        connection.close()


while True:
    for key, _ in selector.select():
        if key.fileobj is listener:
            selector.register(listener.accept()[0], selectors.EVENT_READ)
        else:
            serve(key.fileobj)
