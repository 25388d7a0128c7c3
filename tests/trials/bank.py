"""The bank of faulty servers: lesson 06, wrong in one line, so that each trial has a server that it alone catches."""
from helpers import change
from tests.trials.names import BYTE_BY_BYTE, GOOD, HALF, HALF_SLOW, LORIS, MEGABYTE, POURS, SILENT, SLOW, VISITS

LEAVING = {"comes and leaves without a word", "reset (RST) when idle", "reset with data in flight"}

# The bank: lesson 06, wrong in one line. Each row: the trial that catches it; what is wrong; a pattern in what
# that trial says it received; the lines that are changed; the other trials that rest on them, and fail as well.
BANK = [
    ("echo of one line", "it trims what it is told", "b'hello', and then nothing more",
     [("queues[connection] += data", "queues[connection] += data.rstrip(b'\\r\\n')")], set()),
    ("two clients at once", "it waits for the first word of each",
     r"nothing. The server stands in line \d+, `connection\.recv",
     [("connection.setblocking(False)", "connection.recv(1, socket.MSG_PEEK)\nconnection.setblocking(False)")],
     {"a slow reader holds up nobody else", "idle costs no CPU", "idle costs no CPU after clients have left"}),
    ("bytes that are not text", "it takes everything for text", "UnicodeDecodeError",
     [("queues[connection] += data", "queues[connection] += data.decode().encode()")], set()),
    ("one byte at a time", "it takes one byte for the end", "the end of the connection",
     [("if not data: ", "if len(data) < 2: ")], set()),
    ("1 MB in one go", "it believes that 1,024 bytes are a message", "not all of it",
     [("queues[connection] += data", "queues[connection] += data[:1024]")],
     {HALF, HALF_SLOW, SLOW}),
    ("says, reads, leaves, 200 times", "it never closes", "200 descriptors are still open",
     [("del queues[connection]\n            connection.close()",
       "del queues[connection]\nglobals().setdefault('kept', []).append(connection)")],
     {*LEAVING, HALF, HALF_SLOW, "more than 1,024 clients", "out of descriptors (EMFILE)"}),
    ("comes and leaves without a word", "it says goodbye to those only that have spoken", "KeyError",
     [("queues[connection] += data", "queues[connection] += data\nif data:\n    spoke.add(connection)"),
      ("del queues[connection]", "del queues[connection]\nspoke.remove(connection)"),
      ("outputs = []", "outputs, spoke = [], set()")], set()),
    ("reset (RST) when idle", "it takes a reset for an error of its own", "ConnectionResetError",
     [("except OSError:                         # it broke", "except BrokenPipeError:                 # it broke")],
     {"reset with data in flight"}),
    ("reset with data in flight", "the queue is gone when its client is writable", "KeyError",
     [('data = b""', "inputs.remove(connection)\ndel queues[connection]\nreturn connection.close()")], set()),
    ("half-close", "it throws away what is queued when it hears the end", "the end of the connection",
     [("inputs.remove(connection)", "inputs.remove(connection)\nqueues[connection].clear()")], {HALF_SLOW}),
    (VISITS, "it leaves a zombie for each client", "zombies .* are left",
     [("connection.setblocking(False)", "connection.setblocking(False)\nimport os\nos.fork() or os._exit(0)")], set()),
    (VISITS, "it leaves a thread for each client", "threads are left",
     [("connection.setblocking(False)", "connection.setblocking(False)\nimport threading\n"
       "threading.Thread(target=threading.Event().wait, daemon=True).start()")], set()),
    (HALF_SLOW, "it hears the end again and again while it owes something", "it spins",
     [("if not data: ", "if not data and not queues[connection]: ")], set()),
    ("a slow reader holds up nobody else", "it waits until all is sent",
     r"stands in line \d+, `connection\.sendall\(queue\)`",
     [("sent = connection.send(queue)", "connection.setblocking(True)\nconnection.sendall(queue)\nsent = len(queue)")],
     set()),
    ("a slow reader holds up nobody else", "it asks again and again whether there is room", "it spins",
     [("select.select(inputs, outputs, [], 1)", "select.select(inputs, [], [], 0 if outputs else 1)"),
      ("for sock in writable:", "for sock in outputs[:]:")], {HALF_SLOW}),
    ("idle costs no CPU", "it always asks who is writable", "it spins",
     [("select.select(inputs, outputs", "select.select(inputs, list(queues)"),
      ("if not queue:", "if not queue and connection in outputs:")],
     {"a slow reader holds up nobody else", "out of descriptors (EMFILE)"}),
    ("idle costs no CPU after clients have left", "it keeps whoever has left", "it spins",
     [("inputs.remove(connection)", "pass")],
     {"says, reads, leaves, 200 times", *LEAVING, HALF, HALF_SLOW, "more than 1,024 clients",
      "out of descriptors (EMFILE)"}),
    ("more than 1,024 clients", "it doesn't know the limit of select", "filedescriptor out of range",
     [("< 1024:", "< 4096:")], set()),
    ("out of descriptors (EMFILE)", "it tries again and again", "it spins",
     [("inputs.remove(listener)", "pass")], set()),
    ("out of descriptors (EMFILE)", "it dies of it", "Too many open files",
     [("except OSError:                         # the client", "except BlockingIOError:  # the client")], set()),
    ("restarted at once on the same port", "SO_REUSEADDR is missing", "Address already in use",
     [('socket.create_server(("127.0.0.1", port), backlog=128)',
       'socket.socket()\nlistener.bind(("127.0.0.1", port))\nlistener.listen(128)')], set()),
    ("stops cleanly on SIGINT and SIGTERM", "it knows Ctrl-C only", "The server was ended by SIGTERM",
     [("(signal.SIGINT, signal.SIGTERM)", "(signal.SIGINT,)")], set()),
    ("stops cleanly on SIGINT and SIGTERM", "it goes on", "it goes on",
     [("sys.exit()", "None")], set()),
]
# The same for the server of tests/trials/patient.py, which survives all: first the speaker.
PATIENT_BANK = [
    ("echo", POURS, "it hears those who don't read, too", "memory grows", [(" and len(client.owed) < HIGH", "")], set()),
    ("echo", SILENT, "it knows no limit", "still there", [("float(sys.argv[2])", "None")], set()),
    ("echo", SILENT, "it doesn't take the limit", "exit status 2",
     [("limit = ", "len(sys.argv) > 2 and sys.exit(2)\nlimit = ")], set()),
    ("echo", SILENT, "it lets go who talks, too", "the end of the connection",
     [("client.since = time.monotonic()", "pass")], set()),
    ("lines", LORIS, "each byte is given the time of a message", "still there",
     [("client.said += data", "client.said += data\n    client.since = time.monotonic()")], set()),
    ("lines", BYTE_BY_BYTE, "what recv gives is whole lines", "b'1 0",
     [("client.said[:] = rest", "client.said.clear()")], {MEGABYTE, HALF, HALF_SLOW, SLOW}),
    ("redis", LORIS, "each byte is given the time of a message", "still there",
     [("client.said += data", "client.said += data\n    client.since = time.monotonic()")], set()),
]
LOSSY = [("del queue[:sent]", "queue.clear()")]     # what doesn't fit is gone


def faulty(changes):
    program = GOOD
    for old, new in changes:
        program = change(program, old, new)
    return program
