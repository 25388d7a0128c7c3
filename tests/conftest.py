"""What every test may use: programs written on the spot, run on real sockets in real child processes."""
import re
import time
from textwrap import dedent

import pytest
from xdist.scheduler import LoadScopeScheduling

from helpers import run
from helpers.server import running

LONG = 10.0        # seconds: a bound for what takes milliseconds, also on a busy machine
held_or_free = pytest.mark.parametrize("held", [False, True], ids=["free", "held"])


def eventually(true):
    """Ask again and again, with a bound, until true()."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


def ended(server):
    """Wait, with a bound, for the end of its program."""
    server.listen(lambda: False, LONG)
    return server.ended


def says(caught, *words):
    """The sentence of an error: it has these words, is one line, shows itself, and names no folder, number or address.

    It ends with a full stop, or else with the words that are expected of it.
    """
    sentence = str(caught.value)
    for word in words:
        assert word in sentence
    assert "\n" not in sentence and sentence.endswith((".", *filter(None, words))), sentence
    ours = re.sub(r"run\('/.*?'[^()]*\)", "", sentence)          # a program's path, as the user gave it
    assert not re.search(r"0x[0-9a-f]+|/tmp|/home|helpers", ours), sentence
    assert "".join(sentence.split()) in "".join("".join(caught.value._render_traceback_()).split())


# -- side by side ----------------------------------------------------------------------------------------------------

# Tests of one file that share something costly, a graded class for instance, run in one process, one after the other.
TOGETHER = ("tests/exercises/test_class.py", "tests/trials/test_horrors.py", "tests/site/")


class SideBySide(LoadScopeScheduling):
    """Hands tests out to the processes one by one, whoever is free first; those that belong together, together."""

    def _split_scope(self, nodeid):
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return SideBySide(config, log)


# -- fixtures --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_server_is_left():
    yield
    for server in list(running.values()):
        server.stop()


@pytest.fixture
def short_grace(monkeypatch):
    """Whatever doesn't end, or isn't read, of its own accord is given a short time only."""
    for module in "child", "server":
        monkeypatch.setattr(f"helpers.server.{module}.GRACE", 0.2)


@pytest.fixture
def program(tmp_path):
    """program(text, name) writes the text, dedented, to NAME.py and returns its path."""
    def write(text, name="program"):
        path = tmp_path / f"{name}.py"
        path.write_text(dedent(text), encoding="utf-8")
        return path
    return write


@pytest.fixture
def ran(program):
    """ran(text) runs a program that ends by itself, to its end, and returns its Server."""
    def to_its_end(text, *arguments, **options):
        server = run(program(text), *arguments, **options)
        assert ended(server), "the program has not come to its end"
        return server
    return to_its_end


@pytest.fixture
def echo(program):
    """The path of an echo server on port 6666, whose select has no timeout."""
    return program("""
        import select, socket
        listener = socket.socket()
        listener.bind(("127.0.0.1", 6666))
        listener.listen()
        inputs = [listener]
        while True:
            readable, writable, exceptional = select.select(inputs, [], [])
            for sock in readable:
                if sock is listener:
                    inputs.append(listener.accept()[0])
                elif data := sock.recv(1024):
                    sock.sendall(data)
                else:
                    inputs.remove(sock)
                    sock.close()
        """, "echo")
