"""room: programs that must not pass, each wrong in one way, and programs that must."""
SILENCE, NAMES, ALL, WHOLE, NO_NAME = "silence costs nothing", "a name each", "all the others", "whole lines", "who has no name yet"
BURST, LEAVES, AT_ONCE, TOO_LONG = "many lines in one go", "who leaves", "many leave at once", "a line without an end"
LATE, NEVER = "who reads late", "who never reads"
WRITE = "            writer.write(line)\n"
BOUND = "            if writer.transport.get_write_buffer_size() > MOST:\n                writer.transport.abort()\n"
ABORT = "                writer.transport.abort()\n"
EACH = "    for writer in people.values():\n"
TELL = 'tell(name + b": " + line, writer)'
LEFT = '            tell(name + b" has left\\n", writer)\n'
LAST = f"        if name:\n            del people[name]\n{LEFT}"
CUT = '            if not line.endswith(b"\\n"):        # this has not been said to its end\n                break\n'
GIVEN = "                people[name] = writer\n"
SERVE = "async def serve(reader, writer):\n"
WAITS = [("def tell", "async def tell"), (TELL, "await " + TELL), (LEFT, LEFT.replace("tell", "await tell"))]

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("each is waited for", f"{AT_ONCE}|{LATE}", ".", [*WAITS, (BOUND, "            await writer.drain()\n")]),
    ("each is waited for, and of all there is a copy", LATE, "not all of it|nothing", [
        *WAITS, (EACH, EACH.replace("people.values()", "list(people.values())")),
        (WRITE + BOUND, "            try:\n                writer.write(line)\n                await writer.drain()\n"
                        "            except OSError:\n                pass\n")], "who waits meanwhile"),
    ("each is waited for, for a second", LATE, "let go|not all of it", [
        *WAITS, (EACH, EACH.replace("people.values()", "list(people.values())")),
        (WRITE + BOUND, "            try:\n                writer.write(line)\n                await asyncio.wait_for(writer.drain(), 1)\n"
                        "            except OSError:\n                writer.transport.abort()\n")]),
    ("who speaks waits for room of its own", NEVER, "bob is still there|grows", [
        (BOUND, ""), (TELL, TELL + "\nawait writer.drain()")]),
    ("nobody looks at how much waits", NEVER, "bob is still there|grows", [(BOUND, "")], "who looks|Who looks|How much waits"),
    ("too much is left out", NEVER, "bob is still there", [
        (WRITE + BOUND, "            if writer.transport.get_write_buffer_size() < MOST:\n    " + WRITE)], "Who looks at that"),
    ("what doesn't fit is left out", LATE, "not all of it|other", [
        (WRITE + BOUND, "            if writer.transport.get_write_buffer_size() < 65536:\n    " + WRITE)], "had no room"),
    ("who reads late is let go soon", LATE, "bob is let go", [("> MOST", "> 100_000")], "when is it too much"),
    ("who is owed anything is let go", f"{BURST}|{LATE}", ".", [("> MOST", "> 0")]),
    ("close waits until all is sent", NEVER, "bob is still there|still open|descriptors", [(ABORT, "                writer.close()\n")],
     "first sends all that waits|doesn't wait"),
    ("who is let go is told of, and stays open", NEVER, "still open|descriptors", [
        (ABORT, "                writer.close()\n                writer.transport.get_protocol()._stream_reader.feed_eof()\n")],
     "doesn't wait"),
    ("who speaks hears it too", NAMES, "b'", [("if writer is not but:", "if True:")]),
    ("nobody's name is said", SILENCE, "b'hello", [(TELL, "tell(line, writer)")]),
    ("half a line is passed on", LEAVES, "b'", [(CUT, "")], "Which lines run when somebody has left"),
    ("a name is never free again", LEAVES, "no|nothing", [("            del people[name]\n", "")]),
    ("nobody is told who has left", LEAVES, "nothing", [(LEFT, "")]),
    ("who breaks off isn't told of", LEAVES, "nothing", [
        (LAST, ""), ("    finally:\n", "    else:\n" + LAST + "    finally:\n")]),
    ("nobody is closed", LEAVES, "never the end|stays open|nothing more", [("        writer.close()\n", "")]),
    ("who has no name leaves, too", LEAVES, "b'", [
        (LAST, '        people.pop(name, None)\n        tell((name or b"somebody") + b" has left\\n", writer)\n')]),
    ("a name may be taken twice", NAMES, "b'welcome", [(' or line[:-1] in people', "")], "Who has this name"),
    ("no name is a name", NAMES, "b'welcome", [('line == b"\\n" or ', "")]),
    ("a name is looked for, and given a moment later", NAMES, "wel", [
        ("                name = line[:-1]\n", "                await asyncio.sleep(0.01)\n                name = line[:-1]\n")]),
    ("who is told to say another is let go", NAMES, "end of the connection", [
        ('writer.write(b"no\\n")', 'writer.write(b"no\\n")\nbreak')]),
    ("all hear who are there", NO_NAME, "b'alice|nothing|other", [
        (EACH, "    for writer in everybody:\n"), (SERVE, f"everybody = set()\n\n\n{SERVE}    everybody.add(writer)\n"),
        ("    finally:\n", "    finally:\n        everybody.remove(writer)\n")], "when they come"),
    ("a line that is too long is left out", TOO_LONG, "nothing", [
        ("        async for line in reader:\n", "        while True:\n            try:\n                line = await reader.readline()\n"
         "            except ValueError:\n                continue\n")]),
    ("a line may be as long as it likes", TOO_LONG, "nothing", [('"127.0.0.1", PORT)', '"127.0.0.1", PORT, limit=2 ** 30)')],
     "asyncio's limit"),
    ("who says a line that is too long stays open", TOO_LONG, "never the end|stays open|nothing more", [
        ("    except (OSError, ValueError):               # it broke off; its line is too long\n        pass\n",
         "    except OSError:\n        pass\n    except ValueError:\n        del people[name]\n        tell(name + b' has left\\n', writer)\n"
         "        await asyncio.sleep(3600)\n")]),
    ("each line must be text", WHOLE, ".", [(TELL, TELL.replace("+ line", "+ line.decode().encode()"))]),
    ("what is no text is replaced", WHOLE, "b'", [(TELL, TELL.replace("+ line", '+ line.decode(errors="replace").encode()'))],
     "passed on as it came"),
    ("spaces at the edges are cut off", WHOLE, "b'", [(TELL, TELL.replace("+ line", '+ line.strip() + b"\\n"'))]),
    ("an empty line isn't passed on", WHOLE, ".", [("            if name:\n", "            if name and line == b'\\n':\n                continue\n            if name:\n")]),
    ("others may go on between two that are told", f"{LEAVES}|{AT_ONCE}", ".", [
        *WAITS, (BOUND, BOUND + "        await asyncio.sleep(0)\n")]),
    ("it looks again and again", SILENCE, "it spins|burns", [
        ("        async for line in reader:\n", "        while True:\n            try:\n"
         "                line = await asyncio.wait_for(reader.readline(), 0.001)\n"
         "            except TimeoutError:\n                continue\n            if not line:\n                break\n")]),
    ("a hundred lines may wait", BURST, ".", """
        import asyncio, sys
        people = {}
        def tell(line, but):
            for name, (queue, writer) in people.items():
                if name != but:
                    try:
                        queue.put_nowait(line)
                    except asyncio.QueueFull:
                        writer.transport.abort()
        async def pass_on(queue, writer):
            while True:
                writer.write(await queue.get())
                await writer.drain()
        async def serve(reader, writer):
            name, task = None, None
            try:
                async for line in reader:
                    if not line.endswith(b"\\n"):
                        break
                    if name:
                        tell(name + b": " + line, name)
                    elif line == b"\\n" or line[:-1] in people:
                        writer.write(b"no\\n")
                    else:
                        name = line[:-1]
                        people[name] = asyncio.Queue(100), writer
                        task = asyncio.create_task(pass_on(*people[name]))
                        writer.write(b"welcome\\n")
            except (OSError, ValueError):
                pass
            finally:
                if name:
                    task.cancel()
                    del people[name]
                    tell(name + b" has left\\n", name)
                writer.close()
        async def main():
            await (await asyncio.start_server(serve, "127.0.0.1", 6666)).serve_forever()
        asyncio.run(main())
        """, "lines or bytes"),
    ("one task writes for all", LATE, "not all of it|nothing", """
        import asyncio, sys
        people, news = {}, asyncio.Queue()
        async def pass_on():
            while True:
                line, but = await news.get()
                for name, writer in list(people.items()):
                    if name != but:
                        try:
                            writer.write(line)
                            await writer.drain()
                        except OSError:
                            pass
        async def serve(reader, writer):
            name = None
            try:
                async for line in reader:
                    if not line.endswith(b"\\n"):
                        break
                    if name:
                        news.put_nowait((name + b": " + line, name))
                    elif line == b"\\n" or line[:-1] in people:
                        writer.write(b"no\\n")
                    else:
                        name = line[:-1]
                        people[name] = writer
                        writer.write(b"welcome\\n")
            except (OSError, ValueError):
                pass
            finally:
                if name:
                    del people[name]
                    news.put_nowait((name + b" has left\\n", name))
                writer.close()
        async def main():
            task = asyncio.create_task(pass_on())
            await (await asyncio.start_server(serve, "127.0.0.1", 6666)).serve_forever()
        asyncio.run(main())
        """),
]

RIGHT = {
    "a queue and a task each": """
        import asyncio
        MOST = 1_000_000
        class Guest:
            def __init__(self, writer):
                self.writer, self.queue, self.owed = writer, asyncio.Queue(), 0
                self.task = asyncio.create_task(self.pass_on())
            def give(self, line):
                self.owed += len(line)
                self.queue.put_nowait(line)
                if self.owed > MOST:
                    self.writer.transport.abort()
            async def pass_on(self):
                try:
                    while True:
                        line = await self.queue.get()
                        self.writer.write(line)
                        await self.writer.drain()
                        self.owed -= len(line)
                except OSError:
                    pass
        guests = {}
        async def serve(reader, writer):
            me = None
            try:
                while True:
                    line = await reader.readuntil()
                    if me is not None:
                        for name, guest in guests.items():
                            if name != me:
                                guest.give(b"%b: %b" % (me, line))
                    elif line[:-1] in {*guests, b""}:
                        writer.write(b"no\\n")
                    else:
                        me = line[:-1]
                        writer.write(b"welcome\\n")
                        guests[me] = Guest(writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                pass
            finally:
                if me is not None:
                    guests.pop(me).task.cancel()
                    for guest in guests.values():
                        guest.give(b"%b has left\\n" % me)
                writer.close()
        async def main():
            async with await asyncio.start_server(serve, "127.0.0.1", 6666) as server:
                await server.serve_forever()
        asyncio.run(main())
        """,
    "a Protocol, which is told when there is too much": """
        import asyncio
        class Guest(asyncio.Protocol):
            named = {}
            def connection_made(self, transport):
                self.transport, self.rest, self.name = transport, b"", None
                transport.set_write_buffer_limits(high=1_000_000)
            def pause_writing(self):
                self.transport.abort()
            def tell(self, line):
                for guest in self.named.values():
                    if guest is not self:
                        guest.transport.write(line)
            def data_received(self, data):
                *lines, self.rest = (self.rest + data).split(b"\\n")
                for line in lines:
                    if self.name:
                        self.tell(self.name + b": " + line + b"\\n")
                    elif line and line not in self.named:
                        self.name, self.named[line] = line, self
                        self.transport.write(b"welcome\\n")
                    else:
                        self.transport.write(b"no\\n")
                if len(self.rest) > 65536:
                    self.transport.close()
            def connection_lost(self, error):
                if self.name:
                    del self.named[self.name]
                    self.tell(self.name + b" has left\\n")
        async def main():
            server = await asyncio.get_running_loop().create_server(Guest, "127.0.0.1", 6666, backlog=128)
            await server.serve_forever()
        asyncio.run(main())
        """,
    "streams in a TaskGroup, and limits of the transport": """
        import asyncio, contextlib
        people = {}
        async def hear(reader, name):
            while (line := await reader.readline())[-1:] == b"\\n":
                for one in [people[one] for one in people if one != name]:
                    one.write(name + b": " + line)
                    if one.transport.get_write_buffer_size() > 900_000:
                        one.transport.abort()
        async def come(reader, writer):
            while (line := await reader.readline())[-1:] == b"\\n":
                if (name := line[:-1]) and name not in people:
                    people[name] = writer
                    writer.write(b"welcome\\n")
                    return name
                writer.write(b"no\\n")
        async def serve(reader, writer):
            with contextlib.closing(writer), contextlib.suppress(OSError, ValueError):
                if name := await come(reader, writer):
                    try:
                        await hear(reader, name)
                    finally:
                        people.pop(name)
                        for one in people.values():
                            one.write(name + b" has left\\n")
        async def main():
            async with asyncio.TaskGroup() as group:
                await asyncio.start_server(lambda *pair: group.create_task(serve(*pair)) and None, "127.0.0.1", 6666)
                await asyncio.Event().wait()
        asyncio.run(main())
        """,
    "selectors, without asyncio": """
        import selectors, socket
        selector = selectors.DefaultSelector()
        door = socket.create_server(("127.0.0.1", 6666), backlog=128)
        door.setblocking(False)
        selector.register(door, 1)
        class Guest:
            def __init__(self, sock):
                self.sock, self.rest, self.owed, self.name, self.over = sock, b"", bytearray(), None, False
                sock.setblocking(False)
                selector.register(sock, 1, self)
            def give(self, data):
                self.owed += data
                self.push()
                if len(self.owed) > 1_000_000:
                    self.over = True
                    gone.append(self)
            def push(self):
                try:
                    del self.owed[:self.sock.send(self.owed)]
                except BlockingIOError:
                    pass
                except OSError:
                    self.owed.clear()
                wanted = 3 if self.owed else 1
                if selector.get_key(self.sock).events != wanted:
                    selector.modify(self.sock, wanted, self)
            def hear(self):
                try:
                    data = self.sock.recv(65536)
                except OSError:
                    data = b""
                *lines, self.rest = (self.rest + data).split(b"\\n")
                for line in lines:
                    if self.name:
                        tell(self.name + b": " + line, self)
                    elif line and line not in named:
                        self.name, named[line] = line, self
                        self.give(b"welcome\\n")
                    else:
                        self.give(b"no\\n")
                if not data or len(self.rest) > 65536:
                    gone.append(self)
        named, gone = {}, []
        def tell(line, but):
            for guest in named.values():
                if guest is not but and not guest.over:
                    guest.give(line + b"\\n")
        def let_go(guest):
            if guest.sock.fileno() < 0:
                return
            selector.unregister(guest.sock)
            guest.sock.close()
            if guest.name:
                del named[guest.name]
                tell(guest.name + b" has left", guest)
        while True:
            for key, mask in selector.select():
                if key.fileobj is door:
                    Guest(door.accept()[0])
                    continue
                if mask & 2:
                    key.data.push()
                if mask & 1:
                    key.data.hear()
            while gone:
                let_go(gone.pop())
        """,
}
