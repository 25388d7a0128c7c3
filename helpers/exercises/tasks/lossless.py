"""lossless (lesson 06): a server with queues loses no byte, and lets nobody wait for a slow reader."""
from ...server import connect
from ...trials import (
    MUCH,
    Failed,
    came,
    check,
    descriptors,
    gives_back,
    hear_no_more,
    hears_all,
    in_one_go,
    rests,
    trade,
)
from . import Task


def add_trials(task, answer, word=b"hello"):
    """The trials of a server that gives back answer(data) for all that a client says. word: what they say by the way."""

    def talk(client):
        check(client, answer(word), *trade(client, word, len(word)))

    @task.trial("silence costs nothing", "alice comes, and says nothing",
                look="Who is in outputs, and has nothing to be sent?")
    def silence(start):
        """Most of the time nobody says anything."""
        server = start()
        _alice = connect(server, "alice")
        server.comes_to_rest()
        rests(server)

    @task.trial("any bytes, and then silence", "alice: each of the 256 bytes, and then nothing",
                look="What do you do with bytes that are no letters? And who leaves outputs when the queue is empty?")
    def any_bytes(start):
        """A picture is no text. When all is sent, the loop waits again."""
        server = start()
        alice = connect(server, "alice")
        data = bytes(range(256))
        check(alice, answer(data), *trade(alice, data, len(data)))
        hear_no_more(alice)
        rests(server)

    @task.trial("a word, and the end", f"20 clients: {word!r}, and that this was all",
                look='What becomes of the queue when recv gives b""? And when is the connection closed?')
    def half_close(start):
        """Who says that this was all still waits for the answer."""
        server = start()
        with connect(server) as guest:                 # both at once
            hears_all(guest, answer(word), *in_one_go(guest, word))
        for _ in range(19):
            with connect(server) as guest:
                hears_all(guest, answer(word), *trade(guest, word, finish=True))

    @task.trial("much, and a slow reader", f"alice: 8 MB; she reads a part, and later the rest; bob: {word!r}",
                look="How many bytes did send take? What becomes of the rest, and who waits for it?")
    def slow_reader(start):
        """A client that reads late gets everything, and nobody waits for it."""
        server = start()
        alice, bob = connect(server, "alice"), connect(server, "bob")
        talk(bob)
        rest = MUCH[alice.pour(MUCH):]
        server.comes_to_rest()
        rests(server)
        talk(bob)
        received, _ = trade(alice, size=2_000_000)     # now there is room, and not for all
        server.comes_to_rest()
        talk(bob)
        last, ended = trade(alice, rest, len(MUCH) - len(received))
        if received + last != answer(MUCH):
            raise Failed("alice gets all of it in the end", came(alice, answer(MUCH), received + last, ended))

    @task.trial("much, and the end", "alice: 8 MB, and that this was all; then she reads",
                look="May a connection be closed while its queue isn't empty?")
    def much_and_the_end(start):
        """She has said her last word. What we owe her still goes out."""
        server = start()
        alice = connect(server, "alice")
        rest = MUCH[alice.pour(MUCH):]
        if not rest:
            alice.half_close()
        server.comes_to_rest()
        hears_all(alice, answer(MUCH), *trade(alice, rest, finish=True))

    @task.trial("resets", f"alice: 8 MB, reading nothing, and then a reset; 20 others: {word!r}, and a reset",
                look="Which calls can fail when the other side has gone? Is a connection out of all lists before it is closed?")
    def resets(start):
        """What a client does must never end the server."""
        server = start()
        bob = connect(server, "bob")
        talk(bob)
        before = descriptors(server)
        alice = connect(server, "alice")
        alice.pour(MUCH)
        server.comes_to_rest()
        alice.reset()
        talk(bob)
        for _ in range(20):
            with connect(server, "carol") as carol:
                carol.send(word)
                carol.reset()
            talk(bob)
        gives_back(server, before)


task = Task("lossless")
add_trials(task, answer=bytes)
