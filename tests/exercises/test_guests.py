"""Clients of exercises: a cut is where it is said to be, and the server has taken one piece before the next one comes."""
from helpers.exercises.guests import cut_everywhere, hears_the_end
from helpers.trials import Trial, judge
from tests import ROOT

WORD = b"hello"
SHORT = """
import select, socket
door = socket.create_server(("127.0.0.1", 6666))
guests = [door]
while True:
    for one in select.select(guests, [], [])[0]:
        if one is door:
            guests.append(door.accept()[0])
        else:
            one.recv(100)
            guests.remove(one)
            one.close()
"""


def received(server, client):
    """The sizes of all that the server has received from this client, in order."""
    server.comes_to_rest()
    operations = [one for iteration in server.iterations for one in iteration.operations]
    return [one.size for one in operations if one.socket == client.name and one.name == "recv" and one.size]


def survives(program, function):
    [verdict] = judge(program, (), [Trial("cut", "a word", "", function)], record=True)
    assert verdict.survived, f"{verdict.expected}: {verdict.received}"


def test_a_word_is_cut_at_every_place_and_into_single_bytes():
    cuts = []

    def cut(start):
        server = start()
        *guests, slow = cut_everywhere(server, [WORD] * len(WORD))
        cuts.extend(received(server, guest) for guest in (*guests, slow))
        for guest in (*guests, slow):
            guest.half_close()
            hears_the_end(guest, WORD)

    survives(ROOT / "lessons" / "05_disconnect_cleanup.py", cut)
    assert cuts == [[1, 4], [2, 3], [3, 2], [4, 1], [1, 1, 1, 1, 1]]


def test_who_is_let_go_in_the_middle_hears_the_end(tmp_path):
    def cut(start):
        for guest in cut_everywhere(start(), [WORD] * len(WORD)):
            hears_the_end(guest)

    program = tmp_path / "short.py"
    program.write_text(SHORT)
    survives(program, cut)
