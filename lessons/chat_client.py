"""Lesson 12: a client that hears while you type: the terminal and the socket in one loop.

    python lessons/chat_client.py 6666                a server of the course runs in another terminal

New: select watches the terminal beside a socket, and whoever is ready first is served first. (lessons/client.py waits
for a line of yours, and then for one answer.) Ctrl-D: you say no more, and it ends when the server has closed; or Ctrl-C.
Its weakness, kept on purpose: while a server takes nothing, it stands in sendall, and hears nothing (see 06).
"""
import os
import select
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

signal.signal(signal.SIGINT, lambda *_: sys.exit())

try:
    server = socket.create_connection(("127.0.0.1", port))
except ConnectionRefusedError:
    sys.exit(f"Nobody listens on port {port}. Start a server first, in another terminal.")

inputs = [sys.stdin, server]

while server in inputs:
    readable, writable, exceptional = select.select(inputs, [], [])
    try:
        if server in readable:
            data = server.recv(65536)
            if not data:                    # the server has gone
                inputs.remove(server)
            os.write(sys.stdout.fileno(), data)         # bytes, as they are: a letter may come in two pieces
        if sys.stdin in readable:
            said = os.read(sys.stdin.fileno(), 65536)
            if said:
                server.sendall(said)
            else:                           # Ctrl-D: say that this was all, and hear the rest
                inputs.remove(sys.stdin)
                server.shutdown(socket.SHUT_WR)
    except OSError:                         # it has gone without a goodbye
        break
