"""Modules that a program imports anew have twins, too, and are otherwise what they are without the glass."""
import pytest

from helpers import connect, run

ECHO = """
listener = socket.create_server(("127.0.0.1", 6666))
has = hasattr(select, "epoll")
poller = select.epoll() if has else select.poll()
poller.register(listener.fileno(), select.POLLIN)
clients = {}
while True:
    for number, _ in poller.poll(60 if has else 60_000):
        if number == listener.fileno():
            sock = listener.accept()[0]
            clients[sock.fileno()] = sock
            poller.register(sock.fileno(), select.POLLIN)
        else:
            clients[number].sendall(clients[number].recv(100) + str(time.monotonic()).encode())
"""
WAYS = {
    "deleted": """
import sys
for name in "select", "socket", "time":
    del sys.modules[name]
import select, socket, time
""",
    "one by one": """
import sys, select, time
del sys.modules["select"]
import select
del sys.modules["socket"]
import socket
""",
    "reloaded": """
import importlib, select, socket, time
for module in select, socket, time:
    importlib.reload(module)
""",
    "a copy beside": """
import sys, time
def copy(name):
    kept = sys.modules.pop(name)
    fresh = __import__(name)
    sys.modules[name] = kept
    return fresh
select, socket = copy("select"), copy("socket")
"""}


@pytest.mark.parametrize("way", WAYS)
def test_a_module_that_is_imported_anew_is_seen_and_held(program, way):
    with run(program(WAYS[way] + ECHO), held=True) as server:
        alice = connect(server, "alice")
        first = server.step()
        assert [(one.name, one.socket) for one in first.operations][:1] == [("accept", "listener")]
        server.step()                              # nobody: the clock jumps to the end of the timeout
        alice.send("x")
        last = server.step()
        assert [one.name for one in last.operations] == ["recv", "sendall"] and last.readable == ["alice"]
        assert alice.receive() == "x1060.0"


def test_a_fresh_module_has_its_own_loader_and_spec(ran):
    said = ran("""
        import sys, select, time
        old = {name: (type(sys.modules[name].__loader__), sys.modules[name].__spec__.name) for name in ("select", "time")}
        for name in old:
            del sys.modules[name]
        import select, time, socket
        for name, module in ("select", select), ("time", time):
            print((module.__loader__ if type(module.__loader__) is type else type(module.__loader__)).__name__,
                  module.__spec__.loader is module.__loader__)
        print(socket.socket.__mro__[0] is socket.socket, issubclass(socket.socket, socket._socket.socket))
        """).output
    assert "Loader False" not in said and said.splitlines()[-1] == "True True"
    names = [line.split()[0] for line in said.splitlines()[:2]]
    assert set(names) <= {"ExtensionFileLoader", "BuiltinImporter", "type"}


def test_what_is_imported_for_the_first_time_has_its_own_loader(ran):
    assert ran("""
        import datetime, queue, threading
        print([type(module.__loader__).__name__ for module in (datetime, queue, threading)])
        """).output.strip() == "['SourceFileLoader', 'SourceFileLoader', 'SourceFileLoader']"
