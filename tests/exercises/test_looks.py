"""What to look at next belongs to what was seen, and not to the trial in which it was seen."""
import pytest

from helpers import connect
from helpers.exercises.looks import LOOKS, look_at
from helpers.exercises.tasks import LESSONS, Task, task_of
from helpers.trials import END, Failed, Seen, Trial, descriptors, gives_back, judge, rests, trade
from helpers.trials.telling import came
from helpers.trials.verdicts import Verdict

SERVER = """
import select, socket
listener = socket.create_server(("127.0.0.1", 7777))
inputs, n = [listener], 0
while True:
    readable, writable, _ = select.select(inputs, [], [], 1)
    for sock in readable:
        connection, _ = listener.accept()
        n += 1
        connection.sendall(b"welcome, you are number %d\\n" % n)
        connection.close()
"""
CALL, WELCOME = "select.select(inputs, [], [], 1)", "connection.sendall("




def talks(start):
    """Somebody comes, is told a number, and goes."""
    client = connect(start(), "alice")
    words = b"welcome, you are number 1\n"
    received, ended = trade(client)
    if (received, ended) != (words, END):
        raise Failed("a welcome", came(client, words, received, ended))


def says_nothing(start):
    """Somebody comes, and then nobody does anything."""
    server = start()
    _alice = connect(server, "alice")
    server.comes_to_rest()
    rests(server)


def stays(start):
    """Somebody comes, and goes, and nothing is left."""
    server = start()
    before = descriptors(server)
    with connect(server, "alice") as alice:
        trade(alice, size=8)                   # so she has been let in
    gives_back(server, before)


@pytest.mark.parametrize("kind, trial, old, new", [
    ("on nothing", says_nothing, CALL, CALL.replace("1)", "0)")),
    ("on nothing", says_nothing, CALL, CALL.replace("1)", "0.001)")),
    ("on writable", says_nothing, CALL, "select.select(inputs, [socket.create_connection(listener.getsockname())], [])"),
    ("on readable", says_nothing, "for sock in readable:", "for sock in writable:"),
    ("burns", says_nothing, WELCOME, "while True: pass\n        " + WELCOME),
    ("busy", talks, WELCOME, "while True: pass\n        " + WELCOME),
    ("stands", talks, WELCOME, "connection.recv(1)\n        " + WELCOME),
    ("no loop", talks, CALL, "[listener], [], listener.accept()[0].recv(1)"),
    ("ended", talks, WELCOME, "raise SystemExit\n        " + WELCOME),
    ("BlockingIOError", talks, WELCOME, "connection.setblocking(False); connection.recv(1)\n        " + WELCOME),
    ("UnicodeDecodeError", talks, WELCOME, "b'\\xff'.decode()\n        " + WELCOME),
    ("EOFError", talks, WELCOME, "raise EOFError\n        " + WELCOME),
    ("closed", talks, WELCOME, "connection.close()\n        " + WELCOME),
    ("closed", says_nothing, "connection.close()", "connection.close(); inputs.append(connection)"),
    ("text", talks, 'b"welcome, you are number %d\\n" % n', '"welcome"'),
    ("text", talks, 'b"welcome, you are number %d\\n" % n', 'b"welcome, you are number " + str(n)'),
    ("died", talks, WELCOME, "1 / 0\n        " + WELCOME),
    ("no end", talks, "connection.close()", "mine = connection.dup()"),
    ("descriptors", stays, "connection.close()", "mine = connection.dup()"),
])
def test_the_same_is_looked_at_wherever_the_same_is_seen(kind, trial, old, new, program):
    assert old in SERVER
    [verdict] = judge(program(SERVER.replace(old, new)), (), [Trial("a trial", "", "", trial, {"": "Elsewhere."})], record=True)
    assert look_at(verdict) == LOOKS[kind], verdict


def test_a_trial_knows_better_than_its_task_and_a_task_better_than_all():
    task = Task("mine", looks={"died": "The task's.", "spins": "The task's."})

    @task.trial("one", "nothing", look={"": "The trial's.", "spins": "The trial's own."})
    def one(start):
        """A habit."""

    def look(*kinds, said=""):
        return look_at(Verdict(task.trials[0], False, kinds=kinds, look=said))
    assert look() == look("nothing") == "The trial's."
    assert look("on writable") == LOOKS["on writable"]
    assert look("spins") == "The trial's own."
    assert look("KeyError", "died") == "The task's."
    assert look("BlockingIOError", "died") == "The task's."
    assert look("died", said="Just this.") == "Just this."
    assert look_at(Verdict(Trial("bare", "", "", one), False, kinds=("nothing",))) == ""


def test_a_failure_takes_the_kinds_of_what_was_seen():
    assert Failed("all", Seen("a part", "part")).kinds == ("part",) and Failed("all", "in words").kinds == ()
    for received, ended, kind in ((b"", "", "the end"), (b"hel", "", "part"), (b"hello", "", "no end"), (b"olleh", "", "other")):
        assert came(None, b"hello", received, ended).kinds == (kind,)


@pytest.mark.parametrize("name", LESSONS)
def test_no_task_speaks_of_a_kind_that_is_never_seen(name):
    known = {"", "nothing", "the end", "part", "order", "slow", "again", "other", "early", "uncaught", "unheard", "unnamed",
             "exit", "heard", "taken", "grows", "no file", "no fsync", "asked", *LOOKS}
    for one in task_of(name).trials:
        assert set(one.looks) <= known | {each for each in one.looks if each.endswith("Error")}, one.name
