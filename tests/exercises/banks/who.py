"""who: programs that must not pass, each wrong in one way, and programs that must."""

ECHO = "sock.sendall(data)"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("a newcomer hears of itself", "who comes", "b'conn 1 is here", [("if other is not newcomer:", "if True:")]),
    ("nobody is told who leaves", "who leaves", "nothing", [('tell(f"conn {number} has left\\n")', "pass")]),
    ("it counts from 0", "who comes", "b'conn 1 is here", [("numbers[connection] = count", "numbers[connection] = count - 1"),
                                                           ('f"conn {count} is here', 'f"conn {count - 1} is here')]),
    ("a number is used again", "a number is used once", "b'conn 2 is here", [("count += 1", "count = len(numbers) + 1")]),
    ("it dies of somebody who can't be told", "two resets at once", "nothing. The server died",
     [("except OSError:\n                pass", "except KeyError:\n                pass")]),
    ("it closes somebody who can't be told", "two resets at once", "The server died",
     [("except OSError:\n                pass", "except OSError:\n                inputs.remove(other)\n                other.close()")]),
    ("it tells of a newcomer without a try", "a reset, and a newcomer", "The server died",
     [('tell(f"conn {count} is here\\n", connection)',
       'for other in numbers:\n    if other is not connection:\n        other.sendall(b"conn %d is here\\n" % count)')]),
    ("a reset ends it", "a reset", "ConnectionResetError", [("except OSError:\n                data", "except KeyError:\n                data")]),
    ("who has left stays in the list", "who leaves", "1 descriptor is still open",
     [("inputs.remove(sock)\n                sock.close()", "pass"), ("numbers.pop(sock)", "numbers.get(sock)")]),
    ("it never closes", "who leaves", "1 descriptor is still open",
     [("inputs.remove(sock)\n                sock.close()", "inputs.remove(sock)\nglobals().setdefault('kept', []).append(sock)")]),
    ("a word goes to everybody", "an echo", r"b'hello'", [("sock.sendall(data)", "[one.sendall(data) for one in numbers]")]),
    ("nobody gets their words back", "who comes", "nothing", [("sock.sendall(data)", "pass")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)")]),
    ("spaces at the edges are cut off", "an echo", r"b'hello'", [(ECHO, "sock.sendall(data.strip())")]),
    ("line ends are made the same", "an echo", r"b'hello\\n'", [(ECHO, 'sock.sendall(data.replace(b"\\r\\n", b"\\n"))')]),
    ("half a letter is replaced", "an echo", r"xef", [(ECHO, 'sock.sendall(data.decode("utf-8", "replace").encode())')]),
    ("long words are cut", "an echo", "not all of it", [(ECHO, 'sock.sendall(data[:512])')]),
    ("an echo with a number before it", "who comes", "b'3: ", [(ECHO, 'sock.sendall(b"%d: " % numbers[sock] + data)')]),
    ("the line end is missing", "who comes", "b'conn 2 is here'", [('is here\\n"', 'is here"')]),
    ("a line end of two bytes", "who comes", r"b'conn 2 is here\\r'", [('is here\\n"', 'is here\\r\\n"')]),
    ("a newcomer is told who was there before", "who comes", r"b'conn ",
     [('tell(f"conn {count} is here\\n", connection)', 'tell(f"conn {count} is here\\n", connection)\nfor number in list(numbers.values())[:-1]:\n    connection.sendall(b"conn %d is here\\n" % number)')]),
    ("who leaves is told only if they have spoken", "who leaves|a reset", "nothing",
     [('tell(f"conn {number} has left\\n")', 'if sock in spoken:\n    tell(f"conn {number} has left\\n")'),
      ("count = 0 ", "spoken, count = set(), 0 "), (ECHO, "sock.sendall(data)\nspoken.add(sock)")]),
    ("half of a connection is closed alone", "who leaves", "1 descriptor|descriptors are",
     [("inputs.remove(sock)\n                sock.close()", "inputs.remove(sock)\ntry:\n    sock.shutdown(socket.SHUT_RDWR)\nexcept OSError:\n    pass\nglobals().setdefault('kept', []).append(sock)")]),
    ("closed after a goodbye, and not after a reset", "a reset", "descriptor",
     [("data = b\"\"", "data = b\"\"\nglobals().setdefault('kept', []).append(sock.dup())")]),
    ("a goodbye alone is told of", "a reset", "nothing",
     [("data = b\"\"", "inputs.remove(sock)\nsock.close()\ndel numbers[sock]\ncontinue")]),
    ("sendall stands outside of the try", "a reset|who leaves", "died in line .*BrokenPipe|died",
     [("                sock.sendall(data)\n", ""), ("if not data:", "sock.sendall(data)\nif not data:")]),
    ("who can't be told is told of as one who has left, twice", "two resets at once", ".",
     [("except OSError:\n                pass", "except OSError:\n                [one.sendall(b'conn %d has left\\n' % numbers[other]) for one in numbers if one is not other and one is not newcomer and one.fileno() > 0]")]),
    ("one leaver an iteration is told of", "two resets at once|many leave at once", "nothing|b'conn",
     [('tell(f"conn {number} has left\\n")', 'tell(f"conn {number} has left\\n") if sock is readable[0] else None')]),
    ("telling stops at the first who has gone", "two resets at once", "b'conn|nothing",
     [("for other in numbers:\n        if other is not newcomer:\n            try:\n                other.sendall(text.encode())\n            except OSError:\n                pass",
       "try:\n    for other in numbers:\n        if other is not newcomer:\n            other.sendall(text.encode())\nexcept OSError:\n    pass")]),
    ("numbers have one digit", "many leave at once", "b'conn", [("count += 1", "count = count % 9 + 1")]),
    ("it counts from 1 again when all have gone", "a number is used once", "b'conn 2 is here", [("count += 1", "count = count + 1 if numbers else 1")]),
    ("the largest number and one more", "a number is used once", "b'conn 2 is here", [("count += 1", "count = max(numbers.values(), default=0) + 1")]),
    ("the number is that of the descriptor", "who comes", "b'conn", [("numbers[connection] = count", "numbers[connection] = connection.fileno()"), ('f"conn {count} is here', 'f"conn {connection.fileno()} is here')]),
    ("there are ten places", "many leave at once", "nothing", [("inputs.append(connection)", "inputs.append(connection)\nif len(inputs) > 11:\n    inputs.remove(connection)\n    connection.close()\n    continue")]),
    ("when somebody comes, the others' turn is over", "all at once", ".",
     [('tell(f"conn {count} is here\\n", connection)', 'tell(f"conn {count} is here\\n", connection)\n[one.setblocking(False) or one.recv(1024) for one in readable if one is not listener]\nbreak')]),
    ("it waits a second for more", ".*", "stands|in line", [("data = sock.recv(1024)", "data = sock.recv(1024)\nif data:\n    sock.settimeout(1)\n    try:\n        data += sock.recv(1024)\n    except TimeoutError:\n        pass\n    sock.settimeout(None)")]),
    ("a sleep and a look", "silence costs nothing", "most of the time",
     [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)"), ("for sock in readable:", "import time; time.sleep(0.05)\nfor sock in readable:")]),
    ("after a reset nobody is let in", "a reset|a reset, and a newcomer", ".",
     [("data = b\"\"", "data = b\"\"\nif listener in inputs:\n    inputs.remove(listener)")]),
]

RIGHT = {
    "selectors": """
        import itertools, selectors, socket
        selector, numbers = selectors.DefaultSelector(), itertools.count(1)
        people = {}
        def announce(text, but=None):
            for sock in list(people):
                if sock is but:
                    continue
                try:
                    sock.sendall(text.encode())
                except OSError:
                    pass
        door = socket.create_server(("127.0.0.1", 6666))
        selector.register(door, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                sock = key.fileobj
                if sock is door:
                    newcomer = door.accept()[0]
                    people[newcomer] = next(numbers)
                    selector.register(newcomer, selectors.EVENT_READ)
                    announce(f"conn {people[newcomer]} is here\\n", newcomer)
                    continue
                try:
                    data = sock.recv(4096)
                    if data:
                        sock.sendall(data)
                except OSError:
                    data = b""
                if not data:
                    selector.unregister(sock)
                    sock.close()
                    announce("conn %d has left\\n" % people.pop(sock))
        """,
    "all who leave are told of at the end of the iteration": """
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        clients, total = [], 0
        while True:
            gone = []
            readable = select.select([listener, *(sock for _, sock in clients)], [], [], 10)[0]
            for number, sock in [(0, listener), *clients]:
                if sock not in readable:
                    continue
                if sock is listener:
                    total += 1
                    guest = listener.accept()[0]
                    for _, other in clients:
                        try:
                            other.send(b"conn %d is here\\n" % total)
                        except ConnectionError:
                            pass
                    clients.append((total, guest))
                else:
                    try:
                        data = sock.recv(1000)
                        sock.sendall(data)
                    except ConnectionError:
                        data = None
                    if not data:
                        gone.append((number, sock))
            clients = [one for one in clients if one not in gone]
            for number, sock in gone:
                sock.close()
                for _, other in clients:
                    try:
                        other.send(b"conn %d has left\\n" % number)
                    except ConnectionError:
                        pass
        """,
    "a class, and queues": """
        import select, socket
        class Guest:
            def __init__(self, sock, number):
                sock.setblocking(False)
                self.sock, self.number, self.owed, self.gone = sock, number, b"", False
            def fileno(self):
                return self.sock.fileno()
            def hear(self):
                try:
                    data = self.sock.recv(65536)
                except BlockingIOError:
                    return
                except OSError:
                    data = b""
                self.owed += data
                self.gone = not data
            def say(self):
                try:
                    self.owed = self.owed[self.sock.send(self.owed):]
                except BlockingIOError:
                    pass
                except OSError:
                    self.owed = b""
        class Room:
            def __init__(self):
                self.door, self.guests, self.number = socket.create_server(("127.0.0.1", 6666)), [], 0
            def tell(self, text):
                for guest in self.guests:
                    guest.owed += text.encode()
            def turn(self):
                owed = [guest for guest in self.guests if guest.owed]
                readable, writable, _ = select.select([self.door, *self.guests], owed, [], 5)
                for guest in writable:
                    guest.say()
                for guest in [one for one in readable if one is not self.door]:
                    guest.hear()
                for guest in [one for one in self.guests if one.gone]:
                    self.guests.remove(guest)
                    guest.sock.close()
                    self.tell(f"conn {guest.number} has left\\n")
                if self.door in readable:
                    self.number += 1
                    self.tell(f"conn {self.number} is here\\n")
                    self.guests.append(Guest(self.door.accept()[0], self.number))
        room = Room()
        while True:
            room.turn()
        """,
    "poll": """
        import select, socket, sys
        door = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 6666))
        poll, there, last = select.poll(), {}, 0
        poll.register(door, select.POLLIN)
        def say(sock, data):
            try:
                sock.sendall(data)
            except OSError:
                return False
            return True
        def say_to_all(line):
            return [say(sock, line) for sock, _ in there.values()]
        while True:
            for descriptor, _ in poll.poll(2000):
                if descriptor == door.fileno():
                    sock, _ = door.accept()
                    last += 1
                    say_to_all(f"conn {last} is here\\n".encode())
                    there[sock.fileno()] = sock, last
                    poll.register(sock, select.POLLIN)
                elif descriptor in there:
                    sock, number = there[descriptor]
                    try:
                        words = sock.recv(512)
                    except OSError:
                        words = b""
                    if not words or not say(sock, words):
                        del there[descriptor]
                        poll.unregister(descriptor)
                        sock.close()
                        say_to_all(f"conn {number} has left\\n".encode())
        """,
    "a thread for each": """
        import socket, threading
        there, count, lock = {}, 0, threading.Lock()
        def tell(text, but):
            for other in there:
                if other is not but:
                    try:
                        other.sendall(text)
                    except OSError:
                        pass
        def serve(sock, number):
            try:
                while data := sock.recv(1024):
                    with lock:
                        sock.sendall(data)
            except OSError:
                pass
            with lock:
                del there[sock]
                sock.close()
                tell(b"conn %d has left\\n" % number, None)
        door = socket.create_server(("127.0.0.1", 6666))
        while True:
            sock, _ = door.accept()
            with lock:
                count += 1
                there[sock] = count
                tell(b"conn %d is here\\n" % count, sock)
            threading.Thread(target=serve, args=(sock, count), daemon=True).start()
        """,
    "asyncio": """
        import asyncio, itertools
        numbers, writers = itertools.count(1), set()
        def tell(text):
            for writer in writers:
                writer.write(text.encode())
        async def talk(reader, writer):
            number = next(numbers)
            tell(f"conn {number} is here\\n")
            writers.add(writer)
            try:
                while data := await reader.read(1000):
                    writer.write(data)
            except OSError:
                pass
            writers.discard(writer)
            writer.close()
            tell(f"conn {number} has left\\n")
        async def main():
            server = await asyncio.start_server(talk, "127.0.0.1", 6666)
            await server.serve_forever()
        asyncio.run(main())
        """,
    "who leaves is told of in the next iteration, and all newcomers at once": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666))
        door.setblocking(False)
        clients, news, count = {}, [], 0
        while True:
            for about, line in news:
                for one in list(clients):
                    if clients[one] != about:
                        try:
                            one.sendall(line)
                        except OSError:
                            continue
            news = []
            ready = select.select([door, *clients], [], [], 20)[0]
            for one in ready:
                if one is door:
                    try:
                        while True:
                            newcomer, _ = door.accept()
                            count += 1
                            for other in clients:
                                try:
                                    other.sendall(b"conn %d is here\\n" % count)
                                except OSError:
                                    pass
                            clients[newcomer] = count
                    except BlockingIOError:
                        continue
                else:
                    try:
                        said = one.recv(300)
                        one.sendall(said)
                    except OSError:
                        said = b""
                    if said == b"":
                        number = clients.pop(one)
                        one.close()
                        news.append((number, b"conn %d has left\\n" % number))
            if news:
                pass
        """,
}
