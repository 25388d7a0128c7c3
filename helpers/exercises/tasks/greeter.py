"""greeter (lesson 02): all who wait are greeted in one iteration."""
import random
import re

from ...errors import GlassError
from ...server import connect
from ...trials import END, MOMENTS, Failed, came, descriptors, gives_back, rests, state_of, stopped, trade
from ..held import goes_on, waits_in_its_call
from . import Task

task = Task("greeter", hard="What was hard: one call of select speaks for all who wait, so your program asks accept again and "
                            "again, and its error is the answer that nobody is left.")
NUMBERS = "Where does your program count, and where does it begin?"
CROWD = 55, 65         # so many wait at once, at least and at most: it is another number in each run
ALL_DAY = 105, 125     # and so many come one after the other
IDLE = 3               # seconds of the server's clock in which nobody comes
QUICKLY = 0.5          # seconds in which one is in the queue of a listener, or it is full
WELCOME = rb"welcome, you are number ([1-9][0-9]*)\n"


def welcomed(client, number):
    """Has this client heard its welcome, all of it and nothing else, and then the end?"""
    words = f"welcome, you are number {number}\n".encode()
    received, ended = trade(client)
    if received != words or ended != END:
        found = re.fullmatch(WELCOME, received)
        larger = found and int(found[1]) > number      # which one may differ from run to run: how many wait differs, too
        raise Failed(f"{client.name} hears {words!r}, and then the end",
                     "a welcome with a larger number" if larger else came(client, words, received, ended))


def waits(server):
    """Does the loop wait in its call, and nowhere else? Between two calls it may be seen elsewhere: then ask again."""
    rests(server)
    for _ in range(MOMENTS):
        elsewhere = state_of(server)
        if not elsewhere:
            return
    raise Failed("the loop waits in its call", elsewhere)


def crowd(server):
    """Clients who wait at the door of a server that is stopped: as many as its queue takes, if these are fewer."""
    guests = []
    for number in range(1, random.randint(*CROWD) + 1):
        try:
            guests.append(connect(server, f"guest {number}", timeout=QUICKLY))
        except GlassError:                     # the queue of its listener is full; so this one doesn't wait there
            break
    return guests


def in_one_iteration(server, since=0):
    """Has its loop let all in, since that iteration, in one? An iteration is seen when it is over."""
    server.comes_to_rest()
    doors = [one.number for one in server.iterations for each in one.operations
             if one.number > since and each.name.startswith("accept") and each.peer]
    if not doors:
        raise Failed("one iteration lets all in who wait", "they are let in, and not by the loop")
    if len(set(doors)) > 1:
        raise Failed("one iteration lets all in who wait", "it took more than one iteration")


@task.trial("nobody costs nothing", "nobody comes", look="What does your program do while nobody comes?")
def nobody(start):
    """Most of the time nobody waits at the door, and the loop waits in select."""
    waits(start())
    waits_in_its_call(start(held=True))


@task.trial("one client", "alice comes, and then nobody",
            look="What does a client get, and is its connection closed after that? What does accept do when nobody waits?")
def one(start):
    """Who is greeted can go, and the loop goes back to select: there alone it can wait for everybody."""
    server = start()
    server.comes_to_rest()
    before = descriptors(server)
    with connect(server, "alice") as alice:
        welcomed(alice, 1)
        waits(server)
    gives_back(server, before)


@task.trial("one after the other",
            "alice; nobody for some seconds; bob; then more than a hundred, each when the one before has gone", look=NUMBERS)
def all_day(start):
    """Numbers go on from iteration to iteration, and nobody is the last who can come."""
    server = start(held=True)
    for number, name in enumerate(("alice", "bob"), 1):
        client = connect(server, name)
        goes_on(server, IDLE)
        welcomed(client, number)
    server.release()
    for number in range(3, random.randint(*ALL_DAY)):
        with connect(server, "carol") as carol:
            welcomed(carol, number)


@task.trial("many who wait", "fifty clients and more are there before select is called",
            look="Does each whom accept lets in get the welcome? And where does your program count?")
def many(start):
    """Each gets a number of its own, in the order in which they came."""
    server = start()
    with stopped(server):
        waiting = crowd(server)
    for number, client in enumerate(waiting, 1):
        welcomed(client, number)


@task.trial("all in one iteration", "fifty clients and more are there before select is called",
            look="After the first accept, the listener may have more. How do you find out, without waiting? When do you stop?")
def one_iteration(start):
    """Whoever waits at the door needn't wait for another call of select."""
    server = start()
    with stopped(server):
        waiting = crowd(server)
    for number, client in enumerate(waiting, 1):
        welcomed(client, number)
    in_one_iteration(server)


@task.trial("and then nobody again", "fifty clients and more are there; then nobody; then dave comes",
            look="What happens in your program when accept finds nobody?")
def and_then(start):
    """When the last who waited was let in, the loop waits for the next."""
    server = start()
    server.comes_to_rest()
    before = descriptors(server)
    with stopped(server):
        waiting = crowd(server)
    for number, client in enumerate(waiting, 1):
        welcomed(client, number)
    rests(server)
    welcomed(connect(server, "dave"), len(waiting) + 1)
    for client in server.clients:
        client.close()
    gives_back(server, before)


@task.trial("who has left already",
            "four others come, and leave before they are let in, two of them with a reset; among them come alice and bob",
            look="For somebody who has left, accept or sendall raises an error. What becomes of those who wait behind?")
def left_already(start):
    """Some don't wait until they are let in, and that is no reason to let the others wait."""
    server = start()
    server.comes_to_rest()
    before = descriptors(server)
    for way in ("reset", "close"), ("close", "reset"):         # each of them comes first, and last
        server.comes_to_rest()
        seen = max((one.number for one in server.iterations), default=0)
        with stopped(server):
            gone = connect(server), connect(server)
            alice = connect(server, "alice")
            gone += connect(server), connect(server)
            bob = connect(server, "bob")
            for place, client in enumerate(gone):
                getattr(client, way[place % 2])()
        earlier = greeted(alice)
        if not earlier < greeted(bob) <= earlier + 3:
            raise Failed("bob's number comes after alice's", "another number", look=NUMBERS)
        in_one_iteration(server, seen)
        alice.close()
        bob.close()
    gives_back(server, before)


def greeted(client):
    """The number that this client hears: which it is depends on whether those count who have left."""
    received, ended = trade(client)
    if not (found := re.fullmatch(WELCOME, received)) or ended != END:
        raise Failed(f"{client.name} hears 'welcome, you are number …' and a line end, and then the end",
                     came(client, b"welcome, you are number \n", received, ended))
    return int(found[1])
