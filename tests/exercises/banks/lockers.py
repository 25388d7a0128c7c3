"""lockers: mends that must not pass, each wrong in one way, and servers that must."""
from textwrap import dedent

SILENCE, LOCKER, OWN, NEXT = "silence costs nothing", "a locker", "to each their own", "the next one"
HALF, STAYS, GONE = "half a line", "who stays keeps it", "gone at once"
BUFFERS, LOCKERS = "    buffers.pop(number, None)\n", "    lockers.pop(number, None)\n"
KEPT = "still kept under it"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", NEXT, "b'a secret", [(BUFFERS, ""), (LOCKERS, "")], KEPT),
    ("the lockers alone", HALF, "b'ok|nothing|b'what", [(BUFFERS, "")], KEPT),
    ("the buffers alone", NEXT, "b'a secret", [(LOCKERS, "")], KEPT),
    ("all lockers, whoever leaves", STAYS, "b'empty", [("lockers.pop(number, None)", "lockers.clear()")], "whose things"),
    ("it clears when all is sent", LOCKER, "b'empty", [
        (LOCKERS, ""), ("    if not wanted:", "    if not owed[number]:\n        lockers.pop(number, None)\n    if not wanted:")]),
    ("what is taken out is gone", LOCKER, "b'empty", [("lockers.get(number, b\"empty\")", "lockers.pop(number, b\"empty\")")]),
    ("who has nothing in it ends the server", f"{NEXT}|{HALF}", "KeyError", [("lockers.pop(number, None)", "del lockers[number]")]),
    ("numbers are never used again, since nobody is closed", f"{NEXT}|{HALF}", "never|stays open|no end|nothing", [
        ("    connections.pop(number).close()\n", "")]),
    ("a copy is kept, so that the number isn't given away", NEXT, "the end", [
        ("connections[number], owed[number] = connection", "copies.append(connection.dup())\nconnections[number], owed[number] = connection"),
        ("ended = set()  ", "copies = []\nended = set()  ")]),
    ("by address, and all have the same one", OWN, "b'guest", [
        ("lockers[number] = text", "lockers[connections[number].getpeername()[0]] = text"),
        ("lockers.get(number, b\"empty\")", "lockers.get(connections[number].getpeername()[0], b\"empty\")")]),
    ("only who says goodbye is forgotten", NEXT, "b'a secret", [
        (BUFFERS, ""), (LOCKERS, ""),
        ("    except OSError:\n        data = b\"\"\n", "    except OSError:\n        data = b\"\"\n    else:\n        if not data:\n"
         "            buffers.pop(number, None)\n            lockers.pop(number, None)\n")]),
    ("what was said last is forgotten before it is done", GONE, "the end|nothing|not all", [
        ("    for line in lines:", "    if not data:\n        owed[number].clear()\n    for line in lines:"),
        ("    send(number)\n\n\ndef answer", "    if data:\n        selector.modify(number, READ | WRITE)\n    else:\n        send(number)\n\n\ndef answer")]),
    ("it is watched for writing all the time", SILENCE, "it spins", [
        ("selector.register(number, READ)", "selector.register(number, READ | WRITE)"),
        ("READ * (number not in ended) | WRITE * bool(owed[number])", "(READ | WRITE) * (number not in ended)")]),
    ("whoever has left is never heard again", f"{NEXT}|{HALF}", "spins|nothing|.", [
        ("    ended.remove(number)\n", ""),
        ("        elif ready & READ:\n", "        elif ready & READ and key.fd not in ended:\n")]),
]

IN_THE_KEY = """
    import selectors, socket
    class Guest:
        def __init__(self, sock):
            self.sock, self.rest, self.owed, self.locker, self.over = sock, b"", b"", b"empty", False
        def wants(self):
            return (0 if self.over else 1) | (2 if self.owed else 0)
        def read(self):
            try:
                data = self.sock.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self.over = not data
            *lines, self.rest = (self.rest + data).split(b"\\n")
            for line in lines:
                if line.startswith(b"put "):
                    self.locker = line[4:]
                self.owed += (b"ok" if line.startswith(b"put ") else self.locker if line == b"get" else b"what?") + b"\\n"
        def write(self):
            try:
                self.owed = self.owed[self.sock.send(self.owed):]
            except BlockingIOError:
                pass
            except OSError:
                self.owed, self.over = b"", True
    selector = selectors.DefaultSelector()
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    door.setblocking(False)
    selector.register(door, 1)
    while True:
        for key, events in selector.select():
            if key.fileobj is door:
                sock, _ = door.accept()
                sock.setblocking(False)
                selector.register(sock, 1, Guest(sock))
                continue
            guest = key.data
            if events & 1:
                guest.read()
            guest.write()
            if not guest.wants():
                selector.unregister(guest.sock)
                guest.sock.close()
            elif guest.wants() != key.events:
                selector.modify(guest.sock, guest.wants(), guest)
"""

CLEARED_AT_THE_DOOR = """
    import select, socket
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    rest, lockers, guests = {}, {}, {}
    while True:
        readable, _, _ = select.select([door, *guests.values()], [], [])
        for sock in readable:
            if sock is door:
                guest, _ = door.accept()
                number = guest.fileno()
                guests[number], rest[number] = guest, b""
                lockers.pop(number, None)
                continue
            number = sock.fileno()
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            *lines, rest[number] = (rest[number] + data).split(b"\\n")
            try:
                for line in lines:
                    verb, _, text = line.partition(b" ")
                    if verb == b"put":
                        lockers[number] = text
                        sock.sendall(b"ok\\n")
                    else:
                        sock.sendall((lockers.get(number, b"empty") if verb == b"get" else b"what?") + b"\\n")
            except OSError:
                data = b""
            if not data:
                del guests[number]
                sock.close()
"""

STREAMS = """
    import asyncio
    async def talk(reader, writer):
        locker = b"empty"
        try:
            while line := await reader.readuntil():
                verb, _, text = line[:-1].partition(b" ")
                if verb == b"put":
                    locker = text
                writer.write({b"put": b"ok", b"get": locker}.get(verb, b"what?") + b"\\n")
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

A_THREAD_EACH = """
    import socket, threading
    def talk(sock):
        locker = b"empty"
        with sock, sock.makefile("rb") as lines:
            try:
                for line in lines:
                    if not line.endswith(b"\\n"):
                        break
                    verb, _, text = line[:-1].partition(b" ")
                    if verb == b"put":
                        locker = text
                    sock.sendall({b"put": b"ok", b"get": locker}.get(verb, b"what?") + b"\\n")
            except OSError:
                pass
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    while True:
        threading.Thread(target=talk, args=(door.accept()[0],), daemon=True).start()
"""

RIGHT = {"a class, in the key": dedent(IN_THE_KEY), "cleared at the door, with select": dedent(CLEARED_AT_THE_DOOR),
         "asyncio's streams": dedent(STREAMS), "a thread each": dedent(A_THREAD_EACH)}
