"""busy: mends that must not pass, each wrong in one way, and servers that must."""

BEGIN, COMMIT = 'database.execute("BEGIN IMMEDIATE")', 'database.execute("COMMIT")'
MOMENT, COUNTS, LONG = ("somebody else writes, for a moment", "what they have written counts", "somebody else writes, for too long")
SORRY = r"sorry: "                          # of an answer, only as much is read as a right one has
READ = """row = database.execute("SELECT number FROM votes WHERE word = ?", (word,)).fetchone()
    number = row[0] + 1 if row else 1"""

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was handed out", MOMENT, SORRY, [(BEGIN, 'database.execute("BEGIN")')]),
    ("a longer timeout", MOMENT, SORRY, [(BEGIN, 'database.execute("BEGIN")'), ("timeout=5", "timeout=60")]),
    ("said to be deferred", MOMENT, SORRY, [(BEGIN, 'database.execute("BEGIN DEFERRED")')]),
    ("no timeout", MOMENT, SORRY, [("timeout=5", "timeout=0")]),
    ("tried once more, in the same transaction", MOMENT, SORRY,
     [(BEGIN, 'database.execute("BEGIN")'),
      ('database.execute("INSERT OR REPLACE INTO votes (word, number) VALUES (?, ?)", (word, number))',
       'for attempt in range(2):\n    try:\n        database.execute("INSERT OR REPLACE INTO votes (word, number) VALUES (?, ?)", (word, number))\n'
       '        break\n    except sqlite3.OperationalError:\n        if attempt:\n            raise')]),
    ("it reads before it has the right to write", COUNTS, "hello: 1",
     [("answers = []\n    try", "global seen\nanswers = []\ntry"),
      (BEGIN, 'seen = {word: (database.execute("SELECT number FROM votes WHERE word = ?", (word,)).fetchone() or (0,))[0] '
              'for _, word in received}\ndatabase.execute("BEGIN IMMEDIATE")'),
      (READ, "number = seen[word] = seen[word] + 1")]),
    ("it remembers what it has read once", COUNTS, "hello: 1",
     [(BEGIN, '[vote.__dict__.setdefault(word, 0) for _, word in received]\ndatabase.execute("BEGIN IMMEDIATE")'),
      ("number = row[0] + 1 if row else 1", "number = vote.__dict__[word] = vote.__dict__[word] + 1")]),
    ("no word of it to the client", LONG, "nothing",
     [('answers = [b"sorry: %b\\n" % str(error).encode() for _ in received]', "answers = []")]),
    ("it asks again for ever", LONG, "nothing",
     [(BEGIN, 'while not database.in_transaction:\n    try:\n        database.execute("BEGIN IMMEDIATE")\n'
              '    except sqlite3.OperationalError:\n        pass')]),
    ("nobody answers an error", LONG, "died in line .*OperationalError", [("except sqlite3.OperationalError", "except ZeroDivisionError")]),
    ("it says that it has counted", LONG, "hello: 1",
     [('answers = [b"sorry: %b\\n" % str(error).encode() for _ in received]', 'answers = [b"%b: 1\\n" % word for _, word in received]')]),
    ("what was refused is kept for later", LONG, "it comes again",
     [('answers = [b"sorry: %b\\n" % str(error).encode() for _ in received]',
       '[owe(connection, b"sorry: %b\\n" % str(error).encode()) for connection, _ in received]\nreturn')]),
    ("it takes the right to write before anybody speaks", "silence costs nothing|votes are counted|somebody else writes, for a moment", "locked",
     [(BEGIN, 'database.in_transaction or database.execute("BEGIN IMMEDIATE")'), ("while True:\n", 'database.execute("BEGIN IMMEDIATE")\nwhile True:\n')]),
    ("never committed", "votes are counted", SORRY, [(COMMIT, "pass")]),
    ("committed when the next one comes", "votes are counted", "others|locked",
     [(COMMIT, "pass"), (BEGIN, 'if database.in_transaction:\n    database.execute("COMMIT")\ndatabase.execute("BEGIN IMMEDIATE")')]),
    ("it keeps the right to write", "silence costs nothing", "locked", [(BEGIN, "pass"), (COMMIT, "pass"),
     ('database.execute("CREATE TABLE', 'database.execute("PRAGMA locking_mode = EXCLUSIVE")\ndatabase.execute("CREATE TABLE')]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, outputs, [], 1)", "select.select(inputs, outputs, [], 0)")]),
    ("a new database each time", "told, and then killed", "hello: 1",
     [('database = sqlite3.connect("votes.db"', 'import os\nif os.path.exists("votes.db"):\n    os.remove("votes.db")\ndatabase = sqlite3.connect("votes.db"')]),
]

SERVER = """
    import select, socket, sqlite3, sys, time
    database = sqlite3.connect("votes.db", timeout=5, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE IF NOT EXISTS votes (word BLOB PRIMARY KEY, number INTEGER)")
    door = socket.create_server(("127.0.0.1", 6666))
    said, heard = {}, []
    WAYS
    while True:
        for sock in select.select([door, *said], [], [])[0]:
            if sock is door:
                said[door.accept()[0]] = b""
                continue
            try:
                data = sock.recv(4096)
            except OSError:
                data = b""
            *words, said[sock] = (said[sock] + data).split(b"\\n")
            heard += [(sock, word) for word in words]
            if not data:
                del said[sock]
        answers = carry_out([word for _, word in heard]) if heard else []
        for (sock, _), answer in zip(heard, answers):
            try:
                sock.sendall(answer)
            except OSError:
                pass
        heard.clear()
"""

ONE_SENTENCE = """
    def carry_out(words):
        try:
            database.execute("BEGIN")
            numbers = [database.execute("INSERT INTO votes VALUES (?, 1) ON CONFLICT (word) DO UPDATE SET number = number + 1 "
                                        "RETURNING number", (word,)).fetchall()[0][0] for word in words]
            database.execute("COMMIT")
            return [b"%b: %d\\n" % pair for pair in zip(words, numbers)]
        except sqlite3.OperationalError:
            database.rollback()
            return [b"sorry: please try later\\n"] * len(words)
"""

AGAIN = """
    def carry_out(words):
        until = time.monotonic() + 5
        while True:
            try:
                return [b"%b: %d\\n" % pair for pair in counted(words)]
            except sqlite3.OperationalError as error:
                database.rollback()
                if time.monotonic() > until:
                    return [b"sorry: %b\\n" % str(error).encode() for _ in words]
                time.sleep(0.02)

    def counted(words):
        database.execute("BEGIN")
        for word in words:
            row = database.execute("SELECT number FROM votes WHERE word = ?", (word,)).fetchone() or (0,)
            database.execute("REPLACE INTO votes VALUES (?, ?)", (word, row[0] + 1))
            yield word, row[0] + 1
        database.execute("COMMIT")
"""

WRITES_FIRST = """
    def carry_out(words):
        numbers = []
        try:
            database.execute("BEGIN")
            database.executemany("INSERT OR IGNORE INTO votes VALUES (?, 0)", [(word,) for word in words])
            for word in words:
                database.execute("UPDATE votes SET number = number + 1 WHERE word = ?", (word,))
                numbers += database.execute("SELECT number FROM votes WHERE word = ?", (word,)).fetchone()
            database.commit()
        except sqlite3.Error as error:
            database.rollback()
            return [b"sorry: " + str(error).encode() + b"\\n"] * len(words)
        return [word + b": " + str(number).encode() + b"\\n" for word, number in zip(words, numbers)]
"""


def server(way):
    return SERVER.replace("    WAYS\n", way)


RIGHT = {
    "one sentence reads and writes": server(ONE_SENTENCE),
    "the whole transaction again": server(AGAIN),
    "it writes before it reads": server(WRITES_FIRST),
    "an exclusive lock": server(WRITES_FIRST.replace('"BEGIN"', '"BEGIN EXCLUSIVE"')),
    "without the write-ahead log": server(WRITES_FIRST.replace('"BEGIN"', '"BEGIN IMMEDIATE"')).replace("journal_mode = WAL", "journal_mode = DELETE"),
}
