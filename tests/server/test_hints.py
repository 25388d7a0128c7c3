"""Hints: a cause is named where it is that cause, and nowhere else, though other calls fail with the same message."""
import pytest

from helpers import ProgramDied, run
from tests.conftest import says

TEXT = 'Sockets take bytes, and this is text: write b"hello", or text.encode().'
EMPTY = "The socket doesn't wait (setblocking(False)) and nothing was there: ask select first."
NOBODY = "The listener doesn't wait (setblocking(False)) and nobody was there: ask select first."
FULL = "its buffer is full: keep the rest, and ask select when it is writable."
CLOSED = "A socket that is closed is still in a list: remove it from the list before it is closed."
TWICE = "Two sockets ask for the same port."
AGAIN = "or it was in use a moment ago, and SO_REUSEADDR is missing."
FILE = "There is a file of this name already"
EVERY = (TEXT, EMPTY, NOBODY, FULL, CLOSED, TWICE, AGAIN, FILE, "from 1024 on")

SETTING = """\
import os, select, socket
from types import SimpleNamespace as Thing
one, other = socket.socketpair()
calm = socket.create_server(("127.0.0.1", 0))
calm.setblocking(False)
closed = socket.socket()
closed.close()
line, data, name, nothing = "text", b"data", "alice", None
box, clients = Thing(sock=one), {7: one}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "d")
select.select([], [], [], 0)
"""


def death(program, code, **options):
    server = run(program(SETTING + code), held=True, **options)
    with pytest.raises(ProgramDied) as caught:
        for _ in range(3):                     # where it dies of the next select
            server.step()
    return caught


@pytest.mark.parametrize("code, right", [
    ("one.send(line)", TEXT),
    ("one.send(f'{name}: ' + line)", TEXT),
    ("box.sock.sendall(line)", TEXT),
    ("clients[7].sendall(line)", TEXT),
    ("one.sendall(\n    line\n)", TEXT),
    ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(line, ('127.0.0.1', 9))", TEXT),
    ("data.split(' ')", None),
    ("one.send(data.replace('a', b'b'))", None),
    ("b''.join(['x']) if 0 else data.find(None)", None),
    ("one.send(None)", None),
    ("one.send(nothing)", None),
    ("one.sendall(5)", None),
    ("os.write(1, line)", None),
    ("data.startswith('d'), one.send(line)", None),
    ("raise TypeError(\"a bytes-like object is required, not 'str'\")", None),
    ("one.setblocking(False); one.recv(1)", EMPTY),
    ("one.settimeout(0); one.recv_into(bytearray(5))", EMPTY),
    ("calm.accept()", NOBODY),
    ("one.setblocking(False)\nwhile True:\n    one.send(bytes(65536))", FULL),
    ("one.recv(1, socket.MSG_DONTWAIT)", None),
    ("os.set_blocking(one.fileno(), False); os.read(one.fileno(), 1)", None),
    ("raise BlockingIOError(11, 'Resource temporarily unavailable')", None),
    ("select.select([closed], [], [], 0)", CLOSED),
    ("inputs = [one, closed]; select.select(inputs, [], [], 0)", CLOSED),
    ("clients[8] = closed; select.select(list(clients.values()), clients.values(), [], 0)", None),
    ("select.select([-1], [], [], 0)", None),
    ("select.poll().register(closed)", None),
    ("select.select(range(2000, 2001), [], [], 0)", "select takes no descriptor from 1024 on."),
    ("a = socket.create_server(('127.0.0.1', 7)); b = socket.create_server(('127.0.0.1', 7))", TWICE),
    ("a = socket.create_server(('127.0.0.1', 7)); b = socket.socket(); b.bind(('127.0.0.1', 7))", AGAIN),
    ("a, b = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))\n"
     "for each in a, b:\n    each.bind(('127.0.0.1', 7))", TWICE),
    ("for _ in range(2):\n    door = socket.socket(socket.AF_UNIX)\n    door.bind(path)\n    door.close()", FILE),
    ("open(path, 'w').close(); socket.socket(socket.AF_UNIX).bind('' or path)", None),
    ("raise OSError(98, 'Address already in use')", None),
])
def test_a_hint_names_a_cause_where_it_is_that_cause(program, code, right):
    caught = death(program, code)
    says(caught, *[right] * bool(right))
    given = [each for each in EVERY if each in str(caught.value)]
    assert given == [right] * bool(right) or (right, given) == ("select takes no descriptor from 1024 on.", ["from 1024 on"])


def test_so_it_is_where_nothing_is_recorded(program):
    server = run(program(SETTING + "one.send(line)"), record=False)
    with pytest.raises(ProgramDied, match="Sockets take bytes"):
        server.listen(lambda: False, 10)
        server.must_run()


def test_looking_for_the_cause_runs_nothing_of_the_program(program):
    caught = death(program, """\
class Loud(dict):
    def __getitem__(self, key):
        print("asked")
        return one
    def __getattr__(self, name):
        print("asked")
        return one
    __eq__ = __hash__ = None
loud = Loud()
loud[3].send(line)
""")
    assert caught.value.error == "TypeError" and caught.traceback
    from helpers.server import running
    assert running["program"].output.count("asked") == 1
