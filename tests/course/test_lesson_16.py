"""Lesson 16: its two programs, plain and under the glass; what its notebook says of asyncio, tried on this Python."""
import asyncio
import gc
import signal
import subprocess
import sys
from importlib.util import find_spec

import nbformat
import pytest

from helpers import change, connect, run
from helpers.recording import Coroutine
from tests import ROOT
from tests.conftest import LONG
from tests.course.test_lessons import call, read_until, receive, started

STREAMS, PROTOCOL = BOTH = "16_streams", "16_protocol"
MUCH = b"all work and no play " * 400_000
CELLS = nbformat.read(ROOT / "notebooks" / "16_asyncio_under_glass.ipynb", as_version=4).cells


def told(iteration, name="alice"):
    return [str(one) for one in iteration.operations if one.socket == name]


def let_in(server, *names):
    """Clients, each of whom the server hears: it has nothing more to do, and waits."""
    clients = [connect(server, name) for name in names]
    server.pass_time(0.01)
    assert {*names} <= {*server.iterations[-1].watched_read}
    return clients


# -- stepped -----------------------------------------------------------------------------------------------------------------

def test_streams_receive_in_one_iteration_and_the_task_sends_in_the_next():
    with run(STREAMS, held=True) as held:
        [alice] = let_in(held, "alice")
        assert any(one.name == "serve" and one.client == "alice" for each in held.iterations for one in each.coroutines)
        alice.send("hello")
        first, second = held.step(), held.step()
        assert (told(first), first.coroutines) == (["recv 5 b'hello'"], [])
        assert told(second) == ["send 5 b'hello'"]
        [serve] = second.coroutines
        assert (serve.name, serve.client) == ("serve", "alice") and serve.line
        alice.receive(), alice.close()
        last = [held.step() for _ in range(3)]
        assert [told(one) for one in last] == [["recv 0"], [], ["close"]]
        assert last[1].coroutines == [Coroutine("serve", "alice", None)]


def test_a_protocol_does_both_in_one_and_no_task_goes_on():
    with run(PROTOCOL, held=True) as held:
        [alice] = let_in(held, "alice")
        alice.send("hello")
        one = held.step()
        assert told(one) == ["recv 5 b'hello'", "send 5 b'hello'"] and one.coroutines == []


@pytest.mark.parametrize("program", BOTH)
def test_the_limit_is_for_each_word_and_for_who_never_reads(program):
    with run(program, 6666, 30, held=True) as held:
        alice, bob = let_in(held, "alice", "bob")
        held.pass_time(20)
        bob.send("hello")
        held.pass_time(15)
        assert (bob.receive(), alice.receive()) == ("hello", "")
        held.pass_time(20)
        assert bob.receive() == ""
        carol = connect(held, "carol")
        for _ in range(5):
            carol.pour(MUCH)
            held.pass_time(0.1)
        moved = [(did.name, did.size) for one in held.iterations for did in one.operations if did.socket == "carol" and did.size]
        assert sum(size for name, size in moved if name == "recv") > sum(size for name, size in moved if name == "send")
        held.pass_time(31)
        assert "close" in [did for one in held.iterations for did in told(one, "carol")]


@pytest.mark.parametrize("program", BOTH)
def test_who_reads_slowly_is_not_heard_and_loses_nothing(program):
    with run(program) as free:
        alice, bob = connect(free, "alice"), connect(free, "bob")
        sent = alice.pour(MUCH)
        free.settle(LONG)
        bob.send("hello")
        assert bob.receive() == "hello" and "alice" not in free.iterations[-1].watched_read
        assert alice.receive_bytes(sent, timeout=LONG) == MUCH[:sent]


def test_a_reader_that_nobody_reads_has_a_bound():
    deaf = change(STREAMS, "async with asyncio.timeout", "await asyncio.sleep(1000)\nasync with asyncio.timeout")
    with run(deaf) as free:
        connect(free, "alice").pour(MUCH)
        free.settle(LONG)
        connect(free, "bob")
        free.settle(LONG)
        heard = sum(did.size for one in free.iterations for did in one.operations if (did.name, did.socket) == ("recv", "alice"))
        assert 128 * 1024 < heard <= 128 * 1024 + 256 * 1024            # one recv of asyncio's may give so much
        assert "alice" not in free.iterations[-1].watched_read


# -- plain -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("program", BOTH)
def test_it_is_a_plain_program_and_ends_in_order(program, number):
    with started(program, "0") as process:
        port = int(read_until(process.stdout.fileno(), r"port \d+\n").split()[-1])
        with call(port) as alice, call(port):
            alice.sendall(b"hello")
            assert receive(alice, 5) == b"hello"
            process.send_signal(number)
            assert process.wait(LONG) == 0


def test_a_task_that_nobody_holds_is_gone_after_a_collection():
    def plain(text):
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=LONG)
        return "good night" in done.stdout, "destroyed but it is pending" in done.stderr
    text = (ROOT / "lessons" / "evening.py").read_text()
    assert plain(text) == (False, True)
    assert plain(text.replace("    gc.collect()\n", "")) == (True, False)
    assert plain(text.replace("    asyncio.create_task(", "    task = asyncio.create_task(")) == (True, False)


def test_of_forgotten_tasks_some_live_on_and_one_that_reads_is_gone():
    """A timer holds who waits for time, a server its clients' tasks; who has opened a connection hangs on a weak link."""
    text = """if True:
        import asyncio, gc
        async def serve(reader, writer):
            there.append("serve")
            print("serve heard", await reader.read(100))
            writer.close()
        async def read(port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            there.append("read")
            print("read heard", await reader.read(100))
        async def nap():
            await asyncio.sleep(0.5)
            print("nap is over")
        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            held, writer = await asyncio.open_connection("127.0.0.1", port)
            asyncio.create_task(read(port)), asyncio.create_task(nap())
            while len(there) < 3:
                await asyncio.sleep(0.01)
            gc.collect()
            writer.write(b"hello")
            print("end", await held.read())
            await asyncio.sleep(0.6)
        there = []
        asyncio.run(main())
    """
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=LONG)
    assert "serve heard b'hello'" in done.stdout and "nap is over" in done.stdout and "read heard" not in done.stdout
    assert "destroyed but it is pending" in done.stderr and "read()" in done.stderr


# -- what the notebook says --------------------------------------------------------------------------------------------------

def test_the_loops_rounds_by_hand():
    loop = asyncio.SelectorEventLoop()
    try:
        done = []
        loop.call_soon(lambda: (done.append(1), loop.call_soon(done.append, 2)))
        loop._run_once()
        assert done == [1] and len(loop._ready) == 1
        timers = [loop.call_later(1000 + number, print) for number in range(300)]
        for timer in timers[50:]:
            timer.cancel()
        loop._run_once()
        assert done == [1, 2] and len(loop._scheduled) == 50         # there were many: all that were cancelled are swept out
    finally:
        loop.close()


def test_below_high_water_drain_lets_nobody_else_go_on():
    async def main():
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello")
        with pytest.raises(StopIteration):         # it is over at the first turn: there was no `yield` on its way
            writer.drain().send(None)
        writer.close(), server.close()
    asyncio.run(main())


def test_an_error_in_serve_itself_closes_the_connection():
    with run(change(STREAMS, "writer.write(data)", "writer.write(data.decode().encode())")) as free:
        frank, bob = connect(free, "frank"), connect(free, "bob")
        frank.send(b"\xff")
        assert frank.receive() == ""
        bob.send("hello")
        assert bob.receive() == "hello" and "UnicodeDecodeError" in free.output


def test_the_servers_cure_hears_an_error_and_is_silent_at_a_reset():
    """What comes out of a TaskGroup's block is in a parcel: `except* OSError` looks into it."""
    known = {"change": change}
    for begin, end in ("shouts = ", "listed = "), ("heard = ", "loud = "):
        [source] = [cell.source for cell in CELLS if cell.source.startswith(begin)]
        exec(source.partition(end)[0], known)
    with run(known["heard"], 6666, 30, held=True) as held:
        alice, bob, carol = let_in(held, "alice", "bob", "carol")
        alice.send("hello")
        bob.reset()
        held.pass_time(40)
        assert alice.receive() == "HELLO" and (alice.receive(), carol.receive()) == ("", "")
        assert "Traceback" not in held.output and "Error" not in held.output
        [frank] = let_in(held, "frank")
        frank.send(b"\xff")
        held.pass_time(1)
        assert frank.receive() == "" and "UnicodeDecodeError" in held.output


def test_a_done_callback_lets_go_of_a_task_and_hears_its_error():
    heard = []

    async def fails():
        raise ValueError("on purpose")

    def done(task):
        kept.discard(task)
        heard.append(repr(task.exception()))

    async def main():
        task = asyncio.create_task(fails())
        kept.add(task)
        task.add_done_callback(done)
        await asyncio.sleep(0), await asyncio.sleep(0)
        del task
        gc.collect()
    kept = set()
    asyncio.run(main())
    assert heard == ["ValueError('on purpose')"] and kept == set()


def test_without_the_package_its_section_does_nothing(capsys):
    known = {"has_aiohttp": False, "server": None, "limited": None}
    tried = [cell.source for cell in CELLS if cell.cell_type == "code" and cell.source.startswith("if has_aiohttp:")]
    for source in tried:
        exec(source, dict(known))
    assert len(tried) >= 3 and capsys.readouterr().out == ""
    [asks] = [cell.source for cell in CELLS if "find_spec(" in cell.source and cell.cell_type == "code"]
    exec(asks.replace('"aiohttp"', '"a_package_that_nobody_has"'), {})
    assert "%pip install aiohttp" in capsys.readouterr().out


@pytest.mark.skipif(find_spec("aiohttp") is None, reason="aiohttp is missing: make env brings it")
def test_a_server_from_a_package_is_stepped_from_accept_to_answer(program):
    [web] = [cell.source.partition("\n")[2] for cell in CELLS if cell.source.startswith("%%program web")]
    with run(program(web), held=True) as held:
        alice = connect(held, "alice")
        held.step()
        alice.send("GET /alice HTTP/1.1\r\nHost: here\r\n\r\n")
        while not any(one.startswith("send") for one in told(held.iterations[-1])):
            held.step()
        assert Coroutine("hello", "alice", None) in held.iterations[-1].coroutines
        assert alice.receive().endswith("hello alice") and held.time() == 0.0
        while "close" not in told(held.step()):
            pass
        assert held.time() == 75.0
