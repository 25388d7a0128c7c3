"""hasher: programs that must not pass, each wrong in one way, and programs that must."""

SILENCE, ONE, BESIDE, COMPUTES, RUNG = ("silence costs nothing", "one line, one answer", "who waits holds up nobody",
                                        "who computes holds up nobody", "it is rung")
SEVERAL, ORDER, MANY, FAIL, LEAVES = ("several at a time", "each client in its order", "many at once", "jobs that fail",
                                      "who leaves during a job")
JOB = "jobs.put((connection, line))"
RING = 'ring.send(b"!")'
LOOP = "if listener not in inputs:"
MADE = "answer = made(line)"
GIVE = """    if not waiting[connection]:
        return
    line = waiting[connection].popleft()
    inputs.remove(connection)               # until this is done it isn't heard, so it has one job at most
    if line is None:
        del waiting[connection]
        owe(connection, b"")
    else:
        jobs.put((connection, line))"""

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("the loop does it itself", BESIDE, "nothing", [(JOB, """try:
    answer = made(line)
except Exception:
    answer = b"failed"
owe(connection, answer + b"\\n")
inputs.append(connection)
give(connection)""")]),
    ("the loop waits for the worker", BESIDE, "nothing|stands", [(JOB, JOB + "\nwhile done.empty():\n    time.sleep(0.01)")]),
    ("who computes isn't given to a worker", COMPUTES, "alice has hers as soon", [(JOB, """if line.startswith(b"wait"):
    jobs.put((connection, line))
else:
    try:
        answer = made(line)
    except Exception:
        answer = b"failed"
    done.put((connection, answer + b"\\n"))
    ring.send(b"!")""")]),
    ("nobody rings", ONE, "nothing", [(RING, "pass")], "is the bell rung"),
    ("nobody rings, and the loop looks when it comes round", f"{BESIDE}|{RUNG}", "nothing|late|passed",
     [(RING, "pass"), ("    bell.recv(4096)\n", ""), (LOOP, "fetch()\n" + LOOP)]),
    ("nobody rings, and the loop looks again and again", RUNG, "again and again",
     [(RING, "pass"), ("    bell.recv(4096)\n", ""), (LOOP, "fetch()\n" + LOOP), ("outputs, [], 1)", "outputs, [], 0.02)")]),
    ("the bell isn't drained", ONE, "it spins", [("    bell.recv(4096)\n", "")]),
    ("one worker", BESIDE, "nothing", [("WORKERS = 4", "WORKERS = 1")]),
    ("three workers", SEVERAL, "nothing", [("WORKERS = 4", "WORKERS = 3")]),
    ("workers wait for each other", BESIDE, "nothing|waits in select",
     [(MADE, "with lock:\n    answer = made(line)"), ("WORKERS = 4", "WORKERS = 4\nlock = threading.Lock()")]),
    ("all lines of a client become jobs at once", ORDER, "nothing|another order|quick",
     [(GIVE, """    while waiting[connection]:
        line = waiting[connection].popleft()
        if line is None:
            inputs.remove(connection)
            break
        pending[connection] = pending.get(connection, 0) + 1
        jobs.put((connection, line))
    if connection not in inputs and not pending.get(connection):
        del waiting[connection]
        owe(connection, b"")"""),
      ("        inputs.append(connection)\n        give(connection)", "        pending[connection] -= 1\n        give(connection)"),
      ("queues = {}", "queues = {}\npending = {}")]),
    ("lines behind the first are forgotten", ORDER, "not all of them|nothing",
     [("        inputs.append(connection)\n        give(connection)",
       "        inputs.append(connection)\n        waiting[connection].clear()")]),
    ("lines behind the first wait until more is said", ORDER, "not all of them|nothing|another order",
     [("        inputs.append(connection)\n        give(connection)", "        inputs.append(connection)")]),
    ("one answer a ring", f"{SEVERAL}|{MANY}", "nothing|not all", [("while not done.empty():", "if not done.empty():")], "`fetch`"),
    ("an error ends the worker", FAIL, "nothing", [("except Exception:", "except ZeroDivisionError:")]),
    ("an error is told, and ends the worker", FAIL, "nothing",
     [("        done.put((connection, answer + b\"\\n\"))", "        dead = answer == b\"failed\"\n        done.put((connection, answer + b\"\\n\"))"),
      ("        except BlockingIOError:\n            pass\n", "        except BlockingIOError:\n            pass\n        if dead:\n            return\n")]),
    ("an error gets no answer", FAIL, "nothing", [("            answer = b\"failed\"\n", "            continue\n")]),
    ("the line is decoded", ONE, "not all of it|failed", [(MADE, "answer = made(line.decode().encode())")]),
    ("the text is stripped", ONE, "b'|other", [(MADE, "answer = made(line.strip()) if line.strip() == line else made(b\" \".join(line.split()))")]),
    ("who leaves is closed at once, and its number is used again", LEAVES, "guest|nothing|the end", [
        ("    if not waiting[connection]:\n        return\n", "    number = connection.fileno()\n    if waiting[connection] and waiting[connection][-1] is None:\n"
         "        waiting[connection] = deque([None])\n    elif not waiting[connection] or number in busy:\n        return\n"),
        ("    inputs.remove(connection)               # until this is done it isn't heard, so it has one job at most\n", ""),
        ("        del waiting[connection]\n        owe(connection, b\"\")", "        inputs.remove(connection)\n        busy.discard(number)\n        del waiting[connection]\n        owe(connection, b\"\")"),
        (JOB, "busy.add(number)\njobs.put((number, line))"),
        ("queues = {}", "queues = {}\nbusy = set()"),
        ("        connection, answer = done.get()\n        owe(connection, answer)\n        inputs.append(connection)\n",
         "        number, answer = done.get()\n        busy.discard(number)\n        connection = next((one for one in waiting if one.fileno() == number), None)\n"
         "        if connection is None:\n            continue\n        owe(connection, answer)\n")]),
    ("what is due to one who has said all is thrown away", LEAVES, "the end|nothing",
     [("        owe(connection, answer)\n        inputs.append(connection)", "        try:\n            over = not connection.recv(1, socket.MSG_PEEK)\n"
       "        except BlockingIOError:\n            over = False\n        except OSError:\n            over = True\n"
       "        owe(connection, b\"\" if over else answer)\n        inputs.append(connection)")]),
    ("a line that comes during a job is a job at once", ORDER, "quick.*slow", [
        (GIVE, """    if not waiting[connection]:
        return
    line = waiting[connection][0]
    if line is not None:
        under[connection] = under.get(connection, 0) + 1
        jobs.put((connection, waiting[connection].popleft()))
    else:
        if connection in inputs:
            inputs.remove(connection)
        if not under.get(connection):
            del waiting[connection]
            owe(connection, b"")"""),
        ("        inputs.append(connection)\n        give(connection)", "        under[connection] -= 1\n        give(connection)"),
        ("queues = {}", "queues = {}\nunder = {}")], "second line"),
    ("the worker sends", MANY, "not all of it", [
        ('        done.put((connection, answer + b"\\n"))', """        try:
            connection.send(answer + b"\\n")
        except OSError:
            pass
        done.put((connection, b""))""")], "part of an answer"),
    ("who has said all is heard during its job", LEAVES, "round and round", [
        ("    if not waiting[connection]:\n        return\n", "    if connection in busy or not waiting[connection]:\n        return\n"),
        ("    inputs.remove(connection)               # until this is done it isn't heard, so it has one job at most\n", ""),
        ("        del waiting[connection]\n        owe(connection, b\"\")", "        inputs.remove(connection)\n        del waiting[connection]\n        owe(connection, b\"\")"),
        (JOB, "busy.add(connection)\n" + JOB),
        ("        inputs.append(connection)\n        give(connection)", "        busy.discard(connection)\n        give(connection)"),
        ("queues = {}", "queues = {}\nbusy = set()"),
        ("    try:\n        data = connection.recv(65536)", "    if connection not in waiting:\n        return\n    try:\n        data = connection.recv(65536)")],
     "read for ever"),
    ("one kind of error alone is told", FAIL, "nothing", [("except Exception:", "except ValueError:")]),
    ("a ring is an answer", MANY, "nothing", [("bell.recv(4096)", "bell.recv(1)"), ("while not done.empty():", "if not done.empty():")], "`fetch`"),
    ("an answer without a line end", ONE, "not all of it", [('done.put((connection, answer + b"\\n"))', "done.put((connection, answer))")],
     "line end"),
    ("who leaves during its job is closed at once", LEAVES, "the end|died", [
        ("    if not waiting[connection]:\n        return\n", "    if waiting[connection] and waiting[connection][-1] is None:\n"
         "        waiting[connection] = deque([None])\n    elif not waiting[connection] or connection in busy:\n        return\n"),
        ("    inputs.remove(connection)               # until this is done it isn't heard, so it has one job at most\n", ""),
        ("        del waiting[connection]\n        owe(connection, b\"\")", "        inputs.remove(connection)\n        del waiting[connection]\n        owe(connection, b\"\")"),
        (JOB, "busy.add(connection)\n" + JOB),
        ("        owe(connection, answer)\n        inputs.append(connection)\n        give(connection)",
         "        busy.discard(connection)\n        if connection in waiting:\n            owe(connection, answer)\n            give(connection)"),
        ("queues = {}", "queues = {}\nbusy = set()")], "None"),
    ("a thread for each client, and no select", SILENCE, "no call of select|has not called", """
        import hashlib, socket, threading, time
        def serve(sock):
            with sock, sock.makefile("rb") as lines:
                for line in lines:
                    sock.sendall(line)
        door = socket.create_server(("127.0.0.1", 6666), backlog=128)
        while True:
            threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()
        """),
]

MAKES = """
import hashlib, time
def made(line):
    try:
        verb, number, text = line.split(b" ", 2)
        if verb == b"wait":
            time.sleep(float(number))
        elif verb == b"hash":
            for _ in range(int(number)):
                text = hashlib.sha256(text).digest()
            text = text.hex().encode()
        else:
            return b"failed\\n"
    except Exception:
        return b"failed\\n"
    return text + b"\\n"
"""

TO_THREAD = MAKES + """
import asyncio
async def talk(reader, writer):
    try:
        while (line := await reader.readuntil()):
            writer.write(await asyncio.to_thread(made, line[:-1]))
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        pass
    finally:
        writer.close()
async def main():
    async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=128) as server:
        await server.serve_forever()
asyncio.run(main())
"""

POOL = MAKES + """
import selectors, socket
from collections import deque
from concurrent.futures import %s
selector = selectors.DefaultSelector()
bell, ring = socket.socketpair()
ring.setblocking(False)
bell.setblocking(False)
ready = deque()
class Client:
    def __init__(self, sock):
        self.sock, self.rest, self.lines, self.debts, self.over, self.job = sock, b"", deque(), b"", False, None
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, self)
    def watch(self):
        events = selectors.EVENT_READ * (not self.over and not self.job and not self.lines) | selectors.EVENT_WRITE * bool(self.debts)
        known = self.sock in selector.get_map()
        if events and known:
            selector.modify(self.sock, events, self)
        elif events:
            selector.register(self.sock, events, self)
        elif known:
            selector.unregister(self.sock)
        if self.over and not self.job and not self.debts and not self.lines:
            if self.sock in selector.get_map():
                selector.unregister(self.sock)
            self.sock.close()
    def go_on(self):
        if not self.job and self.lines:
            self.job = pool.submit(made, self.lines.popleft())
            self.job.add_done_callback(lambda job: told(self))
        self.watch()
    def serve(self, events):
        try:
            if events & selectors.EVENT_WRITE:
                self.debts = self.debts[self.sock.send(self.debts):]
            if events & selectors.EVENT_READ:
                data = self.sock.recv(65536)
                self.over = not data
                *lines, self.rest = (self.rest + data).split(b"\\n")
                self.lines += lines
        except BlockingIOError:
            pass
        except OSError:
            self.over, self.debts = True, b""
        self.go_on()
def told(client):
    ready.append(client)
    try:
        ring.send(b".")
    except BlockingIOError:
        pass
def take():
    bell.recv(1000)
    while ready:
        client = ready.popleft()
        client.debts += client.job.result()
        client.job = None
        client.go_on()
pool = %s(5)
pool.submit(int).result()
listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
listener.setblocking(False)
selector.register(listener, selectors.EVENT_READ)
selector.register(bell, selectors.EVENT_READ)
while True:
    for key, events in selector.select():
        if key.fileobj is listener:
            Client(listener.accept()[0])
        elif key.fileobj is bell:
            take()
        else:
            key.data.serve(events)
"""

A_THREAD_A_JOB = MAKES + """
import os, select, socket, threading
wake, waker = os.pipe()
lock, answers = threading.Lock(), []
listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
listener.setblocking(False)
rest, lines, debts, busy, over = {}, {}, {}, set(), set()
def job(sock, line):
    answer = made(line)
    with lock:
        answers.append((sock, answer))
        if len(answers) == 1:
            os.write(waker, b"x")
def next_job(sock):
    if sock not in busy and lines[sock]:
        busy.add(sock)
        threading.Thread(target=job, args=(sock, lines[sock].pop(0)), daemon=True).start()
    if sock in over and sock not in busy and not debts[sock]:
        over.remove(sock)
        del rest[sock], lines[sock], debts[sock]
        sock.close()
while True:
    hearing = [sock for sock in rest if sock not in busy and sock not in over]
    readable, writable, _ = select.select([listener, wake, *hearing], [sock for sock in debts if debts[sock]], [])
    for sock in readable:
        if sock is listener:
            guest = listener.accept()[0]
            guest.setblocking(False)
            rest[guest], lines[guest], debts[guest] = b"", [], b""
        elif sock is wake:
            with lock:
                os.read(wake, 1)
                there, answers = answers, []
            for guest, answer in there:
                busy.remove(guest)
                debts[guest] += answer
                next_job(guest)
        else:
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            if not data:
                over.add(sock)
            *more, rest[sock] = (rest[sock] + data).split(b"\\n")
            lines[sock] += more
            next_job(sock)
    for sock in writable:
        if sock in debts:
            try:
                debts[sock] = debts[sock][sock.send(debts[sock]):]
            except OSError:
                debts[sock] = b""
            next_job(sock)
"""

RIGHT = {"asyncio.to_thread": TO_THREAD, "a pool of threads": POOL % (("ThreadPoolExecutor",) * 2),
         "a pool of processes": POOL % (("ProcessPoolExecutor",) * 2), "a thread a job": A_THREAD_A_JOB}
