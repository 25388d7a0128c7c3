"""chat: programs that must not pass, each wrong in one way, and programs that must."""

SENDALL = "other.sendall(data)"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("the speaker hears themselves", "two clients", "^b'hello', which alice has said, and then b'hello, alice'$",
     [("other is not sock and other is not listener", "other is not listener")], "who must be left out|Which line sends"),
    ("it waits for an answer of each", "two clients", r"^The server stands in line \d+, `other\.recv\(1024\)`",
     [(SENDALL, "other.sendall(data)\nother.recv(1024)")], "may be anybody"),
    ("it sends text", "two clients", "TypeError: a bytes-like object is required", [(SENDALL, "other.sendall(data.decode())")], "text .str. where bytes belong"),
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
    ("a newcomer hears all that was said before", "who comes later", r"^b'beforeafter'$",
     [("inputs = [listener]", "inputs, said = [listener], []"),
      ("inputs.append(connection)", "inputs.append(connection)\n[connection.sendall(one) for one in said]"),
      ("data = sock.recv(1024)", "data = sock.recv(1024)\nsaid.append(data)")]),
    # -- bytes changed at the edge: "as it is: the same bytes"
    ("spaces at the edges are cut off", "any bytes", r"b'hello'", [(SENDALL, "other.sendall(data.strip())")]),
    ("the line end is cut off", "any bytes", r"b'hello'", [(SENDALL, 'other.sendall(data.rstrip(b"\\r\\n"))')]),
    ("line ends are made the same", "any bytes", r"b'hello\\n'", [(SENDALL, 'other.sendall(data.replace(b"\\r\\n", b"\\n"))')]),
    ("a line end is put behind each word", "two clients", r"^b'\\nhow are you\?\\n'$", [(SENDALL, 'other.sendall(data + b"\\n")')]),
    ("letters of other lands are lost", "any bytes", "b'nder", [(SENDALL, 'other.sendall(data.decode("ascii", "ignore").encode())')]),
    ("half a letter is replaced", "any bytes", r"xef", [(SENDALL, 'other.sendall(data.decode("utf-8", "replace").encode())')]),
    ("words of more than 512 bytes are cut", "any bytes", "not all of it", [(SENDALL, "other.sendall(data[:512])")]),
    ("the first line of a word alone", "any bytes", r"b'one", [(SENDALL, 'other.sendall(data.splitlines(True)[0])')]),
    ("what was said before isn't passed on again", "any bytes", "nothing",
     [("inputs = [listener]", "inputs, said = [listener], set()"),
      ("data = sock.recv(1024)", "data = sock.recv(1024)\nif data in said:\n    continue\nsaid.add(data)")]),
    ("zero bytes are lost", "any bytes", "nothing", [(SENDALL, 'other.sendall(data.replace(b"\\0", b""))')]),
    ("the last bytes of a long word are thrown away", "any bytes", "not all of it|other",
     [("data = sock.recv(1024)", "data = sock.recv(1024)\nif len(data) == 1024:\n    sock.recv(65536)")]),
    ("small letters are made of capital ones", "any bytes", "b'hello, hello!'", [(SENDALL, "other.sendall(data.lower())")]),
    # -- numbers: "all the other clients"
    ("there are five places", "all the others", "nothing|end", [("inputs.append(connection)", "inputs.append(connection) if len(inputs) < 6 else connection.close()")]),
    ("the first twenty hear", "all the others", "nothing", [("for other in inputs:", "for other in inputs[:21]:")]),
    ("those alone who came later", "two clients|all the others", "nothing", [("for other in inputs:", "for other in inputs[inputs.index(sock):]:")]),
    ("those alone who came before", "two clients|all the others", "nothing", [("for other in inputs:", "for other in inputs[:inputs.index(sock)]:")]),
    ("those alone who have spoken", "two clients", "nothing",
     [("inputs = [listener]", "inputs, heard = [listener], set()"),
      ("data = sock.recv(1024)", "data = sock.recv(1024)\nheard.add(sock)"),
      ("other is not sock and other is not listener", "other is not sock and other in heard")]),
    ("each speaks once", "two clients", "nothing",
     [("inputs = [listener]", "inputs, heard = [listener], set()"),
      ("data = sock.recv(1024)", "data = sock.recv(1024)\nif sock in heard:\n    continue\nheard.add(sock)")]),
    ("who spoke last hears nothing", "two clients", "nothing",
     [("inputs = [listener]", "inputs, last = [listener], None"),
      ("other is not sock and other is not listener", "other is not sock and other is not listener and other is not last"),
      (SENDALL, "other.sendall(data)\nlast = sock")]),
    # -- two things at once
    ("the others of readable are forgotten when somebody comes", "some come while others speak", "nothing",
     [("inputs.append(connection)", "inputs.append(connection)\n[one.recv(1024) for one in readable if one is not listener]\nbreak")]),
    ("who comes while somebody speaks is turned away", "some come while others speak", "end of the connection",
     [("inputs.append(connection)", "inputs.append(connection) if len(readable) == 1 else connection.close()")]),
    ("two words in one go are taken for one", "two speak at once", "nothing|b'",
     [("for sock in readable:", "for sock in readable[-1:]:"), ("data = sock.recv(1024)", "data = sock.recv(1024)\n[one.recv(1024) for one in readable if one is not sock]")]),
    # -- who is waited for: "Nobody is waited for"
    ("it waits for one second whether more comes", "two clients", "stands in line",
     [("data = sock.recv(1024)", "data = sock.recv(1024)\nsock.settimeout(1)\ntry:\n    while more := sock.recv(1024):\n        data += more\nexcept TimeoutError:\n    pass")]),
    ("it passes the word on, and waits for the next of the same", "two clients", "stands in line",
     [(SENDALL, "other.sendall(data)\nsock.settimeout(1)\ntry:\n    data = sock.recv(1024, socket.MSG_PEEK)\nexcept TimeoutError:\n    pass\nsock.settimeout(None)")]),
    ("an inner select waits for the one who has spoken", "nobody is waited for", "isn't watched",
     [("data = sock.recv(1024)", "data = sock.recv(1024)\nselect.select([sock], [], [], 0.3)")]),
    ("words are passed on when the timeout has passed", "nobody is waited for", "when the timeout of select has passed",
     [("inputs = [listener]", "inputs, kept = [listener], []"), (SENDALL, "kept.append((other, data))"),
      ("for sock in readable:", "while kept and not readable:\n    other, data = kept.pop(0)\n    other.sendall(data)\nfor sock in readable:")]),
    ("a sleep and a look", "silence costs nothing", "most of the time",
     [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)"), ("for sock in readable:", "import time; time.sleep(0.05)\nfor sock in readable:")]),
    ("a sleep and a look, without select", "silence costs nothing", "it sleeps, and looks", """
        import socket, time
        listener = socket.create_server(("127.0.0.1", 6666))
        listener.setblocking(False)
        people = []
        while True:
            time.sleep(0.02)
            try:
                one, _ = listener.accept()
                one.setblocking(False)
                people.append(one)
            except BlockingIOError:
                pass
            for one in people:
                try:
                    data = one.recv(1024)
                except BlockingIOError:
                    continue
                for other in people:
                    if other is not one:
                        other.sendall(data)
        """),
    ("it asks who is there", "two clients", "b'your ",
     [("inputs.append(connection)", 'inputs.append(connection)\nconnection.sendall(b"your name? ")')]),
    ("a newcomer is announced", "two clients", "b'",
     [("inputs.append(connection)", 'inputs.append(connection)\nfor one in inputs[1:-1]:\n    one.sendall(b"somebody comes")')]),
    ("words go with a number", "two clients", "b'", [(SENDALL, 'other.sendall(b"%d: " % inputs.index(sock) + data)')]),
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
    "a thread for each": """
        import socket, threading
        people, lock = [], threading.Lock()
        def listen_to(one):
            while data := one.recv(1024):
                with lock:
                    for other in people:
                        if other is not one:
                            other.sendall(data)
        door = socket.create_server(("127.0.0.1", 6666))
        while True:
            one, _ = door.accept()
            with lock:
                people.append(one)
            threading.Thread(target=listen_to, args=(one,), daemon=True).start()
        """,
    "asyncio": """
        import asyncio
        writers = set()
        async def talk(reader, writer):
            writers.add(writer)
            try:
                while data := await reader.read(4096):
                    for other in writers - {writer}:
                        other.write(data)
            except ConnectionError:
                pass
            finally:
                writers.discard(writer)
                writer.close()
        async def main():
            async with await asyncio.start_server(talk, "127.0.0.1", 6666) as server:
                await server.serve_forever()
        asyncio.run(main())
        """,
    "one byte a recv, and all who wait are let in at once": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666))
        door.setblocking(False)
        room = []
        while True:
            for sock in select.select([door] + room, [], [], 0.2)[0]:
                if sock is not door:
                    letter = sock.recv(1)
                    [one.sendall(letter) for one in room if one is not sock]
                    continue
                try:
                    while True:
                        room.append(door.accept()[0])
                except BlockingIOError:
                    pass
        """,
    "a dictionary of inboxes, and who speaks last is served first": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666), backlog=1)
        inbox = {}
        while True:
            ready, _, _ = select.select([*inbox, door], [], [])
            words = {}
            for sock in reversed(ready):
                if sock is door:
                    inbox[door.accept()[0]] = []
                else:
                    words[sock] = sock.recv(65536)
            for speaker, said in words.items():
                for one in inbox:
                    if one != speaker:
                        inbox[one].append(said)
            for one, letters in inbox.items():
                while letters:
                    one.sendall(letters.pop(0))
        """,
    "takes three seconds to listen": """
        import select, socket, time
        time.sleep(3)
        door = socket.create_server(("127.0.0.1", 6666))
        inputs = [door]
        while True:
            for sock in select.select(inputs, [], [])[0]:
                if sock is door:
                    inputs.append(door.accept()[0])
                else:
                    data = sock.recv(1024)
                    for other in inputs[1:]:
                        if other is not sock:
                            other.sendall(data)
        """,
}
