"""naps: mends that must not pass, each wrong in one way, and servers that must."""
from textwrap import dedent

SILENCE, NAP, OWN, MEANWHILE = "silence costs nothing", "a nap", "each its own nap", "who speaks meanwhile"
NO_SENSE, AFTER, LEAVES = "a line that makes no sense", "after one that was too long", "who leaves meanwhile"
UNWATCHED = "else:\n        del tasks[event]\n        watch(key.fileobj, tasks)"
HEARD = "    except Exception:\n        task.over = True\n        traceback.print_exc()\n"
CLEARED = "    timer = later(seconds, current.wake)\n    try:\n        await pause()\n    finally:\n        timer[2] = None"
AS_IT_WAS = "    later(seconds, current.wake)\n    await pause()"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", MEANWHILE, "round and round", [(UNWATCHED, ""), (HEARD, ""), (CLEARED, AS_IT_WAS)], "nobody waits for that"),
    ("an event stays watched", MEANWHILE, "round and round", [(UNWATCHED, "")], "nobody waits for that"),
    ("an error ends the loop", NO_SENSE, "ValueError", [(HEARD, "")]),
    ("a timer that wakes somebody else's wait", AFTER, "earlier", [(CLEARED, AS_IT_WAS)], "still there"),
    ("the error isn't heard", NO_SENSE, "nothing of it is printed", [("        traceback.print_exc()\n", "")], "terminal"),
    ("an error ends the loop, and is heard", NO_SENSE, "ended|ValueError|died", [
        ("        traceback.print_exc()\n", "        traceback.print_exc()\n        sys.exit(1)\n")]),
    ("the system is told, the dictionary isn't", MEANWHILE, "nothing", [
        (UNWATCHED, "else:\n    selector.unregister(key.fileobj)")], "watched then"),
    ("the dictionary is told, the system isn't", MEANWHILE, "round and round|KeyError", [("        watch(key.fileobj, tasks)\n", "")]),
    ("who speaks meanwhile is closed", MEANWHILE, "nothing", [
        (UNWATCHED, "else:\n    close(key.fileobj)")]),
    ("what is said meanwhile is thrown away", MEANWHILE, "nothing", [
        (UNWATCHED, "elif not key.fileobj.recv(65536):\n    del tasks[event]\n    watch(key.fileobj, tasks)")]),
    ("all timers go", OWN, "nothing", [(CLEARED, CLEARED.replace("timer[2] = None", "timers.clear()"))]),
    ("who is cut short takes all timers with it", AFTER, "nothing", [
        ("self.task.cancel(self.error))", "(timers.clear(), self.task.cancel(self.error)))")]),
    ("no nap is too long", OWN, "nothing", [("with timeout(5):", "with timeout(None):")]),
    ("who makes no sense is told so, and stays", NO_SENSE, "what|open|other", [
        ("    except TimeoutError:\n", "    except ValueError:\n        traceback.print_exc()\n        return b\"what?\"\n    except TimeoutError:\n")]),
    ("who makes no sense is never closed", NO_SENSE, "stays open", [
        ("    except OSError:                         # it broke off\n        pass\n    finally:\n        close(connection)",
         "    except OSError:                         # it broke off\n        close(connection)\n    else:\n        close(connection)")],
     "closes his connection"),
    ("a blocking nap", NAP, "somewhere else", [("await sleep(float(line))", "time.sleep(float(line))")]),
    ("a nap that looks at the clock", NAP, "again and again", [
        (CLEARED, "    end = time.monotonic() + seconds\n    while time.monotonic() < end:\n        timer = later(0.05, current.wake)\n"
         "        try:\n            await pause()\n        finally:\n            timer[2] = None")]),
]

STREAMS = """
    import asyncio, traceback
    async def answer(line):
        try:
            async with asyncio.timeout(5):
                await asyncio.sleep(float(line))
            return b"awake\\n"
        except TimeoutError:
            return b"too long\\n"
    async def serve(reader, writer):
        try:
            while line := await reader.readline():
                writer.write(await answer(line))
                await writer.drain()
        except OSError:
            pass
        except ValueError:
            traceback.print_exc()
        finally:
            writer.close()
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 6666)
        await server.serve_forever()
    asyncio.run(main())
"""

FLAT = """
    import heapq, selectors, socket, time, traceback
    selector, naps, number = selectors.DefaultSelector(), [], 0
    door = socket.create_server(("127.0.0.1", 6666), backlog=128)
    door.setblocking(False)
    selector.register(door, 1)

    class Guest:
        def __init__(self, sock):
            self.sock, self.rest, self.word, self.over = sock, b"", None, False

        def close(self):
            self.over = True
            if self.sock in selector.get_map():
                selector.unregister(self.sock)
            self.sock.close()

        def hear(self):
            try:
                data = self.sock.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                return self.close()
            self.rest += data
            self.next()

        def next(self):
            global number
            line, end, rest = self.rest.partition(b"\\n")
            if not end:
                if self.sock not in selector.get_map():
                    selector.register(self.sock, 1, self)
                return
            self.rest = rest
            try:
                seconds = float(line)
            except ValueError:
                traceback.print_exc()
                return self.close()
            if self.sock in selector.get_map():
                selector.unregister(self.sock)
            self.word = b"awake\\n" if seconds < 5 else b"too long\\n"
            number += 1
            heapq.heappush(naps, (time.monotonic() + min(seconds, 5), number, self))

        def wake(self):
            try:
                self.sock.send(self.word)
            except OSError:
                return self.close()
            self.next()

    while True:
        for key, events in selector.select(max(0, naps[0][0] - time.monotonic()) if naps else None):
            if key.fileobj is door:
                sock, _ = door.accept()
                sock.setblocking(False)
                selector.register(sock, 1, Guest(sock))
            else:
                key.data.hear()
        while naps and naps[0][0] <= time.monotonic():
            heapq.heappop(naps)[2].wake()
"""

PROTOCOL = """
    import asyncio, traceback

    class Serve(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport, self.rest, self.timer, self.over = transport, b"", None, False
        def data_received(self, data):
            self.rest += data
            self.next()
        def eof_received(self):
            self.over = True
            if not self.timer:
                self.transport.close()
            return True
        def connection_lost(self, error):
            if self.timer:
                self.timer.cancel()
        def next(self):
            if self.timer:
                return
            line, end, rest = self.rest.partition(b"\\n")
            if not end:
                if self.over:
                    self.transport.close()
                return
            self.rest = rest
            try:
                seconds = float(line)
            except ValueError:
                traceback.print_exc()
                return self.transport.close()
            word = b"awake\\n" if seconds < 5 else b"too long\\n"
            self.timer = asyncio.get_running_loop().call_later(min(seconds, 5), self.wake, word)
        def wake(self, word):
            self.timer = None
            self.transport.write(word)
            self.next()

    async def main():
        server = await asyncio.get_running_loop().create_server(Serve, "127.0.0.1", 6666)
        await server.serve_forever()
    asyncio.run(main())
"""

RIGHT = {"asyncio's streams": dedent(STREAMS), "one flat loop": dedent(FLAT), "asyncio's Protocol, with call_later": dedent(PROTOCOL)}
