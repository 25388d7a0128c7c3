"""mailboxes: programs that are wrong in one way each, and right ones in other styles."""
A, ANY, AWAY, GO = "a note", "any bytes", "who isn't there", "several messages in one go"
OWN, CUT, TAKEN, LONG, GONE = ("each has messages of its own", "cut at every place", "a name that is taken", "too long",
                               "gone in the middle of a message")

EACH = "while connection in inputs and (message := cut(connection)) is not None:"
SIZE = 'size = int.from_bytes(buffer[:4], "big")'
SHORT = "if len(buffer) < 4:\n        return None"
WHOLE = "elif len(buffer) >= 4 + size:\n        message = bytes(buffer[4:4 + size])\n        del buffer[:4 + size]"
PARTS = 'name, _, text = message.partition(b"\\n")'
NOTE = 'note = framed(names[connection] + b"\\n" + text)'
FIND = "for other in names:\n            if names[other] == name:\n                owe(other, note)\n                return"
KEEP = "notes.setdefault(name, []).append(note)"
HAS = "elif message in names.values():\n        goodbye(connection)"
FOUND = "for note in notes.pop(message, []):"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("the lowest byte first", A, "the end of the connection", [(SIZE, SIZE.replace("big", "little"))]),
    ("the length counts itself", A, "nothing|the end", [(WHOLE, "elif size and len(buffer) >= size:\n    message = bytes(buffer[4:size])\n    del buffer[:size]")]),
    ("who has written isn't told", A, "b'", [(NOTE, "note = framed(text)")]),
    ("the length is missing", A, "b'alice", [(NOTE, 'note = names[connection] + b"\\n" + text')]),
    ("the length of the text alone", A, "b'", [(NOTE, 'note = len(text).to_bytes(4, "big") + names[connection] + b"\\n" + text')]),
    ("everybody hears it", A, "b'", [("if names[other] == name:\n                owe(other, note)\n                return", "owe(other, note)")]),
    ("nobody writes to themselves", A, "nothing", [("if names[other] == name:", "if names[other] == name and other is not connection:")]),
    ("one line of text", ANY, "b'", [(PARTS, 'name, text, *_ = [*message.split(b"\\n"), b"", b""]')]),
    ("the last line end ends the name", ANY, ".", [(PARTS, 'name, _, text = message.rpartition(b"\\n") if b"\\n" in message else (message, b"", b"")')]),
    ("line ends at the edges are cut off", ANY, "b'", [(PARTS, 'name, _, text = message.partition(b"\\n")\ntext = text.strip()')]),
    ("an empty text isn't handed over", ANY, "b'|nothing", [(PARTS, 'name, _, text = message.partition(b"\\n")\nif not text:\n    return')]),
    ("without a line end it is no note", ANY, "b'|nothing", [(PARTS, 'name, end, text = message.partition(b"\\n")\nif not end:\n    return')]),
    ("an empty message is none", ANY, "nothing", [("message := cut(connection)) is not None", "message := cut(connection))")]),
    ("names and texts are text", ANY, "died in line .*UnicodeDecodeError", [(PARTS, 'name, _, text = message.decode().partition("\\n")\nname, text = name.encode(), text.encode()')]),
    ("the bound is one byte too low", ANY, "nothing", [("if size > LIMIT:", "if size >= LIMIT:")]),
    ("the bound is that of the buffer", ANY, "nothing", [("if size > LIMIT:", "if size > LIMIT or len(buffer) > LIMIT:")]),
    ("notes for those who aren't there are lost", AWAY, "nothing", [(KEEP, "pass")]),
    ("one note waits", AWAY, "not all of it", [(KEEP, "notes[name] = [note]")]),
    ("the last note comes first", AWAY, "other bytes", [(KEEP, "notes.setdefault(name, []).insert(0, note)")]),
    ("notes are handed over again", AWAY, "b'|not all|other", [(FOUND, "for note in notes.get(message, []):")]),
    ("what was heard waits, too", AWAY, "b'|not all|other", [(FIND, KEEP + "\n" + FIND)]),
    ("what waits comes when something is written", AWAY, "nothing", [(FOUND, "for note in []:"), (FIND, FIND.replace("owe(other, note)", "owe(other, b''.join(notes.pop(name, [])) + note)"))]),
    ("a name is never free", AWAY, "died in line|the end", [("names.pop(connection, None)", "pass")]),
    ("one message a recv", GO, "nothing", [(EACH, EACH.replace("while", "if"))]),
    ("what is behind a message is thrown away", GO, "nothing", [("del buffer[:4 + size]", "buffer.clear()")]),
    ("it waits for the rest", GO, "stands in line", [("elif len(buffer) >= 4 + size:", "else:\n    connection.setblocking(True)\n    while len(buffer) < 4 + size:\n        buffer += connection.recv(65536)\n    connection.setblocking(False)")]),
    ("one buffer for all", GO, ".", [("queues[connection], buffers[connection] = bytearray(), bytearray()", "queues[connection], buffers[connection] = bytearray(), next(iter(buffers.values()), bytearray())")]),
    ("a length must be there whole", f"{OWN}|{GO}", "died in line .*error", [(SHORT, "if not buffer:\n    return None\nimport struct"), (SIZE, 'size, = struct.unpack(">I", buffer[:4])')]),
    ("half a length is a length", OWN, ".", [(SHORT, "if not buffer:\n    return None"), (WHOLE, "elif len(buffer) >= size + min(4, len(buffer)):\n    message = bytes(buffer[4:4 + size])\n    del buffer[:4 + size]")]),
    ("a second one takes the name over", TAKEN, "stays open|nothing", [(HAS, "elif message in names.values():\n    names.update({connection: message, **{other: b'' for other in names if names[other] == message}})")]),
    ("two have one name", TAKEN, "stays open|nothing", [(HAS, "elif False:\n    pass")]),
    ("who is let go takes the name along", TAKEN, "nothing", [(HAS, HAS + "\n        for other in [one for one in names if names[one] == message]:\n            del names[other]")]),
    ("both are let go", TAKEN, "the end of the connection|nothing", [(HAS, "elif message in names.values():\n    for other in [one for one in names if names[one] == message]:\n        goodbye(other)\n    goodbye(connection)")]),
    ("there is no bound", LONG, "stays open|nothing more", [("if size > LIMIT:", "if False:")]),
    ("the bound is looked at when all is there", LONG, "stays open|nothing more", [("if size > LIMIT:", "if size > LIMIT and len(buffer) >= 4 + size:")]),
    ("a length may be negative", LONG, ".", [(SIZE, SIZE.replace('"big")', '"big", signed=True)'))]),
    ("what is owed is thrown away", LONG, "the end of the connection", [("if size > LIMIT:", "if size > LIMIT:\n    queues[connection].clear()")], "was owed"),
    ("who has an empty name has none", ANY, "nothing|b'", [("if connection in names:", "if names.get(connection):")], "name all the same"),
    ("what was said before is thrown away", LONG, "the end of the connection", [(EACH, "said = list(iter(lambda: cut(connection), None))\nfor message in said if connection in inputs else []:")]),
    ("who is too long ends it", LONG, "died in line", [("if size > LIMIT:\n        goodbye(connection)", "if size > LIMIT:\n    raise ValueError(size)")]),
    ("who breaks off ends it", GONE, "died in line", [("    except OSError:\n        queue.clear()\n", "")]),
    ("half a message is handed over at the end", GONE, "b'", [("if not data:", "if not data and connection in inputs and len(buffers[connection]) > 4:\n    take(connection, bytes(buffers[connection][4:]))\nif not data:")]),
    ("who has gone isn't closed", f"{TAKEN}|{GONE}", "stays open|descriptor", [("del queues[connection], buffers[connection]\n            connection.close()", "globals().setdefault('kept', []).append(connection)")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, outputs, [], 1)", "select.select(inputs, outputs, [], 0)")]),
]

RIGHT = {
    "asyncio's streams": """
        import asyncio
        there, waiting = {}, {}
        def framed(data):
            return len(data).to_bytes(4, "big") + data
        async def message(reader):
            size = int.from_bytes(await reader.readexactly(4), "big")
            if size > 65536:
                raise ValueError
            return await reader.readexactly(size)
        async def talk(reader, writer):
            mine = None
            try:
                name = await message(reader)
                if name not in there:
                    mine, there[name] = name, writer
                    writer.writelines(waiting.pop(name, []))
                while mine is not None:
                    to, _, text = (await message(reader)).partition(b"\\n")
                    letter = framed(mine + b"\\n" + text)
                    if to in there:
                        there[to].write(letter)
                    else:
                        waiting.setdefault(to, []).append(letter)
            except (asyncio.IncompleteReadError, ValueError, OSError):
                pass
            if mine is not None:
                del there[mine]
            writer.close()
        async def main():
            async with await asyncio.start_server(talk, "127.0.0.1", 6666) as server:
                await server.serve_forever()
        asyncio.run(main())
        """,
    "a thread for each": """
        import socket, struct, threading
        from collections import defaultdict
        there, kept, lock = {}, defaultdict(bytes), threading.Lock()
        def message(file):
            head = file.read(4)
            if len(head) < 4 or (size := struct.unpack("!I", head)[0]) > 1 << 16:
                raise EOFError
            body = file.read(size)
            if len(body) < size:
                raise EOFError
            return body
        def serve(sock, file):
            name = message(file)
            with lock:
                if name in there:
                    return
                there[name] = sock
                sock.sendall(kept.pop(name, b""))
            try:
                while True:
                    whom, text = (message(file).split(b"\\n", 1) + [b""])[:2]
                    data = name + b"\\n" + text
                    data = struct.pack("!I", len(data)) + data
                    with lock:
                        if whom not in there:
                            kept[whom] += data
                        else:
                            try:
                                there[whom].sendall(data)
                            except OSError:
                                pass
            finally:
                with lock:
                    del there[name]
        def guarded(sock):
            with sock, sock.makefile("rb") as file:
                try:
                    serve(sock, file)
                except (OSError, EOFError):
                    pass
        door = socket.create_server(("127.0.0.1", 6666))
        while True:
            threading.Thread(target=guarded, args=(door.accept()[0],), daemon=True).start()
        """,
    "selectors, and a generator for each": """
        import selectors, socket
        from selectors import EVENT_READ, EVENT_WRITE
        selector, people, boxes = selectors.DefaultSelector(), {}, {}
        class Guest:
            def __init__(self, sock):
                sock.setblocking(False)
                self.sock, self.owed, self.name, self.over = sock, b"", None, False
                self.life = self.talk()
                self.need, self.have = next(self.life), b""
                selector.register(sock, EVENT_READ, self)
            def talk(self):
                def frame(size):
                    return int.from_bytes(size, "big")
                size = frame((yield 4))
                if size > 65536:
                    return
                name = yield size
                if name in people:
                    return
                self.name, people[name] = name, self
                self.give(boxes.pop(name, b""))
                while (size := frame((yield 4))) <= 65536:
                    whom, _, text = (yield size).partition(b"\\n")
                    text = self.name + b"\\n" + text
                    text = len(text).to_bytes(4, "big") + text
                    if whom in people:
                        people[whom].give(text)
                    else:
                        boxes[whom] = boxes.get(whom, b"") + text
            def hear(self):
                try:
                    data = self.sock.recv(50_000)
                except BlockingIOError:
                    return
                except OSError:
                    data = b""
                self.have += data
                try:
                    while len(self.have) >= self.need:
                        piece, self.have = self.have[:self.need], self.have[self.need:]
                        self.need = self.life.send(piece)
                    if data:
                        return
                except StopIteration:
                    pass
                self.over = True
                if self.name is not None:
                    del people[self.name]
                self.turn()
            def give(self, data):
                self.owed += data
                self.turn()
            def say(self):
                try:
                    self.owed = self.owed[self.sock.send(self.owed):]
                except BlockingIOError:
                    return
                except OSError:
                    self.owed = b""
                self.turn()
            def turn(self):
                events = (0 if self.over else EVENT_READ) | (EVENT_WRITE if self.owed else 0)
                if events:
                    selector.modify(self.sock, events, self)
                else:
                    selector.unregister(self.sock)
                    self.sock.close()
        door = socket.create_server(("127.0.0.1", 6666))
        selector.register(door, EVENT_READ, None)
        while True:
            for key, events in selector.select():
                if key.data is None:
                    Guest(door.accept()[0])
                    continue
                if events & EVENT_WRITE:
                    key.data.say()
                if events & EVENT_READ and not key.data.over:
                    key.data.hear()
        """,
    "select, sendall, and names to sockets": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666))
        begun, sockets, later = {}, {}, {}
        def hand_over(sock, data):
            try:
                sock.sendall(data)
            except OSError:
                pass
        def named(sock):
            return next((name for name in sockets if sockets[name] is sock), None)
        def said(sock, message):
            me = named(sock)
            if me is None:
                if message in sockets:
                    return False
                sockets[message] = sock
                for data in later.pop(message, ()):
                    hand_over(sock, data)
                return True
            place = message.find(b"\\n")
            to, text = (message, b"") if place < 0 else (message[:place], message[place + 1:])
            data = (len(me) + 1 + len(text)).to_bytes(4, "big") + me + b"\\n" + text
            if to in sockets:
                hand_over(sockets[to], data)
            else:
                later[to] = later.get(to, []) + [data]
            return True
        while True:
            for sock in select.select([door, *begun], [], [])[0]:
                if sock is door:
                    begun[door.accept()[0]] = b""
                    continue
                try:
                    data = sock.recv(1024)
                except OSError:
                    data = b""
                stays = bool(data)
                begun[sock] += data
                while stays and len(begun[sock]) > 3:
                    end = 4 + int.from_bytes(begun[sock][:4], "big")
                    if end > 65540:
                        stays = False
                    elif len(begun[sock]) < end:
                        break
                    else:
                        message, begun[sock] = begun[sock][4:end], begun[sock][end:]
                        stays = said(sock, message)
                if not stays:
                    sockets.pop(named(sock), None)
                    del begun[sock]
                    sock.close()
        """,
    "asyncio's Protocol": """
        import asyncio
        class Box(asyncio.Protocol):
            names, notes = {}, {}
            def connection_made(self, transport):
                self.transport, self.data, self.name = transport, bytearray(), None
            def data_received(self, data):
                self.data.extend(data)
                while not self.transport.is_closing() and len(self.data) >= 4:
                    size = int.from_bytes(self.data[:4], "big")
                    if size > 65536:
                        self.leave()
                    elif len(self.data) < size + 4:
                        return
                    else:
                        message = bytes(self.data[4:size + 4])
                        del self.data[:size + 4]
                        self.note(message) if self.name is not None else self.come(message)
            def come(self, name):
                if name in self.names:
                    return self.leave()
                self.name, self.names[name] = name, self
                self.transport.write(b"".join(self.notes.pop(name, [])))
            def note(self, message):
                name, _, text = message.partition(b"\\n")
                text = self.name + b"\\n" + text
                text = len(text).to_bytes(4, "big") + text
                if name in self.names:
                    self.names[name].transport.write(text)
                else:
                    self.notes.setdefault(name, []).append(text)
            def leave(self):
                if self.name is not None:
                    self.names.pop(self.name, None)
                    self.name = None
                self.transport.close()
            def eof_received(self):
                self.leave()
            def connection_lost(self, error):
                self.leave()
        async def main():
            server = await asyncio.get_running_loop().create_server(Box, "127.0.0.1", 6666)
            await server.serve_forever()
        asyncio.run(main())
        """,
}
