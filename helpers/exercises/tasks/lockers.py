"""lockers (lesson 10): what is kept under a number ends with the socket. A server of lockers, in which newcomers find things."""
from ...server import connect
from ...trials import descriptors, gives_back, hears_all, stopped, trade
from ..guests import crowd, hears
from ..loops import waits
from . import Task

task = Task("lockers", hard="What was hard: nothing goes wrong as long as all stay. The system gives a number to the next one at "
                            "once, and whatever is kept under it goes along. A line that has only begun is kept, too.",
            looks={"the end": "This client hasn't left, and its connection is over. Which line closes it?",
                   "KeyError": "Not everybody has left something behind. What does this line do with those who haven't?"})
VISITS = 12        # who come and leave, one after the other
CROWD = 21
WAYS = ("close", "reset", "half_close")
FRESH = "A newcomer comes after somebody has left. Which lines run when one leaves, and which when the next one comes?"
KEPT = "This client has the number of one who has left. What is still kept under it, and where?"


def asks(client, line, answer):
    """This client says a line, and hears just this."""
    client.send(line + b"\n")
    hears(client, answer + b"\n")


def leaves(client, way):
    """It leaves, and the server has noticed."""
    getattr(client, way)()
    if way == "half_close":
        hears_all(client, b"", *trade(client))
        client.close()
    client.server.comes_to_rest()


@task.trial("silence costs nothing", "alice comes, and says nothing; then b'get\\n', and nothing more",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server = start()
    alice = connect(server, "alice")
    server.comes_to_rest()
    waits(server)
    asks(alice, b"get", b"empty")
    waits(server, alice)


@task.trial("a locker", "alice: b'get\\n', b'put a hat\\n', b'get\\n', twice, b'put  two \\n', b'hello\\n', several lines at "
                        "once, and a line in two pieces",
            look="What is in a locker stays there until something else is put into it.")
def locker(start):
    """Who puts something into the locker finds it there, as often as one looks."""
    alice = connect(start(), "alice")
    for line, answer in ((b"get", b"empty"), (b"put a hat", b"ok"), (b"get", b"a hat"), (b"get", b"a hat"),
                         (b"put  two ", b"ok"), (b"get", b" two "), (b"hello", b"what?"), (b"get", b" two "),
                         (b"put \xff\0", b"ok"), (b"get", b"\xff\0")):
        asks(alice, line, answer)
    asks(alice, b"put one\nget\nput two\nget", b"ok\none\nok\ntwo")
    alice.send("put a long ")
    alice.server.comes_to_rest()
    asks(alice, b"coat\nget", b"ok\na long coat")


@task.trial("to each their own", f"{CROWD} clients or more: b'put ' and their name, all at once; then b'get\\n'",
            look="Whose locker is it? What tells one client from another?")
def own(start):
    """Everybody has a locker of their own."""
    server = start()
    guests = crowd(server, CROWD)
    with stopped(server):
        for guest in guests:
            guest.send(f"put {guest.name}\n")
    for guest in guests:
        hears(guest, b"ok\n")
    for guest in guests:
        asks(guest, b"get", guest.name.encode())


@task.trial("the next one", "alice: b'put a secret\\n'; then she leaves, and bob comes: b'get\\n'; and so on: by a goodbye, "
                            "a reset, a half-close", look={"other": KEPT, "": FRESH})
def the_next(start):
    """A newcomer's locker is empty, whoever had it before."""
    server = start()
    for way in WAYS:
        alice = connect(server, "alice")
        asks(alice, b"put a secret", b"ok")
        leaves(alice, way)
        bob = connect(server, "bob")
        asks(bob, b"get", b"empty")
        leaves(bob, "close")


@task.trial("half a line", "alice: b'put a sec', and leaves; bob comes: b'get\\n'; and so on: by a goodbye, a reset, half-close",
            look={"other": KEPT, "": FRESH})
def half_a_line(start):
    """Some leave in the middle of a line. The next one has said none of it."""
    server = start()
    for way in WAYS:
        alice = connect(server, "alice")
        alice.send("put a sec")
        server.comes_to_rest()
        leaves(alice, way)
        bob = connect(server, "bob")
        asks(bob, b"get", b"empty")
        asks(bob, b"put a hat\nget", b"ok\na hat")
        leaves(bob, "close")


@task.trial("who stays keeps it", f"dave: b'put a hat\\n'; {VISITS} others come: b'put a coat\\n', or nothing, and leave in "
                                  "three ways; dave: b'get\\n' after each of them",
            look="Somebody leaves: whose things are cleared away then?")
def stays(start):
    """Others come and go, and what is mine stays mine."""
    server = start()
    dave = connect(server, "dave")
    asks(dave, b"put a hat", b"ok")
    for number in range(VISITS):
        with connect(server, "guest") as guest:
            if number % 2:
                asks(guest, b"put a coat", b"ok")
            leaves(guest, WAYS[number % 3])
        asks(dave, b"get", b"a hat")


@task.trial("gone at once", f"dave is there; {VISITS} others: b'put a coat\\nget\\n' and the end, a reset, or that this was all, "
                            "at once; or one of these without a word; dave: b'get\\n' after each of them",
            look="Who leaves may have said something just before, or nothing at all. Which lines run then?")
def at_once(start):
    """Some only look in, and some don't wait for the answer."""
    server = start()
    dave = connect(server, "dave")
    asks(dave, b"get", b"empty")
    before = descriptors(server)
    for number in range(VISITS):
        guest, way = connect(server, "guest"), WAYS[number % 3]
        with stopped(server):
            if number % 2:
                guest.send("put a coat\nget\n")
            getattr(guest, way)()
        if way == "half_close":
            hears_all(guest, b"ok\na coat\n" * (number % 2), *trade(guest))
            guest.close()
        asks(dave, b"get", b"empty")
    gives_back(server, before)
