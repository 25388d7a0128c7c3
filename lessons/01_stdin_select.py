"""Lesson 01: ask select whether somebody has typed something.

    python lessons/01_stdin_select.py             type a line, or wait 5 seconds; Ctrl-D ends it
    python lessons/01_stdin_select.py 0.5         wait half a second each time
    python lessons/01_stdin_select.py none        wait for ever

New: select, with its four parameters and its three lists.
Its weakness, kept on purpose: it reads with readline, which keeps a buffer of its own.
"""
import select
import sys

timeout = 5.0
if len(sys.argv) > 1:
    timeout = None if sys.argv[1] == "none" else float(sys.argv[1])

while True:
    readable, writable, exceptional = select.select([sys.stdin], [], [], timeout)
    if sys.stdin in readable:
        line = sys.stdin.readline()
        if not line:                        # Ctrl-D: the input has come to its end
            break
        print("you typed:", line.strip())
    else:
        print("nobody typed anything")
