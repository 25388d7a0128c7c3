"""Lesson 12: who is there? A client with many sockets. It knocks at several ports at once, and waits for all in one call.

    python lessons/knock.py 6666 7777 1               6666 and 7777: 12_many_kinds, in another terminal; 1: nobody

New: a connect that doesn't wait. The call only begins it; select says when it is over. Whether it is well is asked then.
Its weakness, kept on purpose: one patience for all, five seconds from the last answer on (a deadline for each: lesson 14).
"""
import os
import select
import socket
import sys

callers = {}                                # who is on the way -> the port

for port in map(int, sys.argv[1:]):
    caller = socket.socket()
    caller.setblocking(False)
    callers[caller] = port
    try:
        caller.connect(("127.0.0.1", port))
    except BlockingIOError:                 # it has begun (EINPROGRESS), and goes on without us
        pass

while callers:
    readable, writable, exceptional = select.select([], callers, [], 5)
    for caller in writable:                 # it is over: well or not
        number = caller.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        print(callers.pop(caller), os.strerror(number) if number else "is there")
        caller.close()
    if not writable:                        # the timeout has passed
        sys.exit(f"no answer: {list(callers.values())}")
