"""Lesson 04: many clients, one loop. Whatever a client says, it gets back.

    python lessons/04_multi_client_echo.py 6666          in one terminal
    python lessons/client.py 6666                        in a second one, and in a third

New: an accepted connection joins the list that select watches.
Its weakness, kept on purpose: it never forgets a client that has gone (see lesson 05).
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

inputs = [listener]                         # whom select watches: each connection joins, and can be heard

while True:
    readable, writable, exceptional = select.select(inputs, [], [], 1)
    for sock in readable:
        if sock is listener:
            connection, address = listener.accept()
            connection.setblocking(True)    # on macOS it would take after the listener
            inputs.append(connection)
        else:
            data = sock.recv(1024)
            sock.sendall(data)
