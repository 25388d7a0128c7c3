"""What a client is told where nothing comes, and where it can't do what is asked of it."""
import select

import pytest

from helpers import GlassError, NothingCame, change, connect, run
from helpers.server import clients
from tests.conftest import LONG, says


def test_nothing_came_while_held(pair):
    with pytest.raises(NothingCame) as caught:
        pair[1].receive()
    says(caught, "nothing came for alice. echo is held: it does nothing until it is stepped.")


def test_nothing_came_from_a_free_server(pair):
    server, alice = pair
    server.release()
    with pytest.raises(NothingCame) as caught:
        alice.receive(timeout=0.05)
    says(caught, "nothing came for alice in 0.05 s.")


def test_too_little_came_while_held(pair):
    server, alice = pair
    alice.send("hello")
    server.step()
    with pytest.raises(NothingCame) as caught:
        alice.receive_bytes(7)
    says(caught, "only 5 bytes came for alice. echo is held")


def test_too_little_came_from_a_free_server(pair):
    server, alice = pair
    server.release()
    alice.send("abc")
    assert select.select([alice.socket], [], [], LONG)[0]
    with pytest.raises(NothingCame) as caught:
        alice.receive_bytes(5, timeout=0.05)
    says(caught, "only 3 bytes came for alice in 0.05 s.")


@pytest.mark.parametrize("wrong", [5, None, ["hello"], 1.5])
def test_a_client_can_not_send_what_is_neither_text_nor_bytes(pair, wrong):
    with pytest.raises(GlassError) as caught:
        pair[1].send(wrong)
    says(caught, f"send() takes text or bytes, and {wrong!r} is neither. Put it in quotes: send(\"{wrong}\")")


@pytest.mark.parametrize("ask", [lambda alice: alice.send("x"), lambda alice: alice.receive(),
                                 lambda alice: alice.receive_bytes(3), lambda alice: alice.half_close()],
                         ids=["send", "receive", "receive_bytes", "half_close"])
def test_a_client_that_has_left_says_so(pair, ask):
    alice = pair[1]
    alice.close()
    with pytest.raises(GlassError) as caught:
        ask(alice)
    says(caught, "alice", "Connect again: connect(server, 'alice')")


def test_a_client_of_a_server_that_does_not_receive(pair, monkeypatch):
    alice = pair[1]
    monkeypatch.setattr(clients, "PATIENCE", 0.2)
    with pytest.raises(GlassError) as caught:
        alice.send(b"x" * 50_000_000)
    says(caught, "The server doesn't take what alice sends: its buffers are full", "Step it, or send less")


def test_a_client_of_a_free_server_that_does_not_receive(monkeypatch):
    alice = connect(run("11_threads"), "alice")
    monkeypatch.setattr(clients, "PATIENCE", 0.2)
    with pytest.raises(GlassError) as caught:
        alice.send(b"x" * 50_000_000)
    says(caught, "its buffers are full, and it doesn't receive. threads() tells where it is.")


def nothing(client, *words, timeout=2.0):
    with pytest.raises(NothingCame) as caught:
        client.receive(timeout=timeout)
    says(caught, f"nothing came for {client.name}. ", *words)
    return str(caught.value)


@pytest.mark.parametrize("name", ["carol", None])
def test_a_connection_that_nobody_watches(echo, name):
    """However often it is stepped, nobody will hear of carol."""
    server = run(change(echo, "inputs.append(listener.accept()[0])", "kept = listener.accept()"), held=True)
    carol = connect(server, name)
    nothing(carol, "echo (changed) is held: it does nothing until it is stepped.")
    server.step()
    carol.send("hello")
    nothing(carol, f"echo (changed) is held, and doesn't watch {name or 'conn 1'}.")
    bob = connect(server, "bob")
    server.step()
    nothing(bob, "is held, and doesn't watch bob.")


def test_what_was_said_has_been_read_and_nothing_is_to_be_sent(echo, pair):
    server, alice = pair
    alice.send("hello")
    nothing(alice, "echo is held: it does nothing until it is stepped.")
    server.step()
    assert alice.receive() == "hello"
    nothing(alice, "echo is held, and has read all that alice has sent.")
    queues = run("06_read_write_queues", held=True)
    bob = connect(queues, "bob")
    queues.step()
    bob.send("hello")
    queues.step()
    nothing(bob, "06_read_write_queues is held: it does nothing until it is stepped.")      # it is about to send


@pytest.mark.parametrize("call", ["{}.recvfrom(100)[0]", "os.read({}.fileno(), 100)", "{}.recv(2) + {}.recv(100)",
                                  "{}.recv(100)[:{}.recv_into(bytearray(0)) or None]"])
def test_whatever_has_read_it(program, call):
    server = run(program(f"""\
        import os, select, socket
        inputs = [socket.create_server(("127.0.0.1", 6666))]
        while True:
            for sock in select.select(inputs, [], [], 1)[0]:
                if sock is inputs[0]:
                    inputs.append(sock.accept()[0])
                else:
                    sock.sendall({call.replace("{}", "sock")})
        """), held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hello")
    server.step()
    assert alice.receive() == "hello"
    nothing(alice, "program is held, and has read all that alice has sent.")


@pytest.mark.parametrize("call", ["recv(2)", "recv(100, socket.MSG_PEEK)"])
def test_what_is_left_or_only_looked_at_is_not_read(echo, call):
    server = run(change(echo, "recv(1024)", call), held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hello")
    server.step()
    alice.receive()
    nothing(alice, "echo (changed) is held: it does nothing until it is stepped.")


def test_one_that_is_watched_from_now_on_is_not_said_to_be_unwatched(pair):
    """In the iteration that accepted her, she wasn't; what counts is what the loop asks for next."""
    nothing(pair[1], "echo is held: it does nothing until it is stepped.")


def test_a_listener_that_nobody_watches(program):
    server = run(program("""\
        import select, socket
        listener, other = socket.create_server(("127.0.0.1", 6666)), socket.create_server(("127.0.0.1", 7777))
        while True:
            for sock in select.select([other], [], [], 1)[0]:
                sock.accept()
        """), held=True)
    nothing(connect(server, "alice", port=6666), "program is held: it does nothing until it is stepped.")
    server = run(change(server.program, "[other]", "[]"), held=True)
    nothing(connect(server, "alice", port=6666), "program (changed) is held, and doesn't watch its listener.")


FORKS = """\
    import os, select, socket, time
    listener = socket.create_server(("127.0.0.1", 6666))
    while True:
        select.select([listener], [], [])
        connection, _ = listener.accept()
        if not os.fork():
            while data := connection.recv(100):
                time.sleep(0.1)
                connection.sendall(data)
            os._exit(0)
        connection.close()
    """


def test_a_child_answers_while_its_parent_is_held(program):
    server = run(program(FORKS, "forks"), held=True)
    alice, bob = connect(server, "alice"), connect(server, "bob")
    server.step()
    alice.send("hello")
    assert alice.receive() == "hello"
    nothing(alice, "forks is held, and doesn't watch alice.", timeout=0.05)
    nothing(bob, "forks is held: its loop does nothing until it is stepped.", timeout=0.05)


def test_so_does_a_thread(program):
    server = run(program("""\
        import select, socket, threading
        listener = socket.create_server(("127.0.0.1", 6666))
        def serve(connection):
            while data := connection.recv(100):
                for _ in range(3_000_000):
                    pass
                connection.sendall(data)
        while True:
            select.select([listener], [], [])
            threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
        """, "threads"), held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hello")
    assert alice.receive() == "hello"
    nothing(alice, "threads is held, and doesn't watch alice.", timeout=0.05)
