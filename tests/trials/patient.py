"""A server that survives all the trials, in three languages: it hears no more from who doesn't read, and has a limit."""

PATIENT = """
import select, signal, socket, sys, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())
limit = float(sys.argv[2]) if len(sys.argv) > 2 else None
HIGH = 100_000                              # bytes that a client may be owed
listener = socket.create_server(("127.0.0.1", 6666), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
clients, door = {}, [listener]

class Client:
    def __init__(self):
        self.said, self.owed, self.ended, self.count = bytearray(), bytearray(), False, 0
        self.since = time.monotonic()       # when its last whole message came

def accept():
    try:
        sock = listener.accept()[0]
    except OSError:
        return door.clear()
    if sock.fileno() >= 1024:
        return sock.close()
    sock.setblocking(False)
    clients[sock] = Client()

def receive(sock, client):
    data = sock.recv(65536)
    client.ended = not data
    client.said += data
    {answer}

def send(sock, client):
    del client.owed[:sock.send(client.owed)]
    if client.ended and not client.owed:
        leave(sock)

def leave(sock):
    del clients[sock]
    sock.close()

def attempt(what, sock):
    try:
        if sock in clients:
            what(sock, clients[sock])
    except BlockingIOError:
        pass
    except OSError:
        leave(sock)

while True:
    hears = [sock for sock, client in clients.items() if not client.ended and len(client.owed) < HIGH]
    owed = [sock for sock, client in clients.items() if client.ended or client.owed]
    readable, writable, _ = select.select(door + hears, owed, [], 0.1 if limit else 1)
    door[:] = [listener]
    for sock in readable:
        accept() if sock is listener else attempt(receive, sock)
    for sock in writable:
        attempt(send, sock)
    for sock in list(clients):
        if limit and time.monotonic() > clients[sock].since + limit:
            leave(sock)
"""

ECHO = """
    if data:
        client.owed += client.said
        client.said.clear()
        client.since = time.monotonic()
"""

LINES = """
    *lines, rest = client.said.split(b"\\n")
    client.said[:] = rest
    for line in lines:
        client.count += 1
        client.owed += b"%d %d\\n" % (client.count, len(line))
        client.since = time.monotonic()
"""

REDIS = """
    while (cut := command(client.said)):
        words, size = cut
        del client.said[:size]
        name = words[0].upper()
        client.owed += (b"+PONG\\r\\n" if name == b"PING" else b"+OK\\r\\n" if name == b"SET" else
                        b"$%d\\r\\n%b\\r\\n" % (len(words[1]), words[1]) if name == b"ECHO" else b"-ERR\\r\\n")
        client.since = time.monotonic()

def command(said):
    words, place, count = [], 0, None
    while count is None or len(words) < count:
        end = said.find(b"\\r\\n", place)
        if end < 0:
            return None
        number, place = int(said[place + 1:end]), end + 2
        if count is None:
            count = number
            continue
        if len(said) < place + number + 2:
            return None
        words.append(bytes(said[place:place + number]))
        place += number + 2
    return words, place
"""

SERVICES = {"echo": PATIENT.replace("\n    {answer}\n", ECHO), "lines": PATIENT.replace("\n    {answer}\n", LINES),
            "redis": PATIENT.replace("\n    {answer}\n", REDIS)}
