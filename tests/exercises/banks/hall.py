"""hall: programs that must not pass, each wrong in one way, and programs that must."""
SILENCE, ALL, ANY, ONCE, LEAVES = "silence costs nothing", "all the others", "any bytes", "two speak at once", "who leaves"
TOGETHER, SLOW, BREAKS, MANY = "many leave at once", "a slow reader", "a slow reader breaks off", "more than 1,024"
FULL = "            selector.modify(connection, READ | WRITE)\n"
EMPTY = "    if not owed:\n        selector.modify(connection, READ)\n"
OTHERS = "        if other is not connection:\n"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("a list for select", MANY, "ValueError", [("selectors.DefaultSelector()", "selectors.SelectSelector()")], "Which selector"),
    ("who has too high a number is refused", MANY, "hear it", [
        ("    connection.setblocking(False)\n", "    if connection.fileno() >= 1024:\n        return connection.close()\n    connection.setblocking(False)\n")]),
    ("who speaks hears it too", f"{SILENCE}|{ALL}", "b'|which", [(OTHERS, "        if True:\n")]),
    ("the rest is kept, and nobody watches for room", SLOW, "not all of it", [(FULL, "            pass\n")], "who is told"),
    ("the rest is forgotten", SLOW, "not all of it|other", [("    owed += data\n", "")]),
    ("they are watched for writing for ever", SLOW, "it spins", [(EMPTY, "")]),
    ("they are watched for writing from the beginning", SILENCE, "it spins", [
        ("selector.register(connection, READ)", "selector.register(connection, READ | WRITE)"), (EMPTY, "")]),
    ("what comes last goes out first", SLOW, "other|order|not all of it", [
        ("    if not owed:\n        data = data", "    if True:\n        data = data")]),
    ("the queue is sent again and again", f"{SLOW}", "other|order|more|spins", [
        ("    del owed[:send(connection, owed)]\n", "    send(connection, owed)\n    owed[:] = owed[:0] if len(owed) < 100 else owed[1:]\n")]),
    ("it waits until all is sent", SLOW, "stands in line|not all", [
        ("        return connection.send(data)\n    except BlockingIOError:\n        return 0\n",
         "        connection.setblocking(True)\n        connection.sendall(data)\n        return len(data)\n")]),
    ("nobody is unregistered", f"{LEAVES}|{TOGETHER}", "ValueError|KeyError|died|still open|spins|nothing", [("    selector.unregister(connection)\n", "")]),
    ("nobody is closed", LEAVES, "still open|never|open|nothing", [("    connection.close()\n", "    pass\n")]),
    ("what people are owed is kept for ever, and who has left is spoken to", LEAVES, "closed", [
        ("    del people[connection]\n", "")]),
    ("a reset ends it", LEAVES, "ConnectionResetError", [("    except OSError:\n        data = b\"\"\n", "    except ZeroDivisionError:\n        data = b\"\"\n")]),
    ("whoever can't be sent to is closed while others are gone through", f"{LEAVES}|{TOGETHER}|{BREAKS}", "RuntimeError|died|KeyError", [
        ("        return len(data)\n", "        leave(connection)\n        return len(data)\n")]),
    ("letters of other lands are lost", ANY, "b'", [("give(other, data)", 'give(other, data.decode("ascii", "ignore").encode())')]),
    ("the first of the events alone", ONCE, ".", [
        ("    for key, ready in events:\n", "    for key, ready in events[:1]:\n"),
        ("    events = selector.select(1)\n", "    events = selector.select(1)\n    [key.fileobj.recv(65536) for key, _ in events[1:] if key.fileobj is not listener]\n")]),
    ("it asks all the time", SILENCE, "it spins", [("selector.select(1)", "selector.select(0)")]),
    ("one word is passed on in each iteration, when the timeout has passed", SILENCE, "when the timeout", [
        ("people = {}  ", "later = []\npeople = {}  "), ("            give(other, data)\n", "            later.append((other, data))\n"),
        ("    for key, ready in events:\n", "    while later and not events:\n        give(*later.pop(0))\n    for key, ready in events:\n")]),
]

RIGHT = {
    "epoll, or poll, and numbers": """
        import select, socket, sys
        poller = select.epoll() if hasattr(select, "epoll") else select.poll()
        door = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 6666), backlog=512)
        door.setblocking(False)
        poller.register(door, select.POLLIN)
        people, queues = {}, {}
        def leave(number):
            poller.unregister(number)
            queues.pop(number, None)
            people.pop(number).close()
        def push(number):
            try:
                queues[number] = queues[number][people[number].send(queues[number]):]
            except BlockingIOError:
                pass
            except OSError:
                queues[number] = b""
            poller.modify(number, select.POLLIN | (select.POLLOUT if queues[number] else 0))
        while True:
            for number, event in poller.poll():
                if number == door.fileno():
                    one, _ = door.accept()
                    one.setblocking(False)
                    people[one.fileno()], queues[one.fileno()] = one, b""
                    poller.register(one, select.POLLIN)
                    continue
                if number not in people:
                    continue
                if event & ~select.POLLOUT:
                    try:
                        data = people[number].recv(65536)
                    except BlockingIOError:
                        continue
                    except OSError:
                        data = b""
                    if not data:
                        leave(number)
                        continue
                    for other in people:
                        if other != number:
                            idle = not queues[other]
                            queues[other] += data
                            if idle:
                                push(other)
                elif event & select.POLLOUT:
                    push(number)
        """,
    "selectors, and callbacks in the key": """
        import selectors, socket
        R, W = 1, 2
        sel = selectors.DefaultSelector()
        class Person:
            everybody = set()
            def __init__(self, sock):
                self.sock, self.queue, self.asked = sock, bytearray(), R
                sock.setblocking(False)
                sel.register(sock, R, self.event)
                self.everybody.add(self)
            def event(self, mask):
                if mask & W:
                    self.flush()
                if mask & R:
                    try:
                        data = self.sock.recv(32768)
                    except BlockingIOError:
                        return
                    except OSError:
                        data = b""
                    if data:
                        for other in self.everybody - {self}:
                            other.queue += data
                            other.flush()
                    else:
                        self.everybody.discard(self)
                        sel.unregister(self.sock)
                        self.sock.close()
            def flush(self):
                try:
                    while self.queue:
                        del self.queue[:self.sock.send(self.queue[:262144])]
                except BlockingIOError:
                    pass
                except OSError:
                    self.queue.clear()
                asks = R | (W if self.queue else 0)
                if asks != self.asked:
                    self.asked = asks
                    sel.modify(self.sock, asks, self.event)
        def welcome(_):
            Person(door.accept()[0])
        door = socket.create_server(("127.0.0.1", 6666), backlog=512)
        sel.register(door, R, welcome)
        while True:
            for key, mask in sel.select():
                if key.fileobj is door or key.fileobj.fileno() >= 0:
                    key.data(mask)
        """,
    "asyncio's Protocol": """
        import asyncio
        people = set()
        class Person(asyncio.Protocol):
            def connection_made(self, transport):
                self.transport = transport
                people.add(self)
            def data_received(self, data):
                for other in people - {self}:
                    if not other.transport.is_closing():
                        other.transport.write(data)
            def connection_lost(self, error):
                people.discard(self)
            def eof_received(self):
                people.discard(self)
                self.transport.abort() if self.transport.get_write_buffer_size() else None
        async def main():
            server = await asyncio.get_running_loop().create_server(Person, "127.0.0.1", 6666, backlog=512)
            async with server:
                await server.serve_forever()
        asyncio.run(main())
        """,
}
