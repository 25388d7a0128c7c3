"""Lesson 17: a Redis-compatible server. Other people's clients take it for the real one.

    python lessons/17_redis.py 6379                      in one terminal; Ctrl-C ends it
    redis-cli -p 6379 set greeting hello                 in a second one

    python lessons/17_redis.py 6379 300                  who gets nothing done for 300 seconds is let go

What is kept, and the commands, are in `redis_commands.py`, in the same folder. Here are the clients.
New: the protocol, RESP. The rest is known: a parser (07), one loop (10), high water (13), deadlines (14).
Its weakness, kept on purpose: what clients store, or queue for EXEC, has no bound, and all is gone
when the program ends.
"""
import functools
import itertools
import selectors
import signal
import socket
import sys
import time

import redis_commands as database
from redis_commands import COMMANDS, FAMILIES, Bye, Push, Refused, as_text, integer

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6379
LIMIT = float(sys.argv[2]) if len(sys.argv) > 2 else 0    # seconds for getting something done; 0: no limit
LINE, WORDS, WORD = 2 ** 16, 2 ** 20, 2 ** 29             # at most: bytes of a line, words, bytes of a word
HIGH, LOW = 65536, 16384                    # bytes owed: from HIGH on its commands wait, until it is LOW (13)
UNREAD = 2 ** 25                            # bytes: a subscriber that is owed more is let go
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
STAR = b"*"[0]
COUNTS = {b"*%d" % count: count for count in range(1, 1024)}  # b"*2" -> 2
HEADS = {size: b"$%d" % size for size in range(1024)}     # 4 -> b"$4"; longer words are for `cut`

touched = {}                                # with whom this iteration has to do
numbers = itertools.count(1)
database.settings[b"timeout"] = b"%d" % LIMIT


class Client:
    def __init__(self, connection):
        self.connection, self.watched, self.active = connection, READ, time.monotonic()
        self.received, self.needed = bytearray(), 0       # what came; with less, no more words are whole
        self.words, self.missing = [], 0    # a command that has begun; how many words it lacks
        self.owed, self.full = bytearray(), False         # full: it is owed so much that its commands wait
        self.ended = False                  # we hear no more of it
        self.number, self.name, self.protocol = next(numbers), None, 2
        self.queue, self.spoiled = None, False            # commands since MULTI; was one of them refused?
        self.channels = {}

    def push(self, message):
        """Tell it what it hasn't asked for."""
        self.owed += encode(message, self.protocol)
        touched[self] = True
        if len(self.owed) > UNREAD:         # it doesn't read: memory isn't there for it alone
            let_go(self)


# -- what comes: b"*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n" is [b"ECHO", b"hi"] (07) -------------------------

def cut(client):
    """Each whole command, as its words. What stays in `received` is the beginning of one."""
    if not client.received or len(client.received) < client.needed:
        return
    text, place, words, missing, client.needed = bytes(client.received), 0, client.words, client.missing, 0
    while not client.full and (end := text.find(b"\n", place, place + LINE)) >= 0:
        if missing:                         # "$4": a word of four bytes follows
            after = end + 3 + length(text[place:end])
            if len(text) < after:
                client.needed = after - place
                break
            words.append(text[end + 1:after - 2])
            place, missing = after, missing - 1
        elif text[place] == STAR:           # "*2": two words follow
            words, missing, place = [], count(text[place:end]), end + 1
        else:                               # typed by hand: a line of words
            words, place = text[place:end].split(), end + 1
        if words and not missing:
            yield words
    client.words, client.missing = words, missing
    del client.received[:place]
    if len(client.received) >= LINE and not client.needed and not client.full:
        line = "mbulk count string" if text[place] == STAR else "inline request"
        raise Refused("ERR Protocol error: too big " + ("bulk count string" if missing else line))


@functools.lru_cache(64)                    # the same few come again and again
def count(line):
    return max(0, integer(line[1:-1], "Protocol error: invalid multibulk length", most=WORDS))


@functools.lru_cache(1024)
def length(line):
    if line[:1] != b"$":
        raise Refused(f"ERR Protocol error: expected '$', got '{as_text(line[:1])}'")
    return integer(line[1:-1], "Protocol error: invalid bulk length", 0, WORD)


def whole(client):
    """The same for commands as nearly all are: all is there, and no word is long or has a line end."""
    if client.missing:                      # one has begun: `cut` goes on with it
        return
    text, place = bytes(client.received), 0
    lines = text.split(b"\r\n")             # the last one is what follows the last line end
    while (many := COUNTS.get(lines[place])) and not client.full:
        end = place + 1 + 2 * many
        words = lines[place + 2:end:2]      # they are, if the line before each is its head
        if end >= len(lines) or lines[place + 1:end:2] != [HEADS.get(len(word)) for word in words]:
            break
        place = end
        yield words
    del client.received[:len(text) - len(b"\r\n".join(lines[place:]))]


# -- what goes: RESP2, or RESP3 for who has said HELLO 3 -----------------------------------------

MARKS = {str: "+", int: ":", Refused: "-"}  # +OK, :7, -ERR syntax error


class Encoded(bytes):
    """A reply that is RESP already."""


def encode(value, protocol):
    kind = type(value)
    if kind is bytes:
        return b"$%d\r\n%b\r\n" % (len(value), value)
    if kind in MARKS:
        return f"{MARKS[kind]}{value}\r\n".encode("latin-1")
    if kind is Encoded:
        return value
    if value is None:
        return b"_\r\n" if protocol == 3 else b"$-1\r\n"
    parts = [encode(one, protocol) for one in (itertools.chain(*value.items()) if kind is dict else value)]
    if kind is tuple:                       # several replies
        return b"".join(parts)
    mark = b"*" if protocol == 2 or kind is list else b">" if kind is Push else b"%"
    return b"%b%d\r\n%b" % (mark, len(value) if mark == b"%" else len(parts), b"".join(parts))


# -- the commands, one by one ----------------------------------------------------------------------

AT_ONCE = {b"MULTI", b"EXEC", b"DISCARD", b"QUIT"}        # these aren't put off until EXEC
FOR_SUBSCRIBERS = {b"PING", b"SUBSCRIBE", b"UNSUBSCRIBE", b"QUIT"}    # RESP2: a message looks like a reply
NOT_NOW = ("ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
           "are allowed in this context")
NONE = None, 0, sys.maxsize


def perform(client, words):
    """The reply to this command. A refusal is a reply, too."""
    name, rest = words[0].upper(), words[1:]
    if rest and name in FAMILIES:
        name, rest = name + b"|" + rest[0].upper(), rest[1:]
    function, least, most = COMMANDS.get(name, NONE)
    if not least <= len(rest) <= most:
        refusal = f"ERR wrong number of arguments for '{as_text(name).lower()}' command"
    elif not function:
        refusal = unknown(words)
    elif client.channels and client.protocol == 2 and name not in FOR_SUBSCRIBERS:
        refusal = NOT_NOW % as_text(name).lower()
    elif client.queue is not None and name not in AT_ONCE:
        client.queue.append((function, rest))
        return "QUEUED"
    else:
        return done(client, function, rest)
    client.spoiled = True
    if name == b"EXEC":
        client.queue = None
        refusal = "EXECABORT Transaction discarded because of: " + refusal.removeprefix("ERR ")
    return Refused(refusal)


def done(client, function, words):
    try:
        return function(client, *words)
    except Refused as refused:
        return refused


def unknown(words):
    name, *rest = map(as_text, words)
    if words[0].upper() in FAMILIES:
        return f"ERR unknown subcommand '{rest[0][:128]}'. Try {name.upper()} HELP."
    shown = ""
    for word in rest:
        shown += f"'{word[:128 - len(shown)]}' " if len(shown) < 128 else ""
    return f"ERR unknown command '{name[:128]}', with args beginning with: {shown}"


# -- MULTI, and all at once with EXEC ------------------------------------------------------------

def multi(client):
    if client.queue is not None:
        raise Refused("ERR MULTI calls can not be nested")
    client.queue, client.spoiled = [], False
    return "OK"


def discard(client):
    if client.queue is None:
        raise Refused("ERR DISCARD without MULTI")
    client.queue = None
    return "OK"


def exec_(client):
    if client.queue is None:
        raise Refused("ERR EXEC without MULTI")
    queue, client.queue = client.queue, None
    if client.spoiled:
        raise Refused("EXECABORT Transaction discarded because of previous errors.")
    replies = b"*%d\r\n" % len(queue)
    for function, words in queue:           # HELLO may be one of them
        replies += encode(done(client, function, words), client.protocol)
    return Encoded(replies)


COMMANDS |= {b"MULTI": (multi, 0, 0), b"DISCARD": (discard, 0, 0), b"EXEC": (exec_, 0, 0)}


# -- the clients (13) -----------------------------------------------------------------------------

def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # let nobody in for a second
        selector.unregister(listener)
        return database.set_deadline(listener, time.monotonic() + 1, lambda _: selector.register(listener, READ))
    connection.setblocking(False)
    client = Client(connection)
    database.clients[client.number] = client
    selector.register(connection, READ, client)
    if LIMIT:
        database.set_deadline(client, client.active + LIMIT, ask_after)


def ask_after(client):
    """Has it got something done lately? Who has subscribed may be silent."""
    if client.channels:
        client.active = time.monotonic()
    if client.active + LIMIT > time.monotonic():
        database.set_deadline(client, client.active + LIMIT, ask_after)
    else:
        let_go(client)


def let_go(client):
    client.ended, client.full = True, False
    client.received.clear()
    client.owed.clear()
    touched[client] = True


def serve(client, ready):
    touched[client] = True
    if ready & WRITE:
        send(client)
        client.full = client.full and len(client.owed) > LOW
    if ready & READ:
        receive(client)
    if client.received and not client.full:
        answer(client)


def answer(client):
    """Do what it asks, command by command, as long as it isn't owed too much."""
    now = time.monotonic()
    try:
        for words in itertools.chain(whole(client), cut(client)):
            client.owed += encode(perform(client, words), client.protocol)
            client.full, client.active = len(client.owed) >= HIGH, now
    except (Bye, Refused) as last:
        client.owed += encode(last if isinstance(last, Refused) else "OK", client.protocol)
        client.ended = True
        client.received.clear()


def receive(client):
    try:
        came = client.connection.recv(65536)
    except BlockingIOError:
        return
    except OSError:
        came = b""
    client.received += came
    client.ended = client.ended or not came


def send(client):
    try:
        sent = client.connection.send(client.owed) if client.owed else 0
    except BlockingIOError:
        return
    except OSError:                         # nobody is there to read them
        sent = len(client.owed)
    if sent:
        client.active = time.monotonic()
        del client.owed[:sent]


def settle(client):
    """The end of an iteration: send what it is owed, and tell the selector if it is to watch something else."""
    send(client)
    wanted = (0 if client.ended or client.full else READ) | (WRITE if client.owed or client.full else 0)
    if not wanted:
        close(client)
    elif wanted != client.watched:
        selector.modify(client.connection, wanted, client)
        client.watched = wanted


def close(client):
    database.unsubscribe(client)
    database.clients.pop(client.number, None)
    database.deadlines.pop(client, None)
    selector.unregister(client.connection)
    client.connection.close()


# -- the loop (10) --------------------------------------------------------------------------------

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=1024)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

selector = selectors.DefaultSelector()
selector.register(listener, READ)

while True:
    events = selector.select(database.time_left())
    for key, ready in events:
        accept() if key.fileobj is listener else serve(key.data, ready)
    database.call_due()
    for client in touched:
        settle(client)
    touched.clear()
