"""mailboxes (lesson 07): notes with their length before them, for those who are there, and for those who come later."""
from ...server import connect
from ...trials import Failed, came, descriptors, gives_back, hear, stopped, trade
from ..guests import come, cut_everywhere, hears_the_end
from ..loops import comes_back, waits
from ..notes import come_with_names, comes_again, framed, named, note, together, writes
from . import Task

LIMIT = 65536      # bytes of a message
MANY = 40          # notes that wait for somebody
NAMES = "guest 1", "guest 2", "guest 3"

task = Task("mailboxes", hard="What was hard: two things may not be there yet, the length and the message behind it, and the "
                              "loop waits for neither. What isn't whole stays in the buffer.",
            looks={"UnicodeDecodeError": "Names and texts are any bytes. Why does this line need to know which letters they "
                                         "stand for?",
                   "the end": "This client hasn't left, and its connection is over. Which line closes it?"})


@task.trial("silence costs nothing", "alice and bob come; alice says her name; and then nobody says anything",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    server, _alice = together(start, "alice")
    _bob = connect(server, "bob")
    server.comes_to_rest()
    waits(server)


@task.trial("a note",
            "alice, bob and carol come; alice to bob: b'hello'; bob to alice: b'hello, alice'; carol to herself: b'remember'",
            look="Who has the name that stands before the first line end? And what goes before the text when it is handed over?")
def a_note(start):
    """One writes, one hears it, and nobody else does."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    alice.send(note(b"bob", b"hello"))
    comes_back(server)
    hear(bob, note(b"alice", b"hello"))
    writes(bob, alice, b"hello, alice")
    writes(carol, carol, b"remember")
    for client, other in (alice, alice), (bob, bob):
        writes(client, other)                  # the first that they hear after it is their own: there was nothing in between
    waits(server, alice, bob, carol)


@task.trial("several messages in one go",
            "bob is there; alice: her name, two notes to bob, and the beginning of a third; bob to alice: two notes, in one go; "
            "alice: the rest of the third",
            look="After the first message was cut out: is there another one behind it? And what is behind the last one?")
def in_one_go(start):
    """Who sends three messages one after the other may be read once."""
    server, bob = together(start, "bob")
    alice, third = connect(server, "alice"), note(b"bob", b"three")
    alice.send(framed(b"alice") + note(b"bob", b"one") + note(b"bob", b"two") + third[:7])
    comes_back(server)
    hear(bob, note(b"alice", b"one") + note(b"alice", b"two"))
    bob.send(note(b"alice", b"four") + note(b"alice", b"five"))
    hear(alice, note(b"bob", b"four") + note(b"bob", b"five"))
    alice.send(third[7:])
    hear(bob, note(b"alice", b"three"))


@task.trial("any bytes",
            "alice to bob, while somebody is there who has an empty name: an empty text, line ends, each of the 256 bytes, "
            f"a message of {LIMIT:,} bytes; then b'bob' without a line end, and an empty message; the nameless one to bob: b'hi'",
            look={"part": "How long may a message be, and how many bytes does one recv give?",
                  "nothing": "How long may a message be, and how short? And which name is meant, if there is no line end?",
                  "": "Which line end ends the name? All that is behind it is the text, as it is."})
def any_bytes(start):
    """A picture is no text, and nothing to say is said, too."""
    server, alice, bob = together(start, "alice", "bob")
    nobody = comes_again(server, b"")
    server.comes_to_rest()
    for text in b"", b"\n", b"\nbob\n\n", b"one\ntwo\r\n", bytes(range(256)), b"\0\0\0\3abc", bytes(LIMIT - len(b"bob\n")):
        writes(alice, bob, text)
    alice.send(framed(b"bob"))
    hear(bob, note(b"alice"))
    alice.send(framed(b""))
    hear(nobody, note(b"alice"))
    nobody.send(note(b"bob", b"hi"))
    expected = note(b"", b"hi")
    received, ended = trade(bob, size=len(expected))
    if received != expected:
        raise Failed(f"bob hears {expected!r}, from the nameless one", came(bob, expected, received, ended),
                     look="A name may be empty, and is a name all the same. How does your program know who has said one?")


@task.trial("who isn't there",
            f"alice to bob: b'one'; carol to bob: b'two'; alice to bob: b'three'; bob comes; then he leaves, {MANY} more are "
            "written to him, and he comes again",
            look="Where do notes wait for a name that nobody has? When do they leave that place, and in which order?")
def not_there(start):
    """A letter box is for those who aren't at home."""
    server, alice, carol = together(start, "alice", "carol")
    for client, text in (alice, b"one"), (carol, b"two"), (alice, b"three"):
        client.send(note(b"bob", text))
        server.comes_to_rest()
    bob = comes_again(server, b"bob")
    hear(bob, note(b"alice", b"one") + note(b"carol", b"two") + note(b"alice", b"three"))
    alice.send(note(b"bob", b"four"))
    hear(bob, note(b"alice", b"four"))
    bob.close()
    server.comes_to_rest()
    texts = [b"%d" % number + b"." * (1_000 * number) for number in range(MANY)]
    for text in texts:
        alice.send(note(b"bob", text))
    server.comes_to_rest()
    expected = b"".join(note(b"alice", text) for text in texts)
    bob = comes_again(server, b"bob")
    hear(bob, expected)
    writes(carol, alice)
    carol.send(note(b"bob", b"welcome"))
    hear(bob, note(b"carol", b"welcome"))


@task.trial("each has messages of its own",
            "alice and carol, by turns, a byte at a time: their names, and a note to bob; bob to himself, before they have "
            "finished: b'meanwhile'",
            look="Whose bytes are in the buffer?")
def each_its_own(start):
    """Two are in the middle of a message, and nobody waits for them."""
    server, bob = together(start, "bob")
    alice, carol = come(server, ["alice", "carol"])
    *before, last = zip(*(framed(named(client)) + note(b"bob", named(client)) for client in (alice, carol)))
    for place, bytes_of_both in enumerate(before):
        for client, byte in zip((alice, carol), bytes_of_both):
            client.send(bytes([byte]))
        if not place % 4:
            comes_back(server)
    writes(bob, bob, b"meanwhile")
    for client, byte in (carol, last[1]), (alice, last[0]):
        client.send(bytes([byte]))
        hear(bob, note(named(client), named(client)))


@task.trial("cut at every place",
            "a client for each place of a cut: its name, a note to itself, an empty one to itself, in two pieces; one more: "
            "a byte at a time",
            look="Four bytes are the length, when all four are there. What does your program do with two of them?")
def cut(start):
    """Wherever the bytes are cut, they are the same messages."""
    names = [b"%02d" % number for number in range(50)]
    said = [framed(name) + note(name, b"\0\n") + note(name) for name in names]
    for guest, name in zip(cut_everywhere(start(), said[:len(said[0])]), names):
        hear(guest, note(name, b"\0\n") + note(name))


@task.trial("a name that is taken",
            "alice and bob come; a second alice comes, twice, and bob to alice: b'hello'; alice leaves; bob to alice: b'hello'; "
            "a third alice comes, and says that this was all; bob to alice: b'hello'; a fourth alice comes",
            look="Who has a name, and from when on is it free? Who is let go must not take it along.")
def taken(start):
    """Two can have one name, and notes are for one of them."""
    server, alice, bob = together(start, "alice", "bob")
    before = descriptors(server)
    for _ in range(2):
        second = comes_again(server, b"alice")
        hears_the_end(second)
        second.close()
        writes(bob, alice)
    gives_back(server, before)
    alice.close()
    server.comes_to_rest()
    bob.send(note(b"alice", b"hello"))
    third = comes_again(server, b"alice")
    hear(third, note(b"bob", b"hello"))
    third.half_close()
    hears_the_end(third)
    bob.send(note(b"alice", b"hello"))
    hear(comes_again(server, b"alice"), note(b"bob", b"hello"))


@task.trial("too long",
            f"alice: her name, a note to herself, one to bob, and a length of {LIMIT + 1:,}, in one go; others: "
            "b'\\xff\\xff\\xff\\xff', before their name or after it",
            look={"no end": "The length is known before the message has come. Who must be let go, and when?",
                  "the end": "What was owed to this client when it was let go? Does it still go out before the end?",
                  "": "What was said before is done, and what is owed goes out. What is heard of this client from then on?"})
def too_long(start):
    """Who announces 4 GB may never send them, and a buffer is no place for them."""
    server, bob = together(start, "bob")
    before = descriptors(server)
    alice = connect(server, "alice", timeout=10)
    alice.send(framed(b"alice") + note(b"alice", b"me") + note(b"bob", b"hello") + (LIMIT + 1).to_bytes(4, "big"))
    hears_the_end(alice, note(b"alice", b"me"))
    hear(bob, note(b"alice", b"hello"))
    for said in b"", framed(b"alice"):
        with connect(server, "alice") as guest:
            guest.send(said + b"\xff\xff\xff\xff")
            hears_the_end(guest)
    alice.close()
    gives_back(server, before)
    bob.send(note(b"alice", b"still there?"))
    hear(comes_again(server, b"alice"), note(b"bob", b"still there?"))
    writes(bob, bob)


@task.trial("gone in the middle of a message",
            "bob is there; others, three at a time: a part of a length, of a name, of a note to bob, and the end, at once or "
            "later, or a reset, or that this was all; after them newcomers with their names write to bob; then a note to bob "
            "and the end at once; at last erin: a reset, and bob writes to her at the same moment",
            look="Who leaves takes half a message along: what is left of it in your program, and of the name?")
def gone(start):
    """Some leave before they have finished."""
    server, bob = together(start, "bob")
    before = descriptors(server)
    for way, at_once in ("close", True), ("close", False), ("reset", False), ("half_close", True):
        guests = come(server, NAMES)
        for guest, said in zip(guests, (b"\0\0", framed(b"guest 2")[:6], framed(b"guest 3") + note(b"bob", b"never")[:9])):
            guest.send(said)
        if not at_once:
            server.comes_to_rest()
        for guest in guests:
            getattr(guest, way)()
        for guest in guests if way == "half_close" else ():
            hears_the_end(guest)
            guest.close()
        server.comes_to_rest()
        for name in NAMES:
            newcomer = connect(server, f"{name} again", timeout=10)
            newcomer.send(framed(name.encode()) + note(b"bob", b"hello"))
            hear(bob, note(name.encode(), b"hello"))
            newcomer.close()
        server.comes_to_rest()
    gives_back(server, before)
    guest = connect(server, "guest", timeout=10)
    with stopped(server):
        guest.send(framed(b"guest") + note(b"bob", b"bye"))
        guest.close()
    hear(bob, note(b"guest", b"bye"))
    [guest] = come_with_names(server, ["erin"])
    with stopped(server):
        guest.reset()
        bob.send(note(b"erin", b"one") + note(b"erin", b"two"))
    writes(bob, bob)
    waits(server, bob)
