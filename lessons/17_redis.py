"""Lesson 17: a Redis-compatible server. Other people's clients take it for the real one.

    python lessons/17_redis.py 6379                      in one terminal; Ctrl-C ends it
    redis-cli -p 6379 set greeting hello                 in a second one

    python lessons/17_redis.py 6379 300                  the same: who gets nothing done for 300 seconds is let go

New: the protocol, RESP, and a table of commands. The rest is known: a parser (07), one loop (10), high water (13), a heap (14).
Its weakness, kept on purpose: what clients store, or queue for EXEC, has no bound, and is gone when the program ends.
"""
import functools
import heapq
import itertools
import re
import selectors
import signal
import socket
import sys
import time
from collections import deque

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6379
LIMIT = float(sys.argv[2]) if len(sys.argv) > 2 else 0    # seconds in which a client must get something done; 0: for ever
LINE, WORDS, WORD = 2 ** 16, 2 ** 20, 2 ** 29             # bytes of a line, words of a command, bytes of a word: no more
HIGH, LOW = 65536, 16384                    # bytes owed: from HIGH on its commands wait, until it is LOW (13)
UNREAD = 2 ** 25                            # bytes: a subscriber that is owed more is let go
DAY = 86400                                 # seconds: epoll can't wait for a month, and a key may
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
STAR = b"*"[0]

data = {}                                   # key -> its value: bytes, or a deque of them, which is a list
channels = {}                               # channel -> its subscribers
deadlines, heap = {}, []                    # what -> when it is due: a key, a client, the listener (14)
numbers = itertools.count(1)
touched = {}                                # with whom this iteration has to do


class Refused(Exception):
    """A command can't be done: its text is the reply."""


class Bye(Exception):
    """The last reply to this client."""


class Push(list):
    """What answers no question: a message, or the news of a subscription."""


class Encoded(bytes):
    """A reply that is RESP already."""


class Client:
    def __init__(self, connection):
        self.connection, self.watched, self.active = connection, READ, time.monotonic()
        self.received, self.needed = bytearray(), 0       # what came; with fewer bytes than needed, nothing more is whole
        self.words, self.missing = [], 0    # a command that has begun; how many of its words are still to come
        self.owed, self.full = bytearray(), False         # full: it is owed so much that its commands wait
        self.ended = False                  # we hear no more of it
        self.number, self.name, self.protocol = next(numbers), None, 2
        self.queue, self.spoiled = None, False            # commands since MULTI; whether one of them was refused
        self.channels = {}


# -- what comes: b"*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n" is [b"ECHO", b"hi"] (07) -------------------------------------------

def cut(client):
    """Each whole command, as its words. What stays in `received` is the beginning of one."""
    if len(client.received) < client.needed:
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
        kind = "bulk count string" if missing else "mbulk count string" if text[place] == STAR else "inline request"
        raise Refused(f"ERR Protocol error: too big {kind}")


@functools.lru_cache(64)                    # the same few come again and again
def count(line):
    return max(0, integer(line[1:-1], "Protocol error: invalid multibulk length", most=WORDS))


@functools.lru_cache(1024)
def length(line):
    if line[:1] != b"$":
        raise Refused(f"ERR Protocol error: expected '$', got '{as_text(line[:1])}'")
    return integer(line[1:-1], "Protocol error: invalid bulk length", 0, WORD)


def integer(text, refusal="value is not an integer or out of range", least=-2 ** 63, most=2 ** 63 - 1):
    if re.fullmatch(rb"0|-?[1-9][0-9]{0,18}", text) and least <= int(text) <= most:
        return int(text)
    raise Refused(f"ERR {refusal}")


# -- what goes: RESP2, or RESP3 for who has said HELLO 3 ---------------------------------------------------------------

MARKS = {str: "+", int: ":", Refused: "-"}  # +OK, :7, -ERR syntax error


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
    mark, count = (b"*", len(parts)) if protocol == 2 or kind is list else (b">" if kind is Push else b"%", len(value))
    return b"%b%d\r\n" % (mark, count) + b"".join(parts)


# -- what is kept, and until when (14) ---------------------------------------------------------------------------------

def look(key, kind=object):
    """What is kept under this key; None: nothing."""
    if key in deadlines and deadlines[key] <= time.monotonic():
        forget(key)
    value = data.get(key)
    if value is not None and not isinstance(value, kind):
        raise Refused("WRONGTYPE Operation against a key holding the wrong kind of value")
    return value


def forget(key):
    deadlines.pop(key, None)
    return data.pop(key, None)


def set_deadline(what, when, then):
    deadlines[what] = when
    heapq.heappush(heap, (when, next(numbers), what, then))
    if len(heap) > 2 * len(deadlines) + 100:              # more than half mean nothing any more
        heap[:] = [entry for entry in heap if deadlines.get(entry[2]) == entry[0]]
        heapq.heapify(heap)


def time_left():
    while heap and deadlines.get(heap[0][2]) != heap[0][0]:
        heapq.heappop(heap)                 # called off, or another time was set
    return min(max(0, heap[0][0] - time.monotonic()), DAY) if heap else None


def call_due():
    while time_left() == 0:
        when, number, what, then = heapq.heappop(heap)
        del deadlines[what]
        then(what)


# -- the commands: each takes the client and its words, and returns the reply ------------------------------------------

def ping(client, *words):
    if len(words) > 1:
        raise Refused("ERR wrong number of arguments for 'ping' command")
    if client.channels and client.protocol == 2:
        return [b"pong", *(words or [b""])]
    return words[0] if words else "PONG"


def quit(client, *words):
    raise Bye


def set_(client, key, value, *options):
    if not options:                         # as nearly always
        forget(key)
        data[key] = value
        return "OK"
    asked = chosen(options)
    old = look(key, bytes if b"GET" in asked else object)
    written = old is None if b"NX" in asked else old is not None or b"XX" not in asked
    if written:
        data[key] = value
        if b"KEEPTTL" not in asked:
            deadlines.pop(key, None)
        if b"SECONDS" in asked:
            set_deadline(key, time.monotonic() + asked[b"SECONDS"], forget)
    return old if b"GET" in asked else "OK" if written else None


def chosen(options):
    """SET's options; EX and PX as SECONDS."""
    rest, asked = iter(options), {}
    for option in map(bytes.upper, rest):
        asked[option] = next(rest, None) if option in (b"EX", b"PX") else b""
    one_of = [asked.keys() & names for names in ({b"EX", b"PX", b"KEEPTTL"}, {b"NX", b"XX"}, {b"GET"})]
    if max(map(len, one_of)) > 1 or sum(map(len, one_of)) < len(asked) or None in asked.values():
        raise Refused("ERR syntax error")
    for unit, each in (b"EX", 1), (b"PX", 1000):
        if unit in asked:
            asked[b"SECONDS"] = integer(asked[unit]) / each
            if not 0 < asked[b"SECONDS"] < 2 ** 63 / 1000:
                raise Refused("ERR invalid expire time in 'set' command")
    return asked


def delete(client, *keys):
    return sum(look(key) is not None and forget(key) is not None for key in keys)


def add(key, by):
    old = look(key, bytes)
    new = by + (0 if old is None else integer(old))
    if not -2 ** 63 <= new < 2 ** 63:
        raise Refused("ERR increment or decrement would overflow")
    data[key] = b"%d" % new
    return new


def expire(client, key, seconds):
    seconds = integer(seconds)
    if abs(seconds) > 2 ** 63 // 1000:
        raise Refused("ERR invalid expire time in 'expire' command")
    if look(key) is None:
        return 0
    set_deadline(key, time.monotonic() + seconds, forget)
    return 1


def ttl(client, key):
    if look(key) is None:
        return -2
    return int(deadlines[key] - time.monotonic() + 0.5) if key in deadlines else -1


def push(key, words, extend):
    if look(key, deque) is None:
        data[key] = deque()
    extend(data[key], words)
    return len(data[key])


def lrange(client, key, first, last):
    first, last = integer(first), integer(last)
    values = list(look(key, deque) or ())
    first, last = (place + len(values) if place < 0 else place for place in (first, last))
    return values[max(0, first):max(0, last + 1)]


def lpop(client, key):
    values = look(key, deque)
    word = values.popleft() if values else None
    if not values:                          # there are no empty lists
        forget(key)
    return word


def publish(client, channel, message):
    there = list(channels.get(channel, ()))
    for one in there:
        one.owed += encode(Push([b"message", channel, message]), one.protocol)
        touched[one] = True
        if len(one.owed) > UNREAD:          # it doesn't read: memory isn't there for it alone
            let_go(one)
    return len(there)


def subscribe(client, *names):
    news = []
    for name in names:
        client.channels[name] = channels.setdefault(name, {})
        client.channels[name][client] = True
        news.append(Push([b"subscribe", name, len(client.channels)]))
    return tuple(news)


def unsubscribe(client, *names):
    news = []
    for name in names or list(client.channels) or [None]:
        if name in client.channels:
            del client.channels.pop(name)[client]
            if not channels[name]:
                del channels[name]
        news.append(Push([b"unsubscribe", name, len(client.channels)]))
    return tuple(news)


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
    replies = [encode(done(client, function, words), client.protocol) for function, words in queue]     # HELLO may be one
    return Encoded(b"*%d\r\n%b" % (len(replies), b"".join(replies)))


def hello(client, protocol=None, *options):
    if protocol and not 2 <= integer(protocol, "Protocol version is not an integer or out of range") <= 3:
        raise Refused("NOPROTO unsupported protocol version")
    if options:
        raise Refused(f"ERR Syntax error in HELLO option '{as_text(options[0])}'")
    client.protocol = int(protocol or client.protocol)
    return {b"server": b"redis", b"version": b"7.0.0", b"proto": client.protocol, b"id": client.number,
            b"mode": b"standalone", b"role": b"master", b"modules": []}


def config_get(client, *names):
    settings = {b"save": b"", b"appendonly": b"no", b"timeout": b"%d" % LIMIT}
    return {name: settings[name.lower()] for name in names if name.lower() in settings}


def info(client, *sections):
    return b"# Server\r\nredis_version:7.0.0\r\n# Clients\r\nconnected_clients:%d\r\n" % (len(selector.get_map()) - 1)


def set_name(client, name):
    client.name = name or None
    return "OK"


MANY = 10 ** 9
NONE = None, 0, MANY
COMMANDS = {                                # name -> what does it, and how many words it takes, at least and at most
    b"PING": (ping, 0, MANY), b"ECHO": (lambda client, word: word, 1, 1), b"QUIT": (quit, 0, MANY),
    b"SET": (set_, 2, MANY), b"GET": (lambda client, key: look(key, bytes), 1, 1), b"DEL": (delete, 1, MANY),
    b"MGET": (lambda client, *keys: [value if type(value) is bytes else None for value in map(look, keys)], 1, MANY),
    b"EXISTS": (lambda client, *keys: sum(look(key) is not None for key in keys), 1, MANY),
    b"INCR": (lambda client, key: add(key, 1), 1, 1), b"INCRBY": (lambda client, key, by: add(key, integer(by)), 2, 2),
    b"EXPIRE": (expire, 2, 2), b"TTL": (ttl, 1, 1),
    b"LPUSH": (lambda client, key, *words: push(key, words, deque.extendleft), 2, MANY),
    b"RPUSH": (lambda client, key, *words: push(key, words, deque.extend), 2, MANY),
    b"LRANGE": (lrange, 3, 3), b"LPOP": (lpop, 1, 1),
    b"PUBLISH": (publish, 2, 2), b"SUBSCRIBE": (subscribe, 1, MANY), b"UNSUBSCRIBE": (unsubscribe, 0, MANY),
    b"MULTI": (multi, 0, 0), b"DISCARD": (discard, 0, 0), b"EXEC": (exec_, 0, 0),
    b"HELLO": (hello, 0, MANY), b"INFO": (info, 0, MANY), b"CONFIG": (None, 1, 0), b"CONFIG|GET": (config_get, 1, MANY),
    b"COMMAND": (lambda client: [], 0, 0), b"COMMAND|DOCS": (lambda client, *names: {}, 0, MANY),
    b"CLIENT": (None, 1, 0), b"CLIENT|ID": (lambda client: client.number, 0, 0), b"CLIENT|SETNAME": (set_name, 1, 1),
    b"CLIENT|GETNAME": (lambda client: client.name, 0, 0),
}
FAMILIES = {b"CONFIG", b"COMMAND", b"CLIENT"}             # CONFIG GET is one command; CONFIG alone, with no word, is none
AT_ONCE = {b"MULTI", b"EXEC", b"DISCARD", b"QUIT"}        # these aren't put off until EXEC
FOR_SUBSCRIBERS = {b"PING", b"SUBSCRIBE", b"UNSUBSCRIBE", b"QUIT"}    # in RESP2, where a message looks like a reply


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
        refusal = (f"ERR Can't execute '{as_text(name).lower()}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET"
                   " are allowed in this context")
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


def as_text(word):
    return word.decode("latin-1").replace("\r", " ").replace("\n", " ")


# -- the clients (13) --------------------------------------------------------------------------------------------------

def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # let nobody in for a second
        selector.unregister(listener)
        return set_deadline(listener, time.monotonic() + 1, lambda listener: selector.register(listener, READ))
    connection.setblocking(False)
    client = Client(connection)
    selector.register(connection, READ, client)
    if LIMIT:
        set_deadline(client, client.active + LIMIT, ask_after)


def ask_after(client):
    """Has it got something done lately? Who has subscribed may be silent."""
    if client.channels:
        client.active = time.monotonic()
    if client.active + LIMIT > time.monotonic():
        set_deadline(client, client.active + LIMIT, ask_after)
    else:
        let_go(client)


def let_go(client):
    client.ended, client.full = True, False
    client.received.clear()
    client.owed.clear()
    touched[client] = True


def serve(client, ready):
    touched[client] = True
    if ready & READ:
        receive(client)
    if ready & WRITE:
        send(client)
    client.full = client.full and len(client.owed) > LOW
    now = time.monotonic()
    try:
        for words in cut(client):
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
    """At the end of an iteration: send what it is owed, and tell the selector if something else is to be watched now."""
    send(client)
    wanted = (0 if client.ended or client.full else READ) | (WRITE if client.owed or client.full else 0)
    if not wanted:
        close(client)
    elif wanted != client.watched:
        selector.modify(client.connection, wanted, client)
        client.watched = wanted


def close(client):
    unsubscribe(client)
    deadlines.pop(client, None)
    selector.unregister(client.connection)
    client.connection.close()


# -- the loop (10) -----------------------------------------------------------------------------------------------------

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=1024)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

selector = selectors.DefaultSelector()
selector.register(listener, READ)

while True:
    events = selector.select(time_left())
    for key, ready in events:
        accept() if key.fileobj is listener else serve(key.data, ready)
    call_due()
    for client in touched:
        settle(client)
    touched.clear()
