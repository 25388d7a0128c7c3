"""Deadlines of a program that is held: what comes in its time, not before and not after; and how often the loop came round."""
import ast
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from ..server import Program, syntax
from ..trials import Failed, Seen, eventually, holdings, with_state
from .beside import heard
from .held import goes_on

SHOWN = 40         # bytes of what was heard
LATE = 0.01        # seconds of its clock: a program that waits in its call stops just where the time is over
FEW = 3            # iterations in a time in which nothing happens, or one thing alone
DELIVERY = 0.5     # real seconds of the program's own, until what it has sent is here
ROUNDS = 50        # iterations in which all that is there is served, of a loop that takes several for one word
HELD_UP = 29.5     # a busy machine holds a program up, from this second of its clock
# What befalls a program, in statements that a copy of it begins with:
SET_BACK = ("import time as _t; _t.time = lambda real=_t.time, now=_t.monotonic, first=_t.monotonic(): "
            "real() - 3600 * (now() > first + 1); _t.time_ns = lambda: round(_t.time() * 1e9)")
IS_HELD_UP = ("import select as _p, selectors as _s, time as _t; _now = lambda first=_t.monotonic(): _t.monotonic() - first; "
              f"_late = lambda real: lambda *a, **k: (real(*a, **k), {HELD_UP} <= _now() < 30 and _t.sleep(31 - _now()))[0]; "
              "_p.select, _s.DefaultSelector.select = _late(_p.select), _late(_s.DefaultSelector.select)")
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
    """It is not later than that. Failed if it is: then it has waited, or worked for long, and not in its call."""
    if server.time() > until + LATE:
        raise Failed(COMES_BACK, Seen("time passes somewhere else, where nobody who comes can wake it", "elsewhere"))


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
    place = from_where(data, received)
    expected = f"by now {client.name} has heard {data[place:][:SHOWN]!r}{', and then the end' if ends else ''}"
    if received == data:
        seen = Seen("the end of the connection comes, too", "the end") if ended else Seen("its connection stays open", "no end")
    elif not received:
        seen = Seen("the end of the connection", "the end") if ended else Seen("nothing", "nothing")
    else:
        seen = Seen(repr(received[place:][:SHOWN]), "part" if data.startswith(received) else "other")
    raise Failed(expected, with_state(client.server, seen))


def from_where(data, received):
    """The place from which on both are shown: as much of their end as there is room for, but no less than what differs."""
    same = len(os.path.commonprefix([data, received]))
    return max(0, min(same, len(data) - SHOWN, len(received) - SHOWN))


def in_order(guest, wanted):
    """This guest has heard all these lines by now, in this order, and nothing else, since it came."""
    guest.lines = getattr(guest, "lines", [])
    size = sum(len(line) + 1 for line in wanted[len(guest.lines):])
    guest.lines += delivered(guest, size).decode(errors="replace").splitlines()
    if guest.lines != wanted:
        place = next((place for place, (one, other) in enumerate(zip(guest.lines, wanted)) if one != other),
                     min(len(guest.lines), len(wanted)))
        came, due = (repr(lines[place]) if place < len(lines) else "nothing more" for lines in (guest.lines, wanted))
        raise Failed(f"{guest.name} hears {due} next", Seen(came, "order"))


def copy_of(program, befalls):
    """A copy of a program. SET_BACK: the clock on the wall is set back by an hour while it runs. IS_HELD_UP: so is it, for
    a second or so, when its call has come back.
    """
    folder = TemporaryDirectory(prefix="changed-")
    path = Path(folder.name) / program.path.name
    path.write_text(before_the_first_line(befalls, program.text), encoding="utf-8")
    copy = Program(path, program.name)
    copy.origin = program.origin       # what it imports is looked for there
    copy.folder = folder               # goes away with this object: what is said of a failure may quote its lines
    return copy


def before_the_first_line(more, text):
    """The program with these statements before all of its own. Its lines keep their numbers, where that can be."""
    lines = text.splitlines()
    first = next(one for one in syntax(text).body
                 if not isinstance(one, ast.Expr) and getattr(one, "module", None) != "__future__")
    end = "\n" if hasattr(first, "body") else "; "
    lines[first.lineno - 1] = more + end + lines[first.lineno - 1]
    return "\n".join(lines) + "\n"
