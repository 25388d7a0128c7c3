"""select, however it is called: it is recorded, and in all else it is the real one."""
import errno
import select

import pytest

from helpers import run
from tests.conftest import ended, held_or_free
from tests.inside.programs import PAIR

WAYS = {
    "attribute": "ready = select.select([one], [], [], 5)",
    "by name": "from select import select as wait\nready = wait([one], [], [], 5)",
    "in a class": "class Loop:\n    wait = select.select\nready = Loop().wait([one], [], [], 5)",
    "no timeout": "ready = select.select([one], [], [])",
    "tuples": "ready = select.select((one,), (), (), 5)",
    "generator": "ready = select.select((s for s in [one]), [], [], 5)",
    "set": "ready = select.select({one}, set(), set(), 5)",
    "dict": "ready = select.select({one: 1}, {}, {}, 5)",
    "fileno()": "class Thing:\n    fileno = one.fileno\none = Thing()\nready = select.select([one], [], [], 5)",
    "number": "keep, one = one, one.fileno()\nready = select.select([one], [], [], 5)",
}


@held_or_free
@pytest.mark.parametrize("way", WAYS)
def test_select_is_recorded_however_it_is_called(program, way, held):
    server = run(program(PAIR + "other.send(b'x')\n" + WAYS[way] + "\nprint(ready == ([one], [], []))"), held=held)
    iteration = server.step() if held else None
    assert ended(server)
    iteration = iteration or server.iterations[0]
    assert server.output == "True\n"
    assert (iteration.call, iteration.watched_read, iteration.readable) == ("select", ["socket 2"], ["socket 2"])
    assert iteration.timeout == (None if way == "no timeout" else 5)
    assert len(server.iterations) == 1


def test_writable_and_watched_for_writing(ran):
    iteration, = ran(PAIR + "select.select([one], [one, other], [], 5)").iterations
    assert iteration.watched_write == ["socket 1", "socket 2"]
    assert (iteration.readable, iteration.writable) == ([], ["socket 1", "socket 2"])


def test_exceptional_is_urgent_data(ran):
    iteration, = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(listener.getsockname())
        connection, address = listener.accept()
        client.send(b"!", socket.MSG_OOB)
        print(select.select([], [], [connection], 5) == ([], [], [connection]))
        """).iterations
    assert iteration.exceptional == ["conn 1"]


def test_lists_that_are_passed_are_never_changed(ran):
    server = ran(PAIR + """
other.send(b"x")
lists = [one, other], [one], []
copies = [list(each) for each in lists]
ready = select.select(*lists, 0)
print([list(each) for each in lists] == copies, all(mine is not his for mine, his in zip(lists, ready)))
""")
    assert server.output == "True True\n"


WRONG = ["select.select()", "select.select([], [])", "select.select([], [], [], 1, 2)", "select.select(rlist=[])",
         "select.select([], [], [], timeout=0)", "select.select('abc', [], [])", "select.select(['a'], [], [])",
         "select.select(1, 2, 3)", "select.select([], None, [])", "select.select([], [], [], 'x')",
         "select.select([], [], [], -1)", "select.select([], [], [], float('nan'))", "select.select([-1], [], [], 0)",
         "select.select([10 ** 6], [], [], 0)", "select.select([], [object()], [], 0)",
         "select.select((each for each in ['a']), [], [], 0)", "select.select(map(str, [1]), [], [], 0)"]


@pytest.fixture(scope="module")
def errors_of_wrong_calls(tmp_path_factory):
    """The text that the program sees for each wrong call, under the glass."""
    path = tmp_path_factory.mktemp("wrong") / "wrong.py"
    path.write_text("import select, sys\nfor call in sys.argv[1:]:\n    try:\n        print('no error', eval(call))\n"
                    "    except Exception as error:\n        print(type(error).__name__, error)\n")
    with run(path, *WRONG) as server:
        assert ended(server)
        return dict(zip(WRONG, server.output.splitlines(), strict=True))


@pytest.mark.parametrize("call", WRONG)
def test_wrong_arguments_give_the_real_error(errors_of_wrong_calls, call):
    with pytest.raises(Exception) as real:
        eval(call, {"select": select})
    assert errors_of_wrong_calls[call] == f"{type(real.value).__name__} {real.value}"


@held_or_free
def test_a_closed_socket_in_the_list_gives_the_real_error(program, held):
    server = run(program(PAIR + """
one.close()
try:
    select.select([one, other], [], [], 5)
except ValueError as error:
    print(error)
"""), held=held)
    if held:
        server.step()
    assert ended(server)
    assert server.output == "file descriptor cannot be a negative integer (-1)\n"
    iteration = server.iterations[-1]
    assert iteration.watched_read == ["closed", "socket 2"]
    assert [(each.name, each.error) for each in iteration.operations] == [("select", "ValueError")]
    assert "the call itself failed" in repr(iteration)


def test_a_descriptor_that_is_not_open_gives_the_real_error(ran):
    server = ran(PAIR + """
number = one.fileno()
one.close()
try:
    select.select([number], [], [], 5)
except OSError as error:
    print(error.errno)
""")
    assert server.output == f"{errno.EBADF}\n"


@pytest.mark.parametrize("call", ["select.select([one], [], [])", "selector.select()"])
@pytest.mark.parametrize("free", [True, False], ids=["free", "held"])
def test_a_program_that_is_ended_in_its_call_by_a_handler_of_its_own_has_not_failed_there(program, call, free):
    server = run(program("import selectors, signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit())\n"
                         "signal.signal(signal.SIGINT, lambda *_: sys.exit())\n" + PAIR
                         + "selector = selectors.DefaultSelector()\nselector.register(one, selectors.EVENT_READ)\n"
                         + f"other.send(b'x')\nwhile True:\n    {call}\n    one.recv(1)\n"), held=True)
    server.step()
    if free:
        server.release()
        server.settle()
    else:
        server.pass_time(3)                              # it is held in its call
    server.stop()
    assert len(server.iterations) == 1
    assert not any(one.failed for one in server.iterations) and server.exit_status == 0
