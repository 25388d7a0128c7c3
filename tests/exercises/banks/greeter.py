"""greeter: programs that must not pass, each wrong in one way, and programs that must."""

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
SERVER = """
        import select, socket, sys, threading, time
        listener = socket.create_server(("127.0.0.1", 7777), backlog=100)
        listener.setblocking(False)
        number = 0
        def greet(connection):
            global number
            number += 1
            with connection:
                try:
                    connection.sendall(f"welcome, you are number {number}\\n".encode())
                except ConnectionError:
                    pass
"""
ACCEPT, SEND = "connection, address = listener.accept()\n", "connection.sendall(f"
WRONG = [
    ("one an iteration, as lesson 02", "all in one iteration", "more than one iteration", [("            except BlockingIOError:", "                break\n            except BlockingIOError:")]),
    ("it waits for the next client", "one client", r"stands in line \d+, `connection, address = listener\.accept\(\)`", [
        ("listener.setblocking(False)", "listener.setblocking(True)")]),
    ("it dies when nobody waits any more", "one client", "BlockingIOError", [("except BlockingIOError:", "except KeyError:")]),
    ("it ends when nobody waits any more", "one client", r"has ended \(exit status 0\)", [
        ("                break ", "                sys.exit() ")]),
    ("it counts from 0", "one client", r"b'welcome, you are number 0\\n'", [("number = 0", "number = -1")]),
    ("it never closes", "one client", r"number 1\\n', and then nothing more", [("with connection:", "if connection:")]),
    ("it begins to count again", "one after the other", r"number 1\\n'", [("for sock in readable:", "number = 0\nfor sock in readable:")]),
    ("it greets the last alone", "many who wait", "the end of the connection", """
        import select, socket
        listener = socket.create_server(("127.0.0.1", 7777))
        listener.setblocking(False)
        number = 0
        while True:
            select.select([listener], [], [], 1)
            connection = None
            try:
                while True:
                    connection, address = listener.accept()
                    number += 1
            except BlockingIOError:
                if connection:
                    connection.sendall(f"welcome, you are number {number}\\n".encode())
                    connection.close()
        """),
    ("it asks all the time", "nobody costs nothing", "it spins", [("[listener], [], [], 1", "[listener], [], [], 0")]),
    ("it asks select again before each", "all in one iteration", "more than one iteration", """
        import select, socket
        listener = socket.create_server(("127.0.0.1", 7777))
        listener.setblocking(False)
        number = 0
        while True:
            select.select([listener], [], [], 1)
            while select.select([listener], [], [], 0)[0]:
                connection, address = listener.accept()
                number += 1
                try:
                    connection.sendall(f"welcome, you are number {number}\\n".encode())
                except ConnectionError:
                    pass
                connection.close()
        """),
    ("no select at all", "nobody costs nothing", "has not called select", """
        import socket
        listener = socket.create_server(("127.0.0.1", 7777))
        number = 0
        while True:
            connection, address = listener.accept()
            number += 1
            connection.sendall(f"welcome, you are number {number}\\n".encode())
            connection.close()
        """),
    ("it dies when somebody has left", "who has left already", r"died in line \d+, `connection\.sendall\(", [
        ("except ConnectionError:", "except KeyError:")]),
    # "**All** who wait are let in in **one** iteration."
    ("five at most an iteration", "all in one iteration", "more than one iteration", [("        while True:\n            try", "        for _ in range(5):\n            try")]),
    ("fifty at most an iteration", "all in one iteration", "more than one iteration", [("        while True:\n            try", "        for _ in range(50):\n            try")]),
    ("the first who has left ends the iteration", "who has left already", "more than one iteration", [
        ("                pass   ", "                break  ")]),
    ("others accept, and select is for show", "all in one iteration", "not by the loop", SERVER + """
        listener.setblocking(True)
        def work():
            while True:
                greet(listener.accept()[0])
        threading.Thread(target=work, daemon=True).start()
        while True:
            select.select([], [], [], 1)
        """),
    # "When nobody waits, the program waits in `select`."
    ("it sleeps and looks, in turn", "nobody costs nothing", "it waits somewhere else", [
        ("readable, writable, exceptional = select.select([listener], [], [], 1)",
         "__import__('time').sleep(0.05)\nreadable, writable, exceptional = select.select([listener], [], [], 0)")]),
    ("it waits for more, and nobody may come meanwhile", "nobody costs nothing", r"stands in line \d+, `time\.sleep", SERVER + """
        while True:
            select.select([listener], [], [], 1)
            while True:
                try:
                    greet(listener.accept()[0])
                except BlockingIOError:
                    time.sleep(500)
                    break
        """),
    # "It never begins again."
    ("it begins again when nobody has come for a while", "one after the other", r"number 1\\n'", [
        ("for sock in readable:", "number = number if readable else 0\nfor sock in readable:")]),
    ("two digits", "one after the other", r"number 0\\n'", [(SEND, "number %= 100\n" + SEND)]),
    ("it numbers each iteration anew, from where it was", "many who wait|one after the other", r"number \d+\\n'", [
        ("number += 1", "number += 0"), ("for sock in readable:", "number += bool(readable)\nfor sock in readable:")]),
    ("the last who comes is greeted first", "many who wait", "a welcome with a larger number", SERVER + """
        while True:
            select.select([listener], [], [], 1)
            guests = []
            try:
                while True:
                    guests.append(listener.accept()[0])
            except BlockingIOError:
                for guest in reversed(guests):
                    greet(guest)
        """),
    ("who has left takes the number back to 0", "who has left already", "another number", [
        ("                pass   ", "                number = 0  ")]),
    # "… and then its connection is closed."
    ("shutdown alone", "one client", "1 descriptor is still open", [
        ("number = 0", "number, kept = 0, []"),
        ("with connection:", "if not kept.append(connection):"),
        (".encode())", ".encode())\nconnection.shutdown(socket.SHUT_RDWR)")]),
    ("who has left is never closed", "who has left already", "4 descriptors are still open", [
        ("number = 0", "number, kept = 0, []"), ("with connection:", "if True:"), (SEND, "kept.append(connection)\n" + SEND),
        (".encode())", ".encode())\nkept.pop().close()")]),
    ("closed when the next one comes", "one client", "and then nothing more", [("with connection:", "if connection:")]),
    # "A client may leave before it is let in. … The others get their welcome all the same."
    ("it shuts down, and dies where nobody is left", "who has left already", r"died in line \d+, `connection\.shutdown", [
        (".encode())", ".encode())\nconnection.shutdown(socket.SHUT_RDWR)")]),
    ("it asks who is there, and dies where nobody is", "who has left already", r"died in line \d+, .*getpeername", [
        ("number += 1", "connection.getpeername()\nnumber += 1")]),
    ("who has left ends the server", "who has left already", r"has ended \(exit status 0\)", [("                pass   ", "                sys.exit()  ")]),
    # "Each client gets `welcome, you are number N` and a line end."
    ("a word more", "one client", r"number 1\\nbye", [("{number}\\n", "{number}\\nbye\\n")]),
    ("Windows' line end", "one client", r"number 1\\r\\n", [("{number}\\n", "{number}\\r\\n")]),
    ("a number of three digits", "one client", r"number 001", [("{number}\\n", "{number:03}\\n")]),
    ("no line end", "one client", "b'welcome, you are number 1', and then the end", [("{number}\\n", "{number}")]),
]

RIGHT = {
    "selectors": """
        import selectors, socket
        from contextlib import suppress
        selector, count = selectors.DefaultSelector(), 0
        door = socket.create_server(("127.0.0.1", 7777))
        door.setblocking(False)
        selector.register(door, selectors.EVENT_READ)
        while True:
            for key, events in selector.select():
                try:
                    while True:
                        with key.fileobj.accept()[0] as guest, suppress(OSError):
                            count += 1
                            guest.send(b"welcome, you are number %d\\n" % count)
                except BlockingIOError:
                    pass
        """,
    "a generator": """
        import select, socket
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("", 7777))
        door.listen()
        door.settimeout(0)
        def guests():
            while True:
                try:
                    yield door.accept()[0]
                except ConnectionAbortedError:
                    continue
                except OSError:
                    return
        number = 1
        while True:
            select.select([door], [], [])
            for guest in guests():
                try:
                    guest.sendall(f"welcome, you are number {number}\\n".encode())
                    number = number + 1                # who has left doesn't count
                except OSError:
                    pass
                guest.close()
        """,
    "a class": """
        import itertools, select, socket
        class Greeter:
            def __init__(self):
                self.numbers = itertools.count(1)
                self.socket = socket.create_server(("127.0.0.1", 7777), backlog=50)
                self.socket.setblocking(False)
            def fileno(self):
                return self.socket.fileno()
            def greet(self):
                try:
                    connection, _ = self.socket.accept()
                except BlockingIOError:
                    return False
                except ConnectionError:
                    return True
                connection.setblocking(True)
                try:
                    connection.sendall(("welcome, you are number %d\\n" % next(self.numbers)).encode("ascii"))
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError as error:
                    print("lost one:", error)
                finally:
                    connection.close()
                return True
        greeter = Greeter()
        while True:
            readable, _, _ = select.select([greeter], [], [], 5)
            while readable and greeter.greet():
                pass
        """,
    "poll, and all are let in before any is greeted": """
        import select, socket
        door, poll, total = socket.create_server(("127.0.0.1", 7777)), select.poll(), 0
        door.setblocking(False)
        poll.register(door, select.POLLIN)
        while True:
            poll.poll(2000)
            let_in = []
            while True:
                try:
                    let_in.append(door.accept()[0])
                except BlockingIOError:
                    break
            for one in let_in:
                total += 1
                try:
                    one.sendall(f"welcome, you are number {total}\\n".encode())
                except (BrokenPipeError, ConnectionResetError):
                    pass
                one.close()
        """,
    "a short queue, and a match": """
        import select, socket
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("localhost", 7777))
        door.listen(5)
        door.setblocking(False)
        def next_one():
            try:
                return door.accept()
            except BlockingIOError:
                return None
            except ConnectionError:
                return "gone"
        served = 0
        while True:
            match select.select([door], [], [], 10):
                case [[], _, _]:
                    continue
            while one := next_one():
                if one == "gone":
                    continue
                served += 1
                sock, _ = one
                try:
                    sock.send(b"welcome, ")
                    sock.send(b"you are number ")
                    sock.send(str(served).encode() + b"\\n")
                except ConnectionError:
                    served -= 1
                finally:
                    sock.close()
        """,
    "it takes three seconds to listen": """
        import select, socket, time
        time.sleep(3)                                      # it reads a large file, say
        door = socket.create_server(("127.0.0.1", 7777))
        door.setblocking(False)
        counted = 0
        while True:
            select.select([door], [], [], None)
            try:
                while True:
                    guest, _ = door.accept()
                    counted = counted + 1
                    try:
                        guest.sendall(b"welcome, you are number " + str(counted).encode() + b"\\n")
                    except ConnectionError as error:
                        print(error)
                    guest.close()
            except BlockingIOError:
                continue
        """,
    "asyncio": """
        import asyncio
        from itertools import count
        numbers = count(1)
        async def greet(reader, writer):
            writer.write(f"welcome, you are number {next(numbers)}\\n".encode())
            writer.close()
        async def main():
            server = await asyncio.start_server(greet, "127.0.0.1", 7777)
            await server.serve_forever()
        asyncio.run(main())
        """,
}
