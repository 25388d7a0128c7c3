"""chat (lesson 04): what one client says goes to all the others."""
from ...server import connect
from ...trials import stopped
from ..guests import SENT, crowd, hears, in_any_order, may_have_heard, says, together, words
from ..loops import comes_back, waits
from . import Task

task = Task("chat", hard="What was hard: a word goes to everybody but two, the listener and the one who speaks. Then the loop "
                         "goes back to its one call, and waits there for all of them at once.",
            looks={"other": "Which line sends what came here, and to whom? Clients hear what the others say, and nothing else.",
                   "stands": "After a word was passed on, the next who speaks may be anybody. For whom does this line wait?",
                   "the end": "This client hasn't left, and its connection is over. Which line closes it?"})
CROWD = 21         # more than fit into any number that stands in a lesson's program, listen(5) for instance
LISTS = "Over which list do you go when you send, and who must be left out?"


@task.trial("silence costs nothing", "alice and bob come, and say nothing",
            look="Where does your program wait while nobody speaks, and for whom?")
def silence(start):
    """Most of the time nobody speaks."""
    server, _, _ = together(start, "alice", "bob")
    waits(server)


@task.trial("two clients", "alice: b'hello'; then bob: b'hello, alice'; then alice: b'how are you?'", look=LISTS)
def two_clients(start):
    """What one says, the other hears."""
    server, alice, bob = together(start, "alice", "bob")
    own = {alice: b"", bob: b""}
    for speaker, word, other in (alice, b"hello", bob), (bob, b"hello, alice", alice), (alice, b"how are you?", bob):
        speaker.send(word)
        comes_back(server)
        hears(other, word, own[other])
        own[speaker] = word


@task.trial("nobody is waited for", "alice: b'hello', and then nobody says anything; then bob: b'and me', and again nobody",
            look="After a word was passed on, the next who speaks may be anybody. For whom does your program wait, and where?")
def silence_again(start):
    """Who has spoken once may say nothing more for a long time, and the others speak."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    for speaker, word, other in (alice, b"hello", bob), (bob, b"and me", alice):
        speaker.send(word)
        comes_back(server)
        hears(other, word)
        waits(server, alice, bob, carol)


@task.trial("all the others", f"{CROWD} clients or more come; each of them, one after the other: their name", look=LISTS)
def all_others(start):
    """A chat is for all who are there, however many they are."""
    guests = crowd(start(), CROWD)
    for guest in guests:
        says(guest, guest.name.encode(), *(one for one in guests if one is not guest))


@task.trial("and not the one who speaks", "alice: b'one'; then bob: b'two'; then carol: b'three'; then alice: b'four'",
            look=LISTS)
def not_oneself(start):
    """Who speaks knows what they have said. So the first thing that alice hears is bob's."""
    _, alice, bob, carol = together(start, "alice", "bob", "carol")
    says(alice, b"one", carol)
    says(bob, b"two", alice, carol)
    hears(bob, b"one")
    says(carol, b"three", alice, bob)
    says(alice, b"four", bob, carol)


@task.trial("two speak at once", "alice: b'one', and bob: b'two', at once; and so on, to b'six'",
            look="After the first of `readable` was served: does your loop go on to the next?")
def at_once(start):
    """Nobody waits for their turn."""
    server, alice, bob, carol = together(start, "alice", "bob", "carol")
    for one, two in (b"one", b"two"), (b"three", b"four"), (b"five", b"six"):
        with stopped(server):
            alice.send(one)
            bob.send(two)
        hears(alice, two)
        hears(bob, one)
        in_any_order(carol, one, two)


@task.trial("who comes later", "alice: b'before'; carol comes; alice: b'after'; carol: b'and me'",
            look="When does a connection join the list?")
def later(start):
    """A newcomer hears what is said from now on."""
    server, alice, bob = together(start, "alice", "bob")
    says(alice, b"before", bob)
    carol = connect(server, "carol")
    server.comes_to_rest()
    says(alice, b"after", carol, bob)
    says(carol, b"and me", alice, bob)


@task.trial("some come while others speak",
            "carol and dave come, and bob: b'hello', at once; then carol: b'here'; then dave: b'me too'",
            look="Both are in `readable`: the listener, and somebody who speaks. What does your loop do with the second of them?")
def come_and_speak(start):
    """Nobody asks whether this is a good moment."""
    server, alice, bob = together(start, "alice", "bob")
    with stopped(server):
        carol, dave = connect(server, "carol"), connect(server, "dave")
        bob.send("hello")
    hears(alice, b"hello")
    server.comes_to_rest()
    for newcomer in (carol, dave):
        may_have_heard(newcomer, b"hello")
    says(carol, b"here", alice, bob, dave)
    says(dave, b"me too", alice, bob, carol)


@task.trial("any bytes", f"alice: {SENT}",
            look=dict.fromkeys(("other", ""), "Does your program change what it only has to pass on, or keep a part of it?"))
def any_bytes(start):
    """The server passes on bytes. What they mean is no business of its own."""
    _, alice, bob, carol = together(start, "alice", "bob", "carol")
    for word in words():
        says(alice, word, bob, carol)
