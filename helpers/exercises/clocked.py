"""Deadlines of a program that is held: what comes in its time, not before and not after; and how often the loop came round."""
from ..trials import Failed, Seen, eventually, holdings, with_state
from .beside import heard
from .held import goes_on

LATE = 0.01        # seconds of its clock: a program that waits in its call stops just where the time is over
FEW = 3            # iterations in a time in which nothing happens, or one thing alone
DELIVERY = 0.5     # real seconds of the program's own, until what it has sent is here
ROUNDS = 50        # iterations in which all that is there is served, of a loop that takes several for one word
COMES_BACK = "the loop is back in its call at once, and the time passes there"


def lets_pass(server, seconds):
    """Let so many seconds of its clock pass: the iterations meanwhile. Failed if it waits anywhere but in its call."""
    end = server.time() + seconds
    meanwhile = goes_on(server, seconds)
    in_its_call(server, end)
    return meanwhile


def at_this_moment(server):
    """What is there is served, and no time passes. Failed if it does."""
    before = server.time()
    for _ in range(ROUNDS):
        if not goes_on(server, 0):         # it stands in its call, and nothing is there
            break
    in_its_call(server, before)


def in_its_call(server, until):
    """It is not later than that. Failed if it is: then it has waited, and not in its call."""
    if server.time() > until + LATE:
        raise Failed(COMES_BACK, Seen("it waits somewhere else, where nobody who comes can wake it", "elsewhere"))


def rests_in_its_call(server, seconds, why="nothing is due"):
    """So long nothing happens, or one thing at the end: the loop waits for it, and doesn't look in between."""
    if len(meanwhile := lets_pass(server, seconds)) > FEW:
        raise Failed(f"the loop waits in its call while {why}",
                     Seen(f"in {seconds:g} seconds it comes round {len(meanwhile)} times", "looks"))


def no_thread(server, before):
    """It has no more threads than it had then (see holdings)."""
    if (more := holdings(server).threads - before.threads) > 0:
        raise Failed("one thread is enough, whatever is to come",
                     Seen(f"it has started {more} thread{'s' if more > 1 else ''}", "threads"))


def nothing_yet(*clients):
    """None of these has heard anything so far, and each is still there."""
    for client in clients:
        if (received := heard_so_far(client)) != b"":
            raise Failed(f"{client.name} hears nothing before it is time", early(received))


def early(received):
    return Seen("the end of the connection", "the end") if received is None else Seen(repr(received[:40]), "early")


def heard_so_far(client):
    """What has come for this client since it was asked the last time; None: the end, and nothing before it."""
    received = heard(client)
    return received if received or not has_ended(client) else None


def has_ended(client):
    """Is its connection over? All that came before is taken."""
    client.socket.setblocking(False)
    try:
        return client.socket.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def delivered(client, size):
    """What has been sent to this client by now. The system may keep a small piece back for a moment, of real time."""
    received = bytearray()

    def is_here():
        received.extend(heard(client))
        return len(received) >= size

    eventually(client.server, is_here, DELIVERY)
    return bytes(received)


def in_time(client, data, ends=False):
    """By now this client has heard just this, and then the end, if it is to end."""
    received = delivered(client, len(data))
    ended = has_ended(client)
    if received == data and ended == ends:
        return
    expected = f"by now {client.name} has heard {data[-40:]!r}{', and then the end' if ends else ''}"
    if received == data:
        seen = Seen("the end of the connection comes, too", "the end") if ended else Seen("its connection stays open", "no end")
    elif not received:
        seen = Seen("the end of the connection", "the end") if ended else Seen("nothing", "nothing")
    else:
        seen = Seen(repr(received[-40:]), "part" if data.startswith(received) else "other")
    raise Failed(expected, with_state(client.server, seen))
