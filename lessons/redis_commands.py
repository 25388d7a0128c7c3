"""The database of lesson 17: what is kept, until when, and the commands. It sees no socket, and writes no RESP.

    python lessons/17_redis.py 6379          starts the program that imports it, from the same folder

Each command is handed the client and its words, and gives back a value. A client has a number, a name, a
protocol, its channels, and `push`, by which it is told what it hasn't asked for.
New: a table of commands. The rest is known: a heap of deadlines (14).
"""
import heapq
import itertools
import re
import time
from collections import deque

DAY = 86400                                 # seconds: epoll can't wait for a month, and a key may

data = {}                                   # key -> its value: bytes, or a deque of them, which is a list
channels = {}                               # channel -> its subscribers
clients = {}                                # number -> the client
settings = {b"save": b"", b"appendonly": b"no", b"timeout": b"0"}
deadlines, heap = {}, []                    # what -> when it is due: a key, a client, the listener (14)
numbers = itertools.count(1)


class Refused(Exception):
    """A command can't be done: its text is the reply."""


class Bye(Exception):
    """The last reply to this client."""


class Push(list):
    """What answers no question: a message, or the news of a subscription."""


def integer(text, refusal="value is not an integer or out of range", least=-2 ** 63, most=2 ** 63 - 1):
    if re.fullmatch(rb"0|-?[1-9][0-9]{0,18}", text) and least <= int(text) <= most:
        return int(text)
    raise Refused(f"ERR {refusal}")


def as_text(word):
    return word.decode("latin-1").replace("\r", " ").replace("\n", " ")


# -- what is kept, and until when (14) ------------------------------------------------------------

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


# -- the commands: each takes the client and its words, and returns the reply -----------------------

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
        deadlines.pop(key, None)
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


def mget(client, *keys):
    return [value if type(value) is bytes else None for value in map(look, keys)]


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
        one.push(Push([b"message", channel, message]))
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


def hello(client, protocol=None, *options):
    if protocol and not 2 <= integer(protocol, "Protocol version is not an integer or out of range") <= 3:
        raise Refused("NOPROTO unsupported protocol version")
    if options:
        raise Refused(f"ERR Syntax error in HELLO option '{as_text(options[0])}'")
    client.protocol = int(protocol or client.protocol)
    return {b"server": b"redis", b"version": b"7.0.0", b"proto": client.protocol, b"id": client.number,
            b"mode": b"standalone", b"role": b"master", b"modules": []}


def config_get(client, *names):
    return {name: settings[name.lower()] for name in names if name.lower() in settings}


def info(client, *sections):
    return b"# Server\r\nredis_version:7.0.0\r\n# Clients\r\nconnected_clients:%d\r\n" % len(clients)


def set_name(client, name):
    client.name = name or None
    return "OK"


ANY = 10 ** 9
COMMANDS = {                                # name -> what does it, and how many words it takes: least, most
    b"PING": (ping, 0, ANY), b"ECHO": (lambda client, word: word, 1, 1), b"QUIT": (quit, 0, ANY),
    b"SET": (set_, 2, ANY), b"GET": (lambda client, key: look(key, bytes), 1, 1), b"MGET": (mget, 1, ANY),
    b"DEL": (delete, 1, ANY), b"EXISTS": (lambda client, *keys: sum(look(key) is not None for key in keys), 1, ANY),
    b"INCR": (lambda client, key: add(key, 1), 1, 1),
    b"INCRBY": (lambda client, key, by: add(key, integer(by)), 2, 2),
    b"EXPIRE": (expire, 2, 2), b"TTL": (ttl, 1, 1),
    b"LPUSH": (lambda client, key, *words: push(key, words, deque.extendleft), 2, ANY),
    b"RPUSH": (lambda client, key, *words: push(key, words, deque.extend), 2, ANY),
    b"LRANGE": (lrange, 3, 3), b"LPOP": (lpop, 1, 1),
    b"PUBLISH": (publish, 2, 2), b"SUBSCRIBE": (subscribe, 1, ANY), b"UNSUBSCRIBE": (unsubscribe, 0, ANY),
    b"HELLO": (hello, 0, ANY), b"INFO": (info, 0, ANY), b"CONFIG|GET": (config_get, 1, ANY),
    b"COMMAND": (lambda client: [], 0, 0), b"COMMAND|DOCS": (lambda client, *names: {}, 0, ANY),
    b"CLIENT|ID": (lambda client: client.number, 0, 0), b"CLIENT|SETNAME": (set_name, 1, 1),
    b"CLIENT|GETNAME": (lambda client: client.name, 0, 0), b"CONFIG": (None, 1, 0), b"CLIENT": (None, 1, 0),
}
FAMILIES = {b"CONFIG", b"COMMAND", b"CLIENT"}             # CONFIG GET is one command; CONFIG alone is none
