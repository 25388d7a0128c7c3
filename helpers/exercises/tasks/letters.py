"""letters (lesson 07): each line is answered with how many letters it has, however its bytes come."""
from ...server import connect
from ...trials import descriptors, gives_back, hear, stopped
from ..guests import cut_everywhere, hears_the_end, together
from ..loops import comes_back, waits
from . import Task

task = Task("letters", hard="What was hard: recv gives bytes, and knows nothing of lines, nor of letters. What is whole is cut "
                            "out of a buffer of each client's own; the rest stays there, as bytes.",
            looks={"UnicodeDecodeError": "This line takes bytes for letters. Are they a whole line already? And what becomes of "
                                         "a whole line that is no text?",
                   "nothing": "Which bytes have come for this client so far, and where are they now?",
                   "the end": "This client hasn't left, and its connection is over. Which line closes it?"})
WORDS = ("hello", "", " ", "  two  ", "ünder einem Dach ß é", "漢字 привет 😀", "\r", "one\rtwo", "a\v\f\x1c\x85\u2028b", "\0\0",
         "\ufffd", "0", "ä" * 300)
SENT = "letters of many lands, spaces and other marks at their edges and in them, an empty line, one of 300 letters"
LONG = "Long is the art. Ä" * 300
CUT = "Grüße\n\nä 😀\n".encode()
VISITS = 8         # who leave in the middle of a line


def says(client, line, answer):
    """This client says a whole line, or the end of one, and hears its answer."""
    client.send(line)
    hear(client, answer)


@task.trial("silence costs nothing", "alice and bob come, and say nothing",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server, _, _ = together(start, "alice", "bob")
    waits(server)


@task.trial("whole lines", f"alice and bob: {SENT}; each line alone, with its end",
            look="How many letters has this line, as `len` counts them? Its end isn't one of them, and nothing but \\n ends it.")
def whole_lines(start):
    """Somebody types: each line comes alone, and whole."""
    server, alice, bob = together(start, "alice", "bob")
    for word in WORDS:
        for client in (alice, bob):
            says(client, f"{word}\n".encode(), b"%d\n" % len(word))
    waits(server, alice, bob)


@task.trial("half a line", "alice: b'hel'; later: b'lo\\n'; then b'b', b'y' and b'e\\n', one after the other; then 5,400 letters",
            look="A line is answered when its end has come. Where does its beginning wait until then?")
def half_a_line(start):
    """The network cuts where it likes."""
    server, alice, _bob = together(start, "alice", "bob")
    alice.send("hel")
    comes_back(server)
    says(alice, b"lo\n", b"5\n")
    for piece in b"b", b"y":
        alice.send(piece)
        server.comes_to_rest()
    waits(server, alice)
    says(alice, b"e\n", b"3\n")
    says(alice, f"{LONG}\n".encode(), b"%d\n" % len(LONG))


@task.trial("several lines in one go", "alice: b'one\\nthree\\n\\nfo'; later: b'ur\\nfive\\n'; bob: b'hello\\n'",
            look="After the first line was cut out: is there another one behind it? And what is behind the last line end?")
def in_one_go(start):
    """Who sends two lines one after the other may be read once."""
    server, alice, bob = together(start, "alice", "bob")
    says(alice, b"one\nthree\n\nfo", b"3\n5\n0\n")
    server.comes_to_rest()
    says(alice, b"ur\nfive\n", b"4\n4\n")
    says(bob, b"hello\n", b"5\n")
    waits(server, alice, bob)


@task.trial("each has lines of its own",
            "alice: b'he'; bob: b'good'; carol: b'no\\n'; then bob: b'bye\\n'; then alice: b'llo\\n'; then alice and bob once "
            "more, at the same moment",
            look="Whose bytes are in the buffer?")
def each_its_own(start):
    """Two are in the middle of a line, and neither waits for the other."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    for client, piece in (alice, "he"), (bob, "good"):
        client.send(piece)
        comes_back(server)
    says(carol, b"no\n", b"2\n")
    says(bob, b"bye\n", b"7\n")
    says(alice, b"llo\n", b"5\n")
    with stopped(server):
        for client in (alice, bob):
            client.send("h")
    server.comes_to_rest()
    with stopped(server):
        alice.send("i\n")
        bob.send("ello\n")
    hear(alice, b"2\n")
    hear(bob, b"5\n")


@task.trial("cut at every place", f"a client for each place of a cut: {CUT!r}, in two pieces; one more: a byte at a time",
            look="A letter may have several bytes. When is it sure that all of them are there?")
def cut(start):
    """Wherever the bytes are cut, they are the same lines."""
    for guest in cut_everywhere(start(), [CUT] * len(CUT)):
        hear(guest, b"5\n0\n3\n")


@task.trial("lines that are no text",
            r"alice: b'\xff\n', then b'\xc3\n', then b'one\n\xbc two\nthree\n', then b'gr\xfc\xdfe\n'; bob: b'hello\n'",
            look="Which error tells that bytes are no text? Who must go on when it is raised, and with which line?")
def no_text(start):
    """Some programs send a picture to any port that is open."""
    server, alice, bob = together(start, "alice", "bob")
    says(alice, b"\xff\n", b"?\n")
    says(alice, b"\xc3\n", b"?\n")
    says(alice, b"one\n\xbc two\nthree\n", b"3\n?\n5\n")
    says(alice, b"gr\xfc\xdfe\n", b"?\n")
    says(bob, b"hello\n", b"5\n")


@task.trial("gone in the middle of a line",
            f"bob: b'half'; {VISITS} others: half a line, and the end, or a reset; or a line and a half, and that this was all; "
            "or lines, and the end at once; after each a newcomer: b'lo\\n'; at last bob: b' a line\\n'",
            look="Who leaves takes the beginning of a line along: what is left of it in your program?")
def gone(start):
    """Some leave before they have finished."""
    server, bob = together(start, "bob")
    before = descriptors(server)
    bob.send("half")
    for number in range(VISITS):
        guest = connect(server, "guest", timeout=10)
        LEAVE[number % len(LEAVE)](guest)
        server.comes_to_rest()
        newcomer = connect(server, "a newcomer", timeout=10)
        says(newcomer, b"lo\n", b"2\n")
        newcomer.close()
    gives_back(server, before)
    says(bob, b" a line\n", b"11\n")
    waits(server, bob)


def ends(guest):
    guest.send("hel")
    guest.close()


def breaks_off(guest):
    guest.send("hel")
    guest.server.comes_to_rest()
    guest.reset()


def says_that_this_was_all(guest):
    with stopped(guest.server):
        guest.send("one\nhal")
        guest.half_close()
    hears_the_end(guest, b"3\n")


def ends_without_hearing(guest):
    with stopped(guest.server):
        guest.send("one\ntwo\nthree\n")
        guest.close()


LEAVE = ends, breaks_off, says_that_this_was_all, ends_without_hearing
