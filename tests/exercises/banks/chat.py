"""chat: programs that must not pass, each wrong in one way, and programs that must."""

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("the speaker hears themselves", "two clients", r"b'hellohello, '",
     [("other is not sock and other is not listener", "other is not listener")]),
    ("it speaks to the listener", "two clients", r"died in line \d+, `other\.sendall\(data\)`",
     [("other is not sock and other is not listener", "other is not sock")]),
    ("an echo, and no chat", "two clients", "nothing",
     [("other is not sock and other is not listener", "other is sock")]),
    ("the first of the others alone", "all the others", "nothing", [("other.sendall(data)", "other.sendall(data)\nbreak")]),
    ("the connection never joins the list", "two clients", "nothing|end of the connection",
     [("inputs.append(connection)", "pass")]),
    ("it takes bytes for text", "any bytes", "UnicodeDecodeError", [("other.sendall(data)", "other.sendall(data.decode().encode())")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)")]),
    ("it serves the first of readable alone, and forgets the second", "two speak at once", ".",
     [("data = sock.recv(1024)", "data = sock.recv(1024)\n[one.recv(1024) for one in readable if one is not sock]"),
      ("for sock in readable:", "for sock in readable[:1]:")]),
    ("a newcomer hears all that was said before", "who comes later", "b'befor'",
     [("inputs = [listener]", "inputs, said = [listener], []"),
      ("inputs.append(connection)", "inputs.append(connection)\n[connection.sendall(one) for one in said]"),
      ("data = sock.recv(1024)", "data = sock.recv(1024)\nsaid.append(data)")]),
]

RIGHT = {
    "selectors": """
        import selectors, socket, sys
        selector = selectors.DefaultSelector()
        people = set()
        door = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 6666))
        door.setblocking(False)
        selector.register(door, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is door:
                    one, _ = door.accept()
                    people.add(one)
                    selector.register(one, selectors.EVENT_READ)
                    continue
                data = key.fileobj.recv(4096)
                if not data:
                    selector.unregister(key.fileobj)
                    people.discard(key.fileobj)
                    key.fileobj.close()
                for other in people - {key.fileobj}:
                    other.sendall(data)
        """,
    "functions and a dictionary": """
        import select, socket
        def open_door(port):
            door = socket.socket()
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("", port))
            door.listen()
            return door
        def welcome(door, guests):
            guest, address = door.accept()
            guests[guest.fileno()] = guest
        def pass_on(guest, guests):
            words = guest.recv(100)
            if not words:
                del guests[guest.fileno()]
                return guest.close()
            for number, other in guests.items():
                if number != guest.fileno():
                    other.sendall(words)
        def main():
            door, guests = open_door(6666), {}
            while True:
                for ready in select.select([door.fileno(), *guests], [], [])[0]:
                    if ready == door.fileno():
                        welcome(door, guests)
                    else:
                        pass_on(guests[ready], guests)
        main()
        """,
    "a class, and queues": """
        import select, socket
        class Chat:
            def __init__(self, port):
                self.door = socket.create_server(("127.0.0.1", port))
                self.queues = {}
            def ready(self):
                owed = [sock for sock, queue in self.queues.items() if queue]
                return select.select([self.door, *self.queues], owed, [], 30)
            def run(self):
                while True:
                    readable, writable, _ = self.ready()
                    for sock in writable:
                        if sock in self.queues:
                            self.queues[sock] = self.queues[sock][sock.send(self.queues[sock]):]
                    for sock in readable:
                        self.hear(sock)
            def hear(self, sock):
                if sock is self.door:
                    self.queues[sock.accept()[0]] = b""
                elif data := sock.recv(65536):
                    for other in self.queues:
                        if other != sock:
                            self.queues[other] += data
                else:
                    del self.queues[sock]
                    sock.close()
        Chat(6666).run()
        """,
    "poll": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666))
        poll, everybody = select.poll(), {door.fileno(): door}
        poll.register(door, select.POLLIN)
        while True:
            for number, event in poll.poll(1000):
                if number == door.fileno():
                    one = door.accept()[0]
                    everybody[one.fileno()] = one
                    poll.register(one, select.POLLIN)
                    continue
                try:
                    data = everybody[number].recv(1024)
                except ConnectionError:
                    data = b""
                if not data:
                    poll.unregister(number)
                    everybody.pop(number).close()
                for other in everybody:
                    if other not in (number, door.fileno()):
                        everybody[other].sendall(data)
        """,
}
