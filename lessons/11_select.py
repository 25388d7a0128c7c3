"""Lesson 11, third way: one loop, and select. Whatever a client says, it gets back.

    python lessons/11_select.py 6666                     in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: nothing. It is the loop of 04, which closes who has left, to be compared with its four neighbours.
Its weakness, kept on purpose: one client can stop it, or end it, for everybody (see 05 and 06).
"""
import select
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

listener = socket.create_server(("127.0.0.1", port), backlog=128)
print("listening on port", listener.getsockname()[1])
inputs = [listener]


def serve(connection):
    if data := connection.recv(65536):
        connection.sendall(data)
    else:
        inputs.remove(connection)
        connection.close()


while True:
    readable, writable, exceptional = select.select(inputs, [], [])
    for sock in readable:
        if sock is listener:
            inputs.append(listener.accept()[0])
        else:
            serve(sock)
