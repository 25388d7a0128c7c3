"""Lesson 12: many kinds in one loop. Each service as a plain program and stepped; the client that hears; who knocks; TLS."""
import os
import pty
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest

from helpers import NothingCame, change, connect, run
from tests import ROOT
from tests.conftest import LONG, ended, eventually
from tests.course.test_lessons import BOUND, call, read_until, receive, receive_all, server, started

KINDS = "12_many_kinds"
LARGEST = 65507    # bytes of the largest datagram


def done(iteration):
    return [(one.socket, one.name, one.size) for one in iteration.operations]


@contextmanager
def udp(port):
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(BOUND)
        yield sock


@contextmanager
def plain():
    """It, as a plain program: the two ports of its listeners. (With 0, its UDP port is another one.)"""
    with server(KINDS, "0", "0") as ports:
        yield ports


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


# -- each service ----------------------------------------------------------------------------------------------------

def test_it_echoes_and_tells_how_many_are_here_as_a_plain_program():
    with plain() as (echo, number), call(echo) as alice, call(echo) as bob:
        for client in (alice, bob):
            client.sendall(b"hello")
            assert receive(client, 5) == b"hello"
        with call(number) as tom:
            assert receive_all(tom) == b"2 here\n"
        bob.shutdown(socket.SHUT_WR)
        assert receive_all(bob) == b""
        with call(number) as tom:
            assert receive_all(tom) == b"1 here\n"


def test_udp_and_tcp_have_the_same_port_number():
    """A number that is free for both, found by taking it for both."""
    with socket.socket() as one, socket.socket(type=socket.SOCK_DGRAM) as other:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        other.bind(("127.0.0.1", port))
    with started(KINDS, str(port), "0") as process:
        read_until(process.stdout.fileno(), r"(listening on port \d+\n){2}")
        with udp(port) as ulla, call(port) as alice:
            alice.sendall(b"hello")
            assert receive(alice, 5) == b"hello"
            for data in (b"one", b"", bytes(range(256)), b"x" * LARGEST):
                ulla.send(data)
                assert ulla.recv(65536) == data


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order(number):
    with started(KINDS, "0", "0") as process:
        read_until(process.stdout.fileno(), r"(listening on port \d+\n){2}")
        process.send_signal(number)
        assert process.wait(BOUND) == 0


def test_many_clients_of_all_kinds_at_once():
    with run(KINDS, terminal=True) as free, ExitStack() as stack:
        alices = [stack.enter_context(connect(free, f"alice {number}")) for number in range(40)]
        ullas = [stack.enter_context(connect(free, f"ulla {number}", udp=True)) for number in range(40)]
        toms = [stack.enter_context(connect(free, f"tom {number}", port=7777)) for number in range(40)]
        for number in range(40):
            alices[number].send(f"{number:06}")
            ullas[number].send(f"{number:06}")
        for number in range(40):
            assert alices[number].receive_bytes(6, timeout=LONG) == b"%06d" % number
            assert ullas[number].receive(timeout=LONG) == f"{number:06}"
            assert toms[number].receive_bytes(timeout=LONG).endswith(b" here\n") and toms[number].receive() == ""


def test_udp_borders_are_kept_and_tcp_joins():
    with run(KINDS, held=True, terminal=True) as held:
        alice, ulla = connect(held, "alice"), connect(held, "ulla", udp=True)
        held.step()
        for client in (alice, ulla):
            client.send("one"), client.send("two")
        assert done(held.step()) == [("udp :6666", "recvfrom", 3), ("udp :6666", "sendto", 3), ("alice", "recv", 6)]
        assert done(held.step()) == [("udp :6666", "recvfrom", 3), ("udp :6666", "sendto", 3), ("alice", "send", 6)]
        assert (alice.receive(), ulla.receive(), ulla.receive()) == ("onetwo", "one", "two")
        assert held.step().idle


def test_an_empty_datagram_is_a_message_and_who_has_gone_harms_nobody():
    with run(KINDS, held=True, terminal=True) as held:
        ulla, mallory = (connect(held, name, udp=True) for name in ("ulla", "mallory"))
        mallory.send(""), mallory.send("x")
        mallory.close()
        ulla.send("")
        for _ in range(4):
            held.step()
        assert held.iterations[-1].idle and ulla.receive() == ""
        ulla.send("hello")
        held.step()
        assert ulla.receive() == "hello"


def test_a_datagram_without_room_for_its_answer_is_dropped():
    full = change(KINDS, "datagrams.sendto(data, address)", "raise BlockingIOError")
    with run(full, held=True, terminal=True) as held:
        ulla, alice = connect(held, "ulla", udp=True), connect(held, "alice")
        ulla.send("one"), alice.send("hello")
        for _ in range(3):
            held.step()
        assert alice.receive() == "hello"
        with pytest.raises(NothingCame):
            ulla.receive()


# -- the terminal ------------------------------------------------------------------------------------------------------

def test_what_is_typed_is_said_to_all_and_its_end_is_forgotten():
    with run(KINDS, held=True, terminal=True) as held:
        alice, bob = connect(held, "alice"), connect(held, "bob")
        held.step(), held.step()
        held.type("closing\n")
        assert done(held.step()) == [("stdin", "read", 8)]
        assert done(held.step()) == [("alice", "send", 8), ("bob", "send", 8)]
        assert alice.receive() == bob.receive() == "closing\n"
        held.type("\x04")
        assert done(held.step()) == [("stdin", "read", 0)]
        assert "stdin" not in held.step().watched_read and held.iterations[-1].idle


@pytest.mark.parametrize("nothing", [subprocess.DEVNULL, subprocess.PIPE])
def test_nobody_sits_at_the_terminal(nothing):
    with started(KINDS, "0", "0", stdin=nothing) as process:
        said = read_until(process.stdout.fileno(), r"(listening on port \d+\n){2}")
        port = int(said.split()[3])
        if process.stdin:
            process.stdin.close()
        with call(port) as alice:
            alice.sendall(b"hello")
            assert receive(alice, 5) == b"hello"


def test_an_end_that_is_not_taken_out_spins():
    endless = change(KINDS, "        del readers[terminal]\n        return", "        return")
    with run(endless, held=True) as held:
        held.type("\x04")
        assert [done(held.step()) for _ in range(3)] == [[("stdin", "read", 0)]] * 3


# -- who leaves ----------------------------------------------------------------------------------------------------------

def test_who_is_told_the_number_and_leaves_before_it():
    with plain() as (echo, number), call(echo) as alice:
        for turn in range(20):
            tom = call(number)
            if turn % 2:
                tom.sendall(b"nobody hears this")
            reset(tom)
        alice.sendall(b"hello")
        assert receive(alice, 5) == b"hello"
        eventually(lambda: told(number) == b"1 here\n")            # who is just being told is still here


def told(number):
    with call(number) as tom:
        return receive_all(tom)


def test_half_close_and_reset_with_all_kinds_in_one_iteration():
    with run(KINDS, held=True, terminal=True) as held:
        alice, bob, carol = (connect(held, name) for name in ("alice", "bob", "carol"))
        ulla = connect(held, "ulla", udp=True)
        for _ in range(3):
            held.step()
        alice.send("the last word"), alice.half_close()
        bob.send("x"), bob.reset()
        ulla.send("hello"), held.type("all\n"), carol.send("carol")
        tom = connect(held, "tom", port=7777)
        for _ in range(4):
            held.step()
        assert alice.receive() == "all\nthe last word" and alice.receive() == ""
        assert (carol.receive(), ulla.receive(), tom.receive()) == ("all\ncarol", "hello", "3 here\nall\n")
        assert held.step().watched_read[-1] == "carol" and held.iterations[-1].idle


@pytest.mark.parametrize("port", [6666, 7777])
def test_without_a_descriptor_that_door_has_a_pause_and_all_the_rest_goes_on(port):
    with run(KINDS, held=True, descriptors=7) as held:       # three streams, two listeners, one UDP socket, one client
        alice, ulla = connect(held, "alice"), connect(held, "ulla", udp=True)
        held.step()
        judy = connect(held, "judy", port=port)
        assert [one.error for one in held.step().operations] == ["OSError EMFILE"]
        ulla.send("hello"), alice.send("hello")
        assert f"listener :{port}" not in held.step().watched_read
        held.step()
        assert (ulla.receive(), alice.receive()) == ("hello", "hello")
        alice.close()
        for _ in range(6):
            held.step()
        assert any((one.name, one.peer) == ("accept", "judy") for each in held.iterations for one in each.operations)
        assert judy.server is held


# -- the client that hears while you type ----------------------------------------------------------------------------------

def test_the_client_hears_without_having_said_anything():
    with run(KINDS, held=True, terminal=True) as held:
        client = run("chat_client", 6666, held=True, terminal=True, to=held)
        held.step()
        held.type("closing\n")
        held.step(), held.step()
        assert done(client.step()) == [("to :6666", "recv", 8)] and client.output == "closing\n"
        client.type("hello\n")
        assert done(client.step()) == [("stdin", "read", 6), ("to :6666", "sendall", 6)]
        held.step(), held.step()
        client.step()
        client.type("\x04")
        assert done(client.step()) == [("stdin", "read", 0), ("to :6666", "shutdown", None)]
        held.step(), held.step()
        assert done(client.step()) == [("to :6666", "recv", 0)]
        assert ended(client)
        assert client.output == "closing\nhello\n" and client.exit_status == 0


def chat(port, typed):
    return subprocess.run([sys.executable, "lessons/chat_client.py", str(port)], cwd=ROOT, input=typed, timeout=LONG,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_the_client_in_a_pipe_hears_the_answer():
    much = b"".join(b"%d\n" % number for number in range(10_000))
    with plain() as (echo, number):
        for said in (b"hello\n", "ünder\n".encode(), b"\xff\0", much):
            done = chat(echo, said)
            assert (done.stdout, done.returncode) == (said, 0)
        assert chat(number, b"").stdout == b"0 here\n"


def test_the_client_tells_that_nobody_listens():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert chat(port, b"").stdout.decode() == f"Nobody listens on port {port}. Start a server first, in another terminal.\n"


def test_the_client_ends_when_the_server_breaks_off():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        mine, its = pty.openpty()
        with started("chat_client", str(listener.getsockname()[1]), stdin=its) as process:
            connection, _ = listener.accept()
            connection.sendall(b"hello")
            read_until(process.stdout.fileno(), "hello")
            reset(connection)
            assert process.wait(BOUND) == 0
        os.close(mine), os.close(its)


def test_ctrl_c_ends_the_client_without_a_traceback():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with started("chat_client", str(listener.getsockname()[1]), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            connection, _ = listener.accept()
            connection.sendall(b"hello")
            read_until(process.stdout.fileno(), "hello")
            process.send_signal(signal.SIGINT)
            assert process.wait(BOUND) == 0 and process.stderr.read() == b""
            connection.close()


# -- who knocks --------------------------------------------------------------------------------------------------------------

def test_knock_tells_who_is_there_in_one_iteration():
    with run(KINDS, held=True, terminal=True) as held:
        knock = run("knock", 6666, 1, 7777, held=True, to=held)
        one = knock.step()
        assert one.writable == ["to :6666", "to :1", "to :7777"]
        assert ended(knock)
        assert knock.output == "6666 is there\n1 Connection refused\n7777 is there\n" and knock.exit_status == 0


def test_knock_as_a_plain_program():
    with plain() as ports, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        silent = nobody.getsockname()[1]
        done = subprocess.run([sys.executable, "lessons/knock.py", *map(str, [*ports, silent])], cwd=ROOT, timeout=LONG,
                              stdout=subprocess.PIPE, text=True)
        assert sorted(done.stdout.splitlines()) == sorted([*(f"{one} is there" for one in ports), f"{silent} Connection refused"])


@pytest.mark.skipif(sys.platform != "linux", reason="how many stand in a line that is full differs from system to system")
def test_knock_waits_for_who_does_not_answer_and_gives_up():
    with run("04_multi_client_echo", held=True) as full, ExitStack() as stack:
        for number in range(6):
            stack.enter_context(connect(full, f"guest {number}"))
        knock = run("knock", 6666, 1, held=True, to=full)
        assert knock.step().writable == ["to :1"]
        one = knock.step()
        assert one.idle and one.waited == 5
        assert ended(knock)
        assert knock.output == "1 Connection refused\nno answer: [6666]\n" and knock.exit_status == 1
        blocking = run(change("knock", "    caller.setblocking(False)\n", ""), 6666, 1, to=full)
        assert "`caller.connect((" in str(blocking.settle()) and blocking.output == ""


# -- TLS -----------------------------------------------------------------------------------------------------------------------

PROOF = ROOT / "lessons" / "tls_for_play.pem"


def trusting():
    context = ssl.create_default_context(cafile=PROOF)
    context.verify_flags |= ssl.VERIFY_X509_STRICT              # as Python does by itself from 3.13 on
    return context


@contextmanager
def secured(port):
    with call(port) as plain, trusting().wrap_socket(plain, server_hostname="127.0.0.1") as sock:
        yield sock


def test_echo_over_tls_as_a_plain_program():
    data = bytes(range(256)) * 2000
    with server("tls_echo", "0") as (port,), secured(port) as alice, secured(port) as bob:
        bob.sendall(b"hello")
        assert receive(bob, 5) == b"hello"
        alice.sendall(data)
        assert receive(alice, len(data)) == data
        bob.sendall(b"the last word")
        assert receive(bob, 13) == b"the last word"


def test_others_go_on_beside_who_does_not_speak_tls_or_breaks_off():
    with server("tls_echo", "0") as (port,), secured(port) as bob:
        for number in range(6):
            guest = call(port)
            if number % 3:
                guest.sendall((b"hello, in the clear\n", b"\x16\x03\x01")[number % 2])
            (reset(guest) if number % 2 else guest.close())
        with call(port) as plain:
            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
            with suppress(ConnectionResetError):
                assert b"HTTP" not in receive_all(plain)
        bob.sendall(b"hello")
        assert receive(bob, 5) == b"hello"


def test_a_tls_client_that_says_goodbye_is_told_goodbye():
    with server("tls_echo", "0") as (port,), secured(port) as alice:
        alice.sendall(b"hello")
        assert receive(alice, 5) == b"hello"
        alice.unwrap().close()                                   # raises an error if the server breaks off instead


@pytest.mark.parametrize("pending, all_of_it", [(True, True), (False, False)])
def test_what_openssl_holds_select_does_not_see(pending, all_of_it):
    program = "tls_echo" if pending else change("tls_echo", "while connection.pending():  ", "while False:  ")
    with run(program, 6666, PROOF, held=True) as held:
        alice = connect(held, "alice")
        held.step()
        alice.socket.setblocking(False)
        talk = trusting().wrap_socket(alice.socket, server_hostname="127.0.0.1", do_handshake_on_connect=False)
        with pytest.raises(ssl.SSLWantReadError):
            talk.do_handshake()
        assert done(held.step()) == [("alice", "recv", None)]
        talk.do_handshake()
        assert [one.error for one in held.step().operations] == ["SSLWantReadError"]
        talk.send(b"x" * 3000)
        assert [one.size for one in held.step().operations] == ([1024, 1024, 952] if all_of_it else [1024])
        held.step()
        assert held.step().idle
        assert len(talk.recv(65536)) == (3000 if all_of_it else 1024)
        talk.close()


def test_the_certificate_is_for_this_machine_alone_and_lasts():
    told = ssl._ssl._test_decode_cert(str(PROOF))
    assert set(told["subjectAltName"]) == {("IP Address", "127.0.0.1"), ("DNS", "localhost")}
    assert ssl.cert_time_to_seconds(told["notAfter"]) > time.time() + 50 * 365 * 86400
    assert PROOF.read_text().startswith("For play only.") and "openssl req -x509" in PROOF.read_text()


def test_a_key_that_does_not_belong_is_not_trusted():
    with server("tls_echo", "0") as (port,), call(port) as plain:
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plain, server_hostname="127.0.0.1")


def test_select_takes_a_dictionary():
    """`select` goes through its keys: the documentation says iterables."""
    one, other = socket.socketpair()
    with one, other:
        other.send(b"x")
        assert select.select({one: None}, {}, [], 0) == ([one], [], [])
