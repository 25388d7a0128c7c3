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


POPEN = """
import io, os, select, subprocess, sys
p = subprocess.Popen([sys.executable, "-c", "print('one'); print('two')"], stdout=subprocess.PIPE, OPTIONS)
"""


@pytest.mark.parametrize("options, read, noted, types", [
    ("", "p.stdout.readline()", "read 8 b'one\\ntwo\\n'", ["BufferedReader", "FileIO"]),
    ("text=True", "p.stdout.readline()", "read 8 b'one\\ntwo\\n'", ["TextIOWrapper", "BufferedReader", "FileIO"]),
    ("bufsize=0", "p.stdout.read(3)", "read 3 b'one'", ["FileIO"]),
    ("", "os.read(p.stdout.fileno(), 99)", "read 8 b'one\\ntwo\\n'", ["BufferedReader", "FileIO"]),
], ids=["bytes", "text", "unbuffered", "by number"])
def test_the_files_of_a_process_are_noted_and_are_what_they_were(ran, options, read, noted, types):
    server = ran(POPEN.replace("OPTIONS", options) + f"""
p.wait()
select.select([p.stdout], [], [])
{read}
print(isinstance(p.stdout, (io.BufferedReader, io.TextIOWrapper, io.FileIO)), p.stdout.name == p.stdout.fileno())
file, names = p.stdout, []
while file:
    names.append(type(file).__name__)
    file = getattr(file, "buffer", None) or getattr(file, "raw", None)
print(names)
""")
    assert not server.death, server.death[-1]
    operation, = server.iterations[0].operations
    assert (operation.socket, str(operation)) == ("pipe 1", noted)
    assert server.output == f"True True\n{types}\n"


def test_the_end_of_a_pipe_is_noted_and_a_closed_one_gives_its_number_away(ran):
    first, second = ran("""
        import os, select, socket
        reading, writing = os.pipe()
        os.close(writing)
        file = os.fdopen(reading, "rb")
        select.select([file], [], [])
        print(file.read())
        file.close()
        one, other = socket.socketpair()
        print(reading in (one.fileno(), other.fileno()))
        select.select([one, other], [], [], 0)
        """).iterations
    assert [str(each) for each in first.operations] == ["read 0"]
    assert first.readable == ["reading"] and "reading" not in second.watched_read


def test_a_pipe_that_has_nothing_is_an_error_of_its_own(ran):
    iteration, = ran("""
        import os, select
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        select.select([reading], [], [], 0)
        try:
            os.read(reading, 9)
        except BlockingIOError:
            print(os.fdopen(reading, "rb", 0).read(9))
        """).iterations
    assert [str(each) for each in iteration.operations] == ["read BlockingIOError"] * 2


def test_what_is_read_past_the_lines_of_stdin_is_noted(program):
    server = run(program("""
        import select, sys
        select.select([sys.stdin], [], [])
        print(sys.stdin.buffer.read1(100), type(sys.stdin.buffer).__name__, sys.stdin.name, sys.stdin.mode)
        """), held=True)
    server.type("hello\n")
    assert [str(each) for each in server.step().operations] == ["read 6 b'hello\\n'"]
    assert server.output == "b'hello\\n' BufferedReader <stdin> r\n"


@pytest.mark.parametrize("code, noted", [
    ("os.writev(one.fileno(), [b'hel', b'lo'])", "writev 5"),
    ("other.sendall(b'hello')\nos.readv(one.fileno(), [bytearray(9)])", "readv 5"),
    ("file = open(__file__, 'rb')\nos.sendfile(one.fileno(), file.fileno(), 0, 5)", "sendfile 5"),
])
def test_calls_for_several_buffers_and_files(ran, code, noted):
    server = ran(PAIR + "select.select([one], [], [], 0)\n" + code)
    assert not server.death, server.death[-1]
    operation = server.iterations[0].operations[-1]
    assert (operation.socket, str(operation)) == ("socket 1", noted)
