"""Lesson 05: a client that has gone is forgotten.

    python lessons/05_disconnect_cleanup.py 6666         in one terminal
    python lessons/client.py 6666                        in a second one, and in a third: end it with Ctrl-D

New: b"" means that the peer has gone. It leaves the list, and its descriptor is given back.
Its weakness, kept on purpose: whoever sends and does not read stops it for everybody (see lesson 06).
"""
import select
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen(5)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

inputs = [listener]                         # whom select watches: each connection joins, and leaves

while True:
    readable, writable, exceptional = select.select(inputs, [], [], 1)
    for sock in readable:
        if sock is listener:
            connection, address = listener.accept()
            connection.setblocking(True)    # on macOS it would take after the listener
            inputs.append(connection)
        else:
            try:
                data = sock.recv(1024)
                sock.sendall(data)
            except OSError:                 # it broke off: a reset, or a network that is gone
                data = b""
            if not data:
                inputs.remove(sock)
                sock.close()
