"""greeter: programs that must not pass, each wrong in one way, and programs that must."""

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("one an iteration, as lesson 02", "all in one iteration", "it took 3 iterations", [("            except BlockingIOError:", "                break\n            except BlockingIOError:")]),
    ("it waits for the next client", "one client", r"stands in line \d+, `connection, address = listener\.accept\(\)`", [
        ("listener.setblocking(False)", "listener.setblocking(True)")]),
    ("it dies when nobody waits any more", "one client", "BlockingIOError", [("except BlockingIOError:", "except KeyError:")]),
    ("it ends when nobody waits any more", "one client", r"has ended \(exit status 0\)", [
        ("                break ", "                sys.exit() ")]),
    ("it counts from 0", "one client", r"b'welcome, you are number 0\\n'", [("number = 0", "number = -1")]),
    ("it never closes", "one client", r"number 1\\n', and then nothing more", [("with connection:", "if connection:")]),
    ("it begins to count again", "one after the other", r"number 1\\n'", [("for sock in readable:", "number = 0\nfor sock in readable:")]),
    ("it greets the last alone", "three who wait", "the end of the connection", """
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
    ("it asks select again before each", "all in one iteration", "it took 3 iterations", """
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
    ("no select at all", "one client", "has not called select", """
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
