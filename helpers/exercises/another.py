"""A loop that a learner has mended, with another server on it: no fault of the loop can be made good in that."""
from ..server import change
from ..trials import PATIENCE, Failed, Seen, eventually, with_state

SERVER = "# -- the server"

# Another server on the loop. It sends back what it hears; but some words mean something to it.
ANOTHER = """
port = int(sys.argv[1]) if len(sys.argv) > 1 else 6666

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: sys.exit())

listener = socket.create_server(("127.0.0.1", port), backlog=128)
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.setblocking(False)
paused = []


async def serve(connection):
    try:
        while data := await recv(connection, 65536):
            if data == b"divide":
                1 / 0
            if data == b"exit":
                sys.exit()
            if data == b"nap":
                try:
                    with timeout(1):
                        await sleep(3)
                except TimeoutError:
                    paused.append(current)
                    await pause()
            if data == b"wake":
                paused.pop().wake()
            await send(connection, data)
    finally:
        close(connection)


async def main():
    for _ in range(3):
        spawn(serve(await accept(listener)))
    raise LookupError("this was the third guest")


run(main())
"""


def another(start, **options):
    """The loop, and another server on it."""
    text = start.program.text
    if text.count(f"\n{SERVER}") != 1:
        raise Failed(f"the line `{SERVER}` stands between the loop and the server, so that another server can be put there",
                     Seen("there is no such line, or more than one", "no line"),
                     look="Begin with the program as it was. It is the loop, above this line, that is to be mended.")
    return start(program=change(start.program, text[text.index(f"\n{SERVER}") + 1:], f"{SERVER}\n{ANOTHER}"), **options)


def printed(server, words):
    """What this error says is printed, so that whoever looks at the terminal knows what went wrong."""
    if words not in server.output:
        raise Failed(f"the error that nobody has caught is printed, with what it says: {words}",
                     Seen("this isn't printed", "unheard"))


def ends(server, expected, kind):
    """The program comes to its end by itself."""
    if not eventually(server, lambda: server.ended, PATIENCE):
        raise Failed(expected, Seen("it goes on", kind))
    if server.death or server.exit_status != 0:
        raise Failed(expected, with_state(server, Seen("it ends otherwise", kind)))
