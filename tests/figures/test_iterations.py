"""The picture of iterations: its labels, its errors, its alternative text."""
import pytest
from matplotlib.text import Text

from helpers import figures
from helpers.recording.folding import ROWS
from tests.figures.drawn import WALKS, texts
from tests.recording.walks import recorded


def shown_in(walk):
    return [text for text, _ in texts(figures.iterations(recorded(WALKS[walk])))]


@pytest.mark.parametrize("walk, labels", [
    ("like 04", ["listener", "alice", "1", "2", "3", "10", "iteration", "accept\n→ alice", "recv 5\nsendall 5",
                 "↻ idle × 6", "▾", "watched", "▾ ready to read"]),
    ("a walk", ["listener", "alice", "accept\n→ alice", "recv 5\nsend 3", "▾▴", "2 B", "1", "2", "3"]),
    ("spin", ["↻ spin\n× 14,999", "recv 0\nsendall 0"]),
    ("900 sockets", ["listener", f"{900 - ROWS + 1} others", "1", "2", "3"]),
    ("5000 iterations", ["1", "2", "5000", "…", "alice"]),
    ("pending", ["bytes pending", "▴ ready to write", "▾▴", "1,048 kB"]),
    ("nothing watched", ["1", "iteration"]),
])
def test_labels_of_the_picture(walk, labels):
    missing = set(labels) - set(shown_in(walk))
    assert not missing, f"{missing} not in {shown_in(walk)}"


def test_an_error_is_seen_in_the_picture_in_red():
    figure = figures.iterations(recorded(WALKS["errors"]))
    framed = [text for text in figure.findobj(Text) if text.get_bbox_patch()]
    assert len(framed) == 2 and {text.get_bbox_patch().get_edgecolor()[:1] for text in framed} == {(0xD5 / 255,)}


@pytest.mark.parametrize("draw", [figures.iterations, figures.times])
def test_a_picture_has_alternative_text_and_is_named_alike_in_every_run(draw):
    first, again = draw(recorded(WALKS["like 04"])), draw(recorded(WALKS["like 04"]))
    assert first.alt and repr(first) == repr(again) == f"a picture: {first.alt.splitlines()[0]}"
    png, metadata = first._repr_png_()
    assert png.startswith(b"\x89PNG") and metadata["alt"] == first.alt
    assert not any(sign in repr(first) for sign in ("0x", "0.25", " at "))


@pytest.mark.parametrize("walk", ["like 04", "a walk"])
def test_the_alternative_text_is_what_describe_says(walk):
    recording = recorded(WALKS[walk])
    figure = figures.iterations(recording)
    assert figure.alt == str(figures.describe(recording)) == repr(figures.describe(recording))
    png, metadata = figure._repr_png_()
    assert png.startswith(b"\x89PNG") and "recv 5" in metadata["alt"]
