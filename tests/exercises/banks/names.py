"""names: mends that must not pass, each wrong in one way, and servers that must."""
from textwrap import dedent

SILENCE, QUESTIONS, TWO = "silence costs nothing", "a datagram is a question", "two at the same moment"
LONG, EMPTY = "long names", "the empty name"
SIZE, KEPT, SENT = "recvfrom(65536)", "answers.append((address_of(question), asker))", "datagrams.sendto(*answers[0])"
SHORT = (SIZE, "recvfrom(64)")
END = (f"    {KEPT}", f"    if not question:\n        del readers[datagrams]\n        return\n    {KEPT}")
LAST = [(KEPT, "answers.append(address_of(question))"), (SENT, "datagrams.sendto(answers[0], asker)")]

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", TWO, "nothing|b'10", [END, SHORT, *LAST], "where is the address of each kept"),
    ("the size is forgotten", LONG, "b'unknown'", [SHORT], "How many bytes of a datagram"),
    ("the size is larger, and not large enough", LONG, "b'unknown'", [(SIZE, "recvfrom(128)")]),
    ("a name that is too long becomes another one", LONG, r"b'10\.0\.2\.55'", [(SIZE, "recvfrom(255)")]),
    ("the end is forgotten", EMPTY, "nothing", [END], 'What does `b""` mean'),
    ("an empty datagram is taken, and not answered", EMPTY, "nothing", [
        (f"    {KEPT}", f"    if not question:\n        return\n    {KEPT}")]),
    ("an empty datagram ends the server", EMPTY, "exit status 0", [(f"    {KEPT}", f"    question or sys.exit()\n    {KEPT}")]),
    ("an empty datagram closes the socket", EMPTY, "ValueError|OSError", [
        (f"    {KEPT}", f"    if not question:\n        return datagrams.close()\n    {KEPT}")]),
    ("the address is forgotten", TWO, "nothing|b'10", LAST, "where is the address of each kept"),
    ("the address is kept beside the answer, and the last one is used", TWO, "nothing|b'10", [(SENT, "datagrams.sendto(answers[0][0], asker)")]),
    ("an answer goes to all who have asked", TWO, "b'10", [
        ("answers = []", "askers, answers = {}, []"), (KEPT, f"askers[asker] = 1\n{KEPT}"),
        (SENT, "for one in askers:\n    datagrams.sendto(answers[0][0], one)")]),
    ("an address for each question", TWO, "nothing|and then", [
        ("answers = []", "askers, answers = {}, []"), (KEPT, "askers[question] = asker\nanswers.append(question)"),
        (SENT, "datagrams.sendto(address_of(answers[0]), askers[answers[0]])")]),
    ("one answer is kept, and no more", QUESTIONS, "b'10|nothing", [(KEPT, "answers[:] = [(address_of(question), asker)]")]),
    ("answers over UDP are lines", SILENCE, r"b'10\.0\.0\.2\\n'", [(KEPT, 'answers.append((address_of(question) + b"\\n", asker))')]),
    ("a question over UDP is a line", SILENCE, "nothing", [(KEPT, f'if question.endswith(b"\\n"):\n        {KEPT}')]),
    ("a question is made beautiful", QUESTIONS, r"b'10\.0\.0\.1'", [("address_of(question)", "address_of(question.strip())")]),
    ("an answer comes again and again", SILENCE, "it spins", [("    del answers[0]\n", "")]),
    ("it looks again and again", SILENCE, "it spins", [("writers, [], 1)", "writers, [], 0)")]),
    ("lines are given up, too", SILENCE, "unknown", [
        ('(buffers[connection] + data).split(b"\\n")', '[data, b""]')]),
]

AT_ONCE = """
    import selectors, socket
    ADDRESSES = {b"alice": b"10.0.0.1", b"bob": b"10.0.0.2", "zoë".encode(): b"10.0.0.26",
                 b"the printer on the second floor": b"10.0.1.1", b"n" * 255: b"10.0.2.55"}
    loop = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 6666))
    def hear(udp):
        while True:
            try:
                name, address = udp.recvfrom(4096)
            except BlockingIOError:
                return
            udp.sendto(ADDRESSES.get(name, b"unknown"), address)
    def accept(listener):
        guest = listener.accept()[0]
        rest[guest], owed[guest], over[guest] = b"", b"", False
        watch(guest, selectors.EVENT_READ, talk)
    def talk(guest):
        if not over[guest]:
            try:
                data = guest.recv(4096)
            except BlockingIOError:
                data = None
            except OSError:
                data = b""
            if data is not None:
                over[guest] = not data
                *lines, rest[guest] = (rest[guest] + data).split(b"\\n")
                for line in lines:
                    owed[guest] += ADDRESSES.get(line, b"unknown") + b"\\n"
        try:
            owed[guest] = owed[guest][guest.send(owed[guest]):]
        except BlockingIOError:
            pass
        except OSError:
            over[guest], owed[guest] = True, b""
        events = (not over[guest]) * selectors.EVENT_READ | bool(owed[guest]) * selectors.EVENT_WRITE
        if events:
            loop.modify(guest, events, talk)
        else:
            loop.unregister(guest)
            guest.close()
            del rest[guest], owed[guest], over[guest]
    def watch(sock, events, act):
        sock.setblocking(False)
        loop.register(sock, events, act)
    rest, owed, over = {}, {}, {}
    watch(udp, selectors.EVENT_READ, hear)
    watch(listener, selectors.EVENT_READ, accept)
    while True:
        for key, _ in loop.select():
            key.data(key.fileobj)
"""

ASYNCIO = """
    import asyncio
    ADDRESSES = {b"alice": b"10.0.0.1", b"bob": b"10.0.0.2", "zoë".encode(): b"10.0.0.26",
                 b"the printer on the second floor": b"10.0.1.1", b"n" * 255: b"10.0.2.55"}
    class Names(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport
        def datagram_received(self, name, address):
            self.transport.sendto(ADDRESSES.get(name, b"unknown"), address)
    async def talk(reader, writer):
        try:
            while True:
                line = await reader.readuntil()
                writer.write(ADDRESSES.get(line[:-1], b"unknown") + b"\\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass
        finally:
            writer.close()
    async def main():
        await asyncio.get_running_loop().create_datagram_endpoint(Names, ("127.0.0.1", 6666))
        async with await asyncio.start_server(talk, "127.0.0.1", 6666, backlog=128) as server:
            await server.serve_forever()
    asyncio.run(main())
"""

ANSWERS_BY_ADDRESS = """
    import select, socket
    ADDRESSES = {b"alice": b"10.0.0.1", b"bob": b"10.0.0.2", "zoë".encode(): b"10.0.0.26",
                 b"the printer on the second floor": b"10.0.1.1", b"n" * 255: b"10.0.2.55"}
    listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 6666))
    for one in (listener, udp):
        one.setblocking(False)
    queues, buffers, over, owed = {}, {}, set(), {}
    while True:
        hearing = [sock for sock in queues if sock not in over]
        writing = [sock for sock in queues if queues[sock] or sock in over] + [udp] * bool(owed)
        readable, writable, _ = select.select([listener, udp, *hearing], writing, [])
        for sock in readable:
            if sock is listener:
                guest = listener.accept()[0]
                guest.setblocking(False)
                queues[guest], buffers[guest] = bytearray(), b""
            elif sock is udp:
                buffer = bytearray(70000)
                size, address = udp.recvfrom_into(buffer)
                owed.setdefault(address, []).append(ADDRESSES.get(bytes(buffer[:size]), b"unknown"))
            else:
                try:
                    data = sock.recv(1000)
                except OSError:
                    data = b""
                if not data:
                    over.add(sock)
                *lines, buffers[sock] = (buffers[sock] + data).split(b"\\n")
                for line in lines:
                    queues[sock] += ADDRESSES.get(line, b"unknown") + b"\\n"
        for sock in writable:
            if sock is udp:
                address, answers = owed.popitem()
                udp.sendto(answers.pop(0), address)
                if answers:
                    owed[address] = answers
                continue
            try:
                del queues[sock][:sock.send(queues[sock])]
            except OSError:
                queues[sock].clear()
                over.add(sock)
            if sock in over and not queues[sock]:
                over.remove(sock)
                del queues[sock], buffers[sock]
                sock.close()
"""

RIGHT = {"selectors, all that is there, answered at once": dedent(AT_ONCE), "asyncio's datagrams": dedent(ASYNCIO),
         "a list of answers for each address": dedent(ANSWERS_BY_ADDRESS)}
