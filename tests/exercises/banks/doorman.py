"""doorman: mends that must not pass, each wrong in one way, and servers that must."""
from textwrap import dedent

SILENCE, LINES, SILENT, SPEAKS = "silence costs nothing", "lines", "who is silent", "who speaks, stays"
SLOWLY, LEAVES, BUSY, GONE_ALL = "never a whole line", "who leaves, and who comes", "the machine is busy", "all have left"
AGAIN, GONE = "    cancel(timers.get(number))\n", "    cancel(timers[number])\n"
SET = "timers[number] = call_at(time.monotonic() + LIMIT, let_go, number)"
LET_GO = "    owed[number] += b\"goodbye\\n\"\n    send(number)\n    close(number)\n"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", SPEAKS, "b'goodbye", [(AGAIN, ""), (GONE, "")], "How many timers has it"),
    ("cancelled by who leaves alone", SPEAKS, "b'goodbye", [(AGAIN, "")]),
    ("cancelled by who speaks alone", LEAVES, "b'goodbye", [(GONE, "")], "For whom was this timer set"),
    ("who leaves takes no timer along", GONE_ALL, "comes round", [
        (GONE, ""), ("owed[number], timers[number]", "owed[number]"), (LET_GO, "    if number not in connections:\n        return\n" + LET_GO)],
     "For whom does the loop wake"),
    ("timers before events", BUSY, "goodbye|KeyError", [
        ("            send(key.fd)\n    call_due()", "            send(key.fd)"),
        ("events = selector.select(time_left())", "events = selector.select(time_left())\ncall_due()")],
     "What does the loop do first"),
    ("who has just come is looked for", SILENCE, "KeyError", [("timers.get(number)", "timers[number]")], "has no timer yet"),
    ("nobody is let go", SILENT, "nothing", [(LET_GO, "    pass\n")]),
    ("goodbye is all that is said", SILENT, "stays open", [(LET_GO, "    owed[number] += b\"goodbye\\n\"\n    send(number)\n")]),
    ("let go without a word", SILENT, "the end of the connection", [("    owed[number] += b\"goodbye\\n\"\n    send(number)\n", "")]),
    ("whoever speaks cancels all timers", SILENT, "nothing", [("cancel(timers.get(number))", "calls.clear()")]),
    ("the earliest timer is cancelled", SILENT, "nothing", [("cancel(timers.get(number))", "cancel(heap[0][1] if heap else None)")]),
    ("the new timer is cancelled", SILENT, "nothing", [(AGAIN + "    " + SET, "    " + SET + "\n    cancel(timers[number])")]),
    ("the number of the descriptor is taken for that of the timer", SPEAKS, "b'goodbye", [
        ("cancel(timers.get(number))", "cancel(number)")]),
    ("and so it is when somebody leaves", LEAVES, "b'goodbye|nothing", [("cancel(timers[number])", "cancel(number)")]),
    ("any byte gives all the time again", SLOWLY, "nothing", [("    if lines:\n        extend", "    if data:\n        extend")], "a whole line"),
    ("a line gives no time", SPEAKS, "b'goodbye", [("    if lines:\n        extend(number)\n", "")]),
    ("who says nothing has no timer", SILENT, "nothing", [
        ("    selector.register(number, READ)\n    extend(number)\n", "    selector.register(number, READ)\n    timers[number] = None\n")]),
    ("who has spoken once may stay", SPEAKS, "nothing", [
        (AGAIN + "    " + SET, "    spoken.add(number) if number in timers else None\n    timers.setdefault(number, None)\n    " + SET),
        (LET_GO, "    if number in spoken:\n        return\n" + LET_GO),
        ("timers = {}   ", "spoken = set()\ntimers = {}   ")]),
    ("the deadline is looked at, and never again", SPEAKS, "nothing", [
        (AGAIN + "    " + SET, "    until[number] = time.monotonic() + LIMIT\n    if number not in timers:\n        " + SET),
        (LET_GO, "    if until[number] > time.monotonic():\n        return\n" + LET_GO),
        ("timers = {}   ", "until = {}\ntimers = {}   ")]),
    ("whole seconds", f"{SILENT}|{SPEAKS}", "round and round", [
        ("max(0, heap[0][0] - time.monotonic())", "int(max(0, heap[0][0] - time.monotonic()))")]),
    ("the call never gives up", SILENT, "nothing", [("selector.select(time_left())", "selector.select()")]),
    ("half the time after a line", SPEAKS, "b'goodbye", [("    if lines:\n        extend(number)\n",
        "    if lines:\n        extend(number)\n        cancel(timers[number])\n"
        "        timers[number] = call_at(time.monotonic() + LIMIT / 2, let_go, number)\n")]),
    ("whoever leaves takes all timers along", SILENT, "nothing", [("cancel(timers[number])", "calls.clear()")]),
    ("who has left stays open", SILENT, "stays open", [("connections.pop(number).close()", "kept.append(connections.pop(number))"),
                                                      ("timers = {}   ", "kept = []\ntimers = {}   ")]),
]

LOOKED_AT = """
    import heapq, selectors, socket, sys, time
    limit = float((sys.argv + ["6666", "30"])[2])
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    door.setblocking(False)
    selector = selectors.DefaultSelector()
    selector.register(door, 1)
    class Guest:
        count = 0
        def __init__(self, sock):
            Guest.count += 1
            self.sock, self.rest, self.here, self.number = sock, b"", True, Guest.count
            self.spoke = time.monotonic()
            heapq.heappush(heap, (self.spoke + limit, self.number, self))
        def go(self):
            self.here = False
            selector.unregister(self.sock)
            self.sock.close()
        def hear(self):
            try:
                data = self.sock.recv(65536)
                *lines, self.rest = (self.rest + data).split(b"\\n")
                if lines:
                    self.spoke = time.monotonic()
                    self.sock.send(b"ok\\n" * len(lines))
            except OSError:
                data = b""
            if not data:
                self.go()
    heap = []
    while True:
        while heap and not heap[0][2].here:
            heapq.heappop(heap)
        for key, _ in selector.select(max(0, heap[0][0] - time.monotonic()) if heap else None):
            if key.fileobj is door:
                sock, _ = door.accept()
                sock.setblocking(False)
                selector.register(sock, 1, Guest(sock))
            else:
                key.data.hear()
        while heap and heap[0][0] <= time.monotonic():
            _, number, guest = heapq.heappop(heap)
            if not guest.here:
                continue
            if guest.spoke + limit > time.monotonic():
                heapq.heappush(heap, (guest.spoke + limit, number, guest))
                continue
            try:
                guest.sock.send(b"goodbye\\n")
            except OSError:
                pass
            guest.go()
"""

NO_HEAP = """
    import select, socket, sys, time
    limit = float((sys.argv + ["6666", "30"])[2])
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    ends, rest = {}, {}
    def go(sock):
        del ends[sock], rest[sock]
        sock.close()
    while True:
        left = max(0, min(ends.values()) - time.monotonic()) if ends else None
        readable, _, _ = select.select([door, *ends], [], [], left)
        for sock in readable:
            if sock is door:
                guest, _ = door.accept()
                ends[guest], rest[guest] = time.monotonic() + limit, b""
                continue
            try:
                data = sock.recv(65536)
                *lines, rest[sock] = (rest[sock] + data).split(b"\\n")
                if lines:
                    ends[sock] = time.monotonic() + limit
                    sock.sendall(b"ok\\n" * len(lines))
            except OSError:
                data = b""
            if not data:
                go(sock)
        for sock in [one for one in ends if ends[one] <= time.monotonic()]:
            try:
                sock.sendall(b"goodbye\\n")
            except OSError:
                pass
            go(sock)
"""

CALLS_OF_ASYNCIO = """
    import asyncio, sys
    limit = float((sys.argv + ["6666", "30"])[2])
    class Guest(asyncio.Protocol):
        rest = b""
        def connection_made(self, transport):
            self.transport = transport
            self.extend()
        def extend(self):
            self.timer = asyncio.get_running_loop().call_later(limit, self.let_go)
        def let_go(self):
            self.transport.write(b"goodbye\\n")
            self.transport.close()
        def data_received(self, data):
            *lines, self.rest = (self.rest + data).split(b"\\n")
            if lines:
                self.timer.cancel()
                self.extend()
                self.transport.write(b"ok\\n" * len(lines))
        def connection_lost(self, error):
            self.timer.cancel()
    async def main():
        await asyncio.get_running_loop().create_server(Guest, "127.0.0.1", 6666, backlog=128)
        await asyncio.Event().wait()
    asyncio.run(main())
"""

RIGHT = {"looked at when it comes": dedent(LOOKED_AT), "select, and the earliest of all": dedent(NO_HEAP),
         "asyncio, a timer a client": dedent(CALLS_OF_ASYNCIO)}
