"""Lesson 03: a server with two doors. It tells each client the address that the client comes from.

    python lessons/03_multiple_ports.py 7777 7778        in one terminal
    python lessons/client.py 7778                        in another: press Enter to see the answer

New: one select watches many sockets, and says which of them are ready.
Its weakness, kept on purpose: it forgets every client as soon as it has answered.
"""
import select
import socket
import sys

ports = [int(argument) for argument in sys.argv[1:]] or [7777, 7778]

listeners = []
for port in ports:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(5)
    listener.setblocking(False)
    listeners.append(listener)
    print("listening on port", listener.getsockname()[1])

while True:
    readable, writable, exceptional = select.select(listeners, [], [], 1)
    for listener in readable:               # those with a client at the door, and no others
        connection, address = listener.accept()
        connection.sendall(f"you come from {address}\n".encode())
        connection.close()
