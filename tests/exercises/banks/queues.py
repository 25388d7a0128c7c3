"""Servers with queues, wrong and right, for the two exercises that ask for one: `news` is what they put into a queue."""
SLOW, END, BYTES, BYES = "much, and a slow reader", "a word, and the end", "any bytes, and then silence", "goodbyes"
TURNS, SILENCE = "somebody sends fast", "silence costs nothing"


def wrong(news):
    """Rows of a bank of wrong programs; a program that is whole gives back what `news` makes of `data`."""
    queue = f"queues[connection] += {news}"
    again, joins = "^b' (HELLO|hello) ': what has come already comes again", "    if not queues[connection]:\n        outputs.append(connection)"
    return [
        ("what was sent is out of another name alone", BYTES, again,
         [("del queue[:sent]", "queue = queue[sent:]"), (joins, joins.replace("not queues[connection]", "connection not in outputs"))],
         "another name alone"),
        ("what was sent stays, and what wasn't goes", BYTES, again, [("del queue[:sent]", "del queue[sent:]")], "just this and no more"),
        ("sendall in send, and again from the beginning", SLOW, "^other bytes$",
         [("sent = connection.send(queue)", "connection.sendall(queue)"), ("del queue[:sent]", "queue.clear()")], "sendall says by an error"),
        ("sendall in send, and what didn't fit is gone", SLOW, "^not all of it, and then nothing more$",
         [("sent = connection.send(queue)", "connection.sendall(queue)"), ("del queue[:sent]", "queue.clear()"),
          ("    except BlockingIOError:\n        return\n    except OSError:\n        queue.clear()", "    except OSError:\n        queue.clear()")],
         "sendall says by an error"),
        ("sendall in receive, and no queue", SLOW, "^not all of it, and then nothing more$",
         [(f"{joins}\n    {queue}\n", ""), ("    if not data:\n        inputs.remove(connection)",
           f"    try:\n        connection.sendall({news})\n    except OSError:\n        pass\n    if not data:\n"
           "        inputs.remove(connection)\n        del queues[connection]\n        connection.close()")],
         "sendall says by an error"),
        ("it is closed when all was said, and asked again", END, "OSError: Bad file descriptor",
         [("if not data:\n        inputs.remove(connection)", "if not data:\n    inputs.remove(connection)\n    connection.close()"),
          ("    except BlockingIOError:\n        return\n    except OSError:\n        queue.clear()",
           "    except (BlockingIOError, ConnectionError):\n        return")], "Which line closes it"),
        ("spaces at the edges are cut off", BYTES, r"b'(HELLO|hello)'", [(queue, queue + ".strip()")]),
        ("line ends are made the same", BYTES, r"(?i)b'hello\\n", [(queue, queue + '.replace(b"\\r\\n", b"\\n")')]),
        ("long words are cut", BYTES, "not all of it", [(queue, queue + "[:512]")]),
        ("new bytes go out before old ones", SLOW, "another order",
         [(f"    if not queues[connection]:\n        outputs.append(connection)\n    {queue}",
           f"    if data:\n        try:\n            data = data[connection.send({news}):] or None\n        except OSError:\n            pass\n    if data is None:\n        return\n    if not queues[connection]:\n        outputs.append(connection)\n    {queue}")]),
        ("new bytes are put before old ones", SLOW, "another order", [(queue, f"queues[connection][:0] = {news}")]),
        ("no room is taken for the end", SLOW, "not all|another|other",
         [(queue, queue + "\nif data:\n    send(connection)"),
          ("    except BlockingIOError:\n        return\n    except OSError:\n        queue.clear()", "    except OSError:\n        queue.clear()"),
          ("    if not queue:\n        outputs.remove(connection)", "    if not queue and connection in outputs:\n        outputs.remove(connection)")]),
        ("a queue holds 8 MB at most", SLOW, "not all", [(queue, queue + "\ndel queues[connection][8_000_000:]")]),
        ("nothing to be read is taken for the end", BYTES, ".",
         [("    try:\n        data = connection.recv(65536)\n    except BlockingIOError:\n        return\n    except OSError:\n        data = b\"\"",
           "    data = b\"\"\n    try:\n        while more := connection.recv(65536):\n            data += more\n    except OSError:\n        inputs.remove(connection)")]),
        ("a client with an empty queue isn't closed", f"{BYES}|{END}", "stays open|never the end",
         [("    if not queues[connection]:\n        outputs.append(connection)", "    if not queues[connection] and data:\n        outputs.append(connection)")]),
        ("half of it is closed", f"{BYES}|{END}", "descriptor",
         [("            del queues[connection]\n            connection.close()", "            del queues[connection]\n            connection.shutdown(socket.SHUT_WR)\n            globals().setdefault('kept', []).append(connection)")]),
        ("a reset isn't closed", "resets", "descriptor",
         [("        queue.clear()", "        queue.clear()\n        globals().setdefault('kept', []).append(connection.dup())"),
          ("    except OSError:\n        data = b\"\"", "    except OSError:\n        data = b\"\"\n        globals().setdefault('kept', []).append(connection.dup())")]),
        ("the first of readable alone is served", TURNS, "read more than", [("for sock in readable:", "for sock in readable[:1]:")]),
        ("one client is read as long as there is something", TURNS, "read more than",
         [("        data = connection.recv(65536)\n    except", "        data = connection.recv(65536)\n        if data:\n            try:\n                while more := connection.recv(65536):\n                    data += more\n            except BlockingIOError:\n                pass\n    except")]),
        ("always in outputs, with a sleep", BYTES, "in line", [("outputs.remove(connection)", "pass"), ("for sock in readable:", "import time; time.sleep(0.05)\nfor sock in readable:")]),
        ("a sleep and a look", SILENCE, "most of the time", [("select.select(inputs, outputs, [], 1)", "select.select(inputs, outputs, [], 0)"), ("for sock in readable:", "import time; time.sleep(0.05)\nfor sock in readable:")]),
        ("a newcomer in the iteration of somebody else is lost", f"resets|{BYES}|{BYTES}|many at once|{TURNS}", ".",
         [("accept() if sock is listener else receive(sock)", "if sock is listener:\n    if len(readable) > 1:\n        listener.accept()[0].close()\n    else:\n        accept()\nelse:\n    receive(sock)")]),
        ("there are twenty places", "many at once", "end of the connection", [("connection.fileno() < 1024", "len(queues) < 20")]),
        ("one queue for all", "many at once", "nothing", [("queues[connection] = bytearray()", "queues[connection] = next(iter(queues.values()), bytearray())")]),
        ("one byte a recv", SLOW, "still at it|it went on for too long", [("recv(65536)", "recv(1)")]),
        ("a thread for each", SILENCE, "no call of select", f"""
            import socket, threading
            def serve(guest):
                with guest:
                    try:
                        while data := guest.recv(65536):
                            guest.sendall({news})
                    except OSError:
                        pass
            door = socket.create_server(("127.0.0.1", 6666), backlog=128)
            while True:
                threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()
            """),
        ("one call of select for show, and a thread for each", SILENCE, "line|no call", f"""
            import select, socket, threading
            def serve(guest):
                with guest:
                    try:
                        while data := guest.recv(65536):
                            guest.sendall({news})
                    except OSError:
                        pass
            door = socket.create_server(("127.0.0.1", 6666), backlog=128)
            select.select([door], [], [], 0)
            while True:
                threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()
            """),
        ("select for newcomers, and a thread for each", BYTES, "no call has told", f"""
            import select, socket, threading
            def serve(guest):
                with guest:
                    try:
                        while data := guest.recv(65536):
                            guest.sendall({news})
                    except OSError:
                        pass
            door = socket.create_server(("127.0.0.1", 6666), backlog=128)
            while True:
                select.select([door], [], [])
                threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()
            """),
    ]


def right(news):
    """Servers that do what is asked, each in a style of its own."""
    return {
        "send at once, and keep the rest": f"""
            import select, socket
            door = socket.create_server(("127.0.0.1", 6666), backlog=128)
            door.setblocking(False)
            owed, over = {{}}, set()
            def leave(one):
                del owed[one]
                over.discard(one)
                one.close()
            def push(one):
                try:
                    if owed[one]:
                        owed[one] = owed[one][one.send(owed[one]):]
                except BlockingIOError:
                    pass
                except OSError:
                    return leave(one)
                if one in over and not owed[one]:
                    leave(one)
            while True:
                hearing = [one for one in owed if one not in over]
                speaking = [one for one in owed if owed[one]]
                readable, writable, _ = select.select([door, *hearing], speaking, [])
                for one in readable:
                    if one is door:
                        guest = door.accept()[0]
                        guest.setblocking(False)
                        owed[guest] = b""
                        continue
                    try:
                        data = one.recv(16384)
                    except BlockingIOError:
                        continue
                    except OSError:
                        leave(one)
                        continue
                    owed[one] += {news}
                    if not data:
                        over.add(one)
                    push(one)
                for one in writable:
                    if one in owed:
                        push(one)
            """,
        "who is owed much isn't read, and a class": f"""
            import collections, selectors, socket
            from selectors import EVENT_READ, EVENT_WRITE
            class Guest:
                def __init__(self, sock, room):
                    sock.setblocking(False)
                    self.sock, self.room, self.pieces, self.open = sock, room, collections.deque(), True
                    room.register(sock, EVENT_READ, self)
                def __call__(self, events):
                    try:
                        if events & EVENT_READ and self.open:
                            data = self.sock.recv(8192)
                            self.open = bool(data)
                            if data:
                                self.pieces.append({news})
                        while events & EVENT_WRITE and self.pieces:
                            piece = self.pieces.popleft()
                            sent = self.sock.send(piece)
                            if sent < len(piece):
                                self.pieces.appendleft(piece[sent:])
                                break
                    except BlockingIOError:
                        if events & EVENT_WRITE:
                            self.pieces.appendleft(piece)
                    except OSError:
                        return self.end()
                    interest = EVENT_READ * (self.open and len(self.pieces) < 50) | EVENT_WRITE * bool(self.pieces)
                    if not interest:
                        return self.end()
                    self.room.modify(self.sock, interest, self)
                def end(self):
                    self.room.unregister(self.sock)
                    self.sock.close()
            room = selectors.DefaultSelector()
            door = socket.create_server(("127.0.0.1", 6666), backlog=128)
            room.register(door, EVENT_READ, lambda events: Guest(door.accept()[0], room))
            while True:
                for key, events in room.select(timeout=3):
                    key.data(events)
            """,
        "asyncio's streams": f"""
            import asyncio
            async def talk(reader, writer):
                try:
                    while data := await reader.read(65536):
                        writer.write({news})
                        await writer.drain()
                except ConnectionError:
                    pass
                finally:
                    writer.close()
            async def main():
                async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=128) as server:
                    await server.serve_forever()
            asyncio.run(main())
            """,
    }
