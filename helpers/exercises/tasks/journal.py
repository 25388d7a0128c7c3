"""journal (lesson 08): a server that keeps what its clients say, and gives it back from any message on."""
from ...server import connect
from ...trials import Failed, came, check, shown, trade
from ..guests import words
from ..loops import comes_back, waits
from . import Task

task = Task("journal", folder=True,
            hard="What was hard: a number that belongs to the table, and not to the conversation; and two kinds of lines in one "
                 "transaction, so that each sees what came before it.")
MANY = 2000        # messages
NEARLY = (b"from", b"from ", b"from here", b"from -1", b"FROM 1", b"from 1 2", b" from 1", b"from 1 ", b"from  1", b"from 1.0",
          b"from \xb2", b"from " + 19 * b"9", b"from 1\r", b"end", b"ok 1")
NAMES = (b'x"; DROP TABLE clients; --', b"it's", b"\xff\0", b"clients", b"messages_1", b"1")
HIDDEN = "The number of a message is that of its table. Who else counts in your program, and from where on?"


def says(client, said, answer, mistaken=None, look=None):
    """This client says just this, and hears just that. mistaken: an answer that tells why it is wrong, and then `look`."""
    received, ended = trade(client, said, len(answer))
    if received == mistaken != answer:
        raise Failed(f"{client.name} gets back {shown(answer)}", came(client, answer, received, ended), look=look)
    check(client, answer, received, ended)


def comes(server, name=b"alice"):
    """A client who has said this name."""
    client = connect(server, name.decode() if name.isalpha() else None)
    says(client, name + b"\n", b"hello " + name + b"\n")
    return client


def oks(most):
    return b"".join(b"ok %d\n" % number for number in range(1, most + 1))


def listed(messages, first=1):
    """What `from FIRST` must give of these."""
    return b"".join(b"%d %b\n" % (number, one) for number, one in enumerate(messages, 1) if number >= first) + b"end\n"


@task.trial("silence costs nothing", "alice says her name, and then nothing",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start()
    alice = comes(server)
    waits(server, alice, must_loop=True)


@task.trial("messages are kept, and numbered", "alice: b'hello\\n', and lines of any bytes",
            look="Which number has the row that you have added? And which bytes does your program change?")
def kept(start):
    """A diary begins with page one."""
    server = start()
    alice = comes(server)
    for number, message in enumerate(lines(), 1):
        says(alice, message + b"\n", b"ok %d\n" % number)
    comes_back(server)


def lines():
    """Messages of any bytes, an empty one and a long one among them."""
    return [b"hello", b"", *(one.replace(b"\n", b"") for one in words())]


@task.trial("from any message on", "alice: b'one\\n', b'two\\n', b'three\\n'; b'from 1\\n', and the same with 2, 3, 4, 0 "
                                   "and 999999999999999999",
            look={"part": "What comes after the last message?",
                  "": "What comes before each message? Which is the first? Without ORDER BY, no order is promised."})
def from_any(start):
    """Who was away wants to know what is new."""
    alice, messages = comes(start()), [b"one", b"two", b"three"]
    says(alice, b"one\ntwo\nthree\n", b"ok 1\nok 2\nok 3\n")
    for first in (1, 2, 3, 4, 0, 10 ** 18 - 1, 1):
        says(alice, b"from %d\n" % first, listed(messages, first), b"end\n",
             "Is N a number, or bytes? SQLite puts all bytes after all numbers: `int(…)` first.")
    says(alice, b"four\n", b"ok 4\n")          # what was asked is not kept


@task.trial("any bytes come back", "alice: b'hello\\n', and lines of any bytes; b'from 1\\n'",
            look="Is each row in the answer, as it was said?")
def any_bytes(start):
    """A diary gives back what was written, to the letter."""
    alice, messages = comes(start()), lines()
    says(alice, b"".join(one + b"\n" for one in messages), oks(len(messages)))
    says(alice, b"from 1\n", listed(messages))


@task.trial("nothing there yet", "alice: b'from 1\\n', as her first line; then b'hello\\n', b'from 1\\n'",
            look="Is there a table for a client that has not said a message yet?")
def nothing_yet(start):
    """A new diary is empty."""
    alice = comes(start())
    says(alice, b"from 1\n", b"end\n")
    says(alice, b"hello\n", b"ok 1\n")
    says(alice, b"from 1\n", b"1 hello\nend\n")


@task.trial("all in one go", "alice: b'alice\\none\\nfrom 1\\ntwo\\nfrom 2\\n', at once",
            look="In which order are these lines carried out, and in which order are they answered?")
def at_once(start):
    """A script says all that it has to say at once, and reads then."""
    alice = connect(start(), "alice")
    says(alice, b"alice\none\nfrom 1\ntwo\nfrom 2\n", b"hello alice\nok 1\n1 one\nend\nok 2\n2 two\nend\n")


@task.trial("messages that look like a question", "alice: b'from here\\n', b'from -1\\n', b'FROM 1\\n' and such; b'from 1\\n'",
            look="Which lines ask for messages, and which are messages? The text of the task says it exactly.")
def nearly(start):
    """Whoever writes a letter may begin it with 'from'."""
    alice = comes(start())
    for number, one in enumerate(NEARLY, 1):
        says(alice, one + b"\n", b"ok %d\n" % number)
    says(alice, b"from 1\n", listed(NEARLY))


@task.trial("everybody has their own", "alice and bob, in turns; and clients with odd names, one of them b'clients'",
            look="From which table does a client get its messages? Does a name become a part of your SQL?")
def own(start):
    """A diary is nobody else's business."""
    server = start()
    alice, bob = comes(server), comes(server, b"bob")
    says(alice, b"a1\n", b"ok 1\n")
    says(bob, b"b1\nb2\n", b"ok 1\nok 2\n")
    says(alice, b"a2\nfrom 1\n", b"ok 2\n1 a1\n2 a2\nend\n")
    says(bob, b"from 2\n", b"2 b2\nend\n")
    for name in NAMES:
        odd = comes(server, name)
        says(odd, b"mine\nfrom 1\n", b"ok 1\n1 mine\nend\n")
    says(alice, b"from 1\n", b"1 a1\n2 a2\nend\n")


@task.trial("comes again", "alice: b'one\\n', and then the end; alice, again: b'two\\n', b'from 1\\n'", look=HIDDEN)
def again(start):
    """Tomorrow is another page of the same diary."""
    server = start()
    alice = comes(server)
    says(alice, b"one\n", b"ok 1\n")
    alice.close()
    server.comes_to_rest()
    alice = comes(server)
    says(alice, b"two\n", b"ok 2\n")
    says(alice, b"from 1\n", b"1 one\n2 two\nend\n")


@task.trial("kept, and then killed", f"alice: {MANY:,} messages; when all are acknowledged, the server is killed, and starts "
                                     "again; alice: b'from 1\\n', b'more\\n'",
            look="When is a message acknowledged, and when is it committed? And how many rows may an answer have?")
def killed(start):
    """What was acknowledged must be there, however the server ends."""
    server = start()
    alice, messages = comes(server), [b"message %d" % (7 * number) for number in range(MANY)]
    says(alice, b"".join(one + b"\n" for one in messages), oks(MANY))
    server.kill()
    alice.close()
    alice = comes(start())
    says(alice, b"from 1\n", listed(messages))
    says(alice, b"more\n", b"ok %d\n" % (MANY + 1), b"ok 1\n",
         "What your program remembers is gone with it. Who still knows the number?")
