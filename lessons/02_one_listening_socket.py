"""Lesson 02: a server that welcomes whoever comes.

    python lessons/02_one_listening_socket.py 7777       in one terminal
    python lessons/client.py 7777                        in another: press Enter to see the welcome

New: a listening socket, and select in front of accept.
Its weakness, kept on purpose: it welcomes one client an iteration, and never hears what a client says.
"""
import select
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 7777

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)   # a restart need not wait for the port
listener.bind(("127.0.0.1", port))
listener.listen(5)                          # about how many clients may wait to be accepted
listener.setblocking(False)                 # accept must never wait: waiting is select's work
print("listening on port", listener.getsockname()[1])

while True:
    readable, writable, exceptional = select.select([listener], [], [], 1)
    for sock in readable:
        connection, address = sock.accept()
        connection.sendall(b"welcome\n")
        connection.close()
