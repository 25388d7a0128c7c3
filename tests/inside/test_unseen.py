"""A spin is said of a loop only where nothing comes of what it is told: the glass has seen it, or the kernel says so."""
import shutil
import subprocess
import sys
import warnings

import pytest

from helpers import connect, figures, run
from helpers.recording import columns
from tests.conftest import eventually
from tests.inside.programs import PAIR

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps such an account")
TCP = """
import _socket, os, select, socket
listener = socket.create_server(("127.0.0.1", 6666))
one = socket.create_connection(("127.0.0.1", 6666))
other, _ = listener.accept()
def raw(sock):
    return _socket.socket(fileno=os.dup(sock.fileno()))     # what an extension in C has: methods that have no twins
"""
ROUNDS = "for _ in range(9):\n    "

TRUE = {            # what happens, again and again: nothing comes of it
    "nobody accepts": TCP + "late = socket.create_connection(('127.0.0.1', 6666))\n" + ROUNDS
                      + "select.select([listener], [], [])",
    "nobody reads": TCP + "one.send(b'hello')\n" + ROUNDS + "select.select([other.fileno()], [], [])",
    "nobody writes": TCP + ROUNDS + "select.select([], [one, other], [])",
    "the end is read again and again": TCP + "one.close()\n" + ROUNDS + "select.select([other], [], []); other.recv(9)",
    "the end is not read": TCP + "one.close()\n" + ROUNDS + "select.select([other], [], [])",
    "it only looks": TCP + "one.send(b'hello')\n" + ROUNDS
                     + "select.select([other], [], []); other.recv(9, socket.MSG_PEEK)",
    "the end of a pipe, as a file": "import os, select\nbell, ring = os.pipe()\nos.close(ring)\nfile = os.fdopen(bell, 'rb')\n"
                                    + ROUNDS + "select.select([file], [], []); file.read1(9)",
}
FALSE = {           # something comes of it, and no twin has seen it
    "read in C": TCP + "hidden, far = raw(other), raw(one)\n" + ROUNDS
                 + "far.send(b'hello'); select.select([other], [], []); hidden.recv(9)",
    "written in C": TCP + "hidden, far = raw(other), raw(one)\n" + ROUNDS
                    + "select.select([], [other], []); hidden.send(b'hello'); far.recv(9)",
    "a pipe read as a file that open has made": "import os, select\npair = os.pipe()\nbell, ring = pair\n"
                                                 "file = open(bell, 'rb')\n" + ROUNDS
                                                + "os.write(ring, b'line\\n'); select.select([file], [], []); file.readline()",
    "a file, always full": "import os, select\npair = os.pipe()\nbell, ring = pair\nfile = open(bell, 'rb', 0)\n"
                            "os.write(ring, b'x' * 65536)\n"
                           + ROUNDS + "select.select([file], [], []); os.write(ring, b'x' * len(file.read(4096)))",
    "a wake-up that nobody takes, as far as is known": "import os, select\nbell, ring = os.pipe()\nos.write(ring, b'!')\n"
                                                       + ROUNDS + "select.select([bell], [], [])",
    "a Unix socket read in C": "import _socket, select\none, other = _socket.socketpair()\n" + ROUNDS
                               + "other.send(b'x'); select.select([one.fileno()], [], []); one.recv(9)",
}


@needs_linux
@pytest.mark.parametrize("what", TRUE)
def test_a_true_spin_is_said(ran, what):
    server = ran(TRUE[what])
    assert not server.death, server.death[-1]
    assert [column.kind for column in columns(server.iterations)] == ["spin"]
    assert "nothing comes of it" in figures.describe(server)


@needs_linux
@pytest.mark.parametrize("what", FALSE)
def test_what_may_have_been_done_unseen_is_no_spin(ran, what):
    server = ran(FALSE[what])
    assert not server.death, server.death[-1]
    kinds = [column.kind for column in columns(server.iterations)]
    assert "spin" not in kinds and kinds[-1] == "again"
    assert "nothing comes of it" not in figures.describe(server)
    assert "what comes of it can't be seen here" in " ".join(figures.describe(server).split())


@pytest.mark.skipif(not hasattr(__import__("os"), "eventfd"), reason="no eventfd on this system")
def test_eventfd_has_its_name_and_its_twins(ran):
    server = ran("""
        import os, select
        bell = os.eventfd(0)
        for _ in range(4):
            os.eventfd_write(bell, 1)
            select.select([bell], [], [])
            os.eventfd_read(bell)
        """)
    assert [str(one) for one in server.iterations[0].operations] == ["eventfd_read 8", "eventfd_write 8"]
    assert {each.readable[0] for each in server.iterations} == {"eventfd 1"}
    assert [column.kind for column in columns(server.iterations)] == ["alike", "one"]


def test_what_has_not_been_seen_is_news(program):
    """So a loop at work in C is not given up as one that spins, and one that spins is."""
    server = run(program(FALSE["read in C"].replace("range(9)", "range(10 ** 9)")))
    eventually(lambda: server.whereabouts().rounds > 100)
    before = server.whereabouts()
    eventually(lambda: server.whereabouts().rounds > before.rounds + 100)
    assert server.whereabouts().news >= before.news + 100


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"], check=True, capture_output=True)
    return folder


TLS = PAIR + """
import ssl
folder = {folder!r}
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
one.setblocking(False), other.setblocking(False)
one = server.wrap_socket(one, server_side=True, do_handshake_on_connect=False)
other = client.wrap_socket(other, do_handshake_on_connect=False)
def go(*sides):
    for side in sides * 3:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
go(other, one)
select.select([one], [], [], 0)
"""


@pytest.mark.parametrize("code, noted", [
    ("other.send(b'hello'); print(one.recv(9))", ["send 5 b'hello'", "recv 5 b'hello'"]),
    ("other.write(b'hello'); print(one.read(9))", ["write 5 b'hello'", "read 5 b'hello'"]),
    ("other.sendall(b'hello'); b = bytearray(9); print(one.recv_into(b), b)", ["sendall 5 b'hello'", "recv_into 5 b'hello'"]),
    ("try: one.recv(9)\nexcept ssl.SSLWantReadError: print('not yet')", ["recv SSLWantReadError"]),
], ids=["recv", "read", "recv_into", "nothing there"])
def test_tls_is_noted_in_plain_bytes(ran, certificate, code, noted):
    server = ran(TLS.format(folder=str(certificate)) + code)
    assert not server.death, server.death[-1]
    assert [str(each) for each in server.iterations[0].operations] == noted


def test_where_no_descriptor_is_left_to_ask_the_kernel_by_nothing_is_said(program):
    """The last one goes to the first client. What asks the kernel can't be loaded then: that is none of its business."""
    server = run(program("""\
        import select, socket
        listener, kept = socket.create_server(("127.0.0.1", 6666)), []
        while True:
            select.select([listener], [], [])
            kept.append(listener.accept()[0])
        """), held=True, descriptors=5)
    connect(server, "alice")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [one.peer for one in server.step().operations] == ["alice"]
