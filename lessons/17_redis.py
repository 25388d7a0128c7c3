"""Lesson 17: a Redis-compatible server. Other people's clients take it for the real one.

    python lessons/17_redis.py 6379                      in one terminal; Ctrl-C ends it
    redis-cli -p 6379 set greeting hello                 in a second one
    python lessons/17_redis.py 6379 300                  who gets nothing done for 300 seconds is let go: Redis' own `timeout`

New: the protocol, RESP, and a table of commands. The rest is known: a parser (07), one loop (10), high water (13), a heap (14).
Its weakness, kept on purpose: what clients store has no bound, and is gone when the program ends.
"""
import collections
import heapq
import itertools
import math
import selectors
import signal
import socket
import sys
import time

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6379
LIMIT = float(sys.argv[2]) if len(sys.argv) > 2 else 0    # seconds in which a client must get something done; 0: for ever
LINE, WORDS, WORD = 65536, 2 ** 20, 2 ** 29               # bytes of a line, words of a command, bytes of a word: no more
HIGH, LOW = 65536, 16384                    # bytes owed: from HIGH on it isn't answered, at LOW it is again (13)
UNREAD = 2 ** 25                            # bytes: a subscriber that is owed more is let go
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
STAR, DOLLAR = b"*$"

data = {}                                   # key -> its value: bytes, or a deque of them, which is a list
channels = collections.defaultdict(dict)    # channel -> its subscribers
deadlines, heap = {}, []                    # what -> when: a key is forgotten, a client asked after, the door opened (14)
numbers = itertools.count(1)
clients, touched = {}, {}                   # who is here; with whom this iteration has to do


class Refused(Exception):
    """A command can't be done. The text is the reply."""


class Bye(Exception):
    """The last reply to a client."""


class Push(list):
    """What is not a reply: a message, or news of a subscription."""


class Client:
    def __init__(self, connection):
        self.connection, self.watched, self.active = connection, READ, time.monotonic()
        self.received, self.needed = bytearray(), 0       # what came; with fewer bytes than needed, nothing more is whole
        self.words, self.missing = [], 0    # a command that has begun; how many of its words are still to come
        self.owed, self.full = bytearray(), False         # full: it is owed so much that its next commands wait
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
        if missing:                         # "$4": four bytes follow
            if text[place] != DOLLAR:
                raise Bye(Refused(f"ERR Protocol error: expected '$', got '{text[place]:c}'"))
            after = end + 3 + size(text[place + 1:end - 1], "bulk", 0, WORD)
            if len(text) < after:
                client.needed = after - place
                break
            words.append(text[end + 1:after - 2])
            place, missing = after, missing - 1
        elif text[place] == STAR:           # "*2": two words follow
            missing = max(0, size(text[place + 1:end - 1], "multibulk", -math.inf, WORDS))
            words, place = [], end + 1
        else:                               # typed by hand: a line of words
            words, place = text[place:end].split(), end + 1
        if words and not missing:
            yield words
    if not (client.full or client.needed) and len(text) - place >= LINE:
        kind = "bulk count string" if missing else "mbulk count string" if text[place] == STAR else "inline request"
        raise Bye(Refused(f"ERR Protocol error: too big {kind}"))
    client.words, client.missing = words, missing
    del client.received[:place]


def size(text, kind, least, most):
    try:
        if least <= integer(text) <= most:
            return int(text)
    except Refused:
        pass
    raise Bye(Refused(f"ERR Protocol error: invalid {kind} length"))


def integer(text):
    """Of one number Redis takes one spelling: no 07, no +7, no 7_000."""
    try:
        if b"%d" % int(text) == text and -2 ** 63 <= int(text) < 2 ** 63:
            return int(text)
    except ValueError:
        pass
    raise Refused("ERR value is not an integer or out of range")


# -- what goes: RESP2, or RESP3 for who has said HELLO 3 ---------------------------------------------------------------

def encode(value, protocol):
    kind = type(value)
    if kind is bytes:
        return b"$%d\r\n%b\r\n" % (len(value), value)
    if kind in (str, int, Refused):         # one line: +OK, :7, -ERR
        return f"{'+' if kind is str else ':' if kind is int else '-'}{value}\r\n".encode("latin-1")
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
    if deadlines.get(key, math.inf) <= time.monotonic():
        forget(key)
    value = data.get(key)
    if value is not None and not isinstance(value, kind):
        raise Refused("WRONGTYPE Operation against a key holding the wrong kind of value")
    return value


def forget(key):
    deadlines.pop(key, None)
    return data.pop(key, None)


def set_deadline(what, seconds):
    deadlines[what] = time.monotonic() + seconds
    heapq.heappush(heap, (deadlines[what], next(numbers), what))
    if len(heap) > 2 * len(deadlines) + 100:              # more than half mean nothing any more
        heap[:] = [(when, next(numbers), what) for what, when in deadlines.items()]
        heapq.heapify(heap)


def time_left():
    while heap and deadlines.get(heap[0][2]) != heap[0][0]:
        heapq.heappop(heap)                 # put off, or called off
    return max(0, heap[0][0] - time.monotonic()) if heap else None


def call_due():
    while time_left() == 0:
        what = heapq.heappop(heap)[2]
        del deadlines[what]
        if what is listener:
            selector.register(listener, READ)
        elif what in clients:
            ask_after(what)
        else:
            forget(what)


# -- the commands: each gets the client and its words, and returns the reply -------------------------------------------

def ping(client, word=None):
    if client.channels and client.protocol == 2:
        return [b"pong", word or b""]
    return "PONG" if word is None else word


def quit(client, *words):
    raise Bye("OK")


def set_(client, key, value, *options):
    rest, asked = iter(options), {}
    for option in map(bytes.upper, rest):
        asked[option] = next(rest, None) if option in (b"EX", b"PX") else b""
    named = asked.keys()
    if (named - {b"NX", b"XX", b"GET", b"KEEPTTL", b"EX", b"PX"} or None in asked.values() or {b"NX", b"XX"} <= named
            or len(named & {b"EX", b"PX", b"KEEPTTL"}) > 1):
        raise Refused("ERR syntax error")
    time_given = [integer(asked[unit]) * each for unit, each in ((b"EX", 1000), (b"PX", 1)) if unit in asked]
    if time_given and not 0 < time_given[0] < 2 ** 63:
        raise Refused("ERR invalid expire time in 'set' command")
    old = look(key, bytes if b"GET" in asked else object)
    if written := old is None if b"NX" in asked else old is not None or b"XX" not in asked:
        data[key] = value
        if b"KEEPTTL" not in asked:
            deadlines.pop(key, None)
        if time_given:
            set_deadline(key, time_given[0] / 1000)
    return old if b"GET" in asked else "OK" if written else None


def mget(client, key, *keys):
    return [value if type(value) is bytes else None for value in map(look, (key, *keys))]


def delete(client, key, *keys):
    return sum(look(one) is not None and forget(one) is not None for one in (key, *keys)) + 0


def exists(client, key, *keys):
    return sum(look(one) is not None for one in (key, *keys))


def add(key, by):
    old = look(key, bytes)
    new = (0 if old is None else integer(old)) + by
    if not -2 ** 63 <= new < 2 ** 63:
        raise Refused("ERR increment or decrement would overflow")
    data[key] = b"%d" % new
    return new


def expire(client, key, seconds):
    if abs(integer(seconds)) >= 2 ** 63 // 1000:
        raise Refused("ERR invalid expire time in 'expire' command")
    if look(key) is None:
        return 0
    set_deadline(key, int(seconds))
    return 1


def ttl(client, key):
    if look(key) is None:
        return -2
    return int(deadlines[key] - time.monotonic() + 0.5) if key in deadlines else -1


def push(key, words, extend):
    values = look(key, collections.deque)
    if values is None:
        values = data[key] = collections.deque()
    extend(values, words)
    return len(values)


def lrange(client, key, first, last):
    first, last = integer(first), integer(last)
    values = list(look(key, collections.deque) or ())
    first, last = (place + len(values) if place < 0 else place for place in (first, last))
    return values[max(0, first):max(0, last + 1)]


def lpop(client, key):
    values = look(key, collections.deque)
    word = values.popleft() if values else None
    if not values:
        forget(key)                         # there are no empty lists
    return word


def publish(client, channel, message):
    there = list(channels.get(channel, ()))
    for one in there:
        one.owed += encode(Push([b"message", channel, message]), one.protocol)
        touched[one] = True
        if len(one.owed) > UNREAD:          # it doesn't read: the others don't wait for it, and memory isn't for it alone
            let_go(one)
    return len(there)


def subscribe(client, channel, *more):
    news = []
    for one in (channel, *more):
        client.channels[one] = channels[one][client] = True
        news.append(Push([b"subscribe", one, len(client.channels)]))
    return tuple(news)


def unsubscribe(client, *which):
    news = []
    for one in which or list(client.channels) or [None]:
        leave(client, one)
        news.append(Push([b"unsubscribe", one, len(client.channels)]))
    return tuple(news)


def leave(client, channel):
    if client.channels.pop(channel, None):
        del channels[channel][client]
        if not channels[channel]:
            del channels[channel]


def multi(client):
    if client.queue is not None:
        raise Refused("ERR MULTI calls can not be nested")
    client.queue, client.spoiled = [], False
    return "OK"


def exec_(client):
    queue, client.queue = client.queue, None
    if queue is None:
        raise Refused("ERR EXEC without MULTI")
    if client.spoiled:
        raise Refused("EXECABORT Transaction discarded because of previous errors.")
    return [done(client, function, words) for function, words in queue]


def discard(client):
    if client.queue is None:
        raise Refused("ERR DISCARD without MULTI")
    client.queue = None
    return "OK"


def hello(client, protocol=None, *options):
    if protocol is not None and protocol not in (b"2", b"3"):
        raise Refused("NOPROTO unsupported protocol version")
    client.protocol = int(protocol or client.protocol)
    return {b"server": b"redis", b"version": b"7.0.0", b"proto": client.protocol, b"id": client.number,
            b"mode": b"standalone", b"role": b"master", b"modules": []}


def config_get(client, name, *names):
    known = {b"save": b"", b"appendonly": b"no", b"timeout": b"%d" % LIMIT}
    return {one: known[one] for one in (name, *names) if one in known}


def info(client, *sections):
    return b"# Server\r\nredis_version:7.0.0\r\n# Clients\r\nconnected_clients:%d\r\n" % len(clients)


def set_name(client, name):
    client.name = name or None
    return "OK"


def more_words(client, word):
    """CONFIG GET is one command. There is none that is CONFIG alone."""


COMMANDS = {
    b"PING": ping, b"ECHO": lambda client, word: word, b"QUIT": quit, b"HELLO": hello, b"INFO": info,
    b"SET": set_, b"GET": lambda client, key: look(key, bytes), b"MGET": mget, b"DEL": delete, b"EXISTS": exists,
    b"INCR": lambda client, key: add(key, 1), b"INCRBY": lambda client, key, by: add(key, integer(by)),
    b"EXPIRE": expire, b"TTL": ttl,
    b"LPUSH": lambda client, key, word, *words: push(key, (word, *words), collections.deque.extendleft),
    b"RPUSH": lambda client, key, word, *words: push(key, (word, *words), collections.deque.extend),
    b"LRANGE": lrange, b"LPOP": lpop,
    b"PUBLISH": publish, b"SUBSCRIBE": subscribe, b"UNSUBSCRIBE": unsubscribe,
    b"MULTI": multi, b"EXEC": exec_, b"DISCARD": discard,
    b"CONFIG": more_words, b"CONFIG|GET": config_get,
    b"COMMAND": lambda client: [], b"COMMAND|DOCS": lambda client, *names: {}, b"COMMAND|COUNT": lambda client: len(COMMANDS),
    b"CLIENT": more_words, b"CLIENT|ID": lambda client: client.number, b"CLIENT|SETNAME": set_name,
    b"CLIENT|GETNAME": lambda client: client.name,
}
FAMILIES = {name.split(b"|")[0] for name in COMMANDS if b"|" in name}
AT_ONCE = {b"MULTI", b"EXEC", b"DISCARD", b"QUIT"}        # these don't wait for EXEC
FOR_SUBSCRIBERS = {b"PING", b"SUBSCRIBE", b"UNSUBSCRIBE", b"QUIT"}    # in RESP2, where a message looks like any other reply


def perform(client, words):
    """The reply to this command. A refusal is a reply, too."""
    try:
        name, function, words = find(words)
        if client.channels and client.protocol == 2 and name not in FOR_SUBSCRIBERS:
            raise Refused(f"ERR Can't execute '{text_of(name).lower()}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / "
                          "QUIT / RESET are allowed in this context")
    except Refused as refusal:
        client.spoiled = True
        return refusal
    if client.queue is not None and name not in AT_ONCE:
        client.queue.append((function, words))
        return "QUEUED"
    return done(client, function, words)


def done(client, function, words):
    try:
        return function(client, *words)
    except Refused as refusal:
        return refusal


def find(words):
    """The command's name, its function, and the words for it. Refused if there is none, or if it takes more words or fewer."""
    name, rest = words[0].upper(), words[1:]
    if name in FAMILIES and rest:
        name, rest = name + b"|" + rest[0].upper(), rest[1:]
        if name not in COMMANDS:
            raise Refused(f"ERR unknown subcommand '{text_of(words[1])}'. Try {text_of(words[0]).upper()} HELP.")
    if name not in COMMANDS:
        shown = ""
        for word in rest:
            shown += f"'{text_of(word)[:128 - len(shown)]}' " if len(shown) < 128 else ""
        raise Refused(f"ERR unknown command '{text_of(words[0])[:128]}', with args beginning with: {shown}")
    function = COMMANDS[name]
    code = function.__code__                # how many words it takes: what comes after `client`
    least = code.co_argcount - 1 - len(function.__defaults__ or ())
    if len(rest) < least or len(rest) >= code.co_argcount and not code.co_flags & 4:
        raise Refused(f"ERR wrong number of arguments for '{text_of(name).lower()}' command")
    return name, function, rest


def text_of(word):
    return word.decode("latin-1").replace("\r", " ").replace("\n", " ")


# -- the clients (13) --------------------------------------------------------------------------------------------------

def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # let nobody in for a second
        selector.unregister(listener)
        return set_deadline(listener, 1)
    connection.setblocking(False)
    client = Client(connection)
    clients[client] = True
    selector.register(connection, READ, client)
    if LIMIT:
        set_deadline(client, LIMIT)


def ask_after(client):
    """Has it got something done lately? Who has subscribed may be silent."""
    quiet = time.monotonic() - client.active
    if quiet >= LIMIT and not client.channels:
        let_go(client)
    else:
        set_deadline(client, LIMIT - quiet if quiet < LIMIT else LIMIT)


def let_go(client):
    client.ended, client.full = True, False
    client.received.clear()
    client.owed.clear()
    touched[client] = True


def serve(client, ready):
    touched[client] = True
    if ready & READ:
        try:
            came = client.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        client.received += came
        client.ended = client.ended or not came
    if ready & WRITE:
        send(client)
    client.full = client.full and len(client.owed) > LOW
    try:
        for words in cut(client):
            client.owed += encode(perform(client, words), client.protocol)
            client.full, client.active = len(client.owed) >= HIGH, time.monotonic()
    except Bye as bye:
        client.owed += encode(bye.args[0], client.protocol)
        client.ended = True
        client.received.clear()


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
    """At the end of an iteration: what it is owed goes out, and the selector is told if something else is to be watched."""
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
    del clients[client]
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
