"""services: programs that must not pass, each wrong in one way, and programs that must."""

SILENCE, SILENT, ANY = "silence costs nothing", "who says nothing holds up nobody", "any bytes"
JOINS = "clients[connection] = services[sock]\n            inputs.append(connection)"
ANSWER = "sock.sendall(service(sock.recv(1024)))"
TIME = 'connection.sendall(time.strftime("%H:%M:%S\\n").encode())'
FORGET = "service = clients.pop(sock)\n            inputs.remove(sock)\n            with sock:\n                try:\n"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    # "A client who says nothing holds up nobody, at no port: the program waits in `select`, and nowhere else."
    ("it waits for the words of each client", SILENCE, r"stands in line \d+, `.*recv\(1024\)",
     [(JOINS, "connection.sendall(services[sock](connection.recv(1024)))\nconnection.close()")]),
    ("it waits a second for the words of each client", SILENCE, "recv waits for alice, and gives up in the end|stands in line .*recv",
     [(JOINS, "connection.settimeout(1)\ntry:\n    words = connection.recv(1024)\nexcept TimeoutError:\n    clients[connection] = services[sock]\n"
       "    inputs.append(connection)\nelse:\n    with connection:\n        connection.sendall(services[sock](words))")]),
    ("an inner select for each client", SILENT, "nothing",
     [(JOINS, "if select.select([connection], [], [], 1)[0]:\n    with connection:\n        connection.sendall(services[sock](connection.recv(1024)))\n"
       "else:\n    clients[connection] = services[sock]\n    inputs.append(connection)")]),
    ("the clock waits for a word", "the clock", "nothing|stands in line", [(TIME, "connection.recv(1024)\n" + TIME)]),
    ("it asks all the time", SILENCE, "it spins", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)")]),
    ("it sleeps and looks, in turn", SILENCE, "it waits somewhere else", [
        ("readable, writable, exceptional = select.select(inputs, [], [], 1)",
         "time.sleep(0.05)\nreadable, writable, exceptional = select.select(inputs, [], [], 0)")]),
    ("a thread for each port, and no select", SILENCE, "has not called select", """
        import socket, threading, time
        def serve(port, answer):
            listener = socket.create_server(("127.0.0.1", port))
            while True:
                connection, address = listener.accept()
                threading.Thread(target=talk, args=(connection, answer), daemon=True).start()
        def talk(connection, answer):
            try:
                with connection:
                    connection.sendall(answer(connection) if answer else time.strftime("%H:%M:%S\\n").encode())
            except ConnectionError:
                pass
        for port, answer in ((7001, None), (7002, lambda one: one.recv(1024).upper()), (7003, lambda one: one.recv(1024)[::-1])):
            threading.Thread(target=serve, args=(port, answer)).start()
        """),
    ("a thread for each client", SILENT, "a thread waits for alice", [("import time\n", "import threading\nimport time\n"), (JOINS, """def talk(connection, service):
    with connection:
        try:
            connection.sendall(service(connection.recv(1024)))
        except ConnectionError:
            pass
threading.Thread(target=talk, args=(connection, services[sock]), daemon=True).start()""")]),
    ("a process for each client", SILENT, "the server has started other processes", [("import time\n", "import os\nimport signal\nimport time\n"),
        ("while True:", "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:"), (JOINS, """if os.fork() == 0:
    with connection:
        try:
            connection.sendall(services[sock](connection.recv(1024)))
        except ConnectionError:
            pass
    os._exit(0)
connection.close()""")]),
    ("one port after the other", SILENT, "nothing|stands in line", """
        import select, socket, time
        answers = (None, bytes.upper, lambda data: data[::-1])
        doors = [socket.create_server(("127.0.0.1", port)) for port in (7001, 7002, 7003)]
        while True:
            for door in select.select(doors, [], [])[0]:
                answer = answers[doors.index(door)]
                with door.accept()[0] as one:
                    try:
                        if answer and select.select([one], [], [], 2)[0]:
                            one.sendall(answer(one.recv(1024)))
                        elif not answer:
                            one.sendall(time.strftime("%H:%M:%S\\n").encode())
                    except ConnectionError:
                        pass
        """),
    # "the time of day, here and now, as `HH:MM:SS` (from `00` to `23` hours) and a line end"
    ("a clock that stands still", "the clock", "another time of day", [("while True:", "now = time.strftime('%H:%M:%S\\n').encode()\nwhile True:"), (TIME, "connection.sendall(now)")]),
    ("a clock that is set once a minute", "the clock", "another time of day", [("while True:", "read, now = 0, None\nwhile True:"),
        (TIME, "if time.time() - read > 60:\n    read, now = time.time(), time.strftime('%H:%M:%S\\n').encode()\nconnection.sendall(now)")]),
    ("a clock of twelve hours", "the clock", "another time of day", [("%H:", "%I:")]),
    ("the time in Greenwich", "the clock", "another time of day", [('%S\\n")', '%S\\n", time.gmtime())')]),
    ("no seconds", "the clock", "another time of day", [("%S\\n", "00\\n")]),
    ("no line end", "the clock", "^a time of day, and no line end$", [("%S\\n", "%S")], "eight bytes"),
    ("no line end, and never closed", "the clock", "^a time of day, and no line end, and then nothing more$",
     [("%S\\n", "%S"), ("while True:", "kept = []\nwhile True:"), ("with connection:", "if kept.append(connection) is None:")], "eight bytes"),
    ("Windows' line end", "the clock", r"^b'##:##:##\\r\\n', where each # is a digit$", [("%S\\n", "%S\\r\\n")], "eight bytes"),
    ("the seconds since 1970", "the clock", "^a number with a point, as time.time\\(\\) gives it, and no line end$", [('time.strftime("%H:%M:%S\\n")', "str(time.time())")],
     "eight bytes"),
    ("the seconds since 1970, whole", "the clock", "^a whole number and a line end$", [('time.strftime("%H:%M:%S\\n")', 'f"{time.time():.0f}\\n"')], "eight bytes"),
    ("as ctime has it", "the clock", "^a date and a time of day, as time.ctime\\(\\) writes them, and no line end$",
     [('time.strftime("%H:%M:%S\\n")', "time.ctime()")], "eight bytes"),
    ("numbers below ten have one digit", "the clock", "^a time of day with numbers of one digit and a line end$",
     [('time.strftime("%H:%M:%S\\n")', '"{}:{}:{}\\n".format(*time.localtime()[3:6])')], "eight bytes"),
    ("the date, too", "the clock", r"^b'####-##-## ##:##:##\\n', where each # is a digit$", [("%H:", "%F %H:")], "eight bytes"),
    ("the clock is told, and not closed", "the clock", "^a time of day and a line end, and then nothing more$",
     [("while True:", "kept = []\nwhile True:"), ("with connection:", "if kept.append(connection) is None:")], "Which line closes it"),
    ("the clock is told, and then a word is waited for", "the clock", "^a time of day and a line end, and then nothing more$",
     [("with connection:", "if inputs.append(connection) or clients.update({connection: upper}) is None:")], "Which line closes it"),
    ("who comes to the clock joins the list", "the clock", "^nothing$",
     [("with connection:", "if inputs.append(connection) or clients.update({connection: None}) is None:"), (TIME, "pass")], "Who speaks first at this port"),
    ("the clock sends text", "the clock", "TypeError: a bytes-like object is required", [('\\n").encode()', '\\n")')], "text .str. where bytes belong"),
    # "what it said, in upper case"; "the bytes that it said, the last one first"; "each byte counts"
    ("spaces and line ends are taken away", "upper case", "HELLO", [("service(sock.recv(1024))", "service(sock.recv(1024).strip())")]),
    ("the line end is taken away", "upper case", "HELLO", [("service(sock.recv(1024))", "service(sock.recv(1024).rstrip(b'\\r\\n'))")]),
    ("Windows' line ends are mended", "upper case", "HELLO", [("service(sock.recv(1024))", "service(sock.recv(1024).replace(b'\\r\\n', b'\\n'))")]),
    ("each word begins with a capital, and no more", "upper case", "Hello", [("data.upper()", "data.title()")]),
    ("short words alone", "upper case", "other bytes|not all of it", [("recv(1024)", "recv(512)")]),
    ("one service for both", "backwards", "HELLO", [("service = clients.pop(sock)", "service = upper\nclients.pop(sock)")]),
    ("words are turned round, and stay where they are", "backwards", ".", [("data[::-1]", "b' '.join(word[::-1] for word in data.split(b' '))")]),
    ("the line end stays at the end", "backwards", ".", [("data[::-1]", "data[:-1][::-1] + data[-1:]")]),
    ("it takes bytes for text", ANY, "UnicodeDecodeError", [("return data.upper()", "return data.decode().upper().encode()")]),
    ("it turns letters round, and not bytes", ANY, "UnicodeDecodeError", [("return data[::-1]", "return data.decode()[::-1].encode()")]),
    ("letters of western Europe, too", ANY, "other bytes|UnicodeEncodeError|died", [("return data.upper()", "return data.decode('latin-1').upper().encode('latin-1')")]),
    # "Each client gets one answer. Then its connection is closed."
    ("the service of who came last", "three at once|who says nothing.*", ".", [("service = clients.pop(sock)", "service = list(clients.values())[-1]\nclients.pop(sock)")]),
    ("twenty places", SILENT, "the end of the connection", [(JOINS, "if len(clients) >= 20:\n    connection.close()\n    continue\n" + JOINS.replace("            ", ""))]),
    ("one place at each port", SILENT, ".", [(JOINS, "for other in [one for one in clients if clients[one] is services[sock]]:\n"
       "    del clients[other]\n    inputs.remove(other)\n    other.close()\n" + JOINS.replace("            ", ""))]),
    ("it never closes", "upper case", "and then nothing more", [("inputs.remove(sock)", "clients[sock] = service"), ("with sock:", "if sock:")]),
    ("closed, and still in the list", "upper case", "The server died", [("inputs.remove(sock)\n            ", "")]),
    ("shutdown alone", "who leaves without a word", r"\d+ descriptors are still open",
     [("with sock:", "if kept.append(sock) is None:"), ("while True:", "kept = []\nwhile True:"), (ANSWER, ANSWER + "\nsock.shutdown(socket.SHUT_RDWR)")]),
    # "A client may leave at any moment, at any port … Such a client is forgotten … Nobody else notices."
    ("who has left stays", "who leaves without a word", r"\d+ descriptors are still open|nothing", [
        (FORGET, "service = clients[sock]\nif not (words := sock.recv(1024)):\n    continue\ndel clients[sock]\n" + FORGET.partition("\n")[2].replace("            ", "")),
        (ANSWER, "sock.sendall(service(words))")]),
    ("who has left is out of the list, and not closed", "who leaves without a word", r"\d+ descriptors are still open", [
        ("while True:", "kept = []\nwhile True:"), ("with sock:", "kept.append(sock)\nif True:"), (ANSWER, "words = sock.recv(1024)\nif words:\n    sock.sendall(service(words))\n    sock.close()")]),
    ("a reset ends it, in recv", "who leaves before the answer|a reset", r"died in line \d+, `words = sock\.recv\(1024\)`: ConnectionResetError", [
        ("with sock:", "words = sock.recv(1024)\nwith sock:"), ("service(sock.recv(1024))", "service(words)")]),
    ("a reset ends it, at the clock", "who leaves before the answer", r"died in line \d+, `connection\.sendall.*: ConnectionResetError|died in line \d+, `connection\.sendall", [
        ("except ConnectionError:\n                pass                         # who wanted", "except KeyError:\n    pass  # who wanted")]),
    ("no answer can be lost", "who leaves before the answer", r"died in line \d+, `sock\.sendall\(answer\)", [
        (ANSWER, "words = sock.recv(1024)"), ("except ConnectionError:\n                    pass                     # it has",
         "except ConnectionError:\n    words = b''\nanswer = service(words)\nsock.sendall(answer)  # it has")]),
    ("who resets is closed, and stays in the list", "who leaves before the answer|a reset", "The server died", [
        ("inputs.remove(sock)", "pass"), (ANSWER, ANSWER + "\ninputs.remove(sock)")]),
    ("a reset at the clock isn't closed", "who leaves before the answer|a reset", r"descriptors are still open", [
        ("with connection:", "if kept.append(connection) is None:"), ("while True:", "kept = []\nwhile True:"),
        (TIME, TIME + "\nkept.pop().close()")]),
    ("a reset takes everybody out of the list", "who leaves before the answer|a reset", "nothing|the end of|still open", [
        ("inputs.remove(sock)", "if sock in inputs:\n    inputs.remove(sock)"),
        ("pass                     # it has", "inputs[len(services):] = []  # it has")]),
    ("after a reset nobody can come any more", "who leaves before the answer|a reset", "nothing", [
        ("pass                     # it has", "inputs[:] = [one for one in inputs if one not in services]  # it has")]),
]

RIGHT = {
    "selectors": """
        import selectors, socket
        from contextlib import suppress
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
                        with guest, suppress(OSError):
                            guest.sendall(f"{datetime.now():%H:%M:%S}\\n".encode())
                    else:
                        selector.register(guest, selectors.EVENT_READ, (False, port))
                else:
                    with key.fileobj as guest, suppress(OSError):
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
                try:
                    data = self.socket.recv(1000)
                except ConnectionError:
                    data = b""
                self.finish(self.answer(data))
                return []
            def finish(self, data):
                try:
                    self.socket.sendall(data)
                except ConnectionError:
                    pass
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
        def answer(connection, change):
            try:
                if change:
                    connection.sendall(change(connection.recv(4096)))
                else:
                    connection.sendall(time.strftime("%H:%M:%S").encode() + b"\\n")
            except ConnectionError:
                pass
            connection.close()
        def let_in(door):
            connection, _ = door.accept()
            connection.setblocking(True)
            return connection
        while True:
            readable, _, _ = select.select([clock, loud, mirror] + shouting + turning, [], [], 60)
            for guests, change in ((shouting, bytes.upper), (turning, lambda data: data[::-1])):
                for connection in [one for one in guests if one in readable]:
                    answer(connection, change)
                    guests.remove(connection)
            if clock in readable:
                answer(let_in(clock), None)
            if loud in readable:
                shouting.append(let_in(loud))
            if mirror in readable:
                turning.append(let_in(mirror))
        """,
    "poll, and a dictionary of generators": """
        import select, socket, time
        def clock(sock):
            sock.sendall("{:02}:{:02}:{:02}\\n".format(*time.localtime()[3:6]).encode())
            return
            yield
        def upper(sock):
            yield
            sock.sendall(sock.recv(999).upper())
        def backwards(sock):
            yield
            data = bytearray(sock.recv(1 << 16))
            data.reverse()
            sock.sendall(data)
        poll, doors, talks = select.poll(), {}, {}
        for port, talk in {7001: clock, 7002: upper, 7003: backwards}.items():
            door = socket.create_server(("", port), backlog=128)
            doors[door.fileno()] = door, talk
            poll.register(door, select.POLLIN)
        def go_on(sock, talk):
            try:
                next(talk)
            except (StopIteration, ConnectionError):
                if talks.pop(sock.fileno(), None):
                    poll.unregister(sock)
                sock.close()
                return False
            return True
        while True:
            for number, event in poll.poll():
                if number in doors:
                    door, talk = doors[number]
                    sock = door.accept()[0]
                    talk = talk(sock)
                    if go_on(sock, talk):
                        talks[sock.fileno()] = sock, talk
                        poll.register(sock, select.POLLIN)
                else:
                    go_on(*talks[number])
        """,
    "no wait at all, and a table": """
        import select, socket, sys
        from datetime import datetime
        TABLE = {7001: lambda _: datetime.now().time().isoformat("seconds").encode() + b"\\n",
                 7002: lambda data: data.upper(),
                 7003: lambda data: data[-1::-1]}
        doors = {}
        for port in TABLE:
            door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", port))
            door.listen()
            door.setblocking(0)
            doors[door] = port
        guests = {}
        def say_goodbye(guest, data):
            guests.pop(guest, None)
            try:
                guest.sendall(data)
                guest.shutdown(socket.SHUT_WR)
            except OSError as error:
                print("gone:", error, file=sys.stderr)
            finally:
                guest.close()
        while True:
            ready, _, _ = select.select([*doors, *guests], [], [], 30)
            for one in ready:
                if one in guests:
                    try:
                        data = one.recv(8192)
                    except OSError:
                        data = b""
                    say_goodbye(one, TABLE[guests[one]](data))
            for door in set(doors) & set(ready):
                try:
                    while True:
                        guest, _ = door.accept()
                        guest.setblocking(False)
                        if doors[door] == 7001:
                            say_goodbye(guest, TABLE[7001](None))
                        else:
                            guests[guest] = doors[door]
                except BlockingIOError:
                    pass
                except OSError:
                    pass
        """,
    "asyncio": """
        import asyncio, time
        def door(answer):
            async def serve(reader, writer):
                try:
                    writer.write(await answer(reader))
                    await writer.drain()
                except ConnectionError:
                    pass
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
