"""Lesson 14: the next deadline is select's timeout. 07's lines, and whoever ends no line for too long is let go.

    python lessons/14_timers.py 6666 30                  in one terminal: 30 seconds; Ctrl-C ends it
    python lessons/client.py 6666                        in a second one, and in a third

New: what is to be done later waits in a heap, the earliest first. The loop waits until then, and not longer.
Its weakness, kept on purpose: what becomes of one client is spread over many functions, called now or later (lesson 15).
"""
import heapq
import itertools
import selectors
import signal
import socket
import sys
import time

port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666
LIMIT = float(sys.argv[2]) if len(sys.argv) > 2 else 30   # seconds in which a client must get something done
BEAT = 10                                   # seconds from one heartbeat to the next
LONGEST = 65536                             # so many bytes may wait for the end of their line
HIGH, LOW = 65536, 16384                    # bytes owed: from HIGH on it isn't heard, at LOW it is again (13)
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=1024)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
print("listening on port", listener.getsockname()[1])

selector = selectors.DefaultSelector()
selector.register(listener, READ)

heap = []                                   # (when, number) of each timer; heap[0] is the earliest
calls = {}                                  # number -> what is to be called then; if not here, cancelled
numbers = itertools.count()                 # each timer has another; of two at one moment, the smaller first
clients = set()                             # who is here


def call_at(when, what, *arguments):
    """Set a timer. Returns its number, for who wants to cancel it."""
    number = next(numbers)
    heapq.heappush(heap, (when, number))
    calls[number] = what, *arguments
    return number


def cancel(number):
    calls.pop(number, None)                 # in the heap its entry stays, and means nothing
    if len(heap) > 2 * len(calls) + 100:    # more than half mean nothing: sweep them out
        heap[:] = [timer for timer in heap if timer[1] in calls]
        heapq.heapify(heap)


def time_left():
    """Seconds until the next timer is due; None: there is none."""
    while heap and heap[0][1] not in calls:
        heapq.heappop(heap)
    return max(0, heap[0][0] - time.monotonic()) if heap else None


def call_due():
    now, due = time.monotonic(), []
    while heap and heap[0][0] <= now:
        due.append(heapq.heappop(heap)[1])
    for number in due:                      # what is set meanwhile has its turn in the next iteration
        if number in calls:                 # one before it may have cancelled it
            what, *arguments = calls.pop(number)
            what(*arguments)


class Client:
    """All that we know of one who is here."""
    def __init__(self, connection):
        self.connection = connection
        self.begun, self.count = b"", 0     # the beginning of a line; how many lines it has said
        self.owed = bytearray()
        self.ended = False                  # it says no more, or we hear no more of it
        self.timer = None


def accept():
    try:
        connection, address = listener.accept()
    except OSError:                         # let nobody in for a second: a timer, too
        selector.unregister(listener)
        call_at(time.monotonic() + 1, selector.register, listener, READ)
        return
    connection.setblocking(False)
    client = Client(connection)
    clients.add(client)
    selector.register(connection, READ, client)
    extend(client)


def extend(client):
    """It has all its time again."""
    cancel(client.timer)
    client.timer = call_at(time.monotonic() + LIMIT, let_go, client)


def let_go(client):
    if not client.owed:                     # else it has not even read what it has asked for
        client.owed += b"goodbye\n"
        send(client)
    close(client)


def close(client):
    cancel(client.timer)                    # nothing of it stays, not even what was to be done later
    selector.unregister(client.connection)
    client.connection.close()
    clients.remove(client)


def serve(client, watched, ready):
    lines = receive(client) if ready & READ else 0
    if send(client) or lines:               # something got done
        extend(client)
    hears = not client.ended and (len(client.owed) < HIGH if watched & READ else len(client.owed) <= LOW)
    wanted = (READ if hears else 0) | (WRITE if client.owed else 0)
    if not wanted:
        close(client)
    elif wanted != watched:
        selector.modify(client.connection, wanted, client)


def receive(client):
    """How many lines have come to their end."""
    try:
        data = client.connection.recv(65536)
    except BlockingIOError:
        return 0
    except OSError:
        data = b""
    *lines, client.begun = (client.begun + data).split(b"\n")
    for line in lines:
        client.count += 1
        client.owed += b"%d %d\n" % (client.count, len(line))
    if len(client.begun) > LONGEST:
        client.owed += b"too long\n"
    client.ended = not data or len(client.begun) > LONGEST
    return len(lines)


def send(client):
    """How many bytes of what we owe it are gone now."""
    try:
        sent = client.connection.send(client.owed) if client.owed else 0
    except BlockingIOError:
        return 0
    except OSError:                         # nobody is there to read them
        sent = len(client.owed)
    del client.owed[:sent]
    return sent


def beat(due):
    print(len(clients), "here")
    call_at(due + BEAT, beat, due + BEAT)   # not from now on: if this one is late, the next one isn't


beat(time.monotonic())

while True:
    events = selector.select(time_left())
    for key, ready in events:
        accept() if key.fileobj is listener else serve(key.data, key.events, ready)
    call_due()                              # after the events: who has spoken just in time isn't let go
