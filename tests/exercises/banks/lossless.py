"""lossless: mends that must not pass, each wrong in one way, and servers that must."""
from textwrap import dedent

from tests.exercises.banks import queues
from tests.trials.servers import EPOLL, PROTOCOL, SELECTORS

SLOW, END = "much, and a slow reader", "a word, and the end"

# what is wrong; the first trial that it fails; a pattern in what was received; the lines of the solution that are changed
WRONG = [
    ("as it was", SLOW, "not all of it", [("del queue[:sent]", "del queue[:]")]),
    ("it keeps all, and sends it again", "any bytes, and then silence", "^b' hello ': what has come already comes again",
     [("del queue[:sent]", "pass")]),
    ("it counts one byte too few", "any bytes, and then silence", "b' ", [("del queue[:sent]", "del queue[:sent - 1]")]),
    ("it waits until all is sent", SLOW, r"nothing\. The server stands in line \d+, `connection\.sendall\(queue\)`",
     [("sent = connection.send(queue)", "connection.setblocking(True)\nconnection.sendall(queue)\nsent = len(queue)")]),
    ("it takes no room for the end", SLOW, "not all of it",
     [("sent = connection.send(queue)", "sent = connection.send(queue)\nif sent < len(queue):\n    raise OSError")]),
    ("the queue is thrown away at the end", END, "the end of the connection",
     [("if not data:\n        inputs.remove(connection)",
       "if not data:\n    inputs.remove(connection)\n    queues[connection].clear()")]),
    ("always in outputs", "any bytes, and then silence", "it spins", [("outputs.remove(connection)", "pass")]),
    *queues.wrong("data"),
]


def closing(text):
    """A right server in these clothes: its port is that of the tradition."""
    return dedent(text)


RIGHT = {"selectors": closing(SELECTORS), "epoll": closing(EPOLL), "asyncio's Protocol": closing(PROTOCOL),
         **queues.right("data")}
