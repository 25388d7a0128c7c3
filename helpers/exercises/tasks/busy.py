"""busy (lesson 08): a server that reads and then writes in a database in which others write, too."""
import random
import sqlite3
from contextlib import contextmanager

from ...server import connect
from ...trials import Failed, check, eventually, hear_no_more, trade, with_state
from ..loops import comes_back, waits
from . import Task

task = Task("busy", folder=True,
            hard="What was hard: a timeout is asked only by who has nothing yet. Who has read already, and then wants to write, "
                 "is refused at once: what it has read may be old by then.")
FILE = "votes.db"
LONG = 12          # seconds: more than twice what the task allows
ODD = (b"it's", b'x"; DROP TABLE votes; --', b"\xff\xfe", b" hello ", b"hello\r", b"HELLO", b"", b"0", "漢字".encode())
LOOK = "This was right as it was handed out. What does your change do to it?"


def votes(client, word, number):
    """This client says a word, and hears how often it has been said."""
    hears(client, word, number, word + b"\n")


def hears(client, word, number, said=b""):
    answer = b"%b: %d\n" % (word, number)
    check(client, answer, *trade(client, said, len(answer)))


@contextmanager
def locked(server, *sentences):
    """Somebody else has the right to write; their sentences are committed at the end."""
    other = sqlite3.connect(server.folder / FILE, isolation_level=None, timeout=LONG)
    try:
        begin(server, other)
        yield
        for sentence in sentences:
            other.execute(*sentence)
        other.execute("COMMIT")
    finally:
        other.close()


def others_can_write(server):
    """Nobody waits for a lock that the server has left behind."""
    server.comes_to_rest()
    other = sqlite3.connect(server.folder / FILE, isolation_level=None, timeout=1)
    try:
        begin(server, other)
        other.execute("ROLLBACK")
    finally:
        other.close()


def begin(server, other):
    """Somebody else takes the right to write, while nobody speaks to the server."""
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise Failed("others can write while your server waits", with_state(server, str(error)),
                     look="Nobody speaks, and your server still holds the right to write. When does it give it back?") from None


@task.trial("silence costs nothing", "alice comes, and says nothing; somebody else writes into the database",
            look="Where does your program wait while nobody says anything? And what does it hold meanwhile?")
def silence(start):
    """Most of the time nobody votes."""
    server = start()
    _alice = connect(server, "alice")
    server.comes_to_rest()
    waits(server, must_loop=True)
    others_can_write(server)


@task.trial("votes are counted", "alice, bob and alice: b'hello\\n'; and other words, some of them odd", look=LOOK)
def counted(start):
    """A word has as many votes as it was said."""
    server = start()
    alice, bob = connect(server, "alice"), connect(server, "bob")
    votes(alice, b"hello", 1)
    votes(bob, b"hello", 2)
    votes(alice, b"hello", 3)
    for word in ODD:
        votes(alice, word, 1)
        votes(bob, word, 2)
    comes_back(server)
    others_can_write(server)


@task.trial("several in one go", "alice: b'one\\ntwo\\none\\n'", look=LOOK)
def in_one_go(start):
    """Lines that come together are still lines, one after the other."""
    alice = connect(start(), "alice")
    answer = b"one: 1\ntwo: 1\none: 2\n"
    check(alice, answer, *trade(alice, b"one\ntwo\none\n", len(answer)))


@task.trial("somebody else writes, for a moment", "somebody else locks the database; alice: b'hello\\n'; then the lock is gone",
            look={"other": "How long did your server wait, and how long was it told to wait? Which sentence was refused: the "
                           "first of the transaction, or a later one? What did it hold already?",
                  "": "When the lock is gone, your server can go on. Does it? Who gets the answer?"})
def for_a_moment(start):
    """A backup, a report, another server: each of them writes for a moment."""
    server = start()
    alice = connect(server, "alice")
    server.comes_to_rest()
    with locked(server):
        alice.send(b"hello\n")
        server.comes_to_rest()
    hears(alice, b"hello", 1)


@task.trial("what they have written counts", "somebody else locks the database; alice: b'hello\\n'; they give some votes to "
                                             "b'hello', and then the lock is gone",
            look="When did your server read how many votes there were: before it had the right to write, or after?")
def counts_theirs(start):
    """Two who count together must not forget each other's votes."""
    server, theirs = start(), random.randrange(40, 90)
    alice = connect(server, "alice")
    server.comes_to_rest()
    with locked(server, ("INSERT INTO votes (word, number) VALUES (?, ?)", (b"hello", theirs))):
        alice.send(b"hello\n")
        server.comes_to_rest()
    hears(alice, b"hello", theirs + 1)


@task.trial("all who have waited", "somebody else locks the database; alice, bob and carol: b'hello\\n'; then the lock is gone",
            look="Is each of them told, when the lock is gone? Is each of their votes counted, once?")
def all_of_them(start):
    """Whoever speaks meanwhile has an answer, too."""
    server = start()
    clients = [connect(server, name) for name in ("alice", "bob", "carol")]
    server.comes_to_rest()
    with locked(server):
        for client in clients:
            client.send(b"hello\n")
        server.comes_to_rest()
    answers = sorted(trade(client, size=9)[0] for client in clients)
    if answers != [b"hello: 1\n", b"hello: 2\n", b"hello: 3\n"]:
        raise Failed("they hear b'hello: 1\\n', b'hello: 2\\n' and b'hello: 3\\n'", with_state(server, repr(answers)))
    votes(clients[0], b"hello", 4)


@task.trial("somebody else writes, for too long",
            "somebody else locks the database for longer than five seconds; alice: b'hello\\n'; then the lock is gone; "
            "alice: b'hello\\n'",
            look={"": "Nobody waits for ever. What does your program do when SQLite gives up: is the transaction undone, is the "
                      "client told, and does the loop go on?"})
def for_too_long(start):
    """Another program hangs, and keeps its lock."""
    server = start()
    server.deadline += LONG
    alice, came = connect(server, "alice"), bytearray()
    server.comes_to_rest()
    with locked(server):
        alice.send(b"hello\n")
        eventually(server, lambda: server.ended or a_line_has_come(alice, came), LONG)
    if not came.startswith(b"sorry"):
        raise Failed("alice hears b'sorry: …', sooner or later", with_state(server, repr(bytes(came)) if came else "nothing"))
    votes(alice, b"hello", 1)
    hear_no_more(alice)
    others_can_write(server)


def a_line_has_come(client, came):
    """Has a line come for this client, or the end? What comes is added to what has come."""
    client.socket.settimeout(0.05)
    try:
        data = client.socket.recv(65536)
    except TimeoutError:
        return False
    except OSError:
        return True
    came += data
    return not data or b"\n" in came


@task.trial("told, and then killed", "alice: b'hello\\n', twice; the server is killed, and starts again; alice: b'hello\\n'",
            look="When is a vote told, and when is it committed?")
def killed(start):
    """What was told must be kept, however the server ends."""
    server = start()
    alice = connect(server, "alice")
    votes(alice, b"hello", 1)
    votes(alice, b"hello", 2)
    server.kill()
    alice.close()
    votes(connect(start(), "alice"), b"hello", 3)
