"""Servers that aren't written in Python, put through the trials: any command, and the real redis-server."""
import re
import sys
from textwrap import dedent

import nbformat
import pytest

from helpers import GlassError, connect, run
from helpers.server import outside
from helpers.trials import command, compare, run_all
from tests import ROOT
from tests.conftest import says
from tests.course.resp import needs_redis
from tests.trials.lessons import REDIS_SERVER
from tests.trials.names import IDLE, NAMES, ONE, RESTART, SILENT, STOPS, VISITS, failed

REDIS = "--port", "{port}", "--bind", "127.0.0.1", "--save", ""
FAR = """
    import asyncio, signal, sys

    async def serve(reader, writer):
        try:
            while data := await asyncio.wait_for(reader.read(65536), LIMIT):
                writer.write(data)
                await writer.drain()
        except (OSError, TimeoutError):
            pass
        writer.close()

    async def main():
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, sys.exit)
        await (await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1].removeprefix("at=")))).serve_forever()

    LIMIT = float(sys.argv[3]) if sys.argv[2:3] == ["--idle"] else None
    asyncio.run(main())
"""


@pytest.fixture
def far(tmp_path):
    """A server behind a command: the glass sees nothing of it."""
    path = tmp_path / "far.py"
    path.write_text(dedent(FAR))
    return command(sys.executable, path, "at={port}")


def test_a_server_behind_a_command_is_put_through_the_trials(far):
    only = [ONE, IDLE, VISITS, SILENT, RESTART, STOPS]
    assert failed(run_all(far, only=only, limit="--idle {}")) == {}
    assert failed(run_all(far, only=[ONE, STOPS])) == {}


def test_what_it_fails_is_told_as_of_any_other(far, tmp_path):
    (tmp_path / "far.py").write_text(dedent(FAR).replace("writer.write(data)", "writer.write(data.upper())"))
    table = run_all(far, only=[ONE, IDLE])
    assert table.program == far.name
    assert failed(table) == {ONE: "b'HELLO\\r\\n'", IDLE: "b'HELLO'"}
    assert compare(far, only=ONE).rows == [[ONE, "✗"]]


def test_it_is_looked_for_once_and_not_for_each_client(far, monkeypatch):
    looks, listening = [], outside.listening
    monkeypatch.setattr(outside, "listening", lambda pid: looks.append(pid) or listening(pid))
    with run(far) as server:
        server.find_listener()
        before = len(looks)
        for name in ("alice", "bob", "carol"):
            client = connect(server, name)
            client.send(name)
            assert client.receive() == name
        assert len(looks) == before


def test_it_ends_with_its_starter(far):
    import psutil
    with run(far) as server:
        server.find_listener()
        [_, behind] = outside.processes(server.child.process.pid)
    assert not behind.is_running() or behind.status() == psutil.STATUS_ZOMBIE
    assert server.exit_status == 0


def test_a_command_that_does_not_start_says_what_it_said(tmp_path):
    (tmp_path / "no.py").write_text("raise SystemExit('no such option')")
    with pytest.raises(GlassError, match="no such option"):
        run_all(command(sys.executable, tmp_path / "no.py", "{port}"), only=ONE)


@pytest.mark.parametrize("words, told", [
    (("redis-sorver", "--port", "{port}"), "There is no program 'redis-sorver' on this computer. Install it first"),
    (("sh", "-c", "true"), "sh must be told its port. Write {port} where it wants it"),
])
def test_a_command_that_can_not_be_is_a_clear_error(words, told):
    with pytest.raises(GlassError) as caught:
        command(*words)
    says(caught, told)


# -- the real one ------------------------------------------------------------------------------------------------------

@needs_redis
def test_the_real_redis_fails_what_is_told_of_it():
    table = run_all(command("redis-server", *REDIS), speaker="redis", limit="--timeout {}")
    assert set(failed(table)) == REDIS_SERVER, table
    assert all(verdict.survived is not None for verdict in table)


@needs_redis
def test_its_bounds_for_what_is_not_read_are_those_that_the_notebook_tells():
    with run(command("redis-server", *REDIS)) as server:
        alice = connect(server, "alice")
        alice.send("CONFIG GET client-output-buffer-limit\r\n")
        told = alice.receive()
    assert "normal 0 0 0" in told and f"pubsub {2 ** 25} {2 ** 23} 60" in told


def test_the_notebook_and_readme_tell_what_the_real_one_fails():
    cells = nbformat.read(ROOT / "notebooks" / "17_redis.ipynb", as_version=4).cells
    [prose] = [cell.source for cell in cells if "| redis-server 7.0 | why |" in cell.source]
    rows = re.findall(r"(?m)^\| (.+?) \| (.) \| (.) \| .+ \|$", prose)
    assert {(name, ours, theirs) for name, ours, theirs in rows if name in NAMES} == {(one, "✓", "✗") for one in REDIS_SERVER}
    [told] = re.findall(r"redis-server 7\.0 fails .*?; 17 survives them", (ROOT / "README.md").read_text(), re.DOTALL)
    assert set(re.findall(r"\*(.+?)\*", told)) == REDIS_SERVER
