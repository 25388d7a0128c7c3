"""A recording in words."""
import pytest

from helpers import Recording, figures
from tests.figures.drawn import WALKS
from tests.recording.walks import recorded


def unfolded(text):
    return " ".join(text.split())


@pytest.mark.parametrize("walk, lines", [
    ("like 04", ["walk went round 10 times, with 2 sockets: listener, alice.",
                 "1: nobody ready.", "2: listener readable – listener accept → alice.",
                 "3: alice readable – alice recv 5, alice sendall 5.", "4–9: nobody ready, 6 times.",
                 "10: listener, alice readable – listener accept → bob, alice recv 5, alice sendall 5."]),
    ("a walk", ["walk went round 3 times, with 2 sockets: listener, alice.",
                "1: nobody ready.", "2: listener readable – listener accept → alice.",
                "3: alice readable; alice writable – alice recv 5, alice send 3 – pending: 2 bytes of alice."]),
], ids=["like 04", "a walk"])
def test_describe_says_the_whole_picture(walk, lines):
    said = figures.describe(recorded(WALKS[walk]))
    assert said.splitlines() == str(said).splitlines() == lines


@pytest.mark.parametrize("walk, words", [
    ("spin", "2–15000: alice readable – alice recv 0, alice sendall 0 – a spin: 14,999 times the same, "
             "and nothing comes of it."),
    ("a spin of recv", "1–4999: alice readable – alice recv 0 – a spin: 4,999 times the same"),
    ("an idle stretch", "1–199: nobody ready, 199 times."),
    ("pending", "1: alice readable – alice recv 1048576 – pending: 1,048,576 bytes of alice."),
    ("5000 iterations", "10–4990: 4,981 iterations that are not shown."),
    ("errors", "2: nobody ready – select ValueError."),
    ("900 sockets", "900 sockets: listener, conn 1, conn 2,"),
    ("a full buffer", "2: bob readable; alice to write, not writable – listener accept → bob, bob recv 9 – "
                      "pending: 5,200,000 bytes of alice, 9 bytes of bob."),
    ("a full buffer", "3–8: nobody ready; alice to write, not writable, 6 times – pending: 5,200,000 bytes of alice"),
    ("a crowd that doesn't read", "conn 9, conn 10 … to write, not writable."),
    ("no iteration", "walk has not gone round yet."),
])
def test_describe_says(walk, words):
    assert words in unfolded(figures.describe(recorded(WALKS[walk])))


@pytest.mark.parametrize("seen", [recorded(WALKS["like 04"]), WALKS["like 04"]], ids=["a recording", "a list"])
def test_figures_take_a_recording_or_a_list(seen):
    assert repr(figures.iterations(seen)).startswith("a picture: walk went round 10 times" if isinstance(seen, Recording)
                                                     else "a picture: 10 iterations, with 2 sockets: listener, alice.")
    assert figures.iterations(seen).axes and "10: listener, alice readable" in unfolded(figures.describe(seen))
