"""Lesson 17: what its notebook says, and no cell of it shows."""
import shutil

import nbformat
import pytest

from helpers import change, connect, run, show, use
from helpers.trials.speaking import command
from tests import ROOT
from tests.course.resp import STEM, needs

GET_TEA = command(b"get", b"tea")


@pytest.fixture(scope="module")
def cells():
    """{id: source} of the notebook's cells."""
    cells = nbformat.read(ROOT / "notebooks" / f"{STEM}.ipynb", as_version=4).cells
    return {cell.id: cell.source for cell in cells}


def stands(server, *names):
    """Clients of a held server, which lets in one in each iteration."""
    clients = [connect(server, name) for name in names]
    for name in names:
        assert server.step().operations[0].name == "accept", name
    return clients


@needs("redis-cli", "redis-tools")
def test_without_redis_cli_the_cells_show_the_same(cells, monkeypatch):
    shown = []
    for there in shutil.which("redis-cli"), None:
        with run(STEM, held=True) as server:
            names = {"server": server, "which": lambda name, there=there: there, "use": use, "connect": connect,
                     "command": lambda *words: command(*map(str.encode, words))}
            exec(cells["17-20"], names)
            exec(cells["17-22"], names)
            shown.append([str(one) for one in server.iterations])
    assert shown[0] == shown[1] and len(shown[0]) == 3


@needs("redis-cli", "redis-tools")
def test_redis_cli_prints_what_it_has_got():
    with run(STEM, held=True) as server:
        [alice] = stands(server, "alice")
        alice.send("SET tea green\r\n")
        server.step()
        cli = use(server, "redis-cli", "get", "tea")
        server.step(), server.step(), server.step()
        assert cli.ended and cli.output == "green\n"


def test_who_publishes_and_asks_gets_one_send_and_each_subscriber_one():
    with run(STEM, held=True) as server:
        carol, dave, erin = stands(server, "carol", "dave", "erin")
        for client in carol, dave:
            client.send("SUBSCRIBE news\r\n")
            server.step()
        erin.send("PUBLISH news hello\r\nGET who\r\n")
        sends = [one.socket for one in server.step().operations if one.name == "send"]
        assert sorted(sends) == ["carol", "dave", "erin"]
        assert erin.receive() == ":2\r\n$-1\r\n"


def test_without_the_heap_a_key_for_which_nobody_asks_stays(cells):
    kept = {}
    names = {"change": change, "show": show}
    exec(cells["17-67"], names)
    for program in STEM, names["lazy"]:
        counts = change(program, "database.clients[client.number] = client", "database.clients = database.data")
        with run(counts, held=True, name="counts") as server:
            [alice] = stands(server, "alice")
            alice.send("".join(f"SET guest{number} here EX 1800\r\n" for number in range(50)))
            server.step()
            server.pass_time(1800)
            alice.receive()
            alice.send("INFO\r\n")
            server.step()
            kept[program] = int(alice.receive().rstrip().rpartition(":")[2])
    assert list(kept.values()) == [0, 50]


def test_only_the_last_byte_of_a_line_without_an_end_is_too_much():
    with run(STEM, held=True) as server:
        [ivan] = stands(server, "ivan")
        ivan.send("x" * 65_535)
        assert "send" not in [one.name for one in server.step().operations]
        ivan.send("x")
        assert [one.name for one in server.step().operations] == ["recv", "send", "unregister", "close"]


def test_a_parser_that_loses_the_rest_is_right_as_long_as_commands_come_whole(cells):
    names = {"change": change}
    exec(cells["17-62"], names)
    text = command(b"SET", b"tea", b"green") + command(b"PING")
    with run(names["forgetful"], held=True) as server:
        [alice] = stands(server, "alice")
        for _ in range(3):
            alice.send(text)
            server.step()
            assert alice.receive() == "+OK\r\n+PONG\r\n"
