"""Lesson 08's server with lesson 09's worker: a thread writes the messages into tables, and nobody waits for the disk.

    python lessons/tables_beside.py 6666 messages.db     in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one: your name first, then messages

New: one transaction is all that lies in the queue. Whose messages are on their way isn't heard: so the queue has a bound.
Its weakness, kept on purpose, is that of 06: a client that never reads (lesson 13), and one that is silent for ever (14).
"""
import queue
import select
import signal
import socket
import sqlite3
import sys
import threading

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
file = sys.argv[2] if len(sys.argv) > 2 else "messages.db"
LIMIT = 65536                               # so many bytes may wait for the end of their line
LONGEST = 255                               # bytes of a name

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

database = sqlite3.connect(file)            # if this can't be done, we learn it here
database.execute("PRAGMA journal_mode = WAL")
database.execute("CREATE TABLE IF NOT EXISTS clients (number INTEGER PRIMARY KEY, name BLOB UNIQUE)")
database.close()

listener = socket.create_server(("127.0.0.1", port), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

jobs, done = queue.SimpleQueue(), queue.SimpleQueue()     # to the writer, and back
bell, ring = socket.socketpair()
ring.setblocking(False)

inputs = [listener, bell]                   # whom we hear
outputs = []                                # to whom we have something to send, or only the close
queues = {}                                 # connection -> what we owe it
buffers = {}                                # connection -> the beginning of a line
counts = {}                                 # connection -> how many messages it has said
names = {}                                  # connection -> its first line
leaving = set()                             # who says no more, or is heard no more


def write():
    """The writer. Its database connection is opened here: it belongs to this thread alone."""
    database = sqlite3.connect(file, timeout=60, isolation_level=None)    # nobody waits with us: so we are patient
    while True:
        batch = [jobs.get()]
        while not jobs.empty():             # what has come while the last transaction was written
            batch.append(jobs.get())
        word, why = keep(database, batch)
        done.put([(connection, len(messages), word, why) for connection, _, messages in batch])
        try:
            ring.send(b"!")
        except BlockingIOError:
            pass


def keep(database, batch):
    """Put it on the disk, in one transaction: all of it, or nothing."""
    try:
        database.execute("BEGIN IMMEDIATE")
        for _, name, messages in batch:
            table = table_of(database, name)
            database.executemany(f"INSERT INTO {table} (message) VALUES (?)", ((one,) for one in messages))
        database.execute("COMMIT")
    except sqlite3.Error as error:
        database.rollback()
        return b"sorry", b": " + str(error).encode()
    return b"ok", b""


def table_of(database, name):
    """This client's table, as in 08."""
    database.execute("INSERT OR IGNORE INTO clients (name) VALUES (?)", (name,))
    number, = database.execute("SELECT number FROM clients WHERE name = ?", (name,)).fetchone()
    database.execute(f"CREATE TABLE IF NOT EXISTS messages_{number} (number INTEGER PRIMARY KEY, message BLOB)")
    return f"messages_{number}"


def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # as in 06: let nobody in for one iteration
        inputs.remove(listener)
        return
    if connection.fileno() >= 1024:
        return connection.close()
    connection.setblocking(False)
    inputs.append(connection)
    queues[connection], buffers[connection], counts[connection], names[connection] = bytearray(), b"", 0, b""


def receive(connection):
    try:
        data = connection.recv(65536)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    *lines, buffers[connection] = (buffers[connection] + data).split(b"\n")
    if lines and not names[connection]:
        name = names[connection] = lines.pop(0)
        if not 1 <= len(name) <= LONGEST:
            leave(connection, b"sorry: a name has 1 to %d bytes\n" % LONGEST)
            return
        owe(connection, b"hello %b\n" % name)
    if lines:
        inputs.remove(connection)           # it isn't heard until these are on the disk
        jobs.put((connection, names[connection], lines))
    elif not data or len(buffers[connection]) > LIMIT:
        leave(connection, b"too long\n" if data else b"")


def fetch():
    """The writer has rung: what is on the disk is acknowledged."""
    bell.recv(4096)
    while not done.empty():
        for connection, size, word, why in done.get():
            for _ in range(size):
                counts[connection] += 1
                owe(connection, b"%b %d%b\n" % (word, counts[connection], why))
            inputs.append(connection)


def leave(connection, word):
    inputs.remove(connection)
    leaving.add(connection)
    owe(connection, word)


def owe(connection, data):
    if connection not in outputs:
        outputs.append(connection)
    queues[connection] += data


def send(connection):
    queue = queues[connection]
    try:
        del queue[:connection.send(queue)]
    except BlockingIOError:
        return
    except OSError:
        queue.clear()
    if not queue:
        outputs.remove(connection)
        if connection in leaving:
            leaving.remove(connection)
            del queues[connection], buffers[connection], counts[connection], names[connection]
            connection.close()


threading.Thread(target=write, daemon=True).start()

while True:
    readable, writable, exceptional = select.select(inputs, outputs, [], 1)
    if listener not in inputs:
        inputs.insert(0, listener)
    for sock in readable:
        if sock is listener:
            accept()
        elif sock is bell:
            fetch()
        else:
            receive(sock)
    for sock in writable:
        send(sock)
