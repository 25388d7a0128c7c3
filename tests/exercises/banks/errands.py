"""errands: programs that must not pass, each wrong in one way, and programs that must."""
import re
from textwrap import dedent

from ..handed import program

SILENCE, THERE, NUMBER, LATER = "silence costs nothing", "it is there already", "no number", "it comes later"
LONGER, AGAIN, TURNS = "no longer than that", "in time, and once more", "one after the other"
AFTER, SEVERAL, LEAVES, CHAIN = "what it says after that", "one of several", "who leaves", "a chain"
SOLVED = re.sub(r" *### \w+ SOLUTION\n", "", program("solutions", "errands"))
BEGIN, END = SOLVED.index("def blpop("), SOLVED.index("# -- commands")
REFUSED = '''    if seconds.startswith(b"-"):
        return b"-ERR timeout is negative\\r\\n"
    if not seconds.replace(b".", b"", 1).isdigit():
        return b"-ERR timeout is not a float or out of range\\r\\n"
'''
WAIT = "    client.keys = keys\n"
PUSHED = "    while key in lists and waiting.get(key):\n        wake(next(iter(waiting[key])), taken(key))\n"
CLEARED = """    for key in set(client.keys):
        del waiting[key][client]
        if not waiting[key]:
            del waiting[key]
"""
CANCELLED = "    if client.timer:\n        client.timer[2] = None\n"
WOKEN = "    woken.append(client)\n"
NEXT = "return max(0, timers[0][0] - time.monotonic()) if timers else None"


def with_text(*pairs, text=SOLVED):
    """The solution with these things different."""
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_part(part):
    """The server with another part of the learner's."""
    return SOLVED[:BEGIN] + dedent(part).strip() + "\n\n\n" + SOLVED[END:]


# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("it waits in the command", SILENCE, "in line|stands", with_text((WAIT, """
    end = time.monotonic() + float(seconds) if float(seconds) else float("inf")
    while time.monotonic() < end:
        for key in keys:
            if key in lists:
                return taken(key)
        time.sleep(0.01)
    return b"*-1\\r\\n"
"""))),
    ("it looks again and again", LATER + "|" + SILENCE, "again and again|comes round", [(NEXT, "return 0.1 if waiting else None")]),
    ("it spins while somebody waits", SILENCE, "spins|round", [(NEXT, "return 0 if waiting else None")]),
    ("nobody waits", LATER, r"'\*-1", with_text((WAIT, '    return b"*-1\\r\\n"\n' + WAIT))),
    ("the last element", THERE, "iron", [("lists[key].popleft()", "lists[key].pop()")]),
    ("without its key", THERE, "wash", [('return b"*2\\r\\n" + bulk(key) + bulk(take_from(key))', "return bulk(take_from(key))")]),
    ("the first key alone", THERE, "nothing", [("    for key in keys:\n        if key in lists:", "    for key in keys[:1]:\n        if key in lists:")]),
    ("the keys by the alphabet", THERE, "one", [("    for key in keys:\n        if key in lists:", "    for key in sorted(keys):\n        if key in lists:")]),
    ("the element stays in its list", THERE, "wash", [('bulk(key) + bulk(take_from(key))', "bulk(key) + bulk(lists[key][0])")]),
    ("any word is a number", NUMBER, "ValueError", with_text((REFUSED, ""), ("        if key in lists:\n            return taken(key)",
                                                                       "        if key in lists and float(seconds) >= 0:\n            return taken(key)"))),
    ("nan is a number", NUMBER, r"jobs|nothing", with_text((REFUSED, """
    try:
        seconds = float(seconds)
    except ValueError:
        return b"-ERR timeout is not a float or out of range\\r\\n"
    if seconds < 0:
        return b"-ERR timeout is negative\\r\\n"
"""))),
    ("a negative number is none", NUMBER, "not a float", with_text(('    if seconds.startswith(b"-"):\n        return b"-ERR timeout is negative\\r\\n"\n', ""))),
    ("it looks at the timeout when it must wait", NUMBER, "wash", with_text((REFUSED, ""), (WAIT, REFUSED + WAIT)), "What is looked at first"),
    ("the length after that", LATER, "':0", [("    length = len(lists[key])\n    pushed(key)\n    return b\":%d\\r\\n\" % length\n\n\ndef lpush",
                                             "    pushed(key)\n    return b\":%d\\r\\n\" % len(lists.get(key, ()))\n\n\ndef lpush")]),
    ("a thread for each who waits", LATER, "has started 1 thread", with_text(
        ("import time\n", "import threading\nimport time\n"),
        ("    if float(seconds):\n", "    threading.Thread(target=threading.Event().wait, daemon=True).start()\n    if float(seconds):\n"))),
    ("0 seconds are over at once", LATER + "|" + SILENCE, r"'\*-1|nothing", [("    if float(seconds):\n", "    if seconds:\n")]),
    ("nobody is woken", LATER, "nothing", [(PUSHED, "    pass\n")]),
    ("what is owed isn't sent", LATER, "nothing", [(WOKEN, "    pass\n")], "isn't in `woken`"),
    ("no timer", LONGER, "nothing", [("        heapq.heappush(timers, client.timer)\n", "        pass\n")]),
    ("it waits too long in its call", LONGER, "nothing", [(NEXT, "return None")]),
    ("whole seconds", LONGER, "early|'.*-1", [("time.monotonic() + float(seconds), next", "time.monotonic() + int(float(seconds)), next")]),
    ("the answer for a missing element", LONGER, r"\$-1", [('b"*-1\\r\\n"', 'b"$-1\\r\\n"')]),
    ("the heap compares clients", LONGER, "TypeError", with_text(
        ("[time.monotonic() + float(seconds), next(numbers), client]", "[time.monotonic() + float(seconds), client, client]"))),
    ("who is told that it is over still waits", LONGER, "':1.*:0|other|early", with_text(
        ('            wake(client, b"*-1\\r\\n")', '            client.owed += b"*-1\\r\\n"\n            client.keys = []\n            woken.append(client)')),
     "In how many places"),
    ("an old deadline ends a new wait", AGAIN, r"\*-1", [(CANCELLED, "    if client.timer:\n")], "a wait which was over"),
    ("who came last comes first", TURNS, "nothing|2|1", [("next(iter(waiting[key]))", "next(reversed(waiting[key]))")]),
    ("one element a push", TURNS, "nothing", [("    while key in lists and waiting.get(key):", "    if key in lists and waiting.get(key):")]),
    ("all get the same", TURNS, "1", [(PUSHED, """    while key in lists and waiting.get(key):
        data = taken(key)
        for client in list(waiting[key]):
            wake(client, data)
""")]),
    ("each at the end of an iteration", TURNS, r"\$1", with_text(
        (PUSHED, "    pass\n"), ("    while timers and timers[0][0] <= time.monotonic():\n", """    for key in list(waiting):
        while key in lists and waiting.get(key):
            wake(next(iter(waiting[key])), taken(key))
    while timers and timers[0][0] <= time.monotonic():
"""))),
    ("a push of several is several pushes", TURNS, "3", with_text(
        ("    lists.setdefault(key, deque()).extendleft(elements)\n    length = len(lists[key])\n    pushed(key)\n", """    length = len(lists.get(key, ())) + len(elements)
    for element in elements:
        lists.setdefault(key, deque()).appendleft(element)
        pushed(key)
"""))),
    ("its next commands don't wait", AFTER, "early|:1|PONG", [("    return bool(client.keys)\n", "    return False\n")], "carried out"),
    ("its next commands are forgotten", AFTER, "part|nothing|jobs", [(WOKEN, "    client.received.clear()\n    woken.append(client)\n")]),
    ("its next commands wait for its next word", AFTER, "nothing|jobs|part", [(WOKEN, "    send(client)\n")]),
    ("its next commands come before those who wait", AFTER, r"jobs.*2|2.*3", [(WOKEN, "    carry_out(client)\n")], "waited longer"),
    ("it stays with its other keys", SEVERAL, "1.*2", [(CLEARED, """    for key in client.keys[:1]:
        waiting[key].pop(client, None)
""")], "In how many places"),
    ("a key that is named twice gives two", SEVERAL, "1.*2|KeyError|ValueError", with_part('''
        def blpop(client, *words):
            *keys, seconds = words
            if seconds.startswith(b"-"):
                return b"-ERR timeout is negative\\r\\n"
            if not seconds.replace(b".", b"", 1).isdigit():
                return b"-ERR timeout is not a float or out of range\\r\\n"
            for key in keys:
                if key in lists:
                    return b"*2\\r\\n" + bulk(key) + bulk(take_from(key))
            client.keys = keys
            for key in keys:
                waiting.setdefault(key, []).append(client)
            client.timer = time.monotonic() + float(seconds) if float(seconds) else None
            return b""


        def waits(client):
            return bool(client.keys)


        def pushed(key):
            while key in lists and waiting.get(key):
                client = waiting[key].pop(0)
                client.owed += b"*2\\r\\n" + bulk(key) + bulk(take_from(key))
                for other in set(client.keys) - {key}:
                    waiting[other].remove(client)
                client.keys, client.timer = [], None
                woken.append(client)


        def leave(client):
            for key in client.keys:
                waiting[key].remove(client)
            client.keys, client.timer = [], None


        def all_timers():
            return {client.timer: client for clients in waiting.values() for client in clients if client.timer}


        def until_the_next():
            return max(0, min(all_timers()) - time.monotonic()) if all_timers() else None


        def let_go():
            for clients in list(waiting.values()):
                for client in list(clients):
                    if client.timer and client.timer <= time.monotonic():
                        leave(client)
                        client.owed += b"*-1\\r\\n"
                        woken.append(client)
        ''')),
    ("who leaves still waits", LEAVES, "nothing", [("    client.received.clear()\n    leave(client)\n", "    client.received.clear()\n")], "Somebody has left"),
    ("who waits isn't watched", LEAVES, "open|descriptor|nothing|socket", [("(0 if client.ended else READ)", "(0 if client.ended or waits(client) else READ)")]),
    ("who has waited once waits for ever", LATER, "nothing", [("    client.keys = []\n    if client.timer:", "    if client.timer:")]),
    ("woken clients are carried out one an iteration", LONGER, "nothing", [("    while woken:\n", "    if woken:\n")]),
]

RIGHT = {
    "one list of those who wait": with_part('''
        queue = []               # of (client, keys, deadline), in the order in which they came


        def blpop(client, *words):
            *keys, seconds = words
            try:
                timeout = float(seconds)
            except ValueError:
                timeout = float("nan")
            if timeout < 0:
                return b"-ERR timeout is negative\\r\\n"
            if not timeout < float("inf"):
                return b"-ERR timeout is not a float or out of range\\r\\n"
            answer = first_of(keys)
            if answer is None:
                queue.append((client, keys, time.monotonic() + timeout if timeout else None))
            return answer or b""


        def first_of(keys):
            for key in keys:
                if key in lists:
                    return b"*2\\r\\n%b%b" % (bulk(key), bulk(take_from(key)))


        def waits(client):
            return any(one is client for one, _, _ in queue)


        def pushed(key):
            for entry in queue[:]:
                if key in entry[1] and (answer := first_of([key])):
                    queue.remove(entry)
                    entry[0].owed += answer
                    woken.append(entry[0])


        def leave(client):
            queue[:] = [entry for entry in queue if entry[0] is not client]


        def until_the_next():
            moments = [deadline for _, _, deadline in queue if deadline]
            return max(0, min(moments) - time.monotonic()) if moments else None


        def let_go():
            now = time.monotonic()
            for client, _, deadline in queue[:]:
                if deadline and deadline <= now:
                    leave(client)
                    client.owed += b"*-1\\r\\n"
                    woken.append(client)
        '''),
    "asyncio's protocols": """
        import asyncio, collections, re, sys

        lists, queues = collections.defaultdict(list), collections.defaultdict(list)

        class Client(asyncio.Protocol):
            def connection_made(self, transport):
                self.transport, self.rest, self.lines, self.wait, self.timer = transport, b"", [], None, None

            def data_received(self, data):
                *lines, self.rest = (self.rest + data).split(b"\\n")
                self.lines += lines
                self.go_on()

            def go_on(self):
                while self.lines and not self.wait:
                    self.transport.write(self.answer(*self.lines.pop(0).split()))

            def answer(self, name, *words):
                name = name.upper()
                if name == b"PING":
                    return b"+PONG\\r\\n"
                if name == b"LLEN":
                    return b":%d\\r\\n" % len(lists[words[0]])
                if name == b"LPOP":
                    return bulk(lists[words[0]].pop(0)) if lists[words[0]] else b"$-1\\r\\n"
                if name in (b"RPUSH", b"LPUSH"):
                    key, *elements = words
                    lists[key] = lists[key] + elements if name == b"RPUSH" else elements[::-1] + lists[key]
                    length = len(lists[key])
                    while lists[key] and queues[key]:
                        client = queues[key][0]
                        client.over(first_of(key))
                    return b":%d\\r\\n" % length
                *keys, seconds = words
                if not re.fullmatch(rb"-?[0-9]+(\\.[0-9]*)?", seconds):
                    return b"-ERR timeout is not a float or out of range\\r\\n"
                if float(seconds) < 0:
                    return b"-ERR timeout is negative\\r\\n"
                for key in keys:
                    if lists[key]:
                        return first_of(key)
                self.wait = set(keys)
                for key in self.wait:
                    queues[key].append(self)
                if float(seconds):
                    self.timer = asyncio.get_running_loop().call_later(float(seconds), self.over, b"*-1\\r\\n")
                return b""

            def over(self, answer=b""):
                for key in self.wait or ():
                    queues[key].remove(self)
                self.wait = None
                if self.timer:
                    self.timer.cancel()
                self.timer = None
                self.transport.write(answer)
                asyncio.get_running_loop().call_soon(self.go_on)

            def eof_received(self):
                if self.wait:
                    self.lines.clear()
                    self.over()

            def connection_lost(self, error):
                self.lines.clear()
                self.over()

        def bulk(data):
            return b"$%d\\r\\n%b\\r\\n" % (len(data), data)

        def first_of(key):
            return b"*2\\r\\n" + bulk(key) + bulk(lists[key].pop(0))

        async def main():
            server = await asyncio.get_running_loop().create_server(Client, "127.0.0.1", int((sys.argv + [6379])[1]))
            await server.serve_forever()

        asyncio.run(main())
        """,
    "generators, and select": """
        import select, socket, time
        from collections import deque

        door = socket.create_server(("127.0.0.1", 6379), backlog=300)
        talks, words, begun, lists = {}, {}, {}, {}
        asking = {}                                 # connection -> (keys, deadline), in the order in which they began to wait
        again = deque()

        def bulk(data):
            return b"$%d\\r\\n%b\\r\\n" % (len(data), data)

        def pop(keys):
            for key in keys:
                if lists.get(key):
                    return b"*2\\r\\n" + bulk(key) + bulk(lists[key].popleft())

        def give():
            for one, (keys, _) in list(asking.items()):
                if found := pop(keys):
                    del asking[one]
                    again.append((one, found))

        def talk(one):
            while True:
                while not words[one]:
                    yield
                name, *rest = words[one].popleft().split()
                if name == b"PING":
                    one.sendall(b"+PONG\\r\\n")
                elif name == b"LLEN":
                    one.sendall(b":%d\\r\\n" % len(lists.get(rest[0], ())))
                elif name == b"LPOP":
                    one.sendall(bulk(lists[rest[0]].popleft()) if lists.get(rest[0]) else b"$-1\\r\\n")
                elif name in (b"RPUSH", b"LPUSH"):
                    add = lists.setdefault(rest[0], deque())
                    (add.extend if name == b"RPUSH" else add.extendleft)(rest[1:])
                    one.sendall(b":%d\\r\\n" % len(add))
                    give()
                elif rest[-1][:1] == b"-":
                    one.sendall(b"-ERR timeout is negative\\r\\n")
                elif not rest[-1].replace(b".", b"", 1).isdigit():
                    one.sendall(b"-ERR timeout is not a float or out of range\\r\\n")
                elif found := pop(rest[:-1]):
                    one.sendall(found)
                else:
                    seconds = float(rest[-1])
                    asking[one] = rest[:-1], time.monotonic() + seconds if seconds else float("inf")
                    one.sendall((yield))

        def gone(one):
            asking.pop(one, None)
            del talks[one]
            one.close()

        while True:
            until = min((deadline for _, deadline in asking.values()), default=float("inf"))
            timeout = None if until == float("inf") else max(0, until - time.monotonic())
            for one in select.select([door, *talks], [], [], timeout)[0]:
                if one is door:
                    one = door.accept()[0]
                    talks[one], words[one], begun[one] = talk(one), deque(), b""
                    next(talks[one])
                    continue
                try:
                    data = one.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    gone(one)
                    continue
                *more, begun[one] = (begun[one] + data).split(b"\\n")
                words[one] += more
                if one not in asking:
                    again.append((one, None))
                    while again:
                        one, found = again.popleft()
                        talks[one].send(found)
            for one, (_, deadline) in list(asking.items()):
                if deadline <= time.monotonic():
                    del asking[one]
                    again.append((one, b"*-1\\r\\n"))
            while again:
                one, found = again.popleft()
                talks[one].send(found)
        """,
}
