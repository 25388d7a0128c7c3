"""hall: programs that must not pass, each wrong in one way, and programs that must."""
SILENCE, ALL, ANY, ONCE, LEAVES = "silence costs nothing", "all the others", "any bytes", "two speak at once", "who leaves"
TOGETHER, SLOW, BREAKS, TOLD = "many leave at once", "a slow reader", "a slow reader breaks off", "told nothing new"
MANY = "more than 1,024"
FULL = "            selector.modify(connection, READ | WRITE)\n"
EMPTY = "    if not owed:\n        selector.modify(connection, READ)\n"
OTHERS = "        if other is not connection:\n"
AT_ONCE = "    if not owed:\n        data = data[send(connection, data):]\n"
GIVE = AT_ONCE + "        if data:\n" + FULL + "    owed += data\n"
EPOLL = "epoll, or poll, and numbers"
TOLD_LOOK = "Only if `send` has left something"

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
    ("nobody is unregistered", f"{LEAVES}|{TOGETHER}", "ValueError|KeyError|died|still open|spins|nothing", [("    selector.unregister(connection)\n", "")], "already. By whom"),
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
    ("nothing is sent at once, and each word is waited for", TOLD, "modify IN.OUT|is watched for writing", [
        (GIVE, "    owed += data\n    selector.modify(connection, READ | WRITE)\n")], TOLD_LOOK),
    ("it is taken out and put in again for each word", TOLD, "unregister", [
        (GIVE, AT_ONCE + "    owed += data\n    selector.unregister(connection)\n"
                         "    selector.register(connection, READ | WRITE if owed else READ)\n")], TOLD_LOOK),
    ("sendall sends it, and the rest is forgotten", SLOW, "not all of it", [
        ("        data = data[send(connection, data):]\n",
         "        try:\n            return connection.sendall(data)\n        except OSError:\n            return\n")], "doesn't say how many"),
    ("it asks all the time", SILENCE, "it spins", [("selector.select(1)", "selector.select(0)")]),
    ("one word is passed on in each iteration, when the timeout has passed", SILENCE, "when the timeout", [
        ("people = {}  ", "later = []\npeople = {}  "), ("            give(other, data)\n", "            later.append((other, data))\n"),
        ("    for key, ready in events:\n", "    while later and not events:\n        give(*later.pop(0))\n    for key, ready in events:\n")]),
]

RIGHT = {
    EPOLL: """
        import select, socket, sys
        poller = select.epoll() if hasattr(select, "epoll") else select.poll()
        door = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 6666), backlog=512)
        door.setblocking(False)
        poller.register(door, select.POLLIN)
        people, queues, waiting = {}, {}, set()
        def leave(number):
            poller.unregister(number)
            waiting.discard(number)
            queues.pop(number, None)
            people.pop(number).close()
        def push(number):
            global waiting
            try:
                queues[number] = queues[number][people[number].send(queues[number]):]
            except BlockingIOError:
                pass
            except OSError:
                queues[number] = b""
            if bool(queues[number]) != (number in waiting):
                waiting ^= {number}
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
    "callbacks in the key, and selectors is told each time: it compares by itself, and the system isn't told": """
        import selectors, socket
        R, W = 1, 2
        sel = selectors.DefaultSelector()
        class Person:
            everybody = set()
            def __init__(self, sock):
                self.sock, self.queue = sock, bytearray()
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
                sel.modify(self.sock, R | (W if self.queue else 0), self.event)
        def welcome(_):
            Person(door.accept()[0])
        door = socket.create_server(("127.0.0.1", 6666), backlog=512)
        sel.register(door, R, welcome)
        while True:
            for key, mask in sel.select():
                if key.fileobj is door or key.fileobj.fileno() >= 0:
                    key.data(mask)
        """,
    "what goes out is sent once in each iteration, at its end": """
        import selectors, socket
        READ, BOTH = 1, 3
        selector = selectors.DefaultSelector()
        door = socket.create_server(("127.0.0.1", 6666), backlog=512)
        door.setblocking(False)
        selector.register(door, READ)
        people, touched = {}, set()
        def hear(one):
            try:
                data = one.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                selector.unregister(one)
                del people[one]
                one.close()
            for other in people if data else ():
                if other is not one:
                    if not people[other]:
                        touched.add(other)
                    people[other] += data
        def push(one):
            owed, key = people[one], selector.get_key(one)
            try:
                del owed[:one.send(owed)]
            except BlockingIOError:
                pass
            except OSError:
                owed.clear()
            wanted = BOTH if owed else READ
            if wanted != key.events:
                selector.modify(one, wanted)
        while True:
            for key, events in selector.select():
                if key.fileobj is door:
                    one, _ = door.accept()
                    one.setblocking(False)
                    people[one] = bytearray()
                    selector.register(one, READ)
                    continue
                if events & 2:
                    touched.add(key.fileobj)
                if events & 1:
                    hear(key.fileobj)
            while touched:
                if (one := touched.pop()) in people:
                    push(one)
        """,
    "asyncio's streams": """
        import asyncio
        people = set()
        async def talk(reader, writer):
            people.add(writer)
            try:
                while data := await reader.read(65536):
                    for other in people - {writer}:
                        if not other.transport.is_closing():
                            other.write(data)
            except OSError:
                pass
            people.discard(writer)
            writer.transport.abort()
        async def main():
            async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=512) as server:
                await server.serve_forever()
        asyncio.run(main())
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
WHAT_IS_NEW = "            if bool(queues[number]) != (number in waiting):\n                waiting ^= {number}\n"
WRONG += [
    ("epoll itself is told for each word, whatever it knows", TOLD, "modify IN", RIGHT[EPOLL].replace(WHAT_IS_NEW, "            if True:\n"),
     TOLD_LOOK),
    ("epoll itself is told for each word while something is owed", TOLD, "modify IN.OUT", RIGHT[EPOLL].replace(
        WHAT_IS_NEW, "            if queues[number] or number in waiting:\n                waiting.add(number)\n").replace(
        "                            if idle:\n", "                            if True:\n"), TOLD_LOOK),
]
