"""letters: mends that must not pass, each wrong in one way, and servers that must."""
WHOLE, HALF, GO, OWN = "whole lines", "half a line", "several lines in one go", "each has lines of its own"
CUT, TEXT, GONE = "cut at every place", "lines that are no text", "gone in the middle of a line"

SPLIT = '*lines, buffers[sock] = (buffers[sock] + data).split(b"\\n")'
SERVE = ('*lines, buffers[sock] = (buffers[sock] + data).split(b"\\n")\n'
         "                    for line in lines:\n                        sock.sendall(letters(line))")
COUNT = 'return b"%d\\n" % len(line.decode())'

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", HALF, r"b'3\\n'", [(SERVE, "sock.sendall(letters(data.removesuffix(b'\\n')))")]),
    ("the line end is counted", WHOLE, r"b'6\\n'", [(COUNT, 'return b"%d\\n" % (len(line.decode()) + 1)')]),
    ("bytes are counted", WHOLE, r"b'23\\n'", [(COUNT, 'return b"%d\\n" % (len(line.decode()) and len(line))')]),
    ("spaces aren't counted", WHOLE, r"b'0\\n'", [(COUNT, 'return b"%d\\n" % len(line.decode().strip(" "))')]),
    ("a \\r belongs to the line end", WHOLE, r"b'0\\n'", [(COUNT, 'return b"%d\\n" % len(line.decode().removesuffix("\\r"))')]),
    ("a \\r ends a line, too", WHOLE, r"b'", [(SPLIT, '*lines, buffers[sock] = (buffers[sock] + data).replace(b"\\r", b"\\n").split(b"\\n")')]),
    ("whatever ends a line for splitlines does so", WHOLE, r"b'",
     [(SERVE, "buffers[sock] += data\nlines = buffers[sock].splitlines()\nbuffers[sock] = b'' if buffers[sock].endswith(b'\\n') else lines.pop()\n"
              "for line in lines:\n    sock.sendall(letters(line))")]),
    ("an empty line isn't answered", WHOLE, "nothing", [("for line in lines:", "for line in filter(None, lines):")]),
    ("a replaced letter is taken for no text", WHOLE, r"b'\?",
     [(COUNT, 'text = line.decode(errors="replace")\nreturn b"?\\n" if "\\ufffd" in text else b"%d\\n" % len(text)')]),
    ("the rest is thrown away", HALF, r"b'2\\n'", [(SPLIT, '*lines, buffers[sock] = data.split(b"\\n")')]),
    ("it waits in recv for the rest of the line", HALF, r"stands in line \d+, `while data",
     [("data = sock.recv(1024)", "data = sock.recv(1024)\nwhile data and not data.endswith(b'\\n') and (more := sock.recv(1024)):\n    data += more")]),
    ("lines are as long as one recv at most", HALF, r"b'\d",
     [(SERVE, "if b'\\n' in data:\n    line, buffers[sock] = buffers[sock] + data, b''\n    sock.sendall(letters(line[:1024].rstrip(b'\\n')))\n"
              "else:\n    buffers[sock] += data")]),
    ("the second line waits for the next recv", GO, r"b'3\\n', and then nothing more",
     [(SERVE, "line, end, rest = (buffers[sock] + data).partition(b'\\n')\nbuffers[sock] = rest if end else line\nif end:\n    sock.sendall(letters(line))")]),
    ("two lines in one go are one", GO, r"b'10\\n", [(SERVE, "buffers[sock] += data\nif buffers[sock].endswith(b'\\n') or b'\\n' in data:\n    line, _, buffers[sock] = buffers[sock].rpartition(b'\\n')\n    sock.sendall(letters(line))")]),
    ("what is behind the last line end is lost", GO, r"b'2\\n", [(SERVE, "buffers[sock] += data\nif b'\\n' in data:\n    lines = buffers[sock].split(b'\\n')[:-1]\n    buffers[sock] = b''\n    for line in lines:\n        sock.sendall(letters(line))")]),
    ("one buffer for all", OWN, r"b'\d+\\n'", [(SPLIT, '*lines, buffers[0] = (buffers.get(0, b"") + data).split(b"\\n")')]),
    ("half letters are left out", CUT, r"b'[34]\\n", [
        ('buffers[connection] = b""', 'buffers[connection] = ""'), (SPLIT, '*lines, buffers[sock] = (buffers[sock] + data.decode(errors="ignore")).split("\\n")'),
        ("len(line.decode())", "len(line)")]),
    ("half letters end it", CUT, "died in line", [
        ('buffers[connection] = b""', 'buffers[connection] = ""'), (SPLIT, '*lines, buffers[sock] = (buffers[sock] + data.decode()).split("\\n")'),
        ("len(line.decode())", "len(line)")]),
    ("half a letter is taken for the end", CUT, "the end of the connection", [
        ('buffers[connection] = b""', 'buffers[connection] = ""'), (SPLIT, '*lines, buffers[sock] = (buffers[sock] + data.decode()).split("\\n")'),
        ("len(line.decode())", "len(line)"), ("except OSError:", "except (OSError, UnicodeDecodeError):")]),
    ("a line that is no text ends it", TEXT, "died in line .*UnicodeDecodeError", [("except UnicodeDecodeError:", "except ZeroDivisionError:")]),
    ("who says no text is let go", TEXT, "the end of the connection", [("except UnicodeDecodeError:\n        return b'?\\n'", "except UnicodeDecodeError:\n    raise ConnectionError")]),
    ("other letters of Europe are guessed", TEXT, r"b'1\\n'", [("return b'?\\n'", "return b'%d\\n' % len(line.decode('latin-1'))")]),
    ("lines behind one that is no text are lost", TEXT, "nothing more", [("sock.sendall(letters(line))", "answer = letters(line)\nsock.sendall(answer)\nif answer == b'?\\n':\n    break")]),
    ("half a line is answered at the end", GONE, r"b'3\\n3\\n'", [("if not data:", "if not data and buffers[sock]:\n    try:\n        sock.sendall(letters(buffers[sock]))\n    except OSError:\n        pass\nif not data:")]),
    ("half a line is left behind, by descriptor", GONE, r"b'5\\n'", [
        ('buffers[connection] = b""', "pass"), ("del buffers[sock]", "pass"), (SPLIT, '*lines, buffers[sock.fileno()] = (buffers.get(sock.fileno(), b"") + data).split(b"\\n")')]),
    ("who has gone isn't closed", GONE, "stays open", [("sock.close()", "globals().setdefault('kept', []).append(sock)")]),
    ("who doesn't wait for the answer ends it", GONE, "died in line", [("except OSError:", "except ConnectionAbortedError:")]),
    ("the beginning of a line is looked at again and again", HALF, "it spins|most of the time", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0 if any(buffers.values()) else 1)")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, [], [], 1)", "select.select(inputs, [], [], 0)")]),
]

RIGHT = {
    "selectors, and a find for each line": """
        import selectors, socket
        selector, texts = selectors.DefaultSelector(), {}
        door = socket.create_server(("127.0.0.1", 6666))
        selector.register(door, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                sock = key.fileobj
                if sock is door:
                    guest, _ = door.accept()
                    texts[guest] = bytearray()
                    selector.register(guest, selectors.EVENT_READ)
                    continue
                text = texts[sock]
                try:
                    said = sock.recv(4096)
                    text += said
                    while (place := text.find(b"\\n")) >= 0:
                        line = bytes(text[:place])
                        del text[:place + 1]
                        try:
                            answer = str(len(str(line, "utf-8")))
                        except ValueError:
                            answer = "?"
                        sock.sendall(answer.encode() + b"\\n")
                except OSError:
                    said = b""
                if not said:
                    selector.unregister(sock)
                    texts.pop(sock)
                    sock.close()
        """,
    "poll, and letters without decoding": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666))
        poll, there = select.poll(), {}
        poll.register(door, select.POLLIN)
        def answer(line):
            try:
                line.decode()
            except UnicodeDecodeError:
                return "?"
            return str(sum(byte & 0xc0 != 0x80 for byte in line))
        while True:
            for number, _ in poll.poll():
                if number == door.fileno():
                    guest, _ = door.accept()
                    there[guest.fileno()] = [guest, b""]
                    poll.register(guest, select.POLLIN)
                    continue
                guest, begun = there[number]
                try:
                    data = guest.recv(100)
                    pieces = (begun + data).split(b"\\n")
                    there[number][1] = pieces.pop()
                    if pieces:
                        guest.sendall("".join(answer(one) + "\\n" for one in pieces).encode())
                except ConnectionError:
                    data = b""
                if not data:
                    poll.unregister(number)
                    del there[number]
                    guest.close()
        """,
    "queues, as in 07": """
        import select, socket
        door = socket.create_server(("127.0.0.1", 6666), backlog=128)
        door.setblocking(False)
        hears, owes, begun = [door], {}, {}
        while True:
            readable, writable, _ = select.select(hears, [one for one in owes if owes[one] or one not in hears], [], 10)
            for one in readable:
                if one is door:
                    guest = door.accept()[0]
                    guest.setblocking(False)
                    hears.append(guest)
                    owes[guest], begun[guest] = b"", b""
                    continue
                try:
                    data = one.recv(65536)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    hears.remove(one)
                begun[one] += data
                while b"\\n" in begun[one]:
                    line, begun[one] = begun[one].split(b"\\n", 1)
                    try:
                        owes[one] += b"%i\\n" % len(line.decode("utf-8"))
                    except UnicodeError:
                        owes[one] += b"?\\n"
            for one in writable:
                try:
                    owes[one] = owes[one][one.send(owes[one]):]
                except BlockingIOError:
                    continue
                except OSError:
                    owes[one] = b""
                if one not in hears and not owes[one]:
                    del owes[one], begun[one]
                    one.close()
        """,
    "a thread for each, and a file": """
        import socket, threading
        def serve(guest):
            with guest, guest.makefile("rb") as lines:
                try:
                    for line in lines:
                        if line.endswith(b"\\n"):
                            try:
                                guest.sendall(b"%d\\n" % (len(line.decode()) - 1))
                            except UnicodeDecodeError:
                                guest.sendall(b"?\\n")
                except OSError:
                    pass
        door = socket.create_server(("127.0.0.1", 6666))
        while True:
            threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()
        """,
    "asyncio's streams": """
        import asyncio
        async def talk(reader, writer):
            try:
                while True:
                    line = await reader.readuntil(b"\\n")
                    try:
                        answer = len(line[:-1].decode())
                    except UnicodeDecodeError:
                        answer = "?"
                    writer.write(f"{answer}\\n".encode())
                    await writer.drain()
            except (asyncio.IncompleteReadError, OSError):
                pass
            writer.close()
        async def main():
            async with await asyncio.start_server(talk, "127.0.0.1", 6666) as server:
                await server.serve_forever()
        asyncio.run(main())
        """,
    "asyncio's Protocol, and lists of pieces": """
        import asyncio
        class Lines(asyncio.Protocol):
            def connection_made(self, transport):
                self.transport, self.pieces = transport, []
            def data_received(self, data):
                *ends, rest = data.split(b"\\n")
                for end in ends:
                    line, self.pieces = b"".join([*self.pieces, end]), []
                    try:
                        self.transport.write(b"%d\\n" % len(line.decode()))
                    except UnicodeDecodeError:
                        self.transport.write(b"?\\n")
                self.pieces.append(rest)
        async def main():
            server = await asyncio.get_running_loop().create_server(Lines, "127.0.0.1", 6666)
            await server.serve_forever()
        asyncio.run(main())
        """,
}
