"""Lesson 11, second way: a process for each client. Whatever a client says, it gets back.

    python lessons/11_processes.py 6666                  in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: each client has a process of its own, a copy of this one, which may wait for it.
Its weakness, kept on purpose: no way costs more memory for each client, and the processes share no variable.
"""
import os
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

listener = socket.create_server(("127.0.0.1", port), backlog=128)
print("listening on port", listener.getsockname()[1], flush=True)     # now: a copy would print it again
signal.signal(signal.SIGCHLD, signal.SIG_IGN)       # nobody will ask how a child has ended: no zombies


def serve(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


while True:
    connection, address = listener.accept()
    if os.fork() == 0:                      # from here on there are two processes; in the new one it gives 0
        listener.close()
        serve(connection)
        sys.exit()
    connection.close()                      # the new one has it, too
