"""lossless (lesson 06): a server with queues loses no byte, and lets nobody wait for a slow reader."""
from functools import wraps

from ...server import connect
from ...trials import (
    MUCH,
    Failed,
    Seen,
    check,
    descriptors,
    gives_back,
    hear_no_more,
    hears_all,
    in_one_go,
    rests,
    shown,
    stopped,
    trade,
    with_state,
)
from ..guests import SENT, crowd, half_closes, words
from ..loops import comes_back, told_of, waits
from ..streams import before_the_turn, flood, has_received, lacking, push
from . import Task

VISITS = 20        # who come and leave, one after the other
CROWD = 21         # more than fit into any number that stands in a lesson's program, listen(5) for instance
SIP = 1_000_000    # bytes that a slow reader reads at a time
PIECE = 500_000    # bytes that she says meanwhile
PARTS = 3          # such pieces
SENDALL = "sendall says by an error that not all went out, and not how much did. Which call tells you how many bytes it took?"
TURNS = 20         # times that a client may be read before the next one's turn: nobody else waits for long


def add_trials(task, answer, word=b"hello"):
    """The trials of a server that gives back answer(data) for all that a client says. word: what they say by the way."""

    def talk(client, said=word, before=b""):
        received, ended = trade(client, said, len(said))
        if received != answer(said) and comes_again(received, answer(before)):
            raise Failed(f"{client.name} gets back {shown(answer(said))}", with_state(client.server, Seen(
                f"{shown(received)}: what has come already comes again", "again")))
        check(client, answer(said), received, ended)

    @task.trial("silence costs nothing", "alice comes, and says nothing",
                look="Where does your program wait while nobody says anything, and for whom?")
    def silence(start):
        """Most of the time nobody says anything."""
        server = start()
        _alice = connect(server, "alice")
        server.comes_to_rest()
        waits(server, must_loop=True)

    @task.trial("any bytes, and then silence", f"alice: {SENT}; bob: {word!r}; and then nothing",
                look={"other": "Which bytes does your program change, and which must go back as they came?",
                      "again": "This was sent already. Is it out of `queues[connection]` now, just this and no more? Or is it "
                               "out of another name alone?",
                      "": "Is all that recv has given in the queue? And is it out of the queue when it is sent?"})
    def any_bytes(start):
        """A picture is no text. When all is sent, the loop waits again."""
        server = start()
        alice, bob = connect(server, "alice"), connect(server, "bob")
        before = b""
        for one in words():
            talk(alice, one, before)
            before = one
        hear_no_more(alice)
        bob.send(word)
        comes_back(server)
        check(bob, answer(word), *trade(bob, size=len(word)))
        waits(server, alice, bob, must_loop=True)
        told_of(server, alice, bob)

    @task.trial("many at once", f"{CROWD} clients or more: each its own name, all at once, three times",
                look={"the end": "This client hasn't left, and its connection is over. Which line closes it?",
                      "": "Has each client a queue of its own? And who is served after the first of `readable`?"})
    def many(start):
        """One evening all are there, and all speak at once."""
        server = start()
        guests = crowd(server, CROWD)
        for _ in range(3):
            with stopped(server):
                for guest in guests:
                    guest.send(guest.name)
            for guest in guests:
                said = guest.name.encode()
                check(guest, answer(said), *trade(guest, size=len(said)))

    @task.trial("a word, and the end", f"{VISITS} clients: {word!r}, and that this was all; bob: {word!r}",
                look='What becomes of the queue when recv gives b""?')
    def half_close(start):
        """Who says that this was all still waits for the answer."""
        server, bob, before = one_stays(start, talk)
        with connect(server) as guest:                 # both at once
            hears_all(guest, answer(word), *in_one_go(guest, word))
        for _ in range(VISITS - 1):
            with connect(server) as guest:
                hears_all(guest, answer(word), *trade(guest, word, finish=True))
        gives_back(server, before)
        talk(bob)

    @task.trial("goodbyes", f"{VISITS} clients: the end, or that this was all, without a word; "
                            f"as many: {word!r}, and then the end; bob: {word!r}",
                look="In which lists is somebody who leaves, and to whom you owe nothing? When is their connection closed?")
    def goodbyes(start):
        """Most clients leave in an orderly way, and in any state of their queue."""
        server, bob, before = one_stays(start, talk)
        for number in range(VISITS):
            with connect(server, "guest") as guest:
                if number % 2:
                    half_closes(guest)
            with connect(server, "guest") as guest:
                talk(guest)
        gives_back(server, before)
        talk(bob)
        waits(server, bob, must_loop=True)

    @task.trial("much, and a slow reader",
                f"alice: many MB; she reads a part, says more, and reads the rest later; bob: {word!r}",
                look={"part": "How many bytes did send take? What becomes of the rest, of all of it?",
                      "slow": "How many bytes does one recv take at most, and how often must it be called for some MB?",
                      "order": "What goes out first: what is in the queue, or what came last?",
                      "": "How many bytes did send take? What becomes of the rest, and who waits for it?"})
    @sends_all
    def slow_reader(start):
        """A client that reads late gets everything, in the order in which it was said, and nobody waits for it."""
        server = start()
        alice, bob = connect(server, "alice"), connect(server, "bob")
        talk(bob)
        data, received = flood(), bytearray()
        begun = len(data) - PARTS * PIECE
        said = alice.pour(data[:begun])
        has_received(server)
        rests(server)
        talk(bob)
        for part in range(PARTS):                      # there is room now, and not for all; and there is more to be read
            with stopped(server):
                received += trade(alice, size=SIP)[0]
                said += push(alice, data[said:begun + (part + 1) * PIECE])
            server.comes_to_rest()
            talk(bob)
        last, ended = trade(alice, data[said:], len(data) - len(received))
        if received + last != answer(data):
            raise Failed("alice gets all of it in the end, in the order in which she has said it",
                         lacking(alice, answer(data), received + last, ended))
        rests(server)

    @task.trial("much, and the end", "alice: 8 MB, and that this was all; then she reads",
                look="May a connection be closed while its queue isn't empty?")
    @sends_all
    def much_and_the_end(start):
        """She has said her last word. What we owe her still goes out."""
        server, bob, before = one_stays(start, talk)
        alice = connect(server, "alice")
        rest = MUCH[alice.pour(MUCH):]
        if not rest:
            alice.half_close()
        server.comes_to_rest()
        talk(bob)
        hears_all(alice, answer(MUCH), *trade(alice, rest, finish=True))
        alice.close()
        gives_back(server, before)

    @task.trial("somebody sends fast", f"alice: some MB at once; bob: {word!r}, at the same moment",
                look="How often do you call recv for one client before it is the next one's turn?")
    def turns(start):
        """Somebody sends and sends, and there is always more to be read. The others have their turn."""
        server = start()
        alice, bob = connect(server, "alice"), connect(server, "bob")
        for client in (alice, bob):
            talk(client)
        with stopped(server):
            push(alice, MUCH)
            bob.send(word)
        check(bob, answer(word), *trade(bob, size=len(word)))
        server.comes_to_rest()
        if before_the_turn(server.iterations, "alice", "bob") > TURNS:
            raise Failed("bob's turn comes, however much alice sends",
                         f"alice is read more than {TURNS} times before it is bob's turn")

    @task.trial("resets", f"alice: 8 MB, reading nothing, and then a reset; {VISITS} others: {word!r}, and a reset or the end, "
                          "or a reset alone; then a reset, a newcomer and a word at once",
                look="Which calls can fail when the other side has gone? Is a connection out of all lists before it is closed?")
    def resets(start):
        """What a client does must never end the server."""
        server, bob, before = one_stays(start, talk)
        alice = connect(server, "alice")
        alice.pour(MUCH)
        server.comes_to_rest()
        alice.reset()
        talk(bob)
        for number in range(VISITS):
            carol = connect(server, "carol")
            if number % 3:
                carol.send(word)
            (carol.close if number % 3 == 1 else carol.reset)()
            talk(bob)
        carol = connect(server, "carol")
        talk(carol)
        with stopped(server):
            carol.send(word)
            carol.reset()
            bob.send(word)
            dave = connect(server, "dave")
        check(bob, answer(word), *trade(bob, size=len(word)))
        talk(dave)
        dave.close()
        gives_back(server, before)


def sends_all(trial):
    """A trial of much: what is to be looked at is another matter where nothing is sent but by sendall."""
    @wraps(trial)
    def tried(start):
        servers = []
        try:
            trial(lambda: servers.append(start()) or servers[-1])
        except Failed as failed:
            if not {*failed.kinds} - {"nothing", "part", "order", "other"} and servers and by_sendall(servers[-1].iterations):
                failed.look = SENDALL
            raise
    return tried


def by_sendall(iterations):
    """Has a sendall met a buffer that was full, and is there no other call that sends?"""
    sending = [one for iteration in iterations for one in iteration.operations if one.name.startswith("send")]
    return {one.name for one in sending} == {"sendall"} and any(one.error == "BlockingIOError" for one in sending)


def comes_again(received, before):
    """Is this what came before it, or the end of that, over and over? A single byte may be so by chance."""
    ends = (before[-size:] for size in range(1, len(before) + 1))
    return len(received) > 1 and any((end * len(received)).startswith(received) for end in ends)


def one_stays(start, talk):
    """A server with one client who stays: server, client, and how many descriptors it needs for itself and that one."""
    server = start()
    bob = connect(server, "bob")
    talk(bob)
    return server, bob, descriptors(server)


task = Task("lossless", hard="What was hard: send takes what there is room for, and says how much that was. The rest is "
                             "still yours to send.")
add_trials(task, answer=bytes)
