"""Lesson 13: a client that sends all that it has to say, 84 MB, and reads nothing before it is done.

    python lessons/pour.py 6666              10_beyond_select or 13_backpressure, in another terminal; Ctrl-C ends it

Its weakness, kept on purpose: it writes before it reads. Where a server keeps a bound, each waits for the other then.
"""
import signal
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
piece = b"all work and no play " * 50_000   # a megabyte, and a little more
count = 80

signal.signal(signal.SIGINT, signal.SIG_DFL)      # Ctrl-C ends it, without a word

with socket.create_connection(("127.0.0.1", port)) as server:
    for number in range(count):
        server.sendall(piece)
        print(number + 1, "of", count, "pieces sent")
    for _ in range(count):
        assert server.recv(len(piece), socket.MSG_WAITALL) == piece
    print("all of it is back")
