"""Before lesson 15: a loop of callbacks, and a dialogue of three steps on it: a name, a question, an answer.

    python lessons/callbacks.py 6666                     in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one: press Enter to see what it asks

New: the loop knows nothing of clients. It calls the function that was left for a socket, once, when that can be read.
Its weakness, kept on purpose: a dialogue is cut into functions, and what they share lies in a dictionary. Who leaves early
stays in it; and a line is what one recv gives (lesson 07).
"""
import selectors
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=128)
print("listening on port", listener.getsockname()[1])

selector = selectors.DefaultSelector()
names = {}                                  # connection -> the name that it has said


def when_readable(sock, function):
    """Call this function with the socket, once, when it can be read."""
    selector.register(sock, selectors.EVENT_READ, function)


def run():
    while True:
        for key, _ in selector.select():
            selector.unregister(key.fileobj)
            key.data(key.fileobj)


def welcome(listener):
    connection, address = listener.accept()
    connection.sendall(b"your name?\n")
    when_readable(connection, ask)
    when_readable(listener, welcome)        # and the next one


def ask(connection):
    names[connection] = connection.recv(1024).strip()
    connection.sendall(b"6 times 7?\n")
    when_readable(connection, judge)


def judge(connection):
    if connection.recv(1024).strip() == b"42":
        connection.sendall(b"right, %b\n" % names.pop(connection))
        connection.close()
    else:
        connection.sendall(b"no. 6 times 7?\n")
        when_readable(connection, judge)


when_readable(listener, welcome)
run()
