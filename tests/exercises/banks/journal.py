"""journal: programs that must not pass, each wrong in one way, and programs that must."""

KEPT, FIRST, ANY, NEARLY, OWN, AGAIN, KILLED = (
    "messages are kept, and numbered", "any bytes come back", "from any message on", "messages that look like a question",
    "everybody has their own", "comes again", "kept, and then killed")
ASKED = 'if word == b"from" and number.isdigit() and len(number) <= 18:'
SELECT = 'f"SELECT number, message FROM {table} WHERE number >= ? ORDER BY number"'
OK = 'return b"ok %d\\n" % row.lastrowid'
INSERT = 'row = database.execute(f"INSERT INTO {table} (message) VALUES (?)", (line,))'

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("after N, and not from it on", ANY, r"b'2 two", [("number >= ?", "number > ?")]),
    ("the last one first", ANY, "b'3 three", [("ORDER BY number", "ORDER BY number DESC")]),
    ("in the order of the alphabet", ANY, r"one\\n3 three", [("ORDER BY number", "ORDER BY message")]),
    ("N as bytes", ANY, r"b'end\\n'", [("(int(number),)", "(number,)")], "Is N a number"),
    ("no end", ANY, "and then nothing more", [(' + b"end\\n"', "")]),
    ("without numbers", ANY, "b'one", [('b"%d %b\\n" % row', 'b"%b\\n" % row[1]')]),
    ("numbered from 1 in each answer", ANY, r"b'1 two", [("b\"%d %b\\n\" % row for row in rows", "b\"%d %b\\n\" % (n, row[1]) for n, row in enumerate(rows, 1)")]),
    ("one message alone", ANY, r"one\\nend", [("number >= ?", "number = ?")]),
    ("the question is kept, too", ANY, r"4 f", [("return b\"\".join", INSERT + "\nreturn b\"\".join")]),
    ("it takes bytes for text", KEPT, "UnicodeDecodeError", [("(line,))", "(line.decode(),))")]),
    ("half a letter is replaced", FIRST, "other bytes|not all", [("(line,))", '(line.decode("utf-8", "replace").encode(),))')]),
    ("edges are cut off", FIRST, "not all|other", [("(line,))", "(line.strip(),))")]),
    ("empty lines are passed over", KEPT, "nothing|b'", [(INSERT, 'if not line:\n    return b""\n' + INSERT)]),
    ("numbers of this conversation", AGAIN, "b'ok 1",
     [(OK, 'counts[name] = counts.get(name, 0) + 1\nreturn b"ok %d\\n" % counts[name]'), ("names = {} ", "counts = {}\nnames = {} "),
      ("names.pop(connection, None)", "counts.pop(names.pop(connection, None), None)")]),
    ("numbers that are only remembered", KILLED, r"b'ok 1\\n'",
     [(OK, 'counts[name] = counts.get(name, 0) + 1\nreturn b"ok %d\\n" % counts[name]'), ("names = {} ", "counts = {}\nnames = {} ")],
     "Who still knows"),
    ("every line with from is a question", NEARLY, "died|b'", [(ASKED, 'if word == b"from":')]),
    ("questions in capital letters", NEARLY, "b'", [(ASKED, ASKED.replace("word ==", "word.lower() =="))]),
    ("spaces are nothing", NEARLY, "b'", [("word, _, number = line.partition", "word, _, number = b' '.join(line.split()).partition")]),
    ("numbers of any length", NEARLY, "died in line .*OverflowError|b'", [(" and len(number) <= 18", "")]),
    ("one table for all", OWN, "b'", [("table = table_of(name)", 'table = table_of(b"all")')]),
    ("the name in the SQL", OWN, "died|sorry", [("return f\"messages_{number}\"", "return f'\"{name.decode()}\"'"),
                                                ("CREATE TABLE IF NOT EXISTS messages_{number} (", "CREATE TABLE IF NOT EXISTS \\\"{name.decode()}\\\" (")]),
    ("the last ones of all", OWN, "b'", [(SELECT, SELECT.replace("{table}", "messages_1"))]),
    ("what has been said is only remembered", KILLED, "not all of it",
     [("table = table_of(name)", "table = kept.setdefault(name, [])"), ("names = {} ", "kept = {}\nnames = {} "),
      (f"rows = database.execute({SELECT}, (int(number),))", "rows = [(n, one) for n, one in enumerate(table, 1) if n >= int(number)]"),
      (INSERT, "table.append(line)"), (OK, 'return b"ok %d\\n" % len(table)')]),
    ("acknowledged, and never committed", KILLED, "not all of it",
     [('database.execute("BEGIN IMMEDIATE")', 'if not database.in_transaction:\n    database.execute("BEGIN IMMEDIATE")'),
      ('database.execute("COMMIT")', "pass")]),
    ("a thousand at most", KILLED, "not all of it", [("ORDER BY number", "ORDER BY number LIMIT 1000")]),
    ("it asks all the time", "silence costs nothing", "it spins", [("select.select(inputs, outputs, [], 1)", "select.select(inputs, outputs, [], 0)")]),
]

RIGHT = {
    "one table with a column for the client": """
        import re, select, socket, sqlite3
        database = sqlite3.connect("all.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE IF NOT EXISTS said (who BLOB, number INTEGER, what BLOB, PRIMARY KEY (who, number)) WITHOUT ROWID")
        door = socket.create_server(("127.0.0.1", 6666))
        begun, who = {}, {}
        while True:
            answers = []
            readable = select.select([door, *begun], [], [])[0]
            database.execute("BEGIN IMMEDIATE")
            for sock in readable:
                if sock is door:
                    begun[door.accept()[0]] = b""
                    continue
                try:
                    data = sock.recv(65536)
                except OSError:
                    data = b""
                *lines, begun[sock] = (begun[sock] + data).split(b"\\n")
                for line in lines:
                    if sock not in who:
                        who[sock] = line
                        answers.append((sock, b"hello " + line + b"\\n"))
                        continue
                    name = who[sock]
                    if found := re.fullmatch(rb"from ([0-9]{1,18})", line):
                        for row in database.execute("SELECT number, what FROM said WHERE who = ? AND number >= ? ORDER BY number",
                                                    (name, int(found[1]))):
                            answers.append((sock, b"%d %b\\n" % row))
                        answers.append((sock, b"end\\n"))
                    else:
                        last, = database.execute("SELECT coalesce(max(number), 0) FROM said WHERE who = ?", (name,)).fetchone()
                        database.execute("INSERT INTO said VALUES (?, ?, ?)", (name, last + 1, line))
                        answers.append((sock, b"ok %d\\n" % (last + 1)))
                if not data:
                    del begun[sock]
                    who.pop(sock, None)
            database.execute("COMMIT")
            for sock, answer in answers:
                try:
                    sock.sendall(answer)
                except OSError:
                    pass
        """,
    "a file for each client, and no database": """
        import os, select, socket
        door = socket.create_server(("127.0.0.1", 6666))
        begun, files = {}, {}

        def messages(file):
            file.seek(0)
            return file.read().split(b"\\n")[:-1]

        def carry_out(file, line):
            word, space, number = line.partition(b" ")
            if word == b"from" and number.isdigit() and len(number) < 19:
                return b"".join(b"%d %b\\n" % (n, one) for n, one in enumerate(messages(file), 1) if n >= int(number)) + b"end\\n"
            file.seek(0, 2)
            file.write(line + b"\\n")
            counts[file] = counts.get(file) or len(messages(file)) - 1
            counts[file] += 1
            return b"ok %d\\n" % counts[file]

        counts = {}
        while True:
            answers, touched = [], set()
            for sock in select.select([door, *begun], [], [])[0]:
                if sock is door:
                    begun[door.accept()[0]] = b""
                    continue
                try:
                    data = sock.recv(65536)
                except OSError:
                    data = b""
                *lines, begun[sock] = (begun[sock] + data).split(b"\\n")
                for line in lines:
                    if sock not in files:
                        files[sock] = open("of-" + line.hex(), "a+b")
                        answers.append((sock, b"hello %b\\n" % line))
                        continue
                    answers.append((sock, carry_out(files[sock], line)))
                    touched.add(files[sock])
                if not data:
                    del begun[sock]
                    if sock in files:
                        counts.pop(files[sock], None)
                        files.pop(sock).close()
            for file in touched:
                if not file.closed:
                    file.flush()
                    os.fsync(file.fileno())
            for sock, answer in answers:
                try:
                    sock.sendall(answer)
                except OSError:
                    pass
        """,
    "selectors, and the rollback journal": """
        import selectors, socket, sqlite3
        database = sqlite3.connect("journal.db", timeout=1)
        database.executescript("CREATE TABLE IF NOT EXISTS names (id INTEGER PRIMARY KEY, name BLOB UNIQUE);")
        selector = selectors.DefaultSelector()
        door = socket.create_server(("127.0.0.1", 6666), backlog=100)
        selector.register(door, selectors.EVENT_READ, None)

        class Client:
            rest, number, name = b"", None, None

            def carry_out(self, line):
                if self.name is None:
                    self.name = line
                    return b"hello " + line + b"\\n"
                if self.number is None:
                    database.execute("INSERT OR IGNORE INTO names (name) VALUES (?)", (self.name,))
                    self.number, = database.execute("SELECT id FROM names WHERE name = ?", (self.name,)).fetchone()
                    database.execute(f"CREATE TABLE IF NOT EXISTS of_{self.number} (n INTEGER PRIMARY KEY AUTOINCREMENT, what BLOB)")
                if line.startswith(b"from ") and line[5:].isdigit() and len(line) <= 23:
                    return b"".join([b"%d %b\\n" % row for row in database.execute(
                        f"SELECT n, what FROM of_{self.number} WHERE n >= {int(line[5:])} ORDER BY n")]) + b"end\\n"
                return b"ok %d\\n" % database.execute(f"INSERT INTO of_{self.number} (what) VALUES (?)", (line,)).lastrowid

        while True:
            for key, _ in selector.select():
                sock, client = key.fileobj, key.data
                if client is None:
                    selector.register(door.accept()[0], selectors.EVENT_READ, Client())
                    continue
                try:
                    data = sock.recv(10000)
                except OSError:
                    data = b""
                if not data:
                    selector.unregister(sock)
                    sock.close()
                    continue
                *lines, client.rest = (client.rest + data).split(b"\\n")
                answers = [client.carry_out(line) for line in lines]
                database.commit()
                try:
                    sock.sendall(b"".join(answers))
                except OSError:
                    pass
        """,
}
