"""forwarder: programs that must not pass, each wrong in one way, and programs that must."""
from textwrap import dedent

SILENCE, THERE, MANY = "silence costs nothing", "there and back", "many at once"
CLIENT_ALL, OTHER_ALL, NOBODY = "the client has said all", "the other side has said all", "nobody is there"
CONNECTS, SLOW_CLIENT, SLOW_OTHER = "a connect that waits", "a slow client", "a slow other side"
LEAVES, EARLY, BOTH_ALL = "who leaves, in any way", "who comes early", "both have said all"
SEND = "del queues[sock][:sock.send(queues[sock])]"
OWED = "    queues[others[sock]] += data\n"
WELL = "    if caller.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):\n        print(\"nobody at\", far)\n        return close_both(caller)\n"
IS_THERE = "    readers[caller] = receive\n    writers[caller] = send\n"
OVER = "    if over and sock not in readers and others[sock] not in writers:\n"
BROKEN = "    except OSError:\n        return close_both(sock)\n    queues[others"
SAID_ALL = "    if not data:\n        del readers[sock]\n"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("the other side is heard when the client has spoken", SILENCE, "nothing", [
        ("    readers[caller] = receive\n    writers[caller]", "    writers[caller]"),
        (OWED, OWED + "    readers.setdefault(others[sock], receive)\n")], "when does it begin to hear"),
    ("the other side is never heard", SILENCE, "nothing", [("    readers[caller] = receive\n", "")]),
    ("an echo", SILENCE, "nothing", [("queues[others[sock]] += data\n    writers.setdefault(others[sock], send)", "queues[sock] += data\nwriters.setdefault(sock, send)")]),
    ("lines alone are passed on", SILENCE, "nothing", [(OWED, '    if data and b"\\n" not in data:\n        return\n' + OWED)]),
    ("who is owed nothing is watched for writing", SILENCE, "it spins", [("    if not queues[sock]:\n        del writers[sock]\n", "")]),
    ("it looks again and again", SILENCE, "it spins", [("writers, [], 1)", "writers, [], 0)")]),
    ("it takes bytes for text", THERE, "UnicodeDecodeError", [("+= data", "+= data.decode().encode()")]),
    ("what did not fit is lost", f"{THERE}|{BOTH_ALL}|{SLOW_CLIENT}", "not all of it|other", [(SEND, "sock.send(queues[sock])\nqueues[sock].clear()")]),
    ("ten clients at most", MANY, "the end", [("    others[client], others[caller]", "    if len(others) >= 20:\n        return\n    others[client], others[caller]")]),
    ("answers go to whoever came first", SILENCE, "nothing", [
        ("    queues[others[sock]] += data", "    to = others[sock] if sock in [*others][::2] else [*others][0]\n    queues[to] += data"),
        ("writers.setdefault(others[sock], send)", "writers.setdefault(to, send)")]),
    ("the other side isn't told that this was all", CLIENT_ALL, "stays open", [("            sock.shutdown(socket.SHUT_WR)", "            pass")],
     "Who must be told"),
    ("it is told too early", CLIENT_ALL, "the end of the connection|not all", [
        (SAID_ALL, SAID_ALL + "        if others[sock] in readers:\n            others[sock].shutdown(socket.SHUT_WR)\n")]),
    ("who has said all is closed, and both ways", CLIENT_ALL, "the end of the connection", [
        (SAID_ALL, "    if not data:\n        return close_both(sock)\n")]),
    ("who has said all is heard on and on", CLIENT_ALL, ".", [("        del readers[sock]\n    ", "        pass\n    ")]),
    ("what is said before the connect is over isn't passed on", EARLY, ".", [
        ("    readers[client] = receive\n    writers[caller] = connected", "    writers[caller] = connected"),
        ("    readers[caller] = receive\n", "    readers[caller] = readers[others[caller]] = receive\n    with __import__('contextlib').suppress(OSError):\n        others[caller].recv(4096)\n")]),
    ("whoever speaks early isn't connected", EARLY, "nothing|end", [("writers.setdefault(others[sock], send)", "writers[others[sock]] = send")],
     "Was `connected` called"),
    ("what was said early lies in the queue until more comes", EARLY, r"b'welcome\\n', and then nothing", [
        (IS_THERE, IS_THERE.replace("writers[caller] = send", "del writers[caller]"))], "Where does it lie, and who sends it"),
    ("who leaves early without a word is never told of", EARLY, "stays open", [
        (IS_THERE, IS_THERE.replace("writers[caller] = send", "del writers[caller]\n    if queues[caller]:\n        writers[caller] = send"))],
     "Who tells the other side"),
    ("both have said all, and what is owed to one of them is lost", BOTH_ALL, "not all of it, and then the end", [
        (OVER, "    if sock not in readers and others[sock] not in readers and not queues[sock]:\n")], "when may"),
    ("who says last that this was all closes both", BOTH_ALL, "not all of it, and then the end", [
        (SAID_ALL, SAID_ALL + "        if others[sock] not in readers and not queues[others[sock]]:\n            return close_both(sock)\n")]),
    ("nobody asks whether the connect was well", NOBODY, "prints nothing", [(WELL, "")], "How does your program learn that"),
    ("a refusal is kept secret", NOBODY, "prints nothing", [('        print("nobody at", far)\n', "")]),
    ("the accepted connection waits", SLOW_CLIENT, r"stands in line \d+, `del queues", [
        ("    for sock in (client, caller):\n        sock.setblocking(False)\n", "    caller.setblocking(False)\n    for sock in (client, caller):\n")]),
    ("the caller waits, since it is connected", SLOW_OTHER, r"stands in line \d+, `del queues", [
        (IS_THERE, "    caller.setblocking(True)\n" + IS_THERE)]),
    ("when the other side has said all, all is over", OTHER_ALL, "nothing", [
        ("    others[client], others[caller] =", "    callers.add(caller)\n    others[client], others[caller] ="), ("queues = {} ", "callers = set()\nqueues = {} "),
        ("    if not queues[sock]:\n        del", "    if not queues[sock] and over and others[sock] in callers:\n        return close_both(sock)\n    if not queues[sock]:\n        del")]),
    ("a refusal ends the server", NOBODY, "ConnectionRefusedError", [(WELL, WELL.replace("return close_both(caller)", "raise ConnectionRefusedError"))]),
    ("a refusal is noted, and no more", NOBODY, "stays open", [(WELL, WELL.replace("close_both(caller)", "writers.pop(caller)"))]),
    ("one of the two sockets stays open", NOBODY, "descriptor", [
        ("        one.close()", "        kept.append(one) if one is sock else one.close()"), ("queues = {} ", "kept = []\nqueues = {} ")], "Which line closes the second"),
    ("connect waits", CONNECTS, r"stands in line \d+, `caller\.connect", [
        ("    for sock in (client, caller):\n        sock.setblocking(False)\n", "    client.setblocking(False)\n    for sock in (client, caller):\n"),
        ("    except BlockingIOError:\n        pass\n    readers", '    except OSError:\n        print("nobody at", far)\n    caller.setblocking(False)\n    readers')]),
    ("it waits until the connect is over", CONNECTS, "nothing", [
        ("        pass\n    readers", "        select.select([], [caller], [])\n    readers")]),
    ("sendall, which waits", SLOW_CLIENT, r"stands in line \d+", [
        (SEND, "sock.setblocking(True)\nsock.sendall(queues[sock])\nqueues[sock].clear()\nsock.setblocking(False)")]),
    ("sendall waits for the other side alone", SLOW_OTHER, r"stands in line \d+", [
        ("    others[client], others[caller] =", "    callers.add(caller)\n    others[client], others[caller] ="), ("queues = {} ", "callers = set()\nqueues = {} "),
        (SEND, f"sock.setblocking(sock in callers)\nif sock in callers:\n    sock.sendall(queues[sock])\n    queues[sock].clear()\nelse:\n    {SEND}\nsock.setblocking(False)")]),
    ("a reset ends the server", f"{NOBODY}|{SLOW_OTHER}|{LEAVES}", "ConnectionResetError", [(BROKEN, "    queues[others")]),
    ("when the other side has gone, nobody is told", f"{NOBODY}|{SLOW_OTHER}|{LEAVES}", ".", [
        ("        return close_both(sock)\n    queues", "        readers.pop(sock, None)\n        return writers.pop(sock, None)\n    queues")]),
]

STREAMS = """
    import asyncio, sys
    port, far = [int(one) for one in sys.argv[1:3]] or (6666, 7777)
    async def pipe(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    held = set()
    async def serve(reader, writer):
        task = asyncio.current_task()          # one has said all, and the other is silent: asyncio itself holds none of the two
        held.add(task), task.add_done_callback(held.discard)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", far)
        except OSError:
            print("nobody at", far)
            return writer.close()
        pipes = [asyncio.create_task(pipe(reader, far_writer)), asyncio.create_task(pipe(far_reader, writer))]
        done, pending = await asyncio.wait(pipes, return_when=asyncio.FIRST_EXCEPTION)
        for one in pending:
            one.cancel()
        for one in done:
            one.exception()
        writer.transport.abort() if pending else writer.close()
        far_writer.transport.abort() if pending else far_writer.close()
    async def main():
        async with await asyncio.start_server(serve, "127.0.0.1", port, backlog=128) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

PROTOCOLS = """
    import asyncio, sys
    port, far = [int(one) for one in sys.argv[1:3]] or (6666, 7777)
    class Side(asyncio.Protocol):
        def __init__(self, other=None):
            self.other, self.transport, self.early, self.over = other, None, [], False
        def connection_made(self, transport):
            self.transport = transport
            if self.other:
                self.other.other = self
                for data in self.other.early:
                    transport.write(data) if data else self.say_all()
            else:
                self.task = asyncio.ensure_future(self.call())
        async def call(self):
            try:
                await asyncio.get_running_loop().create_connection(lambda: Side(self), "127.0.0.1", far)
            except OSError:
                print("nobody at", far)
                self.transport.close()
        def data_received(self, data):
            self.other.transport.write(data) if self.other else self.early.append(data)
        def eof_received(self):
            self.over = True
            self.other.say_all() if self.other else self.early.append(b"")
            if self.other and self.other.over:
                self.other.transport.close()
                return False
            return True
        def say_all(self):
            if not self.transport.is_closing():
                self.transport.write_eof()
        def connection_lost(self, error):
            if self.other and not self.other.transport.is_closing():
                self.other.transport.abort() if error else self.other.transport.close()
    async def main():
        await asyncio.get_running_loop().create_server(Side, "127.0.0.1", port, backlog=128)
        await asyncio.Event().wait()
    asyncio.run(main())
"""

DIRECTIONS = """
    import selectors, socket, sys
    port, far = [int(one) for one in sys.argv[1:3]] or (6666, 7777)
    loop = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    class Side:
        def __init__(self, sock, open):
            self.sock, self.open, self.owed, self.hears, self.speaks = sock, open, bytearray(), True, True
            sock.setblocking(False)
        def watch(self):
            if self.sock.fileno() < 0:
                return
            events = selectors.EVENT_READ * (self.open and self.hears and len(self.other.owed) < 100_000)
            events |= selectors.EVENT_WRITE * (not self.open or bool(self.owed) or self.speaks and not self.other.hears)
            known = self.sock in loop.get_map()
            if known and events:
                loop.modify(self.sock, events, self)
            elif known:
                loop.unregister(self.sock)
            elif events:
                loop.register(self.sock, events, self)
        def act(self, events):
            try:
                if not self.open:
                    if self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                        print(f"nobody at {far}")
                        raise ConnectionRefusedError
                    self.open = True
                elif events & selectors.EVENT_READ:
                    data = self.sock.recv(65536)
                    self.hears = bool(data)
                    self.other.owed += data
                if self.open and events & selectors.EVENT_WRITE:
                    del self.owed[:self.sock.send(self.owed)]
                    if not self.owed and not self.other.hears:
                        self.sock.shutdown(socket.SHUT_WR)
                        self.speaks = False
                if not (self.speaks or self.other.speaks):
                    raise ConnectionAbortedError("both have said all")
            except BlockingIOError:
                pass
            except OSError:
                self.end()
                self.other.end()
            self.watch()
            self.other.watch()
        def end(self):
            if self.sock in loop.get_map():
                loop.unregister(self.sock)
            self.sock.close()
    loop.register(listener, selectors.EVENT_READ)
    while True:
        for key, events in loop.select():
            if key.data is None:
                client, caller = Side(listener.accept()[0], True), Side(socket.socket(), False)
                client.other, caller.other = caller, client
                caller.sock.connect_ex(("127.0.0.1", far))
                client.watch()
                caller.watch()
            elif key.data.sock.fileno() >= 0:
                key.data.act(events)
"""

RIGHT = {"asyncio's streams": dedent(STREAMS), "asyncio's protocols": dedent(PROTOCOLS),
         "selectors, and each side keeps to a bound": dedent(DIRECTIONS)}
