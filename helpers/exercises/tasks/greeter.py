"""greeter (lesson 02): all who wait are greeted in one iteration."""
from ...server import connect
from ...trials import END, MOMENTS, WINDOW, Failed, came, hear, rests, state_of, stopped, trade
from . import Task

task = Task("greeter")
NUMBERS = "Where does your program count, and where does it begin?"


def welcomed(client, number):
    """Has this client heard its welcome, all of it and nothing else, and then the end?"""
    words = f"welcome, you are number {number}\n".encode()
    received, ended = trade(client)
    if received != words or ended != END:
        raise Failed(f"{client.name} hears {words!r}, and then the end", came(client, words, received, ended))


def waits(server):
    """Does the loop wait in its call, and nowhere else? Between two calls it may be seen elsewhere: then ask again."""
    rests(server)
    for _ in range(MOMENTS):
        elsewhere = state_of(server)
        if not elsewhere:
            return
    raise Failed("the loop waits in its call", elsewhere)


@task.trial("nobody costs nothing", "nobody comes", look="Does select have a timeout of 0?")
def nobody(start):
    """Most of the time nobody waits at the door."""
    server = start()
    rests(server)


@task.trial("one client", "alice comes, and then nobody",
            look="What does a client get, and is its connection closed after that? What does accept do when nobody waits?")
def one(start):
    """Who is greeted can go, and the loop goes back to select: there alone it can wait for everybody."""
    server = start()
    welcomed(connect(server, "alice"), 1)
    waits(server)


@task.trial("one after the other", "five clients, each when the one before has gone", look=NUMBERS)
def five(start):
    """Numbers go on from iteration to iteration, and nobody is the last who can come."""
    server = start()
    welcomed(connect(server, "alice"), 1)
    server.comes_to_rest(WINDOW)               # so that bob meets another iteration
    for number, name in enumerate(("bob", "carol", "dave", "erin"), 2):
        welcomed(connect(server, name), number)


@task.trial("three who wait", "alice, bob and carol are there before select is called",
            look="Does each whom accept lets in get the welcome? And where does your program count?")
def three(start):
    """Each gets a number of its own, in the order in which they came."""
    server = start()
    with stopped(server):
        waiting = [connect(server, name) for name in ("alice", "bob", "carol")]
    for number, client in enumerate(waiting, 1):
        welcomed(client, number)


@task.trial("all in one iteration", "alice, bob and carol are there before select is called",
            look="After the first accept, the listener may have more. How do you find out, without waiting?")
def one_iteration(start):
    """Whoever waits at the door needn't wait for another call of select."""
    server = start()
    with stopped(server):
        waiting = [connect(server, name) for name in ("alice", "bob", "carol")]
    for client in waiting:
        hear(client, b"welcome, you are number ")
    server.comes_to_rest()                         # an iteration is seen when it is over
    busy = [one for one in server.iterations if any(each.name == "accept" and each.peer for each in one.operations)]
    if len(busy) > 1:
        raise Failed("one iteration lets all three in", f"it took {len(busy)} iterations")


@task.trial("and then nobody again", "alice, bob and carol are there; then nobody; then dave comes",
            look="What happens in your program when accept finds nobody?")
def and_then(start):
    """When the last who waited was let in, the loop waits for the next."""
    server = start()
    with stopped(server):
        waiting = [connect(server, name) for name in ("alice", "bob", "carol")]
    for number, client in enumerate(waiting, 1):
        welcomed(client, number)
    rests(server)
    welcomed(connect(server, "dave"), 4)


@task.trial("who has left already", "alice is there; bob comes, and leaves with a reset; carol comes; then dave",
            look="For somebody who has left, accept or sendall raises an error. For how many clients should it end the loop?")
def left_already(start):
    """Some don't wait until they are let in, and that is no reason to send the others away."""
    server = start()
    with stopped(server):
        alice, bob = connect(server, "alice"), connect(server, "bob")
        bob.reset()
        carol = connect(server, "carol")
    welcomed(alice, 1)
    hear(carol, b"welcome, you are number ")       # 2 or 3: some systems never tell of bob
    server.comes_to_rest(WINDOW)
    hear(connect(server, "dave"), b"welcome, you are number ")
