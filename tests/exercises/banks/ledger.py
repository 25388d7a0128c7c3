"""ledger: programs that must not pass, each wrong in one way, and programs that must."""
import re
from textwrap import dedent

from ..handed import program

BACK, ANY, POWER, WORD = "killed, and read back", "any bytes come back", "the power fails", "no word before"
ONCE, READS, HALF = "once for all", "who reads", "half a command"
TIME, MEANWHILE, KILLED = "time goes on", "forgotten meanwhile", "killed at any time"
SOLVED = re.sub(r" *### \w+ SOLUTION\n", "", program("solutions", "ledger"))
BEGIN, END = SOLVED.index("def changed("), SOLVED.index("# -- commands")
WRITE, FLUSH, SYNC, CLEAR = ("        file.write(changes)\n", "        file.flush()\n", "        os.fsync(file.fileno())\n",
                             "        changes.clear()\n")
UNTIL = 'b"%f" % (time.time() + deadlines[key] - time.monotonic()) if key in deadlines else b""'
TRUNCATE = "    file.truncate(size - len(rest))\n"
READ = "deadlines[key] = float(until) - time.time() + time.monotonic()"
SENDS = "    answered[client] = True                 # sent when all is kept\n"
GONE = "    gone = [key for key in keys if key not in data]\n    if gone:\n        changes.extend(record(b\"DEL\", *gone))\n"


def with_text(*pairs, text=SOLVED):
    """The solution with these things different."""
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_part(part, *pairs):
    """The server with another part of the learner's, and with these things different."""
    return with_text(*pairs, text=SOLVED[:BEGIN] + dedent(part).strip() + "\n\n\n" + SOLVED[END:])


LINES = '''
    def changed(*keys):
        for key in keys:
            changes.extend(b"SET %b %b\\n" % (key, data[key]) if key in data else b"DEL %b\\n" % key)


    def keep():
        if changes:
            file.write(changes)
            file.flush()
            os.fsync(file.fileno())
            changes.clear()


    def read_back():
        file.seek(0)
        for line in file:
            word, key, *value = line.split()
            if word == b"SET":
                data[key] = value[0]
            else:
                forget(key)
'''
# The commands as they were said, with the moment in the place of the seconds. A look at the clock, while they are read, or not:
SAID = '''
    def changed(*keys):
        pass


    def note(words):
        name, *rest = [words[0].upper(), *words[1:]]
        if name == b"EXPIRE":
            rest[1] = b"%f" % (time.time() + int(rest[1]))
        if name in (b"SET", b"DEL", b"INCR", b"EXPIRE"):
            changes.extend(b"*%d\\r\\n" % (1 + len(rest)) + b"".join(bulk(word) for word in (name, *rest)))


    def keep():
        if changes:
            file.write(changes)
            file.flush()
            os.fsync(file.fileno())
            changes.clear()


    def read_back():
        global living
        usual, living = living, LIVING
        file.seek(0)
        rest = bytearray(file.read())
        size = len(rest)
        while words := take(rest):
            if words[0] == b"EXPIRE":
                deadlines[words[1]] = float(words[2]) - time.time() + time.monotonic()
            else:
                answer(words)
        file.truncate(size - len(rest))
        changes.clear()
        living = usual
'''
NOTED = ("    return function(*words[1:])\n", """    said = function(*words[1:])
    if not said.startswith(b"-") and said != b":0\\r\\n":
        note(words)
    return said
""")

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("nothing is written", BACK, r"\$-1|:1|other", [(WRITE, "        pass\n")]),
    ("it stays in the program", BACK, r"\$-1|:1|other", [(FLUSH + SYNC, "")]),
    ("nothing is read", BACK, r"\$-1|other", [("    while words := take(rest):", "    while words := None:")]),
    ("it begins with an empty file", BACK, r"\$-1|other", [('open("ledger.aof", "a+b")', 'open("ledger.aof", "w+b")')]),
    ("what was read is thrown away", BACK, r"\$-1|other", [(TRUNCATE, "    file.truncate(0)\n")]),
    ("what is gone comes back", BACK, "other|1", [(GONE, "")]),
    ("the first value stays", BACK, "other|2", [("            data[key] = value\n", "            data.setdefault(key, value)\n")]),
    ("lines of words", ANY, "ValueError|IndexError|other|part|not all|nothing|died", with_part(LINES)),
    ("text", ANY, "UnicodeDecodeError", with_text(("record(b\"SET\", key, data[key], until)", "record(b\"SET\", key, data[key].decode().encode(), until)"))),
    ("spaces at the edges are cut off", ANY, "hello", [("            data[key] = value\n", "            data[key] = value.strip()\n")]),
    ("the disk isn't asked", POWER, r"\$-1", [(SYNC, "")], "os.fsync"),
    ("asked before the system has it", POWER, r"\$-1", with_text((FLUSH + SYNC, SYNC + FLUSH)), "in this order"),
    ("another file", POWER, "no such file", [('open("ledger.aof", "a+b")', 'open("ledger.log", "a+b")')], "Its name alone"),
    ("answered before that", f"{BACK}|{ANY}|{POWER}|{WORD}", r"hears|b'", with_text((SENDS, "    send(client)\n"))),
    ("readers needn't wait", WORD, "bob hears", with_text(
        (SENDS, "    answered[client] = True\n    if not changes or client.owed.startswith(b\"$\"):\n        send(client)\n"))),
    ("a thread asks the disk", f"{POWER}|{WORD}", r"hears|b'", with_text(
        (SYNC, "        threading.Thread(target=os.fsync, args=(file.fileno(),)).start()\n"), ("import os\n", "import os\nimport threading\n"))),
    ("once a command", ONCE, "again and again", with_text(("                client.owed += answer(words)\n",
                                                          "                client.owed += answer(words)\n                keep()\n"))),
    ("once a client", ONCE, "again and again", with_text((SENDS, "    keep()\n" + SENDS))),
    ("once an iteration, whatever comes", READS, "again and again", with_text(("    if changes:\n", "    if True:\n"))),
    ("again and again the same", READS, "again and again|another", [(CLEAR, "")]),
    ("what is asked is written, too", READS, "again and again|another", with_part(
        SAID.replace("LIVING", "lambda key: key in data").replace('if name in (b"SET", b"DEL", b"INCR", b"EXPIRE"):', "if True:"), NOTED)),
    ("what isn't there is deleted", READS, "again and again|another", [("    changed(*there)\n", "    changed(*keys)\n")]),
    ("half a record stays", HALF, r"\$-1|died|Error|Garbage|other", [(TRUNCATE, "")], "what comes behind it"),
    ("half a record ends it", HALF, "ended|died|Error|nobody listens|The server", with_text(("    while words := take(rest):\n", """
    while rest:
        words = take(rest)
"""))),
    ("half a value is a value", HALF, "part|other|x", with_part('''
        def changed(*keys):
            for key in keys:
                there = key in data
                until = time.time() + deadlines[key] - time.monotonic() if key in deadlines else 0
                changes.extend(b"%b %b %f %b\\n" % (key.hex().encode(), b"SET" if there else b"DEL", until, data.get(key, b"").hex().encode()))


        def keep():
            if changes:
                file.write(changes)
                file.flush()
                os.fsync(file.fileno())
                changes.clear()


        def read_back():
            file.seek(0)
            for line in file.read().split(b"\\n"):
                if line.count(b" ") == 3:
                    key, word, until, value = line.split(b" ")
                    key, value = bytes.fromhex(key.decode()), bytes.fromhex(value[:len(value) // 2 * 2].decode())
                    forget(key)
                    if word == b"SET":
                        data[key] = value
                    if float(until):
                        deadlines[key] = float(until) - time.time() + time.monotonic()
            if file.tell() and not line == b"":
                file.write(b"\\n")
        ''')),
    ("a command in two records", HALF, "one|two|-1", with_text(("        changes.extend(record(b\"DEL\", *gone))\n",
                                                         "        for key in gone:\n            changes.extend(record(b\"DEL\", key))\n")), "more than one record"),
    ("always all that is there", HALF + "|" + READS, "another one", with_text(
        (WRITE, "        file.truncate(0)\n        changes.clear()\n        changed(*data)\n        file.write(changes)\n"))),
    ("seconds from then on", TIME, "1000|999|bulk|1", with_text((UNTIL, 'b"%f" % (deadlines[key] - time.monotonic()) if key in deadlines else b""'),
                                                       (READ, "deadlines[key] = float(until) + time.monotonic()"))),
    ("the clock that begins anew", TIME, "1000|999|1", with_text((UNTIL, 'b"%f" % deadlines[key] if key in deadlines else b""'),
                                                        (READ, "deadlines[key] = float(until)")), "By which clock"),
    ("no deadlines", TIME, "1|other", with_text((UNTIL, 'b""'))),
    ("an old deadline stays", TIME, r"\$-1|other", [("            deadlines.pop(key, None)\n            if until:\n", "            if until:\n")]),
    ("a value is written without its deadline", TIME, "other|-1|nothing", with_text(
        ("    changed(key)\n    return b\":%b\\r\\n\" % data[key]\n", "    until = deadlines.pop(key, None)\n    changed(key)\n"
         "    if until:\n        deadlines[key] = until\n    return b\":%b\\r\\n\" % data[key]\n"))),
    ("a deadline isn't a change", TIME, "other|1", [("    deadlines[key] = time.monotonic() + int(seconds)\n    changed(key)\n",
                                                     "    deadlines[key] = time.monotonic() + int(seconds)\n")]),
    ("it looks at the clock while it reads", MEANWHILE, "1", with_part(SAID.replace("LIVING", "living"), NOTED), "at a later time"),
    ("what was out of date lives on", MEANWHILE, "6|7|1|other", with_part(SAID.replace("LIVING", "lambda key: key in data"), NOTED)),
    ("what is out of date is read, and its deadline isn't", MEANWHILE + "|" + TIME, "5|6|1|other", with_text(("            if until:\n", "            if until and float(until) > time.time():\n"))),
]

SERVER = '''
    import os, select, socket, sys, time

    data, now = {}, time.time                   # key -> (value, when it is forgotten, or None)


    def number(value):
        return b":%d\\r\\n" % value


    def bulk(value):
        return b"$-1\\r\\n" if value is None else b"$%d\\r\\n%b\\r\\n" % (len(value), value)


    def state(key):
        value, until = data.get(key, (None, None))
        return (None, None) if until and until <= now() else (value, until)


    def answer(name, *words):
        key = words[0] if words else None
        name, (value, until) = name.upper(), state(key)
        if name == b"PING":
            return b"+PONG\\r\\n"
        if name == b"SET":
            if len(words) != 2:
                return b"-ERR wrong number of arguments for 'set' command\\r\\n"
            put({key: (words[1], None)})
            return b"+OK\\r\\n"
        if name == b"GET":
            return bulk(value)
        if name == b"TTL":
            return number(-2 if value is None else -1 if until is None else round(until - now()))
        if name == b"DEL":
            there = {one for one in words if state(one)[0] is not None}
            put(dict.fromkeys(there, (None, None)))
            return number(len(there))
        if name == b"INCR":
            if not (value or b"0").isdigit():
                return b"-ERR value is not an integer or out of range\\r\\n"
            put({key: (b"%d" % (int(value or 0) + 1), until)})
            return number(int(value or 0) + 1)
        if value is not None:
            put({key: (value, now() + int(words[1]))})
        return number(value is not None)


    def cut(text):
        """Whole commands, and the rest."""
        commands = []
        while b"\\n" in text:
            line, rest = text.split(b"\\n", 1)
            words = line.split()
            if line.startswith(b"*"):
                words = []
                for _ in range(int(line[1:])):
                    size, found, rest = rest.partition(b"\\n")
                    if not found or len(rest) < int(size[1:]) + 2:
                        return commands, text
                    words.append(rest[:int(size[1:])])
                    rest = rest[int(size[1:]) + 2:]
            commands.append(words)
            text = rest
        return commands, text


    STORE


    door = socket.create_server(("127.0.0.1", 6379), backlog=300)
    rests = {door: b""}
    while True:
        answers = []
        for one in select.select(list(rests), [], [])[0]:
            if one is door:
                rests[door.accept()[0]] = b""
                continue
            try:
                came = one.recv(100_000)
            except OSError:
                came = b""
            if not came:
                del rests[one]
                one.close()
                continue
            commands, rests[one] = cut(rests[one] + came)
            answers.append((one, b"".join(answer(*words) for words in commands)))
        keep()
        for one, said in answers:
            try:
                one.sendall(said)
            except OSError:
                pass
'''


def stored(store):
    """Another server, which keeps what it knows in this way."""
    return dedent(SERVER).replace("STORE", dedent(store).strip())


RIGHT = {
    "as Redis does": with_part(SAID.replace("LIVING", "lambda key: key in data"), NOTED, (
        "        forget(key)\n    return key in data\n",
        "        forget(key)\n        note([b\"DEL\", key])\n    return key in data\n")),
    "lines of JSON": stored("""
        import base64, json
        log, new = open("ledger.aof", "ab+"), []
        log.seek(0)
        *whole, half = log.read().split(b"\\n")
        log.truncate(log.tell() - len(half))


        def put(states, keep=True):
            for key, (value, until) in states.items():
                data[key] = value, until
            if keep and states:
                new.append(json.dumps([[base64.b64encode(key).decode(), base64.b64encode(value or b"").decode(),
                                        value is None, until] for key, (value, until) in states.items()]))


        def keep():
            if new:
                log.write("".join(one + "\\n" for one in new).encode())
                new.clear()
                log.flush()
                os.fsync(log)


        for line in whole:
            put({base64.b64decode(key): (None if gone else base64.b64decode(value), until)
                 for key, value, gone, until in json.loads(line)}, keep=False)
        """),
    "numbers of a fixed size, with a sum": stored("""
        import struct, zlib
        log, new, size = os.open("ledger.aof", os.O_RDWR | os.O_CREAT), b"", 0
        text = b""
        while piece := os.read(log, 1_000_000):
            text += piece
        HEAD = struct.Struct("!II")


        def put(states):
            global new
            data.update(states)
            body = b""
            for key, (value, until) in states.items():
                body += struct.pack("!iid", len(key), -1 if value is None else len(value), until or 0) + key + (value or b"")
            if body:
                new += HEAD.pack(len(body), zlib.crc32(body)) + body


        def keep():
            global new
            while new:
                new = new[os.write(log, new):]
                if not new:
                    os.fdatasync(log) if hasattr(os, "fdatasync") else os.fsync(log)


        while len(text) >= size + HEAD.size:
            length, total = HEAD.unpack_from(text, size)
            body = text[size + HEAD.size:size + HEAD.size + length]
            if len(body) < length or zlib.crc32(body) != total:
                break
            size += HEAD.size + length
            while body:
                a, b, until = struct.unpack_from("!iid", body)
                body = body[16:]
                data[body[:a]] = (body[a:a + b] if b >= 0 else None), until or None
                body = body[a + max(b, 0):]
        os.ftruncate(log, size)
        os.lseek(log, size, os.SEEK_SET)
        """),
    "pickles, and datetime": stored("""
        import datetime, pickle
        log, new = open("ledger.aof", "r+b" if os.path.exists("ledger.aof") else "w+b"), []
        now = lambda: datetime.datetime.now().timestamp()


        def put(states):
            data.update(states)
            if states:
                new.append(states)


        def keep():
            if new:
                for states in new:
                    pickle.dump(states, log)
                new.clear()
                log.flush()
                os.fsync(log.fileno())


        whole = 0
        while True:
            try:
                data.update(pickle.load(log))
            except (EOFError, pickle.UnpicklingError, ValueError, IndexError, KeyError, AttributeError):
                break
            whole = log.tell()
        log.truncate(whole)
        log.seek(whole)
        """),
}
