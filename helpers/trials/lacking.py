"""Trials: when there is not enough: of what select can watch, of descriptors."""
from ..server import connect
from .holding import own_descriptors
from .judging import trial
from .telling import Failed, with_state
from .trying import LONGEST, echo, serves_newcomers, visit
from .watching import rests, room_for

CROWD = 1100       # clients: more than select can watch
FEW = 48           # descriptors: fewer than there are clients
SOME = 0.5         # of its own time: whoever tries again and again needs all of it


@trial("more than 1,024 clients", "1,100 clients: b'hello' of each, and nobody leaves", cure="06")
def crowd(start):
    """One evening there are more clients than ever."""
    guests, refused = [], 0
    with room_for(CROWD):
        server = start(descriptors=CROWD + 100)
        server.deadline += 2 * LONGEST     # a process for each client takes its time
        alice = connect(server, "alice")
        echo(alice, b"hello")
        try:
            for _ in range(CROWD):
                outcome, guest = visit(server)
                guests.append(guest)
                refused += outcome == "refused"
                if outcome == "waiting":
                    raise Failed("each is served or refused", with_state(server, "no answer"))
            echo(alice, b"hello")
            for guest in guests[:20]:
                guest.close()
            serves_newcomers(server)
        finally:
            for guest in guests:
                guest.close()
    return f"{CROWD - refused:,} served, {refused:,} refused" if refused else "all of them served"


@trial("out of descriptors (EMFILE)", "clients, until the server has no descriptor left", cure="06")
def out_of_descriptors(start):
    """The limit of the system may be lower than you think."""
    guests = []
    with room_for(2 * FEW):
        server = start(descriptors=FEW)
        alice = connect(server, "alice")
        echo(alice, b"hello")
        try:
            outcome = "served"
            while outcome == "served" and len(guests) < 2 * FEW:
                full = own_descriptors(server) > FEW       # our line to it, which lies apart, is one more
                outcome, guest = visit(server, 0.1 if full else None)
                guests.append(guest)
            server.comes_to_rest()         # or to its end
            rests(server, busy=SOME)       # it may try again now and then: asyncio does so a hundred times a second
            echo(alice, b"hello")
            for guest in guests[:10]:
                guest.close()
            serves_newcomers(server)
        finally:
            for guest in guests:
                guest.close()
