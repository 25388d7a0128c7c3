"""Lesson 08: messages go into tables of a database. All that one iteration has received is one transaction.

    python lessons/08_messages_to_tables.py 6666 messages.db     in one terminal; Ctrl-C ends it
    python lessons/client.py 6666                                in a second one: your name first, then messages

New: a message is acknowledged (`ok 1`, `ok 2` …) when the transaction that holds it is committed, and not before.
Its weakness, kept on purpose: while a commit waits for the disk, or for somebody else's lock, everybody waits (lesson 09).
"""
import select
import signal
import socket
import sqlite3
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
file = sys.argv[2] if len(sys.argv) > 2 else "messages.db"
LIMIT = 65536                               # so many bytes may wait for the end of their line
LONGEST = 255                               # bytes of a name

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

database = sqlite3.connect(file, timeout=0.2, isolation_level=None)   # waits for another writer, not long
database.execute("PRAGMA journal_mode = WAL")   # who only reads doesn't wait for us, nor we for them
database.execute("CREATE TABLE IF NOT EXISTS clients (number INTEGER PRIMARY KEY, name BLOB UNIQUE)")

listener = socket.create_server(("127.0.0.1", port), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

inputs = [listener]                         # whom we hear
outputs = []                                # to whom we have something to send, or only the close
queues = {}                                 # connection -> what we owe it
buffers = {}                                # connection -> the beginning of a line
counts = {}                                 # connection -> how many messages it has said
names = {}                                  # connection -> its first line
received = {}                               # connection -> its messages of this iteration


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
    lines, buffers[connection] = cut(buffers[connection] + data)
    if lines and not names[connection]:     # its first line
        name = names[connection] = lines.pop(0)
        if 1 <= len(name) <= LONGEST:
            owe(connection, b"hello %b\n" % name)
        else:
            owe(connection, b"sorry: a name has 1 to %d bytes\n" % LONGEST)
            lines, data = [], b""
    if lines:
        received[connection] = lines
    if len(buffers[connection]) > LIMIT:    # a line without an end must not fill our memory
        owe(connection, b"too long\n")
        data = buffers[connection] = b""
    if not data:                            # it says no more, or we hear no more of it
        inputs.remove(connection)
        owe(connection, b"")


def cut(data):
    """Whole lines, without their ends, and the rest: the beginning of a line."""
    *lines, rest = data.split(b"\n")
    return lines, rest


def keep():
    """Put all that this iteration has received on the disk, in one transaction: all of it, or nothing."""
    try:
        database.execute("BEGIN IMMEDIATE")             # from here on nobody else may write
        for connection, messages in received.items():
            table = table_of(names[connection])
            database.executemany(f"INSERT INTO {table} (message) VALUES (?)", ((one,) for one in messages))
        database.execute("COMMIT")
        word, why = b"ok", b""
    except sqlite3.OperationalError as error:           # somebody else writes, or the disk is full
        database.rollback()
        word, why = b"sorry", b": " + str(error).encode()
    for connection, messages in received.items():       # only now do we know
        for _ in messages:
            counts[connection] += 1
            owe(connection, b"%b %d%b\n" % (word, counts[connection], why))
    received.clear()


def table_of(name):
    """This client's table. The name is a value, never a part of a statement; the table has our number."""
    database.execute("INSERT OR IGNORE INTO clients (name) VALUES (?)", (name,))
    number, = database.execute("SELECT number FROM clients WHERE name = ?", (name,)).fetchone()
    database.execute(f"CREATE TABLE IF NOT EXISTS messages_{number} (number INTEGER PRIMARY KEY, message BLOB)")
    return f"messages_{number}"


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
        if connection not in inputs:
            del queues[connection], buffers[connection], counts[connection], names[connection]
            connection.close()


while True:
    readable, writable, exceptional = select.select(inputs, outputs, [], 1)
    if listener not in inputs:
        inputs.insert(0, listener)
    for sock in readable:
        accept() if sock is listener else receive(sock)
    if received:
        keep()
    for sock in writable:
        send(sock)
