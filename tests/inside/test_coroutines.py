"""A loop of the program's own, of coroutines: which went on in an iteration, for whom, and in which line each waits."""
import pytest

from helpers import connect, player, run
from helpers.figures import describe
from helpers.recording import Coroutine, Recording

LOOP = """
import selectors
from collections import deque

selector, ready = selectors.DefaultSelector(), deque()

class Wait:
    def __init__(self, *what):
        self.what = what
    def __await__(self):
        yield self

def spawn(coroutine):
    ready.append(coroutine)

def go_round():
    while ready:
        coroutine = ready.popleft()
        try:
            wait = coroutine.send(None)
        except StopIteration:
            continue
        selector.register(*wait.what, coroutine)
    for key, events in selector.select(1):
        selector.unregister(key.fileobj)
        ready.append(key.data)

async def accept(sock):
    await Wait(sock, selectors.EVENT_READ)
    return sock.accept()[0]

async def receive(sock):
    await Wait(sock, selectors.EVENT_READ)
    return sock.recv(100)
"""

SERVER = """
async def greet(connection):
    return await receive(connection)

async def serve(connection):
    with connection:
        while data := await greet(connection):   # here it waits
            connection.send(data)

async def main():
    listener = socket.create_server(("127.0.0.1", 6666))
    while True:
        connection = await accept(listener)      # here main waits
        spawn(serve(connection))

spawn(main())
while True:
    go_round()
"""
ONE_FILE = LOOP + "import socket\n" + SERVER
TWO_FILES = "import socket\nfrom loop import accept, go_round, receive, spawn\n" + SERVER


@pytest.fixture(params=["one file", "two files"])
def server(request, program):
    if request.param == "two files":
        program(LOOP, "loop")
    return run(program(ONE_FILE if request.param == "one file" else TWO_FILES), held=True)


def line(server, comment):
    return next(number for number, text in enumerate(server.program.text.splitlines(), 1) if text.endswith(comment))


def test_who_went_on_for_whom_and_in_which_line_each_waits(server):
    here, main = line(server, "# here it waits"), line(server, "# here main waits")
    alice, bob = connect(server, "alice"), connect(server, "bob")
    steps = [server.step(), server.step()]
    assert steps[0].coroutines == [Coroutine("main", None, main), Coroutine("serve", "alice", here)]
    assert steps[1].coroutines == [Coroutine("main", None, main), Coroutine("serve", "bob", here)]
    bob.send("hello"), alice.send("hi")
    both = server.step()
    assert sorted(both.coroutines, key=str) == [Coroutine("serve", "alice", here), Coroutine("serve", "bob", here)]
    assert alice.receive() == "hi"
    alice.close()
    last = server.step()
    assert last.coroutines == [Coroutine("serve", "alice", None)]                # it is over, and its socket is closed
    assert repr(last).splitlines()[-1] == "  went on     serve for alice, over"
    assert describe(server).splitlines()[-1].endswith("– went on: serve for alice, over.")


def test_the_player_and_a_file_know_them_too(server, tmp_path):
    connect(server, "alice")
    server.step()
    here, main = line(server, "# here it waits"), line(server, "# here main waits")
    assert player(server).film["scenes"][-1]["went_on"] == [f"main, line {main}", f"serve for alice, line {here}"]
    server.recording.save(tmp_path / "walk.jsonl")
    assert Recording.load(tmp_path / "walk.jsonl").iterations[-1].coroutines == server.iterations[-1].coroutines


def test_a_loop_that_runs_free_is_not_looked_into(server):
    alice = connect(server, "alice")
    server.release()
    alice.send("hello")
    assert alice.receive() == "hello"
    server.hold()
    assert [one.coroutines for one in server.iterations] == [[]] * len(server.iterations)


DIES = LOOP + """
import socket

async def dies(connection):
    await receive(connection)
    1 / 0

async def main():
    connection = await accept(listener)
    dying = dies(connection)
    wait = dying.send(None)                          # by hand: it belongs to who sends it
    await wait                                       # here main waits
    try:
        dying.send(None)
    except ZeroDivisionError:
        await receive(connection)                    # and here

listener = socket.create_server(("127.0.0.1", 6666))
spawn(main())
while True:
    go_round()
"""


def test_a_coroutine_that_another_sends_by_hand_belongs_to_who_sends_it(program):
    server = run(program(DIES), held=True)
    alice = connect(server, "alice")
    assert server.step().coroutines == [Coroutine("main", "alice", line(server, "# here main waits"))]
    alice.send("hello")
    assert server.step().coroutines == [Coroutine("main", "alice", line(server, "# and here"))]


def test_a_coroutine_that_dies_is_over(program):
    text = ONE_FILE.replace("            connection.send(data)", "            1 / 0")
    text = text.replace("except StopIteration", "except Exception")
    server = run(program(text), held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hello")
    assert server.step().coroutines == [Coroutine("serve", "alice", None)]


THROWS = LOOP + """
import socket

async def gives_up(connection):
    await receive(connection)

async def goes_on(connection):
    try:
        await receive(connection)
    except TimeoutError:
        await receive(connection)                    # here it waits again

async def main():
    for what in gives_up, goes_on:
        spawn(what(await accept(listener)))
    await accept(listener)
    for key in list(selector.get_map().values()):
        selector.unregister(key.fileobj)
        late.append(key.data)

late = []
listener = socket.create_server(("127.0.0.1", 6666))
spawn(main())
while True:
    go_round()
    for coroutine in late:
        try:
            selector.register(*coroutine.throw(TimeoutError()).what, coroutine)
        except TimeoutError:
            pass
    late.clear()
"""


def test_an_error_is_thrown_into_a_coroutine_where_it_waits(program):
    server = run(program(THROWS), held=True)
    for name in ("alice", "bob", "carol"):
        connect(server, name)
        server.step()
    again = line(server, "# here it waits again")
    assert server.step().coroutines == [Coroutine("gives_up", "alice"), Coroutine("goes_on", "bob", again)]


ASYNCIO = """
import asyncio

async def serve(reader, writer):
    while data := await reader.read(100):        # here it waits
        writer.write(await shout(data))
    writer.close()

async def shout(data):
    await asyncio.sleep(1)
    return data.upper()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 6666)
    await server.serve_forever()                 # here main waits

asyncio.run(main())
"""


def until(server, done, bound=20):
    """Steps until `done(iteration)`; returns that one."""
    for _ in range(bound):
        if done(server.step()):
            return server.iterations[-1]
    raise AssertionError(server.iterations[-bound:])


def test_tasks_of_asyncio_are_told_as_coroutines_are_with_their_lines_and_for_whom(program):
    server = run(program(ASYNCIO), held=True)
    assert server.step().coroutines == [Coroutine("main", None, line(server, 'start_server(serve, "127.0.0.1", 6666)'))]
    alice = connect(server, "alice")
    here = line(server, "# here it waits")
    begins = until(server, lambda one: Coroutine("serve", "alice", here) in one.coroutines)
    assert Coroutine("_accept_connection2", "alice", None, "asyncio") in begins.coroutines
    alice.send("hello")
    assert until(server, lambda one: one.coroutines).coroutines == [Coroutine("serve", "alice", here + 1)]
    assert until(server, lambda one: one.operations).coroutines == [Coroutine("serve", "alice", here)]
    alice.close()
    assert until(server, lambda one: one.coroutines).went_on == ["serve for alice, over"]
    told = [each for one in server.iterations for each in one.coroutines]
    assert Coroutine("main", None, line(server, "# here main waits")) in told


FRAMEWORK = """
import asyncio

class Web(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.asked = transport, asyncio.Queue()
        self.task = asyncio.get_running_loop().create_task(self.start())

    def data_received(self, data):
        self.asked.put_nowait(data)

    async def start(self):
        while True:
            self.transport.write(await handler(await self.asked.get()))
"""
WEB = """
import asyncio
import framework

async def answer(data):
    await asyncio.sleep(1)                       # here it waits
    return data.upper()

async def main():
    framework.handler = answer
    server = await asyncio.get_running_loop().create_server(framework.Web, "127.0.0.1", 6666)
    await server.serve_forever()

asyncio.run(main())
"""


def test_a_librarys_task_is_told_until_it_comes_to_a_coroutine_of_the_programs(program):
    program(FRAMEWORK, "framework")
    server = run(program(WEB), held=True)
    alice = connect(server, "alice")
    begins = until(server, lambda one: Coroutine("start", "alice", 0, "framework") in one.coroutines)
    assert "framework: start for alice" in begins.went_on
    alice.send("hello")
    asked = until(server, lambda one: one.coroutines)
    assert asked.coroutines == [Coroutine("answer", "alice", line(server, "# here it waits"))]
    assert until(server, lambda one: one.operations).coroutines == [Coroutine("answer", "alice", None)]
    assert alice.receive() == "HELLO"


def test_no_property_of_the_programs_own_is_run_to_find_for_whom(program):
    server = run(program("""
        import asyncio

        class Shy(asyncio.Protocol):
            @property
            def transport(self):
                print("who has asked?")

        async def main():
            shy = Shy()
            await asyncio.sleep(1)

        asyncio.run(main())
        """), held=True)
    until(server, lambda one: any(each.line for each in one.coroutines))
    assert "who has asked?" not in server.output
