"""Lesson 11, first way: a thread for each client. Whatever a client says, it gets back.

    python lessons/11_threads.py 6666                    in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: each client has a thread of its own, which may wait for it. No select.
Its weakness, kept on purpose: out of descriptors it dies, with all its threads (see 06).
"""
import socket
import sys
import threading

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

listener = socket.create_server(("127.0.0.1", port), backlog=128)
print("listening on port", listener.getsockname()[1])


def serve(connection):
    with connection:                        # closed at the end, also after an error
        while data := connection.recv(65536):
            connection.sendall(data)


while True:
    connection, address = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
