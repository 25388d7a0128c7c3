"""Where a client finds a program that listens, and what is said where it finds none."""
import socket

import pytest

from helpers import GlassError, connect, run
from tests.conftest import eventually, held_or_free, says
from tests.server.programs import TICK


@held_or_free
def test_a_program_that_never_listens(program, held):
    server = run(program(TICK), held=held)
    with pytest.raises(GlassError) as caught:
        server.find_listener(timeout=0.1)
    says(caught, "Nobody listens at program: it has not called listen()",
         *["It is held; does its program listen at all?"] * held)
    assert server.state == ("held" if held else "running free")


def test_a_held_program_that_never_listens_is_not_said_to_be_stuck(program):
    """It stands before its select, because we hold it there; nothing keeps it from serving anybody."""
    server = run(program(TICK), held=True)
    with pytest.raises(GlassError) as caught:
        server.find_listener(timeout=0.1)
    assert "not in select" not in str(caught.value) and "nobody else is served" not in str(caught.value)


def test_a_free_server_names_its_port(echo):
    server = run(echo)
    server.address
    with pytest.raises(GlassError) as caught:
        server.find_listener(7777, timeout=0.1)
    says(caught, "doesn't listen on port 7777. Its ports are: 6666.")


def test_a_held_server_names_its_ports():
    server = run("03_multiple_ports", held=True)
    with pytest.raises(GlassError) as caught:
        connect(server, "alice", port=80)
    says(caught, "doesn't listen on port 80. Its ports are: 7777 · 7778.")


def test_a_listener_that_is_closed_takes_no_connection(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        select.select([], [], [], 0)
        listener.close()
        while True:
            select.select([], [], [], 1)
        """), held=True)
    server.step()
    with pytest.raises(GlassError) as caught:
        connect(server, "alice")
    says(caught, "program took no connection", "Is its listener closed, or its queue of waiting clients full?")


def test_a_server_on_a_unix_socket_says_that_no_client_can_come(program, tmp_path):
    server = run(program("""
        import os, select, socket
        os.chdir(os.path.dirname(__file__))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("door")
        listener.listen()
        select.select([listener], [], [], 1)
        """), held=True)
    with pytest.raises(GlassError) as caught:
        connect(server, "alice")
    says(caught, "program")


def test_a_port_of_ones_choice():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with run("06_read_write_queues", port=port) as server:
        assert server.address == ("127.0.0.1", port)
        eventually(lambda: server.output == "listening on port 6666\n")            # it believes what it always believes
    with run("06_read_write_queues", "0", port=port) as server:
        assert server.address == ("127.0.0.1", port)
