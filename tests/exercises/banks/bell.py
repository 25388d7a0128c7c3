"""bell: mends that must not pass, each wrong in one way, and servers that must."""
from textwrap import dedent

SILENCE, LINES, RUNG = "silence costs nothing", "lines, quick and slow", "it is rung"
SEVERAL, FULL, MANY, LEAVES = "several done at once", "more than the ring takes", "many at once", "who leaves during a job"
ALL = "while not done.empty():"
RING = 'ring.send(b"!")'
LOOP = "    if listener not in inputs:"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", SEVERAL, "nothing", [(ALL, "if not done.empty():")]),
    ("an answer a ring, and the rings are counted", FULL, "nothing", [
        ("    bell.recv(4096)\n    while not done.empty():", "    for _ in bell.recv(4096):")]),
    ("an answer a ring, one ring at a time", FULL, "nothing", [
        ("bell.recv(4096)", "bell.recv(1)"), (ALL, "if not done.empty():")]),
    ("two at most", SEVERAL, "nothing", [(ALL, "for _ in range(min(2, done.qsize())):")]),
    ("as many as there are workers, and one more for luck", SEVERAL, "nothing", [
        (ALL, "for _ in range(min(threading.active_count(), done.qsize())):")]),
    ("ten at most", FULL, "nothing", [(ALL, "for _ in range(min(10, done.qsize())):")]),
    ("the bell isn't read", SILENCE, "it spins", [("    bell.recv(4096)\n", "")]),
    ("it waits for one answer more", SILENCE, r"stands in line \d+, `connection, data = done.get\(\)`", [(ALL, "while True:")]),
    ("the ring waits for room, and the loop for the worker", FULL, "stands in line|nothing", [
        ("ring.setblocking(False)", "ring.setblocking(True)"),
        ("queue.SimpleQueue(), queue.SimpleQueue()", "queue.Queue(4), queue.SimpleQueue()")]),
    ("nobody rings, and the loop looks again and again", RUNG, "again and again", [
        (RING, "pass"), ("    bell.recv(4096)\n", ""), (LOOP, "    fetch()\n" + LOOP), ("outputs, [], 1)", "outputs, [], 0.01)")]),
    ("lines behind a slow one are forgotten", LINES, "b'1 3", [
        ("inputs.append(connection)\n        answer(connection)", "inputs.append(connection)\nbuffers[connection].clear()")]),
    ("the last one gets all", f"{SEVERAL}|{LINES}", "nothing|b'", [
        ("        owe(connection, data)\n        inputs.append(connection)\n        answer(connection)",
         "        inputs.append(connection)\n        answer(connection)\n    owe(connection, data)")]),
    ("who leaves gets no answer", LEAVES, "the end|nothing", [
        ("        owe(connection, data)\n", "        if connection.recv(1, socket.MSG_PEEK) if ready(connection) else True:\n            owe(connection, data)\n"),
        ("def fetch():", "def ready(connection):\n    return select.select([connection], [], [], 0)[0]\n\n\ndef fetch():")]),
]

TO_THREAD = """
    import asyncio, time
    def slow():
        time.sleep(0.2)
    def count():
        sum(range(1000))
    jobs = {b"slow\\n": slow, b"count\\n": count}
    async def talk(reader, writer):
        number = 0
        try:
            while (line := await reader.readuntil()):
                number += 1
                if line in jobs:
                    await asyncio.to_thread(jobs[line])
                writer.write(b"%d %d\\n" % (number, len(line) - 1))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()
    async def main():
        async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=128) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

LOOP_OF_ITS_OWN = """
    import asyncio, time
    from concurrent.futures import ThreadPoolExecutor
    class Lines(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport, self.rest, self.number, self.lines, self.busy, self.over = transport, b"", 0, [], False, False
        def data_received(self, data):
            *lines, self.rest = (self.rest + data).split(b"\\n")
            self.lines += lines
            self.go_on()
        def eof_received(self):
            self.over = True
            self.go_on()
            return True
        def connection_lost(self, error):
            self.lines.clear()
        def go_on(self):
            while self.lines and not self.busy:
                line = self.lines.pop(0)
                self.number += 1
                self.answer = b"%d %d\\n" % (self.number, len(line))
                if line in (b"slow", b"count"):
                    self.busy = True
                    pool.submit(time.sleep, 0.2 * (line == b"slow")).add_done_callback(self.ring)
                else:
                    self.transport.write(self.answer)
            if self.over and not self.busy and not self.lines:
                self.transport.close()
        def ring(self, job):
            loop.call_soon_threadsafe(self.done)
        def done(self):
            self.busy = False
            self.transport.write(self.answer)
            self.go_on()
    async def main():
        global loop
        loop = asyncio.get_running_loop()
        await loop.create_server(Lines, "127.0.0.1", 6666, backlog=128)
        await asyncio.Event().wait()
    pool = ThreadPoolExecutor(3)
    asyncio.run(main())
"""

A_THREAD_A_JOB = """
    import os, select, socket, threading, time
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    lock, answers = threading.Lock(), []
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    listener.setblocking(False)
    rest, lines, debts, counts, busy, over = {}, {}, {}, {}, set(), set()
    def job(sock, line):
        time.sleep(0.2 * (line == b"slow"))
        with lock:
            answers.append(sock)
        try:
            os.write(waker, b"x")
        except BlockingIOError:
            pass
    def go_on(sock):
        while lines[sock] and sock not in busy:
            line = lines[sock].pop(0)
            counts[sock] += 1
            debts[sock] += b"%d %d\\n" % (counts[sock], len(line))
            if line in (b"slow", b"count"):
                busy.add(sock)
                threading.Thread(target=job, args=(sock, line), daemon=True).start()
        if sock in over and sock not in busy and not debts[sock]:
            over.remove(sock)
            for one in (rest, lines, debts, counts):
                del one[sock]
            sock.close()
    while True:
        hearing = [sock for sock in rest if sock not in busy and sock not in over]
        writing = [sock for sock in debts if debts[sock] and sock not in busy]
        readable, writable, _ = select.select([listener, wake, *hearing], writing, [])
        for sock in readable:
            if sock is listener:
                guest = listener.accept()[0]
                guest.setblocking(False)
                rest[guest], lines[guest], debts[guest], counts[guest] = b"", [], b"", 0
            elif sock is wake:
                os.read(wake, 1000)
                with lock:
                    there, answers = answers, []
                for guest in there:
                    busy.remove(guest)
                    go_on(guest)
            else:
                try:
                    data = sock.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    over.add(sock)
                *more, rest[sock] = (rest[sock] + data).split(b"\\n")
                lines[sock] += more
                go_on(sock)
        for sock in writable:
            if sock in debts:
                try:
                    debts[sock] = debts[sock][sock.send(debts[sock]):]
                except OSError:
                    debts[sock] = b""
                go_on(sock)
"""

RIGHT = {"asyncio.to_thread": dedent(TO_THREAD), "a pool, and call_soon_threadsafe": dedent(LOOP_OF_ITS_OWN),
         "a thread a job, and a pipe": dedent(A_THREAD_A_JOB)}
