"""survivor: mends that must not pass, each wrong in one way, and servers that must."""

ECHO = "sock.sendall(data)"
BROKE = "forget(sock)                # it broke off\n                continue"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was handed out", "a goodbye, and then a reset", r"died in line 19, .*ValueError: list\.remove", [("continue", "pass")]),
    ("data is there from the beginning, and stale all the same", "a goodbye, and then a reset", "died in line 20, .*ValueError",
     [("continue", "pass"), ("inputs = [listener]", 'inputs = [listener]\ndata = b"nothing so far"')]),
    ("it is made a goodbye, and forgotten twice", "a reset", r"died in line 19, .*ValueError", [("continue", 'data = b""')]),
    ("data is emptied instead, and remembered too well", "a reset", r"died in line 19, .*ValueError", [("continue", "data = None")]),
    ("the error is passed over, and data left as it was", "a reset before the first word", "died in line .*NameError",
     [("forget(sock)                # it broke off\n                continue", "pass")]),
    ("nobody answers an error", "a reset", r"ConnectionResetError", [("except OSError:", "except ZeroDivisionError:")]),
    ("the reset alone is caught", "gone before the answer", "BrokenPipeError", [("except OSError:", "except ConnectionResetError:")]),
    ("sendall stands outside", "gone before the answer", r"died in line \d+, `sock\.sendall\(data\)`",
     [("                sock.sendall(data)\n", ""), ("if not data:", "sock.sendall(data)\nif not data:")]),
    ("the question about the goodbye comes too early", "a goodbye", "ValueError",
     [("                sock.sendall(data)\n", ""),
      ("data = sock.recv(1024)", "data = sock.recv(1024)\nif not data:\n    forget(sock)\nsock.sendall(data)"),
      ("continue\n            if not data:\n                forget(sock)", "pass")]),
    ("forgotten for errors alone", "a goodbye", "still open|it spins",
     [("if not data:\n                forget(sock)", "if not data:\n                pass")]),
    ("closed, and still in the list", "a goodbye", "descriptor cannot be a negative", [("inputs.remove(connection)", "pass")]),
    ("never closed", "a goodbye", "1 descriptor is still open", [("connection.close()", "pass")]),
    ("kept somewhere else, and never closed", "a goodbye", "1 descriptor is still open",
     [("connection.close()", "kept.append(connection)"), ("inputs = [listener]", "inputs, kept = [listener], []")]),
    ("an orderly end of a connection that isn't there any more", "a reset", "died in line .*shutdown",
     [("connection.close()", "connection.shutdown(socket.SHUT_RDWR)\nconnection.close()")]),
    ("the log asks a connection who it was", "a reset", "died in line .*getpeername",
     [("# it broke off", '# it broke off\nprint("gone:", sock.getpeername())'),
      ("forget(sock)                # it broke off", "pass"), ("continue", "forget(sock)\ncontinue")]),
    ("a reset ends the program in good order", "a reset", "has ended", [("continue", "sys.exit()")]),
    ("the place in one list is used in the other", "a goodbye", "descriptor cannot be a negative",
     [("inputs.remove(connection)", "del inputs[readable.index(connection)]")]),
    ("it gives up after ten errors", "a reset", "has ended",
     [("continue", "errors += 1\nif errors > 10:\n    sys.exit()\ncontinue"), ("inputs = [listener]", "inputs, errors = [listener], 0")]),
    ("everybody is sent away with the one who broke off", "a reset", "end of the connection",
     [("continue", "[forget(one) for one in inputs[1:]]\nbreak")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)")]),
    ("it takes bytes for text", "a word comes back", "UnicodeDecodeError", [("sock.sendall(data)", "sock.sendall(data.decode().encode())")]),
    ("spaces at the edges are cut off", "a word comes back", r"b'hello'", [(ECHO, "sock.sendall(data.strip())")]),
    ("line ends are made the same", "a word comes back", r"b'hello\\n'", [(ECHO, 'sock.sendall(data.replace(b"\\r\\n", b"\\n"))')]),
    ("long words are cut", "a word comes back", "not all of it", [(ECHO, 'sock.sendall(data[:512])')]),
    ("there are ten places", "many leave at once", ".", [("inputs.append(connection)", "inputs.append(connection) if len(inputs) < 11 else connection.close()")]),
    ("it stops listening after a reset", "a reset", "nothing|took no|end", [("continue", "if listener in inputs:\n    inputs.remove(listener)\ncontinue")]),
    ("it closes the listener after a reset", "a reset", ".", [("continue", "if listener in inputs:\n    inputs.remove(listener)\n    listener.close()\ncontinue")]),
    ("after a reset the others lose their words", "many leave at once", "died",
     [("continue", "[one.recv(1024) for one in readable if one in inputs and one is not listener]\nbreak")]),
    ("after a goodbye the others lose their words", ".*", ".",
     [("forget(sock)                # it has said goodbye", "forget(sock)\n[one.recv(1024) for one in readable if one in inputs and one is not listener]\nbreak")]),
    ("a newcomer in the iteration of a reset is turned away", "many leave at once|the others, at the same moment|a reset", "end",
     [("inputs.append(connection)", "inputs.append(connection) if len(readable) == 1 else connection.close()")]),
    ("closed after a goodbye, and not after a reset", "a reset", "descriptor", [(BROKE, "inputs.remove(sock)\nglobals().setdefault('kept', []).append(sock)\ncontinue")]),
    ("a half of it is closed", "a goodbye", "descriptor",
     [("    connection.close()", "    try:\n        connection.shutdown(socket.SHUT_RDWR)\n    except OSError:\n        pass\n    globals().setdefault('kept', []).append(connection)")]),
    ("a goodbye without a word isn't closed", "a goodbye", "stays open",
     [("inputs = [listener]", "inputs, spoken, kept = [listener], set(), []"), (ECHO, "sock.sendall(data)\nspoken.add(sock) if data else None"),
      ("forget(sock)                # it has said goodbye", "inputs.remove(sock)\nsock.close() if sock in spoken else kept.append(sock)")]),
    ("a sleep and a look", "silence costs nothing", "most of the time",
     [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)"), ("for sock in readable:", "import time; time.sleep(0.05)\nfor sock in readable:")]),
    ("it stays with the one who has spoken", "a word comes back", "in line|stands|nothing",
     [(ECHO, "sock.sendall(data)\nsock.settimeout(0.5)\ntry:\n    while more := sock.recv(1024):\n        sock.sendall(more)\nexcept TimeoutError:\n    pass\nsock.settimeout(None)")]),
]

RIGHT = {
    "one way to forget, for both": """
        import select, socket, sys
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 6666))
        inputs = [listener]
        while True:
            for sock in select.select(inputs, [], [], 1)[0]:
                if sock is listener:
                    inputs.append(sock.accept()[0])
                    continue
                try:
                    data = sock.recv(1024)
                    sock.sendall(data)
                except OSError:
                    data = b""
                if not data:
                    inputs.remove(sock)
                    sock.close()
        """,
    "forgetting twice does no harm": """
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666), backlog=1)
        people = {listener}
        data = None
        def forget(connection):
            people.discard(connection)
            connection.close()
        while True:
            readable, _, _ = select.select(people, [], [])
            for sock in readable:
                if sock is listener:
                    people.add(listener.accept()[0])
                else:
                    try:
                        data = sock.recv(4096)
                        sock.sendall(data)
                    except OSError:
                        forget(sock)
                    if not data:
                        forget(sock)
        """,
    "selectors, and else": """
        import selectors, socket
        selector = selectors.DefaultSelector()
        door = socket.create_server(("", 6666))
        selector.register(door, selectors.EVENT_READ)
        def leave(guest):
            selector.unregister(guest)
            guest.close()
        while True:
            for key, _ in selector.select():
                guest = key.fileobj
                if guest is door:
                    selector.register(door.accept()[0], selectors.EVENT_READ)
                    continue
                try:
                    words = guest.recv(100)
                    if words:
                        guest.sendall(words)
                except (ConnectionError, TimeoutError) as error:
                    print(error)
                    leave(guest)
                else:
                    if not words:
                        leave(guest)
        """,
    "poll, numbers, and a class": """
        import select, socket
        class Echo:
            def __init__(self, port):
                self.door = socket.create_server(("127.0.0.1", port))
                self.poll, self.guests = select.poll(), {}
                self.poll.register(self.door, select.POLLIN)
            def serve(self, number):
                try:
                    said = self.guests[number].recv(1024)
                    self.guests[number].sendall(said)
                    return bool(said)
                except OSError:
                    return False
            def run(self):
                while True:
                    for number, event in self.poll.poll(1000):
                        if number == self.door.fileno():
                            guest, _ = self.door.accept()
                            self.guests[guest.fileno()] = guest
                            self.poll.register(guest, select.POLLIN)
                        elif not self.serve(number):
                            self.poll.unregister(number)
                            self.guests.pop(number).close()
        Echo(6666).run()
        """,
    "the turn is over with break": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666))
        door.setblocking(False)
        inputs = [door]
        while True:
            readable, writable, exceptional = select.select(inputs, [], inputs, 0.5)
            for sock in readable:
                if sock is door:
                    connection, address = door.accept()
                    connection.setblocking(True)
                    inputs.append(connection)
                    continue
                try:
                    data = sock.recv(1024)
                    sock.sendall(data)
                except OSError:
                    inputs.remove(sock)
                    sock.close()
                    break
                if not data:
                    inputs.remove(sock)
                    sock.close()
        """,
    "asyncio": """
        import asyncio
        async def serve(reader, writer):
            try:
                while data := await reader.read(1024):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            finally:
                writer.close()
        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 6666)
            await server.serve_forever()
        asyncio.run(main())
        """,
    "a thread for each": """
        import socket, threading
        def serve(guest):
            with guest:
                try:
                    while data := guest.recv(1024):
                        guest.sendall(data)
                except OSError:
                    pass
        door = socket.create_server(("127.0.0.1", 6666))
        while True:
            guest, _ = door.accept()
            threading.Thread(target=serve, args=(guest,), daemon=True).start()
        """,
    "socketserver, with threads": """
        import socketserver
        class Echo(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    while data := self.request.recv(1024):
                        self.request.sendall(data)
                except ConnectionError:
                    pass
        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
        with Server(("127.0.0.1", 6666), Echo) as server:
            server.serve_forever()
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
                    continue
                try:
                    data = sock.recv(1)
                    sock.sendall(data)
                except OSError:
                    data = b""
                if not data:
                    inputs.remove(sock)
                    sock.close()
        """,
}
