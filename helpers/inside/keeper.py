"""Keeps somebody else's program: starts it, tells how it has ended, and ends it with the notebook. `server.using` runs this."""
import marshal
import os
import select
from _signal import SIG_IGN, SIGINT, SIGKILL, SIGPIPE, SIGTERM, signal
from _socket import socket as raw_socket
from _thread import start_new_thread

LOOK = 1000                     # milliseconds between two looks at who our parent is


def main(number, parent, terminal, *command):
    """`command` is the program with its arguments. `terminal`: "1" where our stdin is a pty that is to be its terminal."""
    line = raw_socket(fileno=int(number))
    os.set_inheritable(line.fileno(), False)
    if terminal == "1":
        import fcntl
        import termios
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for ours in SIGTERM, SIGINT:                          # they are for the program, which is in our group
        signal(ours, SIG_IGN)
    start_new_thread(end_with, (line, int(parent)))
    pid = os.posix_spawnp(command[0], command, os.environ, setsigdef=[SIGTERM, SIGINT, SIGPIPE])
    os.close(0)                                           # what is typed, and the end of it, is for the program
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    data = marshal.dumps(("ended", status))
    line.sendall(len(data).to_bytes(4, "big") + data)
    while True:                                           # what it has started goes on until the notebook has no use for it
        select.select([], [], [])


def end_with(line, parent):
    """End, with all of our group, as soon as the notebook is gone, however it ended."""
    poll = select.poll()
    poll.register(line.fileno(), 0)
    try:
        while os.getppid() == parent and not poll.poll(LOOK):
            pass
    finally:
        os.killpg(0, SIGKILL)
