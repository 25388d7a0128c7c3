"""ledger (lesson 17): an append-only file. What was acknowledged is on the disk, and is there when the server starts again."""
from ...server import connect
from ...trials import END, Failed, Seen, came, shown, stopped, trade, with_state
from ..clocked import at_this_moment, copy_of, in_time, lets_pass
from ..commands import NIL, OK, PONG, answer_to, array, asks, bulk, hears, number
from ..disk import COUNTS, ENDS, IS_LATER, KEEPS_A_COPY, LATER, content, on_the_disk, power_fails, put, times_asked
from ..guests import words
from ..held import together
from ..loops import waits
from . import Task

CROWD, MANY = 40, 3000      # clients; commands of one client
NO_INTEGER = b"-ERR value is not an integer or out of range\r\n"
NOTHING_NEW = "where nothing has changed, the disk isn't asked, and the file is as it was"
BROKEN = ("A record at the end of the file isn't whole. What does your program make of it when it starts, and what comes behind "
          "it?")
ONCE = "What is written at a time, and how often is the disk asked for it? Where nothing has changed, it needn't be asked."
STATE = ("A key has a value, and perhaps a moment at which it is to be forgotten. Which of your records says what of them, and "
         "what comes of reading all records, one after the other, at a later time?")
task = Task("ledger", folder=True,
            hard="What was hard: answers that wait for the disk, a deadline that means the same tomorrow, and a file that may "
                 "end in the middle of a word.",
            looks={"no file": "Which file does your program write, and in which folder? Its name alone, 'ledger.aof', is right.",
                   "ValueError": "Which bytes are a number here, and who has written them? After a half record, nothing is "
                                 "where it should be."})


def comes_to(start, name="alice", **options):
    """The server starts, or starts again: a client."""
    return connect(start(**options), name)


@task.trial("silence costs nothing", "alice comes, and says nothing; then b'SET a 1\\n', and nothing more",
            look="Where does your program wait while nobody says anything, and for whom?")
def silence(start):
    """Most of the time nobody says anything."""
    alice = comes_to(start)
    alice.server.comes_to_rest()
    waits(alice.server, alice, must_loop=True)
    hears(alice, b"SET a 1\n", OK)
    waits(alice.server, alice, must_loop=True)


@task.trial("killed, and read back", "alice: b'SET b 2\\nINCR b\\n', b'SET c 1\\nDEL c none\\n' and more; the server is killed, "
                                     "and starts again; alice: b'GET b\\nGET c\\n' and more; and so on, three times",
            look="Is each command that changes something in the file, and in which order? Has the system got it before alice is "
                 "answered?")
def read_back(start):
    """A server that was killed comes back, and knows what it has known."""
    alice = comes_to(start)
    hears(alice, b"GET a\nSET a 1\nSET b 2\nINCR b\n", NIL + OK * 2 + number(3))
    hears(alice, b"SET c 1\nDEL c none\nINCR d\nSET e word\nSET e other\n", OK + number(1) * 2 + OK * 2)
    hears(alice, b"INCR e\nSET e\nDEL none\nEXPIRE none 100\n",
          NO_INTEGER + b"-ERR wrong number of arguments for 'set' command\r\n" + number(0) * 2)
    for visit in range(3):
        alice.server.kill()
        alice = comes_to(start)
        hears(alice, b"GET a\nGET b\nGET c\nGET d\nGET e\n",
              bulk(b"1") + bulk(b"%d" % (3 + visit)) + NIL + bulk(b"%d" % (1 + visit)) + bulk(b"other"))
        hears(alice, b"INCR b\nINCR d\nTTL a\n", number(4 + visit) + number(2 + visit) + number(-1))


@task.trial("any bytes come back", "alice, in RESP: SET of keys and values of any bytes; the server is killed, and starts again; "
                                   "alice: GET of each",
            look="A value may have spaces, line ends and any other bytes in it. How does your program know where it ends? And "
                 "has the system got all of it before alice is answered?")
def any_bytes(start):
    """A value is any bytes, and so is a key."""
    alice = comes_to(start)
    values = [*words(), b"", b"\r\n", b"*3\r\n$3\r\nDEL\r\n", b"DEL a", bytes(range(256)) * 400]
    pairs = [(b"key %d \r\n\0\xff" % place, value) for place, value in enumerate(values)]
    for key, value in pairs:
        hears(alice, array(b"SET", key, value), OK)
    alice.server.kill()
    alice = comes_to(start)
    for key, value in pairs:
        hears(alice, array(b"GET", key), bulk(value))


@task.trial("the power fails", "alice: b'SET a1 1\\n', b'INCR n\\n'; the power fails, and what is not on the disk by now is "
                               "lost; the server starts again; alice: b'GET n\\nGET a1\\n'; and so on, five times",
            look="`write` puts bytes into a buffer of the program, `flush` gives them to the system, and `os.fsync` comes back "
                 "when they are on the disk. Are all three done, in this order, before alice is answered?")
def the_power_fails(start):
    """What was acknowledged is there, also when the whole machine has stopped."""
    program = copy_of(start.program, KEEPS_A_COPY)
    alice = comes_to(start, program=program)
    for visit in range(1, 6):
        hears(alice, b"SET a%d 1\n" % visit, OK)
        hears(alice, b"INCR n\n", number(visit))
        alice.server.kill()
        content(alice.server)
        put(alice.server, on_the_disk(alice.server))
        alice = comes_to(start, program=program)
        hears(alice, b"GET n\nGET a%d\n" % visit, bulk(b"%d" % visit) + bulk(b"1"))


@task.trial("no word before", "alice: b'SET a new\\n', bob: b'GET a\\n', in the same moment; the power fails when `os.fsync` is "
                              "called; the server starts again; alice: b'GET a\\n'",
            look={"": "Who is answered before `os.fsync` has come back? Who reads must not hear of it either: it may be lost.",
                  "no fsync": "When is `os.fsync` called, and when is alice answered?"})
def no_word_before(start):
    """Nobody hears of a value that may be lost."""
    alice = comes_to(start, program=copy_of(start.program, ENDS))
    server = alice.server
    bob = connect(server, "bob")
    hears(alice, b"SET a old\n", OK)
    hears(bob, b"PING\n", PONG)
    power_fails(server)
    with stopped(server):
        alice.send("SET a new\n")
        bob.send("GET a\n")
    for client, harmless in (alice, b""), (bob, bulk(b"old")):
        received, ended = trade(client, size=len(harmless) + 1)
        if received != harmless[:len(received)]:
            raise Failed("nobody hears of a before it is on the disk", Seen(f"{client.name} hears {shown(received)}", "early"))
        if ended != END:
            raise Failed("`os.fsync` is called", with_state(server, Seen("it isn't called, and nobody is answered", "no fsync")))
    power_fails(server, False)
    alice = comes_to(start)
    received, ended = answer_to(alice, b"GET a\n")
    if received not in (bulk(b"old"), bulk(b"new")):
        raise Failed("a is what it was before, or what alice has said", came(alice, bulk(b"old"), received, ended))


@task.trial("once for all", f"{CROWD} clients, all in the same moment, each with keys of its own: b'SET a1 1\\nINCR n1\\nINCR "
                            "n1\\n'",
            look=ONCE)
def once_for_all(start):
    """A disk is slow. It is asked once an iteration, for all who have come."""
    server, *guests = together(start, *(f"guest {place}" for place in range(CROWD)), program=copy_of(start.program, COUNTS))
    before = times_asked(server)
    for place, guest in enumerate(guests):
        guest.send(f"SET a{place} 1\nINCR n{place}\nINCR n{place}\n")
    at_this_moment(server)
    for guest in guests:
        in_time(guest, OK + number(1) + number(2))
    if not 1 <= times_asked(server) - before <= 2:
        raise Failed("the disk is asked once, for all commands of this iteration",
                     Seen(f"`os.fsync` is called {'again and again' if times_asked(server) > before else 'never'}", "asked"))


@task.trial("who reads", "alice: b'SET a 1\\n'; then b'GET a\\n', b'TTL a\\n', b'DEL none\\n', b'PING\\n', and the same again "
                         "and again",
            look={"asked": ONCE, "": "Nothing has changed. Does `keep` know that, and what do clients hear then?"})
def who_reads(start):
    """Most clients only read, and needn't wait for the disk."""
    server, alice = together(start, "alice", program=copy_of(start.program, COUNTS))
    asks(alice, "SET a 1\n", OK)
    before = content(server), times_asked(server)
    for _ in range(5):
        for said, answer in ("GET a\n", bulk(b"1")), ("TTL a\n", number(-1)), ("DEL none\n", number(0)), ("PING\n", PONG):
            asks(alice, said, answer)
    if times_asked(server) != before[1]:
        raise Failed(NOTHING_NEW, Seen("`os.fsync` is called again and again", "asked"))
    if content(server) != before[0]:
        raise Failed(NOTHING_NEW, Seen("the file is another one", "asked"))


@task.trial("half a command", "alice: b'SET a one\\nSET b two\\n', and at last SET of a value of 40 bytes, or b'DEL a b\\n'; "
                              "only a part of that is in the file when the server starts again; alice: b'GET a\\nGET b\\n', "
                              "b'SET c three\\n'; the server is killed, and starts again; alice: b'GET c\\n'",
            look={**dict.fromkeys(("died", "ended", "IndexError", "ValueError"), BROKEN), "": f"{BROKEN} Or is one command more "
                  "than one record?"})
def half_a_command(start):
    """The power fails at any time, also in the middle of a word."""
    alice = comes_to(start)
    hears(alice, b"SET a one\nSET b two\n", OK * 2)
    before, without = content(alice.server), bulk(b"one") + bulk(b"two")
    long = b"x" * 18 + b"\r\n\r\n" + b"y" * 18
    for last, answer, carried_out, parts in ((array(b"SET", b"a", long), OK, bulk(long) + bulk(b"two"), (0, 1 / 2, 1)),
                                             (b"DEL a b\n", number(2), NIL * 2, (1 / 2, 2 / 3))):
        alice.server.kill()
        put(alice.server, before)
        alice = comes_to(start)
        hears(alice, last, answer)
        after = content(alice.server)
        size = len(after) - len(before)
        if size < 2 or not after.startswith(before):
            raise Failed("what a command changes is added at the end of the file", Seen("what was there is another one", "other"))
        for part in parts:                  # at least a byte, and not all of them
            alice.server.kill()
            put(alice.server, after[:len(before) + min(max(int(part * size), 1), size - 1)])
            alice = comes_to(start)
            received, ended = answer_to(alice, b"GET a\nGET b\n")
            if received not in (without, carried_out):
                raise Failed("the last command is there as a whole, or not at all", came(alice, without, received, ended))
            hears(alice, b"SET c three\n", OK)
            alice.server.kill()
            alice = comes_to(start)
            hears(alice, b"GET c\n", bulk(b"three"))


@task.trial("time goes on", "alice: b'SET a 1\\nEXPIRE a 1000\\n', b'SET b 1\\nEXPIRE b 100\\n', b'SET c 1\\nEXPIRE c "
                            f"100\\nSET c 2\\n' and more; the server is killed, and starts again {LATER} seconds later; alice: "
                            "b'TTL a\\n', b'GET b\\n', b'TTL c\\n'; and so on, twice",
            look="By which clock is the moment in the file? A clock that begins anew means another moment tomorrow, and so do "
                 "\"100 seconds from now\". And which commands leave the moment as it was?")
def time_goes_on(start):
    """Keys are forgotten in their time, also while the server is off."""
    alice, left = comes_to(start), 1000 - LATER
    hears(alice, b"SET a 1\nEXPIRE a 1000\nSET b 1\nEXPIRE b 100\n", (OK + number(1)) * 2)
    hears(alice, b"SET c 1\nEXPIRE c 100\nSET c 2\n", OK + number(1) + OK)
    hears(alice, b"SET d 1\nEXPIRE d 1000\nINCR d\n", OK + number(1) + number(2))
    for _ in range(2):
        alice.server.kill()
        alice = comes_to(start, program=copy_of(start.program, IS_LATER))
        hears(alice, b"GET a\nGET b\nTTL b\n", bulk(b"1") + NIL + number(-2))
        hears(alice, b"GET c\nTTL c\nGET d\n", bulk(b"2") + number(-1) + bulk(b"2"))
        for key in b"a", b"d":
            received, ended = answer_to(alice, b"TTL %b\n" % key)
            if not received[1:-2].isdigit() or not 500 <= int(received[1:-2]) <= left + 1:
                raise Failed(f"of 1,000 seconds, about {left} are left", came(alice, number(left), received, ended))


@task.trial("forgotten meanwhile", "alice: b'SET a 5\\nEXPIRE a 10\\n', b'SET b 5\\nEXPIRE b 10\\n'; after 5 seconds b'INCR "
                                   f"b\\n', after 20 b'INCR a\\n'; the server is killed, and starts again {LATER} seconds "
                                   "later; alice: b'GET a\\nTTL a\\nGET b\\n'", look=STATE)
def forgotten_meanwhile(start):
    """What was forgotten stays forgotten, and what came after that is there."""
    server, alice = together(start, "alice")
    asks(alice, "SET a 5\nEXPIRE a 10\nSET b 5\nEXPIRE b 10\nSET c 5\nEXPIRE c 10\n", (OK + number(1)) * 3)
    lets_pass(server, 5)
    asks(alice, "INCR b\n", number(6))
    lets_pass(server, 15)
    asks(alice, "INCR a\nGET b\nSET c 7\n", number(1) + NIL + OK)
    server.kill()
    alice = comes_to(start, program=copy_of(start.program, IS_LATER))
    hears(alice, b"GET a\nTTL a\nGET b\nGET c\n", bulk(b"1") + number(-1) + NIL + bulk(b"7"))
    hears(alice, b"INCR b\n", number(1))


@task.trial("killed at any time", f"alice: b'INCR n\\n', {MANY:,} times in one go; when she has heard the first answers, the "
                                  "server is killed, and starts again; alice: b'GET n\\n'",
            look="Which number has alice heard, and which one is in the file? When is she answered, and when is that written?")
def at_any_time(start):
    """Some answers have come, some not. What was acknowledged is there."""
    alice = comes_to(start)
    received, ended = trade(alice, b"INCR n\n" * MANY, len(b"".join(map(number, range(1, 101)))))
    if ended:
        raise Failed("alice hears the first 100 numbers", came(alice, b"", received, ended))
    alice.server.kill()
    alice = comes_to(start)
    received, ended = answer_to(alice, b"GET n\n")
    value = received.split(b"\r\n")[1] if received.count(b"\r\n") > 1 else b""
    if not value.isdigit() or not 100 <= int(value) <= MANY:
        raise Failed(f"n is at least 100, and at most {MANY:,}", came(alice, b"", received, ended))
