"""What is done with files, pipes and stdin is noted, where the loop has to do with them."""
import pytest

from helpers import run
from tests.inside.programs import PAIR


def test_a_file_on_a_socket_is_noted_too(ran):
    iteration, = ran(PAIR + """
select.select([one], [], [], 0)
other.sendall(b"hello\\n")
with one.makefile("rb") as file:
    file.readline()
""").iterations
    assert [str(each) for each in iteration.operations if each.socket == "socket 1"] == ["recv_into 6 b'hello\\n'"]


def test_reading_a_watched_pipe_is_noted_and_another_is_not(ran):
    iteration, = ran("""
        import os, select
        watched, unwatched = os.pipe(), os.pipe()
        select.select([watched[0]], [watched[1]], [], 0)
        for reading, writing in watched, unwatched:
            os.write(writing, b"hello")
            print(os.read(reading, 100))
        """).iterations
    assert [(each.socket, str(each)) for each in iteration.operations] == [("pipe 2", "write 5 b'hello'"),
                                                                          ("pipe 1", "read 5 b'hello'")]


@pytest.mark.parametrize("code, noted", [
    ("print(sys.stdin.readline())", ["readline 6 b'hello\\n'"]),
    ("print(input())", ["readline 6 b'hello\\n'"]),
    ("print(os.read(0, 100))", ["read 6 b'hello\\n'"]),
    ("print(next(iter(sys.stdin)))", ["readline 6 b'hello\\n'"]),
])
def test_reading_stdin_is_noted(program, code, noted):
    server = run(program(f"import os, select, sys\nselect.select([sys.stdin], [], [])\n{code}"), held=True)
    server.type("hello\n")
    iteration = server.step()
    assert iteration.watched_read == iteration.readable == ["stdin"]
    assert [str(each) for each in iteration.operations] == noted
    assert "hello" in iteration.printed
