"""pool: programs that must not pass, each wrong in one way, and programs that must."""

SILENCE, ONE, TEN, HUNDRED, ELEVENTH = ("silence costs nothing", "one line, one answer", "ten at a time", "a hundred clients",
                                        "the eleventh waits, and is served")
GOODBYES, RESETS, SILENT, BACK = ("twenty leave in the middle", "twenty resets", "who says nothing is let go",
                                  "everything is given back")
START = """for _ in range(THREADS):
    threading.Thread(target=work, daemon=True).start()"""
ACCEPT = """    connection, address = listener.accept()
    waiting.put(connection)"""
CATCH = """        try:
            serve(connection)
        except OSError:
            pass"""
WORK = "        connection = waiting.get()\n" + CATCH
RECEIVE = """            data = connection.recv(65536)
            if not data:
                return
            line += data"""

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("a thread for each client", HUNDRED, "many more", [
        (START, ""), (ACCEPT, "    connection, address = listener.accept()\n    waiting.put(connection)\n"
                              "    threading.Thread(target=work, daemon=True).start()")], "started"),
    ("one thread", ONE, "nothing", [("THREADS = 10", "THREADS = 1")]),
    ("nine threads", TEN, "nothing", [("THREADS = 10", "THREADS = 9")], "How many threads"),
    ("the main thread serves", ONE, "nothing", [(START, ""), (ACCEPT, "    serve(listener.accept()[0])")]),
    ("threads wait for each other", ONE, "nothing", [
        ("            serve(connection)", "            with lock:\n                serve(connection)"),
        ("THREADS = 10", "THREADS = 10\nlock = threading.Lock()")]),
    ("ten are served together, and then the next ten", ELEVENTH, "nothing", [
        (START, ""), (WORK, CATCH), ("    while True:\n        try:", "    if True:\n        try:"), ("def work():", "def work(connection):"),
        (ACCEPT, """    batch = []
    while len(batch) < THREADS:
        batch.append(threading.Thread(target=work, args=(listener.accept()[0],), daemon=True))
        batch[-1].start()
    for one in batch:
        one.join()""")], "other nine"),
    ("what one recv gives is the line", ONE, "the end|b'HEL'", [
        ("        while not line.endswith(b\"\\n\"):\n" + RECEIVE, "        line = connection.recv(65536)")]),
    ("the line is decoded", ONE, "the end.* A thread has died: UnicodeDecodeError", [
        ("line.upper()", "line.decode().upper().encode()")], "upper"),
    ("not in capitals", ONE, "b'hello", [("line.upper()", "line")]),
    ("no line end", ONE, "without its line end", [("line.upper()", "line.upper().strip()")], "end with a line end"),
    ("target=work()", ONE, r"nothing.* the main thread is in line \d+, `connection = waiting.get\(\)`; there is no other", [
        (START, ""), ("while True:\n    connection, address", START.replace("target=work", "target=work()") +
                      "\nwhile True:\n    connection, address")], "target="),
    ("target=work(), before it listens", None, "listen", [(START, START.replace("target=work", "target=work()"))]),
    ("it isn't closed", ONE, "stays open", [("    with connection:\n", "    if kept.append(connection) is None:\n"),
                                            ("THREADS = 10", "THREADS = 10\nkept = []")], "closes"),
    ("who is silent is forgotten, and not closed", SILENT, "stays open", [
        ("    with connection:\n", "    if kept.append(connection) is None:\n"), ("THREADS = 10", "THREADS = 10\nkept = []"),
        ("        connection.sendall(line.upper())", "        connection.sendall(line.upper())\n        connection.close()"),
        ("                return\n", "                return connection.close()\n")], "the time"),
    ("who leaves in the middle is heard for ever", GOODBYES, "nothing.* burns", [
        ("            if not data:\n                return\n", "")], "recv give"),
    ("an error ends the thread", RESETS, "nothing.* A thread has died: ConnectionResetError", [(CATCH, "        serve(connection)")], "thread"),
    ("silence ends the thread", SILENT, "nothing.* A thread has died: TimeoutError", [
        ("except OSError:", "except ConnectionError:")], "becomes of the thread"),
    ("who leaves ends the thread", GOODBYES, "nothing.* A thread has died: EOFError", [("                return\n", "                raise EOFError\n")], "thread"),
    ("nobody looks at the clock", SILENT, "nothing", [("        connection.settimeout(LIMIT)\n", "")], "how long"),
    ("a reset is never closed", BACK, "descriptor", [
        ("    with connection:\n", "    if kept.append(connection) is None:\n"), ("THREADS = 10", "THREADS = 10\nkept = []"),
        ("        connection.sendall(line.upper())", "        connection.sendall(line.upper())\n        connection.close()"),
        ("                return\n", "                return connection.close()\n"),
        ("        except OSError:\n", "        except TimeoutError:\n            connection.close()\n        except OSError:\n")]),
    ("they look again and again", SILENCE, "burns", [("        connection = waiting.get()\n", """        try:
            connection = waiting.get_nowait()
        except queue.Empty:
            continue
""")]),
    ("a place isn't given back after an error", RESETS, "nothing", [
        (START, "places = threading.Semaphore(THREADS)"), (WORK, "        serve(connection)\n        places.release()\n        return"),
        ("def work():", "def work(connection):"),
        (ACCEPT, """    connection, address = listener.accept()
    places.acquire()
    threading.Thread(target=work, args=(connection,), daemon=True).start()""")]),
]

SERVE = """
import socket, sys, threading
LIMIT = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
def serve(sock):
    try:
        with sock, sock.makefile("rb") as file:
            sock.settimeout(LIMIT)
            line = file.readline()
            if line.endswith(b"\\n"):
                sock.sendall(line.upper())
    except OSError:
        pass
door = socket.create_server(("127.0.0.1", 6666), backlog=128)
"""

EXECUTOR = SERVE + """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(10) as pool:
    while True:
        pool.submit(serve, door.accept()[0])
"""

TEN_ACCEPT = SERVE + """
def work():
    while True:
        serve(door.accept()[0])
threads = [threading.Thread(target=work) for _ in range(10)]
for one in threads:
    one.start()
for one in threads:
    one.join()
"""

PLACES = SERVE + """
places = threading.BoundedSemaphore(10)
def visit(sock):
    try:
        serve(sock)
    finally:
        places.release()
while True:
    places.acquire()
    threading.Thread(target=visit, args=(door.accept()[0],), daemon=True).start()
"""

CONDITION = SERVE + """
guests, there = [], threading.Condition()
def work():
    while True:
        with there:
            there.wait_for(lambda: guests)
            sock = guests.pop(0)
        serve(sock)
for _ in range(10):
    threading.Thread(target=work, daemon=True).start()
while True:
    sock = door.accept()[0]
    with there:
        guests.append(sock)
        there.notify()
"""

RIGHT = {"an executor": EXECUTOR, "ten that accept": TEN_ACCEPT, "a place for each": PLACES, "a condition": CONDITION}
