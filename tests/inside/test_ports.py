"""A fixed port is a free one outside, and itself inside."""
import errno
import socket

import pytest

from helpers import connect, run
from tests.conftest import LONG


def test_a_fixed_port_is_a_free_one_outside_and_itself_inside(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        while True:
            select.select([listener], [], [])
            connection, address = listener.accept()
            connection.sendall(f"{listener.getsockname()} {connection.getsockname()}".encode())
        """))
    host, port = server.address
    assert host == "127.0.0.1" and port != 6666 and server.addresses == [(host, port)]
    with socket.create_connection((host, port), timeout=LONG) as client:
        assert client.recv(100) == b"('127.0.0.1', 6666) ('127.0.0.1', 6666)"


def test_port_0_stays_free_and_is_told_truly(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1])
        select.select([listener], [], [])
        """), held=True)
    assert int(server.output) == server.address[1]


def test_the_programs_own_connect_arrives(ran):
    server = ran("""
        import socket
        listener = socket.create_server(("127.0.0.1", 6666))
        client = socket.create_connection(("127.0.0.1", 6666), timeout=5)
        another = socket.socket()
        print(another.connect_ex(("127.0.0.1", 6666)))
        client.sendall(b"hello")
        print(listener.accept()[0].recv(100))
        """)
    assert server.output == "0\nb'hello'\n"


def test_tcp_and_udp_on_one_port(ran):
    server = ran("""
        import select, socket
        tcp = socket.create_server(("127.0.0.1", 6666))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 6666))
        print(tcp.getsockname()[1], udp.getsockname()[1])
        one, other = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.connect(("127.0.0.1", 6666))
        other.connect(("127.0.0.1", 6666))
        other.send(b"hello")
        tcp.accept()
        print(udp.recv(100))
        """)
    assert server.output == "6666 6666\nb'hello'\n"


@pytest.mark.parametrize("code", ["client.sendto(b'hello', ('127.0.0.1', 6666))",
                                  "client.sendto(b'hello', 0, ('127.0.0.1', 6666))",
                                  "client.sendmsg([b'hello'], [], 0, ('127.0.0.1', 6666))"])
def test_the_programs_own_datagrams_arrive(ran, code):
    server = ran(f"""
        import socket
        server, client = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        server.bind(("127.0.0.1", 6666))
        server.settimeout(10)
        {code}
        print(server.recv(100))
        """)
    assert server.output == "b'hello'\n"


def test_binding_a_port_twice_gives_the_real_error(ran):
    server = ran("""
        import socket
        listener = socket.create_server(("127.0.0.1", 6666))
        try:
            socket.socket().bind(("127.0.0.1", 6666))
        except OSError as error:
            print(type(error).__name__, error.errno)
        listener.close()
        socket.create_server(("127.0.0.1", 6666))
        print("free again")
        """)
    assert server.output == f"OSError {errno.EADDRINUSE}\nfree again\n"


@pytest.mark.parametrize("port", ["99999", "-1", "'6666'", "None", "6.5"])
def test_a_port_that_is_none_gives_the_real_error(ran, port):
    server = ran(f"""
        import socket
        try:
            socket.socket().bind(("127.0.0.1", {port}))
            print("bound")
        except Exception as error:
            print(error)
        """)
    with socket.socket() as sock, pytest.raises(Exception) as real:
        sock.bind(("127.0.0.1", eval(port)))
    assert server.output == f"{real.value}\n"


def test_two_runs_of_one_fixed_port_at_once_see_the_same_and_are_two(program):
    path = program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        udp = socket.socket(type=socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 6666))
        print(listener.getsockname()[1], udp.getsockname()[1])
        caller = socket.create_connection(("127.0.0.1", 6666))
        print(listener.accept()[0].getsockname()[1], caller.getpeername()[1] != 6666)
        try:
            socket.create_server(("127.0.0.1", 6666))
        except OSError as error:
            print(type(error).__name__)
        select.select([listener, udp], [], [])
        connection, address = listener.accept()
        connection.sendall(connection.recv(100))
        """)
    one, other = run(path, name="one", held=True), run(path, name="other", held=True)
    assert one.output == other.output
    first, second, third = one.output.splitlines()
    assert (first, second.split()[0], third) == ("6666 6666", "6666", "OSError")
    assert one.address != other.address
    for server in one, other:
        server.release()
        with connect(server, "alice") as alice:
            alice.send(server.name)
            assert alice.receive() == server.name


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this system")
def test_ipv6(program):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    server = run(program("""
        import select, socket
        listener = socket.create_server(("::", 6666), family=socket.AF_INET6)
        while True:
            select.select([listener], [], [], 1)
            print(listener.getsockname()[:2])
            listener.accept()
        """), held=True)
    connect(server, "alice")
    iteration = server.step()
    assert iteration.operations[0].peer == "alice" and iteration.printed == "('::', 6666)\n"
