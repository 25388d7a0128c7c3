"""What is done with sockets is noted: its size, the beginning of its data, its error."""
import errno
import os

import pytest

from tests.inside.programs import PAIR

DONE = {            # code: what is noted of its last line
    "other.send(b'hello')\none.recv(10)": "recv 5 b'hello'",
    "other.close()\none.recv(10)": "recv 0",
    "other.send(b'hello')\none.recv(2, socket.MSG_PEEK)": "recv MSG_PEEK b'he'",
    "other.send(b'hello')\none.recv_into(bytearray(9))": "recv_into 5 b'hello'",
    "other.send(b'hello')\none.recv_into(array.array('i', [0, 0]), 3)": "recv_into 3 b'hel'",
    "other.send(b'hello')\none.recv_into(buffer=bytearray(9), nbytes=3)": "recv_into 3 b'hel'",
    "other.send(b'hello')\none.recvfrom(3)": "recvfrom 3 b'hel'",
    "other.send(b'hello')\none.recvfrom_into(memoryview(bytearray(9)))": "recvfrom_into 5 b'hello'",
    "other.send(b'hello')\none.recvfrom_into(buffer=bytearray(9))": "recvfrom_into 5 b'hello'",
    "other.send(b'hello')\none.recvmsg(9)": "recvmsg 5 b'hello'",
    "other.send(b'hello')\none.recvmsg_into([bytearray(3), bytearray(9)])": "recvmsg_into 5 b'hello'",
    "other.send(b'hello')\none.recv_into(nbytes=3, buffer=bytearray(9), flags=socket.MSG_PEEK)": "recv_into MSG_PEEK b'hel'",
    "one.sendall(memoryview(bytearray(range(65, 71))).cast('B', (2, 3)))": "sendall 6 b'ABCDEF'",
    "one.send((__import__('ctypes').c_uint16 * 2)(1, 2))": "send 4 b'\\x01\\x00\\x02\\x00'",
    "one.send(b'hello')": "send 5 b'hello'",
    "one.send(bytearray())": "send 0",
    "one.send(memoryview(b'hello')[1:3])": "send 2 b'el'",
    "one.sendall(b'hello', 0)": "sendall 5 b'hello'",
    "one.sendall(bytearray(b'hello'))": "sendall 5 b'hello'",
    "one.sendall(array.array('B', b'hello'))": "sendall 5 b'hello'",
    "one.sendmsg([b'hel', bytearray(b'lo')])": "sendmsg 5 b'hello'",
    "one.sendmsg(each for each in [b'hello'])": "sendmsg 5",
    "one.shutdown(socket.SHUT_WR)": "shutdown",
    "one.close()": "close",
    "one.setblocking(False)\none.recv(9)": "recv BlockingIOError",
    "one.settimeout(0.001)\none.recv_into(bytearray(9))": "recv_into TimeoutError",
    "one.sendall('text')": "sendall TypeError",
    "one.send('text')": "send TypeError",
    "other.close()\none.send(b'hello')": "send BrokenPipeError",
    "one.accept()": "accept OSError EINVAL",
    "one.sendto(b'hello', 'nowhere')": "sendto OSError EISCONN",
}


@pytest.mark.parametrize("code", DONE)
def test_what_is_done_is_noted_with_size_data_and_error(ran, code):
    *before, last = code.split("\n")
    server = ran(PAIR + "select.select([one], [], [], 0)\n" + "\n".join(before) + f"""
try:
    {last}
except (OSError, TypeError):
    pass
""")
    assert not server.death, server.death[-1]
    operation = server.iterations[0].operations[-1]
    noted = str(operation) if "sendmsg(each" not in code else f"{operation.name} {operation.size}"
    assert (operation.socket, noted) == ("socket 1", DONE[code])


@pytest.mark.parametrize("call, name", [("one.recv(5)", "recv"), ("listener.accept()", "accept")])
def test_errors_are_kept_apart_from_sizes(ran, call, name):
    iteration, = ran(PAIR + f"""
listener = socket.create_server(("127.0.0.1", 6666))
for each in one, listener:
    each.setblocking(False)
select.select([one, listener], [], [], 0)
try:
    {call}
except BlockingIOError:
    pass
""").iterations
    operation, = iteration.operations
    assert (operation.name, operation.size, operation.data, operation.error) == (name, None, b"", "BlockingIOError")
    assert f"{name} BlockingIOError" in repr(iteration)


def test_of_much_data_the_size_and_the_beginning_are_kept(ran):
    sent, received = ran(PAIR + """
select.select([one], [], [], 0)
other.sendall(bytes(range(200)))
one.recv(200)
""").iterations[0].operations
    assert sent.size == received.size == 200
    assert sent.data == received.data == bytes(range(64))


def test_use_of_a_closed_socket_is_noted_as_closed(ran):
    last = ran(PAIR + """
select.select([one], [], [], 0)
one.close()
try:
    one.recv(1)
except OSError:
    pass
""").iterations[0].operations[-1]
    assert (last.socket, last.error) == ("closed", "OSError EBADF")


def test_a_second_close_is_no_operation(ran):
    iteration, = ran(PAIR + "select.select([one], [], [], 0)\none.close()\none.close()").iterations
    assert [str(each) for each in iteration.operations] == ["close"]


def test_datagrams(ran):
    sent, received, echoed = ran("""
        import select, socket
        one, other = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        one.bind(("127.0.0.1", 0))
        select.select([one], [], [], 0)
        other.sendto(b"hello", one.getsockname())
        data, address = one.recvfrom(100)
        one.sendto(data, 0, address)
        """).iterations[0].operations
    assert (sent.socket, str(sent)) == ("udp 2", "sendto → udp 1 5 b'hello'")
    assert (received.socket, str(received)) == ("udp 1", "recvfrom ← udp 2 5 b'hello'")
    assert (echoed.name, echoed.size, echoed.socket) == ("sendto", 5, received.socket)
    assert echoed.data == b"hello"


def test_connect_is_noted_with_its_error(ran):
    operations = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 0))
        select.select([listener], [], [], 0)
        address = listener.getsockname()
        socket.socket().connect(address)
        socket.socket().connect_ex(address)
        listener.close()
        for name in "connect", "connect_ex":
            try:
                getattr(socket.socket(), name)(address)
            except OSError:
                pass
        """).iterations[0].operations
    noted = [(each.name, each.error) for each in operations]
    refused = os.strerror(errno.ECONNREFUSED)
    assert noted == [("connect", None), ("connect_ex", None), ("close", None),
                     ("connect", "ConnectionRefusedError"), ("connect_ex", refused)]


def test_a_connect_that_does_not_wait_has_not_failed(ran):
    operations = ran("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        select.select([listener], [], [], 0)
        one, other = [socket.socket() for _ in range(2)]
        for each in one, other:
            each.setblocking(False)
        try:
            one.connect(("127.0.0.1", 6666))
        except BlockingIOError:
            print("under way")
        print(other.connect_ex(("127.0.0.1", 6666)) != 0)
        """).iterations[0].operations
    assert [str(each) for each in operations] == ["connect under way", "connect_ex under way"]
    assert [(each.name, each.flags, each.error) for each in operations] == [("connect", "under way", None),
                                                                            ("connect_ex", "under way", None)]


def test_a_socket_that_files_still_use_closes_once_and_late(ran):
    iterations = ran(PAIR + """
file = one.makefile("rb")
select.select([one], [], [], 0)
one.close()
select.select([other], [], [], 0)
file.close()
""").iterations
    assert [[str(each) for each in one.operations] for one in iterations] == [[], ["close"]]
    assert iterations[1].operations[0].socket == "socket 1"


def test_what_is_only_looked_at_is_not_received(ran):
    iteration, = ran(PAIR + """
select.select([one], [], [], 0)
other.send(b"hello")
one.recv(9, socket.MSG_PEEK)
one.recv(9)
""").iterations
    looked, received = iteration.operations[1:]
    assert (looked.size, looked.data, looked.flags) == (None, b"hello", "MSG_PEEK") and received.size == 5
