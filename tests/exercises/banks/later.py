"""later: programs that must not pass, each wrong in one way, and programs that must."""
from textwrap import dedent

SILENCE, TIME, LOOK, EARLIER = "silence costs nothing", "in its time", "no look in between", "the earlier one first"
WALL = "the clock on the wall"
SAME, THOUSAND, LEAVES, LONG = "the same moment", "a thousand at once", "who leaves", "a long answer"
PUSH = "    heapq.heappush(heap, (time.monotonic() + seconds, next(numbers), connection, text))\n"
LEFT = "max(0, heap[0][0] - time.monotonic()) if heap else None"
POP = "when, number, connection, text = heapq.heappop(heap)"
GIVE = "        if connection in owed:              # else it has left\n            give(connection, text + b\"\\n\")\n"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("it sleeps", TIME, "passes somewhere else", [(PUSH, "    time.sleep(seconds)\n    give(connection, text + b\"\\n\")\n")], "lets the time pass"),
    ("it sleeps a little, and looks", TIME, "passes somewhere else", [
        ("    events = selector.select(time_left())", "    events = selector.select(0 if heap else None)\n    time.sleep(0.05 if heap else 0)")]),
    ("a thread each", TIME, "it has started 1 thread", [
        (PUSH, "    threading.Timer(seconds, lambda: give(connection, text + b\"\\n\") if connection in owed else None).start()\n"),
        ("import time\n", "import threading\nimport time\n")]),
    ("it asks all the time", SILENCE, "spins", [(LEFT, "0")]),
    ("it looks each second", LOOK, "comes round", [(LEFT, "min(1, max(0, heap[0][0] - time.monotonic())) if heap else None")]),
    ("it looks a hundred times a second", LOOK, "comes round", [(LEFT, "0.01 if heap else None")], "Which timeout"),
    ("the timeout is that of the last one", EARLIER, "nothing", [(LEFT, "max(0, max(heap)[0] - time.monotonic()) if heap else None")]),
    ("it looks each ten seconds while nothing is due", LOOK, "comes round", [(LEFT, LEFT.replace("None", "10"))]),
    ("it looks each hundred seconds while nothing is due", LOOK, "comes round", [(LEFT, LEFT.replace("None", "100"))]),
    ("the clock on the wall", WALL, "nothing", [
        (PUSH, PUSH.replace("monotonic", "time")), (LEFT, LEFT.replace("monotonic", "time")),
        ("    now = time.monotonic()\n", "    now = time.time()\n")], "By which clock"),
    ("the clock on the wall, in nanoseconds", WALL, "nothing", [
        (PUSH, PUSH.replace("time.monotonic()", "time.time_ns() / 1e9")), (LEFT, LEFT.replace("time.monotonic()", "time.time_ns() / 1e9")),
        ("    now = time.monotonic()\n", "    now = time.time_ns() / 1e9\n")]),
    ("no timeout", TIME, "nothing", [(LEFT, "None")]),
    ("milliseconds", TIME, "nothing", [("- time.monotonic()) if", "- time.monotonic()) * 1000 if")]),
    ("whole seconds", f"{TIME}|{LOOK}", "round and round", [(LEFT, "int(max(0, heap[0][0] - time.monotonic())) if heap else None")]),
    ("in the order in which they were asked for", EARLIER, "nothing", [
        (PUSH, "    heap.append((time.monotonic() + seconds, next(numbers), connection, text))\n"), ("heapq.heappop(heap)", "heap.pop(0)")]),
    ("one alone is kept", f"{EARLIER}|{SAME}", "nothing", [(PUSH, "    heap.clear()\n" + PUSH)]),
    ("all are given when one is due", EARLIER, "b'one..two", [
        ("    while heap and heap[0][0] <= now:\n", "    while heap and (heap[0][0] <= now or heap[0][0] < now + 3 and now >= given[0]):\n"),
        ("    now = time.monotonic()\n", "    now = time.monotonic()\n    given = [heap[0][0] if heap else 0]\n")]),
    ("too early", TIME, "b'hello", [("    while heap and heap[0][0] <= now:\n", "    while heap:\n")]),
    ("half a second early", TIME, "b'hello", [("heap[0][0] <= now:", "heap[0][0] <= now + 0.5:"),
                                              (LEFT, "max(0, heap[0][0] - 0.5 - time.monotonic()) if heap else None")]),
    ("a little early", EARLIER, "five..more", [("heap[0][0] <= now:", "heap[0][0] <= now + 0.05:")]),
    ("connections are compared", SAME, "TypeError", [(PUSH, PUSH.replace("next(numbers), ", "")), (POP, POP.replace("number, ", ""))],
     "Which two things"),
    ("texts are compared", SAME, "b'a", [(PUSH, PUSH.replace("next(numbers), connection, text", "text, next(numbers), connection")),
                                         (POP, POP.replace("number, connection, text", "text, number, connection"))]),
    ("the last one first", SAME, "b'a", [("next(numbers)", "-next(numbers)")]),
    ("one answer a moment", SAME, "nothing|b'", [(PUSH, "    heap[:] = [one for one in heap if one[0] != time.monotonic() + seconds]\n"
                                          "    heapq.heapify(heap)\n" + PUSH)]),
    ("no line end", SILENCE, "b'hello'", [("text + b\"\\n\"", "text")], "at the end"),
    ("who has left is given something", LEAVES, "KeyError", [(GIVE, "        give(connection, text + b\"\\n\")\n")], "has left"),
    ("the heap is filtered, and is no heap any more", LEAVES, "nothing", [
        ("    connection.close()\n", "    connection.close()\n    heap[:] = [one for one in heap if one[2] is not connection]\n")]),
    ("it stays until nothing is due for it", LEAVES, "still open|stays open", [
        ("    selector.unregister(connection)\n    del begun[connection], owed[connection]\n    connection.close()\n",
         "    selector.unregister(connection)\n    del begun[connection], owed[connection]\n    gone.append(connection)\n"),
        ("owed = {}   ", "gone = []\nowed = {}   ")]),
    ("by number", LEAVES, "a secret", [
        (PUSH, PUSH.replace("connection,", "connection.fileno(),")),
        ("        " + POP, "        " + POP + "\n        connection = {one.fileno(): one for one in owed}.get(connection)")], "hasn't asked for"),
    ("who leaves takes all along", LEAVES, "nothing", [("    del begun[connection], owed[connection]\n", "    del begun[connection], owed[connection]\n    heap.clear()\n")]),
    ("it isn't unregistered", LEAVES, "KeyError|registered", [("    selector.unregister(connection)\n    del", "    del")]),
    ("it trusts that all fits", LONG, "BlockingIOError", [("            give(connection, text + b\"\\n\")\n", "            connection.sendall(text + b\"\\n\")\n")]),
    ("it waits for who reads late", LONG, "stands in line|nothing", [
        ("            give(connection, text + b\"\\n\")\n",
         "            connection.setblocking(True)\n            connection.sendall(text + b\"\\n\")\n            connection.setblocking(False)\n")]),
]

SORTED = """
    import bisect, select, socket, time
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    due, rest, owed, count = [], {}, {}, 0
    while True:
        left = max(0.0, due[0][0] - time.monotonic()) if due else None
        readable, writable, _ = select.select([door, *rest], [one for one in owed if owed[one]], [], left)
        for sock in readable:
            if sock is door:
                guest, _ = door.accept()
                guest.setblocking(False)
                rest[guest], owed[guest] = b"", b""
                continue
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            *lines, rest[sock] = (rest[sock] + data).split(b"\\n")
            for line in lines:
                seconds, space, text = line.partition(b" ")
                try:
                    bisect.insort(due, (time.monotonic() + float(seconds), count, sock, text))
                    count += 1
                except ValueError:
                    owed[sock] += b"what?\\n"
            if not data:
                due = [one for one in due if one[2] is not sock]
                del rest[sock], owed[sock]
                sock.close()
        while due and due[0][0] <= time.monotonic():
            _, _, sock, text = due.pop(0)
            owed[sock] += text + b"\\n"
        for sock in list(owed):
            if owed[sock]:
                try:
                    owed[sock] = owed[sock][sock.send(owed[sock]):]
                except BlockingIOError:
                    pass
                except OSError:
                    owed[sock] = b""
"""

A_CLASS = """
    import heapq, selectors, socket, time
    from dataclasses import dataclass, field
    @dataclass(order=True)
    class Answer:
        when: float
        number: int
        guest: "Guest" = field(compare=False)
        text: bytes = field(compare=False)
    class Guest:
        def __init__(self, sock):
            self.sock, self.rest, self.owed, self.here = sock, b"", b"", True
        def give(self, data):
            self.owed += data
            try:
                self.owed = self.owed[self.sock.send(self.owed):]
            except BlockingIOError:
                pass
            except OSError:
                self.owed = b""
            selector.modify(self.sock, 3 if self.owed else 1, self)
        def hear(self):
            try:
                data = self.sock.recv(65536)
            except OSError:
                data = b""
            *lines, self.rest = (self.rest + data).split(b"\\n")
            for line in lines:
                seconds, _, text = line.partition(b" ")
                if seconds.replace(b".", b"").isdigit():
                    heapq.heappush(heap, Answer(time.monotonic() + float(seconds), next(counter), self, text))
                else:
                    self.give(b"what?\\n")
            if not data:
                self.here = False
                selector.unregister(self.sock)
                self.sock.close()
    counter = iter(range(10 ** 9))
    heap, selector = [], selectors.DefaultSelector()
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    selector.register(door, 1)
    while True:
        while heap and not heap[0].guest.here:
            heapq.heappop(heap)
        for key, events in selector.select(max(0, heap[0].when - time.monotonic()) if heap else None):
            if key.fileobj is door:
                sock, _ = door.accept()
                sock.setblocking(False)
                selector.register(sock, 1, Guest(sock))
                continue
            if events & 2:
                key.data.give(b"")
            if events & 1:
                key.data.hear()
        while heap and heap[0].when <= time.monotonic():
            answer = heapq.heappop(heap)
            if answer.guest.here:
                answer.guest.give(answer.text + b"\\n")
"""

CALLS_OF_ASYNCIO = """
    import asyncio, heapq
    class Late(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport, self.rest, self.heap, self.count, self.timer = transport, b"", [], 0, None
        def data_received(self, data):
            *lines, self.rest = (self.rest + data).split(b"\\n")
            for line in lines:
                seconds, _, text = line.partition(b" ")
                try:
                    heapq.heappush(self.heap, (loop.time() + float(seconds), self.count, text))
                    self.count += 1
                except ValueError:
                    self.transport.write(b"what?\\n")
            self.give()
        def give(self):
            while self.heap and self.heap[0][0] <= loop.time():
                self.transport.write(heapq.heappop(self.heap)[2] + b"\\n")
            if self.timer:
                self.timer.cancel()
            self.timer = loop.call_at(self.heap[0][0], self.give) if self.heap else None
        def connection_lost(self, error):
            self.heap.clear()
            if self.timer:
                self.timer.cancel()
    async def main():
        global loop
        loop = asyncio.get_running_loop()
        await loop.create_server(Late, "127.0.0.1", 6666, backlog=128)
        await asyncio.Event().wait()
    asyncio.run(main())
"""

RIGHT = {"select, and a sorted list": dedent(SORTED), "a class that can be compared": dedent(A_CLASS),
         "asyncio, a timer a client": dedent(CALLS_OF_ASYNCIO),
         "a list that is sorted each time": dedent(SORTED).replace(
             "bisect.insort(due, (time.monotonic() + float(seconds), count, sock, text))",
             "due.append((time.monotonic() + float(seconds), count, sock, text)); due.sort(key=lambda one: one[:2])")}
