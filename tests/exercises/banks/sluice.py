"""sluice: mends that must not pass, each wrong in one way, and servers that must."""
from textwrap import dedent

SILENCE, ECHO, FLAT, OTHERS = "silence costs nothing", "an echo", "flat", "the others"
GOES_ON, SAID, BREAKS = "she goes on", "all is said", "it breaks off"
HEARD = "heard = [sock for sock in inputs if sock not in paused]"
RETURN = "    if len(queue) <= LOW:\n        paused.discard(connection)\n    if not queue:\n"
PAUSE = "    if len(queues[connection]) >= HIGH:\n        paused.add(connection)\n"
SENT = "        del queue[:connection.send(queue)]\n"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", OTHERS, "nothing", [(HEARD, "heard = [] if paused else inputs"), (RETURN, "    if not queue:\n"),
                                      (SENT, SENT + "        if len(queue) == LOW:\n            paused.discard(connection)\n")], "Whom must it concern"),
    ("one pause for all", OTHERS, "nothing", [(HEARD, "heard = [] if paused else inputs")], "Whom must it concern"),
    ("the door is shut meanwhile", OTHERS, "nothing|.", [(HEARD, HEARD + "\nif paused and listener in heard:\n    heard.remove(listener)")]),
    ("the pause ends at just so many bytes", GOES_ON, "nothing|not all|only", [(RETURN, RETURN.replace("<= LOW", "== LOW"))],
     "heard again|ends her pause"),
    ("the pause never ends", GOES_ON, "nothing|not all|only", [(RETURN, "    if not queue:\n")]),
    ("the pause ends when something is received", GOES_ON, "nothing|not all|only", [
        (RETURN, "    if not queue:\n"), (PAUSE, PAUSE + "    elif len(queues[connection]) <= LOW:\n        paused.discard(connection)\n")]),
    ("the pause ends between the marks only", GOES_ON, "nothing|not all|only", [(RETURN, RETURN.replace("len(queue) <= LOW", "LOW <= len(queue) < HIGH"))]),
    ("the pause of one who breaks off never ends", BREAKS, "descriptor", [
        (RETURN, "    if not queue:\n"), (SENT, SENT + "        if len(queue) <= LOW:\n            paused.discard(connection)\n")], "while it isn't heard"),
    ("no pause at all", FLAT, "many megabytes", [(HEARD, "heard = inputs")], "isn't heard any more"),
    ("a bound that is none", FLAT, "many megabytes", [("HIGH, LOW = 262144", "HIGH, LOW = 1_000_000_000")]),
    ("what one recv gives is compared", FLAT, "many megabytes", [("if len(queues[connection]) >= HIGH", "if len(data) >= HIGH")]),
    ("who is owed too much is let go", f"{GOES_ON}", "the end|not all|only", [
        (PAUSE, "    if len(queues[connection]) >= HIGH:\n        queues[connection].clear()\n        if connection in inputs:\n            inputs.remove(connection)\n")],
     "only been slow|ends her pause|missing"),
    ("what doesn't fit is thrown away", GOES_ON, "other|nothing|not all|only|b'", [
        (PAUSE, "    del queues[connection][HIGH:]\n")]),
    ("it waits until there is room", f"{FLAT}|{OTHERS}", r"in line \d+", [
        (PAUSE, "    if len(queues[connection]) >= HIGH:\n        connection.setblocking(True)\n        connection.sendall(queues[connection])\n"
                "        queues[connection].clear()\n        connection.setblocking(False)\n")], "What does this line wait for|lets? the time pass"),
    ("it goes round and round meanwhile", f"{FLAT}|{OTHERS}", "spins", [
        ("select.select(heard, outputs, [], 1)", "select.select(heard, outputs, [], 0 if paused else 1)")]),
    ("who says that this was all is closed at once", ECHO, "the end|not all|only|nothing", [
        ("    if not data:\n        inputs.remove(connection)\n",
         "    if not data:\n        inputs.remove(connection)\n        queues[connection].clear()\n")]),
    ("who has ended is heard again", ECHO, "stays open|spins", [
        (RETURN, "    if len(queue) <= LOW and connection not in inputs:\n        inputs.append(connection)\n" + RETURN)]),
    ("who is paused and has said all is never closed", SAID, "never the end", [
        ("        if connection not in inputs:", "        if connection not in inputs and connection not in ever:"),
        (PAUSE, PAUSE + "        ever.add(connection)\n"), ("paused = set() ", "ever = set()\npaused = set() ")]),
    ("any send ends the pause of all", OTHERS, "bytes more are received", [(RETURN, RETURN.replace("paused.discard(connection)", "paused.clear()"))], "for whom"),
    ("any send ends the pause of all, whatever is left", OTHERS, "bytes more are received", [
        (RETURN, "    if not queue:\n"), (SENT, SENT + "        paused.clear()\n")], "for whom"),
    ("silence ends the pause", OTHERS, "bytes more are received", [
        (RETURN, "    if not queue:\n"), (SENT, SENT + "        if len(queue) <= LOW:\n            paused.discard(connection)\n"),
        ("    for sock in readable", "    if not readable and not writable:\n        paused.clear()\n    for sock in readable")], "when does it run"),
    ("who breaks off ends the pause of all", BREAKS, "bytes more are received", [
        (RETURN, "    if not queue:\n"), (SENT, SENT + "        if len(queue) <= LOW:\n            paused.discard(connection)\n"),
        ("        queue.clear()\n", "        queue.clear()\n        paused.clear()\n")], "for whom"),
]

# It has been slow for longer than its timeout: nobody is ready meanwhile, and alice isn't watched, rightly.
OFTEN = """
    import select, socket
    HIGH, LOW = 262144, 65536
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    inputs, queues, paused = [listener], {}, set()
    while True:
        heard = [sock for sock in inputs if sock not in paused]
        waiting = [sock for sock in queues if queues[sock] or sock not in inputs]
        readable, writable, _ = select.select(heard, waiting, [], TIMEOUT)
        for sock in readable:
            if sock is listener:
                connection, _ = listener.accept()
                connection.setblocking(False)
                inputs.append(connection)
                queues[connection] = bytearray()
                continue
            try:
                data = sock.recv(65536)
            except OSError:
                data = b""
            queues[sock] += data
            if not data:
                inputs.remove(sock)
            if len(queues[sock]) >= HIGH:
                paused.add(sock)
        for sock in writable:
            try:
                del queues[sock][:sock.send(queues[sock])]
            except OSError:
                queues[sock].clear()
            if len(queues[sock]) <= LOW:
                paused.discard(sock)
            if not queues[sock] and sock not in inputs:
                del queues[sock]
                sock.close()
"""

SELECTORS = """
    import selectors, socket, sys
    loop = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    loop.register(listener, 1)
    ended = set()
    while True:
        for (sock, _, watched, owed), ready in loop.select():
            if sock is listener:
                connection, _ = listener.accept()
                connection.setblocking(False)
                loop.register(connection, 1, bytearray())
                continue
            try:
                if ready & 1:
                    data = sock.recv(65536)
                    owed += data
                    if not data:
                        ended.add(sock)
                if owed:
                    del owed[:sock.send(owed)]
            except BlockingIOError:
                pass
            except OSError:
                ended.add(sock)
                owed.clear()
            wanted = (sock not in ended and len(owed) < 100_000) | 2 * bool(owed)
            if not wanted:
                loop.unregister(sock)
                sock.close()
                ended.discard(sock)
            elif wanted != watched:
                loop.modify(sock, wanted, owed)
"""

STREAMS = """
    import asyncio
    async def serve(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.close()
        except OSError:
            writer.transport.abort()
    async def main():
        async with await asyncio.start_server(serve, "127.0.0.1", 6666, backlog=128) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

PROTOCOL = """
    import asyncio
    class Echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport
        def data_received(self, data):
            self.transport.write(data)
        def eof_received(self):
            self.transport.close()
            return True
        def pause_writing(self):
            self.transport.pause_reading()
        def resume_writing(self):
            if not self.transport.is_closing():
                self.transport.resume_reading()
    async def main():
        server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 6666, backlog=128)
        await server.serve_forever()
    asyncio.run(main())
"""

THREADS = """
    import socket, threading
    def serve(connection):
        with connection:
            try:
                while data := connection.recv(65536):
                    connection.sendall(data)
            except OSError:
                pass
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
"""

RIGHT = {**{f"select, which waits for {seconds} s": dedent(OFTEN).replace("TIMEOUT", seconds) for seconds in ("0.05", "0.3", "0.6")},
         "selectors, and one mark": dedent(SELECTORS), "asyncio's streams": dedent(STREAMS),
         "asyncio's protocol": dedent(PROTOCOL), "threads, which wait": dedent(THREADS)}
