"""upper: programs that must not pass, each wrong in one way, and programs that must."""
from tests.exercises.banks import lossless, queues

SLOW, END, BYTES, SILENCE = "much, and a slow reader", "a word, and the end", "any bytes, and then silence", "silence costs nothing"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("an echo", BYTES, "b' hello '", [("data.upper()", "data")]),
    ("it takes bytes for text", BYTES, r"NDER EINEM DACH SS", [("data.upper()", "data.decode().upper().encode()")]),
    ("it changes other bytes as well", BYTES, r"x00HELLO", [("data.upper()", "bytes(one & 0xDF for one in data)")]),
    ("what doesn't fit is gone", SLOW, "not all of it", [("del queue[:sent]", "queue.clear()")]),
    ("it waits until all is sent", SLOW, r"nothing\. The server stands in line \d+",
     [("sent = connection.send(queue)", "connection.setblocking(True)\nconnection.sendall(queue)\nsent = len(queue)")]),
    ("it closes at once when all was said", END, "the end of the connection|The server died",
     [("if not data:\n        inputs.remove(connection)", "if not data:\n    inputs.remove(connection)\n"
       "    outputs.remove(connection)\n    del queues[connection]\n    connection.close()")]),
    ("it never closes", END, "every byte, and never the end", [("del queues[connection]\n            connection.close()",
                                                                     "globals().setdefault('kept', []).append(connection)")]),
    ("a reset ends it", "resets", "ConnectionResetError|BrokenPipeError",
     [("    except OSError:\n        data", "    except BlockingIOError:\n        data")]),
    ("always in outputs", BYTES, "it spins", [("outputs.remove(connection)", "pass")]),
    ("it asks all the time", SILENCE, "it spins", [("select.select(inputs, outputs, [], 1)", "select.select(inputs, outputs, [], 0)")]),
    ("letters of other lands, too", BYTES, r"b'", [("data.upper()", 'data.decode("utf-8", "surrogateescape").upper().encode("utf-8", "surrogateescape")')]),
    ("it changes letters of Latin 1, too", BYTES, ".", [("data.upper()", 'data.decode("latin-1").upper().encode("latin-1", "replace")')]),
    ("the first letter alone", BYTES, ".", [("data.upper()", "data.capitalize()")]),
    ("it swaps capital and small letters", BYTES, ".", [("data.upper()", "data.swapcase()")]),
    *queues.wrong("data.upper()"),
]

RIGHT = {"selectors": lossless.RIGHT["selectors"].replace("debts[sock] += data", "debts[sock] += data.upper()"),
         "epoll": lossless.RIGHT["epoll"].replace("debts[number] += data", "debts[number] += data.upper()"),
         "asyncio's Protocol": lossless.RIGHT["asyncio's Protocol"].replace("write(data)", "write(data.upper())"),
         **queues.right("data.upper()")}
