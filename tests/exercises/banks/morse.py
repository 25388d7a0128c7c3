"""morse: mends that must not pass, each wrong in one way, and servers that must."""
SILENCE, LINES, URGENT, MANY = "silence costs nothing", "lines", "urgent", "many are urgent"
NO_SIGN, TOO_LONG, LEAVES, READS = "what has no sign", "a line without an end", "who leaves", "who doesn't read"
SILENT, SPEAKS, SLOWLY = "who is silent", "who speaks, stays", "never a whole line"
SLEEP, DRAIN = "await asyncio.sleep(1)", "        await writer.drain()\n"
WAIT = "            async with asyncio.timeout(LIMIT):\n                line = await reader.readline()\n"
SAY = "            await say(writer, line)\n"
CAUGHT = "    except (KeyError, ValueError):          # no sign, no letters, no end of the line\n"
GOODBYE = '        writer.write(b"goodbye\\n")\n'
CLOSE = "    finally:\n        writer.close()\n"
WRITE = '        writer.write(in_morse(text) + b"\\n")\n'

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("it sleeps in the thread of all", URGENT, "time passes somewhere else", [(SLEEP, "time.sleep(1)")], "at an `await`"),
    ("nobody waits for room", READS, "grows", [(DRAIN, "")], "waits until there is room"),
    ("room is waited for at the end", READS, "grows", [(DRAIN, ""), (CLOSE, CLOSE + "        await writer.wait_closed()\n")]),
    ("room is waited for in a task of its own", READS, "grows", [(DRAIN, "        asyncio.create_task(writer.drain())\n")]),
    ("answers are left out where there is no room", READS, "not all of it|other bytes", [
        (DRAIN, ""), (WRITE, "        if writer.transport.get_write_buffer_size() < 65536:\n    " + WRITE)]),
    ("who doesn't read is let go", READS, "not all of it|end of the connection", [
        (DRAIN, "        if writer.transport.get_write_buffer_size() > 65536:\n            writer.transport.abort()\n")]),
    ("nobody is closed", NO_SIGN, "stays open", [(CLOSE, "    finally:\n        pass\n")], "Who closes the connection"),
    ("who has said all is not closed", LEAVES, "stays open", [
        (CLOSE, ""), ('        writer.write(b"what?\\n")\n', '        writer.write(b"what?\\n")\n        writer.close()\n')]),
    ("a letter without a sign ends the handler", NO_SIGN, "the end of the connection|nothing", [
        (CAUGHT, "    except ValueError:\n")], "Which errors can come out of `in_morse`"),
    ("bytes that are no text end the handler", NO_SIGN, "the end of the connection|nothing", [(CAUGHT, "    except KeyError:\n")]),
    ("a line that is too long ends the handler", TOO_LONG, "the end of the connection|nothing", [
        (CAUGHT, "    except (KeyError, UnicodeDecodeError):\n")], "does `readline` raise"),
    ("what? is said, and the client may go on", NO_SIGN, "stays open", [
        (SAY, "            try:\n                await say(writer, line)\n            except (KeyError, ValueError):\n"
              '                writer.write(b"what?\\n")\n')]),
    ("letters that have no sign are left out", NO_SIGN, "b'", [
        ("for letter in line.decode().lower())", 'for letter in line.decode(errors="ignore").lower() if letter in SIGNS)')]),
    ("capital letters have no sign", LINES, "what|end of the connection", [(".lower()", "")]),
    ("a line may have a thousand letters", LINES, ".", [('"127.0.0.1", PORT)', '"127.0.0.1", PORT, limit=1000)')]),
    ("a line may be as long as it likes", TOO_LONG, "nothing", [('"127.0.0.1", PORT)', '"127.0.0.1", PORT, limit=2 ** 30)')]),
    ("nobody is let go", SILENT, "nothing", [("async with asyncio.timeout(LIMIT):", "async with asyncio.timeout(None):")],
     "if no line has come by then"),
    ("the limit is another one", SILENT, "nothing|earlier|b'goodbye", [("asyncio.timeout(LIMIT)", "asyncio.timeout(20)")]),
    ("the limit is for all that a client says", SPEAKS, "b'goodbye", [
        ("        while True:\n" + WAIT, "        now = asyncio.get_running_loop().time()\n        while True:\n"
         + WAIT.replace("timeout(LIMIT)", "timeout_at(now + LIMIT)"))], "What is the limit put around"),
    ("each byte gives all the time again", SLOWLY, "nothing", [
        ("        while True:\n" + WAIT + "            if not line:\n",
         '        rest, data = b"", b"begun"\n        while True:\n'
         '            while b"\\n" not in rest and len(rest) <= 65536 and data:\n'
         "                async with asyncio.timeout(LIMIT):\n                    data = await reader.read(65536)\n"
         '                rest += data\n            line, end, rest = rest.partition(b"\\n")\n            line += end\n'
         "            if data and not end:\n                raise ValueError\n            if not end:\n")], "a byte, or a whole line"),
    ("goodbye is said, and the client stays", SILENT, "stays open", [
        (GOODBYE, GOODBYE + "        await reader.read()\n")]),
    ("let go without a word", SILENT, "the end of the connection", [(GOODBYE, "        pass\n")]),
    ("what is urgent goes on in a task of its own", URGENT, "b'", [
        (SAY, SAY.replace("await say(writer, line)", "tasks.add(asyncio.create_task(say(writer, line)))")),
        ("async def say", "tasks = set()\n\n\nasync def say")]),
    ("what is urgent is said three times at once", URGENT, "b'", [(SLEEP, "await asyncio.sleep(0)")]),
    ("it waits before the first", URGENT, "nothing", [("        if number:\n    ", "        if True:\n    ")]),
    ("it says it when all three are there", URGENT, "nothing", [
        (WRITE + DRAIN, '    writer.write((in_morse(text) + b"\\n") * (number + 1))\n    await writer.drain()\n')]),
    ("one at a time", URGENT, "nothing", [
        (SAY, "            async with lock:\n    " + SAY), ("async def say", "lock = asyncio.Lock()\n\n\nasync def say")]),
    ("ten at a time", MANY, "nothing", [
        (SAY, "            async with some:\n    " + SAY), ("async def say", "some = asyncio.Semaphore(10)\n\n\nasync def say")],
     "How many can wait"),
    ("a thread for each that waits", URGENT + "|" + MANY, ".", [(SLEEP, "await asyncio.to_thread(time.sleep, 1)")]),
    ("it looks again and again", SILENCE, "it spins|burns", [
        (WAIT, "            while True:\n                try:\n                    async with asyncio.timeout(0.001):\n"
               "                        line = await reader.readline()\n                    break\n"
               "                except TimeoutError:\n                    pass\n")]),
    ("a reset ends it", LEAVES, "ended|ends", [
        ("    except OSError:                         # it broke off\n        pass\n", "    except OSError:\n        sys.exit(1)\n")]),
    ("who says that this was all is heard no more", LEAVES, "b'|nothing|end of the connection", [
        ("        if number:\n    ", "        if number and eof(writer):\n            return\n        if number:\n    "),
        ("async def say", "def eof(writer):\n    return writer.transport.get_protocol()._stream_reader.at_eof() or "
                          "not writer.transport.is_reading()\n\n\nasync def say")]),
]

HEAD = """
    import asyncio, sys
    LIMIT = float((sys.argv + ["6666", "30"])[2])
    SIGNS = dict(zip("abcdefghijklmnopqrstuvwxyz0123456789 ", ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. "
        "--.- .-. ... - ..- ...- .-- -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----. /".split()))
    def signs(line):
        return " ".join(SIGNS[letter] for letter in line.decode("ascii").lower()).encode() + b"\\n"
"""

PROTOCOL = HEAD + """
    class Client(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport, self.rest, self.queue, self.wake, self.full, self.ended = transport, b"", [], None, False, False
            self.loop = asyncio.get_running_loop()
            self.timer = self.loop.call_later(LIMIT, self.let_go)
        def let_go(self):
            self.transport.write(b"goodbye\\n")
            self.transport.close()
        def data_received(self, data):
            *lines, self.rest = (self.rest + data).split(b"\\n")
            self.queue += lines
            if len(self.rest) > 65536:
                self.queue.append(None)
            self.go_on()
        def eof_received(self):
            self.ended = True
            self.timer.cancel()
            self.go_on()
            return True
        def pause_writing(self):
            self.full = True
        def resume_writing(self):
            self.full = False
            self.go_on()
        def go_on(self):
            while self.queue and not self.wake and not self.full and not self.transport.is_closing():
                line = self.queue.pop(0)
                try:
                    if line is None:
                        raise ValueError
                    answer = signs(line.rstrip(b"!"))
                except (KeyError, ValueError):
                    self.transport.write(b"what?\\n")
                    self.transport.close()
                    return
                self.timer.cancel()
                self.timer = self.loop.call_later(LIMIT, self.let_go)
                self.transport.write(answer)
                if line.endswith(b"!"):
                    self.wake = self.loop.call_later(1, self.again, answer, 2)
            if self.ended:
                self.timer.cancel()
                if not self.queue and not self.wake:
                    self.transport.close()
            elif self.full or len(self.queue) > 1000:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()
        def again(self, answer, times):
            self.transport.write(answer)
            self.wake = self.loop.call_later(1, self.again, answer, 1) if times > 1 else None
            self.go_on()
        def connection_lost(self, error):
            self.timer.cancel()
            if self.wake:
                self.wake.cancel()
    async def main():
        server = await asyncio.get_running_loop().create_server(Client, "127.0.0.1", 6666)
        await server.serve_forever()
    asyncio.run(main())
"""

READER_AND_WRITER = HEAD + """
    async def read(reader, queue):
        try:
            while True:
                line = await asyncio.wait_for(reader.readuntil(b"\\n"), LIMIT)
                await queue.put(line[:-1])
        except TimeoutError:
            await queue.put(TimeoutError)
        except asyncio.IncompleteReadError:
            await queue.put(None)
        except asyncio.LimitOverrunError:
            await queue.put(KeyError)
        except OSError:
            await queue.put(None)
    async def write(writer, queue):
        while (line := await queue.get()) is not None:
            if line is TimeoutError:
                writer.write(b"goodbye\\n")
                break
            try:
                if line is KeyError:
                    raise line
                answer = signs(line.rstrip(b"!"))
            except (KeyError, UnicodeError):
                writer.write(b"what?\\n")
                break
            writer.write(answer)
            await writer.drain()
            if line.endswith(b"!"):
                for _ in range(2):
                    await asyncio.sleep(1)
                    writer.write(answer)
                    await writer.drain()
        raise StopAsyncIteration
    async def serve(reader, writer):
        queue = asyncio.Queue(10)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(read(reader, queue))
                group.create_task(write(writer, queue))
        except* (StopAsyncIteration, OSError):
            pass
        finally:
            writer.close()
    async def main():
        async with await asyncio.start_server(serve, "127.0.0.1", 6666) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

SOCKETS = HEAD + """
    import socket
    async def serve(sock):
        loop, rest = asyncio.get_running_loop(), b""
        try:
            while True:
                async with asyncio.timeout(LIMIT):
                    while b"\\n" not in rest and len(rest) <= 65536:
                        data = await loop.sock_recv(sock, 4096)
                        if not data:
                            return
                        rest += data
                line, found, rest = rest.partition(b"\\n")
                if not found:
                    raise ValueError("too long")
                answer = signs(line.removesuffix(b"!"))
                await loop.sock_sendall(sock, answer)
                for _ in range(2 * line.endswith(b"!")):
                    await asyncio.sleep(1)
                    await loop.sock_sendall(sock, answer)
        except TimeoutError:
            await loop.sock_sendall(sock, b"goodbye\\n")
        except (KeyError, ValueError):
            await loop.sock_sendall(sock, b"what?\\n")
        except OSError:
            pass
        finally:
            sock.close()
    async def main():
        door = socket.create_server(("127.0.0.1", 6666), backlog=100)
        door.setblocking(False)
        tasks = set()
        while True:
            sock, _ = await asyncio.get_running_loop().sock_accept(door)
            sock.setblocking(False)
            tasks.add(task := asyncio.create_task(serve(sock)))
            task.add_done_callback(tasks.discard)
    asyncio.run(main())
"""

WAIT_FOR = HEAD + """
    async def lines(reader):
        while (line := await asyncio.wait_for(reader.readline(), LIMIT)).endswith(b"\\n"):
            yield line[:-1]
    async def serve(reader, writer):
        last = b""
        try:
            async for line in lines(reader):
                urgent = line[-1:] == b"!"
                answer = signs(line[:-1] if urgent else line)
                for place in range(1 + 2 * urgent):
                    await asyncio.sleep(bool(place))
                    writer.write(answer)
                    await writer.drain()
        except asyncio.TimeoutError:
            last = b"goodbye\\n"
        except (LookupError, ValueError):
            last = b"what?\\n"
        except ConnectionError:
            return
        finally:
            writer.write(last)
            writer.close()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 6666))
    loop.run_forever()
"""

RIGHT = {"a Protocol, and timers": PROTOCOL, "a task that reads, and one that writes": READER_AND_WRITER,
         "sockets in the loop": SOCKETS, "wait_for, and an async generator": WAIT_FOR}
