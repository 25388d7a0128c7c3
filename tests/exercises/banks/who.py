"""who: programs that must not pass, each wrong in one way, and programs that must."""

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
    ("a word goes to everybody", "an echo", r"b'\\x00", [("sock.sendall(data)", "[one.sendall(data) for one in numbers]")]),
    ("nobody gets their words back", "who comes", "nothing", [("sock.sendall(data)", "pass")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)")]),
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
}
