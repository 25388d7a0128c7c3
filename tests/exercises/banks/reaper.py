"""reaper: programs that must not pass, each wrong in one way, and programs that must."""

SILENCE, WORD, ONE, SEVERAL, LAST, RESET, MANY = ("silence costs nothing", "a word comes back", "one leaves",
                                                  "several leave at the same moment", "the last one leaves", "a reset",
                                                  "many, one after the other")
MENDED = """    while True:
        try:
            child, how = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:               # nobody is left
            return
        if child == 0:                          # the others go on
            return
        left += 1"""
LOOP = "while True:\n    connection, address"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("one child a signal", SEVERAL, "a smaller number", [(MENDED, "    os.wait()\n    left += 1")], "How many children"),
    ("one child a signal, and no waiting", SEVERAL, "a smaller number",
     [(MENDED, "    child, how = os.waitpid(-1, os.WNOHANG)\n    left += child != 0")], "How many children"),
    ("two children a signal", ONE, "ChildProcessError|nothing", [(MENDED, "    for _ in range(2):\n        os.wait()\n        left += 1")]),
    ("it waits for those who stay, too", ONE, "nothing", [(MENDED, """    while True:
        try:
            os.wait()
        except ChildProcessError:
            return
        left += 1""")], "come to its end"),
    ("nobody left is an error", LAST, "ChildProcessError", [(MENDED, """    while True:
        child, how = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        left += 1""")], "Is that an error"),
    ("it asks again and again while somebody stays", ONE, "nothing", [(MENDED, """    while True:
        try:
            child, how = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        left += child != 0""")], "come to its end"),
    ("who stays is counted, too", ONE, "b'2 have left", [(MENDED, """    while True:
        try:
            child, how = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        left += 1
        if child == 0:
            return""")]),
    ("the system forgets them, and nobody counts", ONE, "0 have left",
     [("signal.signal(signal.SIGCHLD, bury)", "signal.signal(signal.SIGCHLD, signal.SIG_IGN)")]),
    ("nobody asks for them", ONE, "0 have left", [("signal.signal(signal.SIGCHLD, bury)", "")]),
    ("those who end in order are counted alone", RESET, "0 have left", [("        left += 1", "        left += how == 0")]),
    ("one after the other", SILENCE + "|" + WORD + "|" + ONE, "nothing",
     [("    connection.close()", "    connection.close()\n    bury(None, None)\n    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)")]),
    ("the parent keeps the connection", ONE + "|" + MANY, "descriptor|goes on",
     [("    connection.close()", "    kept.append(connection)"), ("left = 0  ", "kept = []\nleft = 0  ")]),
    ("the child becomes a server", ONE, "goes on", [("        sys.exit()", "        continue"), ("        listener.close()\n", "")]),
    ("it asks again and again, and sleeps", SILENCE + "|" + ONE, "burns|0 have left|nothing",
     [(LOOP, "listener.setblocking(False)\n" + LOOP),
      ("    connection, address = listener.accept()", """    bury(None, None)
    try:
        connection, address = listener.accept()
    except BlockingIOError:
        continue
    connection.setblocking(True)""")]),
]

AT_ACCEPT = """
import os, signal, socket
left = 0
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
door = socket.create_server(("127.0.0.1", 6666), backlog=128)
while True:
    guest = door.accept()[0]
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            left += 1
    except ChildProcessError:
        pass
    if os.fork():
        guest.close()
        continue
    try:
        door.close()
        guest.sendall(b"%d have left\\n" % left)
        while data := guest.recv(4096):
            guest.sendall(data)
    finally:
        os._exit(0)
"""

A_THREAD_A_CHILD = """
import os, socket, threading
left, lock = 0, threading.Lock()
def watch(child):
    global left
    os.waitpid(child, 0)
    with lock:
        left += 1
door = socket.create_server(("127.0.0.1", 6666), backlog=128)
while True:
    guest = door.accept()[0]
    told = b"%d have left\\n" % left
    child = os.fork()
    if not child:
        try:
            door.close()
            guest.sendall(told)
            while data := guest.recv(4096):
                guest.sendall(data)
        finally:
            os._exit(0)
    guest.close()
    threading.Thread(target=watch, args=(child,), daemon=True).start()
"""

WAKE_UP = """
import os, select, signal, socket
bell, ring = socket.socketpair()
for one in bell, ring:
    one.setblocking(False)
signal.signal(signal.SIGCHLD, lambda *_: None)
signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
door = socket.create_server(("127.0.0.1", 6666), backlog=128)
children, left = set(), 0
while True:
    ready = select.select([door, bell], [], [])[0]
    if bell in ready:
        bell.recv(4096)
        for child in list(children):
            if os.waitpid(child, os.WNOHANG)[0]:
                children.remove(child)
                left += 1
    if door in ready:
        guest = door.accept()[0]
        guest.setblocking(True)
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                for one in door, bell, ring:
                    one.close()
                guest.sendall(b"%d have left\\n" % left)
                while data := guest.recv(4096):
                    guest.sendall(data)
            finally:
                os._exit(0)
        guest.close()
        children.add(child)
"""

RIGHT = {"they are counted when somebody comes": AT_ACCEPT, "a thread for each child": A_THREAD_A_CHILD,
         "select, and a wake-up": WAKE_UP}
