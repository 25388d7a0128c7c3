"""services: programs that must not pass, each wrong in one way, and programs that must."""

SILENT, ANY = "who says nothing holds up nobody", "any bytes"
ANSWER = "sock.sendall(service(sock.recv(1024)))"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("it waits for the words of each client", SILENT, r"stands in line \d+, `.*recv\(1024\)",
     [("clients[connection] = services[sock]\n                inputs.append(connection)",
       "connection.sendall(services[sock](connection.recv(1024)))\nconnection.close()")]),
    ("the clock waits for a word", "the clock", "nothing|stands in line",
     [("connection.sendall(time", "connection.recv(1024)\nconnection.sendall(time")]),
    ("one service for both", "backwards", "b'HELLO, 1ST!'", [("service = clients.pop(sock)", "service = upper\nclients.pop(sock)")]),
    ("the service of who came last", "three at once", ".", [("service = clients.pop(sock)", "service = list(clients.values())[-1]\nclients.pop(sock)")]),
    ("it takes bytes for text", ANY, "UnicodeDecodeError", [("return data.upper()", "return data.decode().upper().encode()")]),
    ("it turns letters round, and not bytes", ANY, "UnicodeDecodeError", [("return data[::-1]", "return data.decode()[::-1].encode()")]),
    ("it never closes", "upper case", "b'HELLO, 1ST!', and then nothing more",
     [("inputs.remove(sock)\n            sock.close()", "inputs.remove(sock)\nclients[sock] = service")]),
    ("closed, and still in the list", "upper case", "The server died", [("inputs.remove(sock)\n            ", "")]),
    ("no line end", "the clock", "something of another form", [("%S\\n", "%S")]),
    ("who has left stays", "who leaves without a word", "it spins",
     [("service = clients.pop(sock)", "service = clients[sock]\nif not (words := sock.recv(1024)):\n    continue"),
      (ANSWER, "sock.sendall(service(words))")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)")]),
]

RIGHT = {
    "selectors": """
        import selectors, socket
        from datetime import datetime
        selector = selectors.DefaultSelector()
        for port in 7001, 7002, 7003:
            door = socket.create_server(("127.0.0.1", port))
            selector.register(door, selectors.EVENT_READ, (True, port))
        while True:
            for key, _ in selector.select(3):
                is_door, port = key.data
                if is_door:
                    guest = key.fileobj.accept()[0]
                    if port == 7001:
                        with guest:
                            guest.sendall(f"{datetime.now():%H:%M:%S}\\n".encode())
                    else:
                        selector.register(guest, selectors.EVENT_READ, (False, port))
                else:
                    with key.fileobj as guest:
                        selector.unregister(guest)
                        words = guest.recv(2000)
                        guest.sendall(words.upper() if port == 7002 else bytes(reversed(words)))
        """,
    "classes": """
        import select, socket, sys, time
        class Door:
            def __init__(self, port, kind):
                self.socket = socket.socket()
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                self.socket.bind(("", port))
                self.socket.listen()
                self.kind = kind
            def fileno(self):
                return self.socket.fileno()
            def ready(self):
                guest = self.kind(self.socket.accept()[0])
                return [self, *guest.first()]
        class Guest:
            def __init__(self, sock):
                self.socket = sock
            def fileno(self):
                return self.socket.fileno()
            def first(self):
                return [self]
            def ready(self):
                self.finish(self.answer(self.socket.recv(1000)))
                return []
            def finish(self, data):
                self.socket.sendall(data)
                self.socket.close()
        class Clock(Guest):
            def first(self):
                self.finish(time.strftime("%H:%M:%S\\n").encode())
                return []
        class Upper(Guest):
            answer = staticmethod(bytes.upper)
        class Backwards(Guest):
            def answer(self, data):
                return data[::-1]
        watched = [Door(7001, Clock), Door(7002, Upper), Door(7003, Backwards)]
        while True:
            ready = select.select(watched, [], [])[0]
            watched = [one for one in watched if one not in ready] + [some for one in ready for some in one.ready()]
        """,
    "a list of connections for each service": """
        import select, socket, time
        def listen(port):
            sock = socket.create_server(("127.0.0.1", port))
            sock.setblocking(False)
            return sock
        clock, loud, mirror = listen(7001), listen(7002), listen(7003)
        shouting, turning = [], []
        def let_in(door):
            connection, _ = door.accept()
            connection.setblocking(True)
            return connection
        while True:
            readable, _, _ = select.select([clock, loud, mirror] + shouting + turning, [], [], 60)
            for connection in [one for one in shouting if one in readable]:
                connection.sendall(connection.recv(4096).upper())
                shouting.remove(connection)
                connection.close()
            for connection in [one for one in turning if one in readable]:
                connection.sendall(connection.recv(4096)[::-1])
                turning.remove(connection)
                connection.close()
            if clock in readable:
                connection = let_in(clock)
                connection.sendall(time.strftime("%H:%M:%S").encode() + b"\\n")
                connection.close()
            if loud in readable:
                shouting.append(let_in(loud))
            if mirror in readable:
                turning.append(let_in(mirror))
        """,
    "asyncio": """
        import asyncio, time
        def door(answer):
            async def serve(reader, writer):
                writer.write(await answer(reader))
                await writer.drain()
                writer.close()
            return serve
        async def clock(reader):
            return time.strftime("%H:%M:%S\\n").encode()
        async def upper(reader):
            return (await reader.read(1000)).upper()
        async def backwards(reader):
            return (await reader.read(1000))[::-1]
        async def main():
            doors = [await asyncio.start_server(door(answer), "127.0.0.1", port)
                     for port, answer in ((7001, clock), (7002, upper), (7003, backwards))]
            await asyncio.gather(*(one.serve_forever() for one in doors))
        asyncio.run(main())
        """,
}
