"""A second file whose lines are followed beside the program's: found by name or path, noted while the loop is stepped."""
import sys

import pytest

from helpers import GlassError, connect, run
from tests.conftest import says

ECHO = """
    import asyncio
    async def echo(reader, writer):
        while line := await reader.readline():
            writer.write(line)
    async def main():
        server = await asyncio.start_server(echo, "127.0.0.1", 6666)
        await server.serve_forever()
    asyncio.run(main())
    """
LOOP = """
    import select
    def go_round(sockets):
        select.select(sockets, [], [], 1)
        return len(sockets)
    """


def sources(server, iteration):
    lines = server.beside.text.splitlines()
    return [lines[number - 1].strip() for number in iteration.beside]


def test_asyncios_own_loop_beside_a_program_that_it_runs(program):
    server = run(program(ECHO), held=True, beside="asyncio.base_events")
    while not server.addresses:
        server.step()
    connect(server, "alice").send("hello\n")
    steps = [server.step() for _ in range(5)]
    for one in steps:                          # the call that asks, and then what the loop does with each handle
        ran = sources(server, one)
        assert ran[0] == "event_list = self._selector.select(timeout)" and "handle._run()" in ran
    assert [one.went_on for one in steps if any(did.name == "send" for did in one.operations)] == [["echo for alice, line 4"]]
    assert server.beside.name == "asyncio.base_events"


@pytest.mark.parametrize("beside", ["loop", "loop.py", "a link"])
def test_a_module_of_the_programs_own_by_name_path_or_link(program, tmp_path, monkeypatch, beside):
    other = program(LOOP, "loop")
    path = program("from loop import go_round\nwhile True:\n    count = go_round([])\n")
    if beside == "a link":
        (tmp_path / "linked").symlink_to(tmp_path)
    name = {"loop": "loop", "loop.py": other, "a link": tmp_path / "linked" / "loop.py"}[beside]
    server = run(path, held=True, beside=name)
    iteration = server.step()
    assert sources(server, iteration) == ["select.select(sockets, [], [], 1)", "return len(sockets)"]
    assert iteration.lines == [3, 2]


def test_without_a_second_file_nothing_is_noted_beside(program):
    server = run(program("import selectors\nloop = selectors.DefaultSelector()\nwhile True:\n    loop.select(0)\n"), held=True)
    assert server.beside is None and server.step().beside == [] and server.step().lines == [4, 3]


@pytest.mark.parametrize("beside, words", [
    ("asyncio.base_event", "There is no module 'asyncio.base_event'. The nearest is 'asyncio.base_events'."),
    ("asyncoi.base_events", "There is no module 'asyncoi.base_events'. The nearest is 'asyncio'."),
    ("selectors.select", "There is no module 'selectors.select'. The nearest is 'selectors'."),
    ("asyncio", "'asyncio' is a package. Name a module in it, as in 'asyncio.base_events'."),
    ("sys", "it isn't a file of Python. Name a module that is one."),
    ("not_there.py", "The nearest is "),
    ("program", "program is the program itself"),
    ("", "Name one: beside='asyncio.base_events'."),
    (3, "Name one: beside='asyncio.base_events'."),
])
def test_a_file_that_cant_be_followed_is_told_with_what_can(program, beside, words):
    with pytest.raises(GlassError) as caught:
        run(program(ECHO), held=True, beside=beside)
    says(caught, words)


def test_a_module_is_found_and_not_executed(program, tmp_path):
    (tmp_path / "package").mkdir()
    for name in "__init__", "loop":
        (tmp_path / "package" / f"{name}.py").write_text("raise SystemExit('executed')\n")
    server = run(program("import select\nselect.select([], [], [], 0)\n"), held=True, beside="package.loop")
    assert server.beside.path == tmp_path / "package" / "loop.py" and "package" not in sys.modules
