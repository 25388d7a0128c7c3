"""The picture of iterations: its labels, its errors, its alternative text."""
import pytest
from matplotlib.text import Text

from helpers import Recording, figures
from helpers.figures import drawing
from helpers.recording.folding import ROWS
from tests.figures.drawn import WALKS, texts
from tests.recording.walks import one, op, recorded


def shown_in(walk):
    return [text for text, _ in texts(figures.iterations(recorded(WALKS[walk])))]


@pytest.mark.parametrize("walk, labels", [
    ("like 04", ["listener", "alice", "1", "2", "3", "10", "iteration", "accept\n→ alice", "recv 5\nsendall 5",
                 "↻ idle × 6", "▾", "watched", "▾ ready to read"]),
    ("a walk", ["listener", "alice", "accept\n→ alice", "recv 5\nsend 3", "▾▴", "2 B", "1", "2", "3"]),
    ("spin", ["↻ spin\n× 14,999", "recv 0\nsendall 0"]),
    ("900 sockets", ["listener", f"{900 - ROWS + 1} others", "1", "2", "3"]),
    ("5000 iterations", ["1", "2", "5000", "…", "alice"]),
    ("pending", ["bytes pending", "▴ ready to write", "▾▴", "1.0 MB", "749 kB"]),
    ("a full buffer", ["▵", "▾▵", "▵ to write, not writable", "5.2 MB", "9 B", "↻ idle × 6"]),
    ("nothing watched", ["1", "iteration"]),
    ("one of two failed", ["accept…\n✗ not …"]),
    ("datagrams", ["← ulla 6\n→ ulla 6", "recvfrom\n← ulla 6", "recvfrom\nsendto"]),
])
def test_labels_of_the_picture(walk, labels):
    missing = set(labels) - set(shown_in(walk))
    assert not missing, f"{missing} not in {shown_in(walk)}"


def test_of_many_who_only_wait_there_is_one_row():
    guests = [f"conn {number}" for number in range(1, 5001)]
    walk = [one(1, ["alice"], (), op("recv", "alice", 5), watched=[*guests, "alice"]), one(2, watched=[*guests, "alice"])]
    labels = [text for text, _ in texts(figures.iterations(recorded(walk)))]
    assert {"alice", "5,000 others"} < set(labels) and "conn 1" not in labels
    assert "900 others" in [text for text, _ in texts(figures.iterations(recorded([one(1, watched=guests[:900])])))]


def test_who_is_to_be_written_to_and_is_not_writable_looks_like_nobody_else():
    def edges(walk):
        patches = figures.iterations(recorded(walk)).axes[0].patches
        return [patch.get_edgecolor()[:3] for patch in patches if patch.get_edgecolor()[3]]
    orange = tuple(int(drawing.ORANGE[place:place + 2], 16) / 255 for place in (1, 3, 5))
    assert edges([one(1, watched=["alice"], to_write=["alice"])]) == [orange, orange]         # the box, and the legend's
    assert edges([one(1, (), ["alice"], watched=["alice"])]) == []
    assert orange not in edges([one(1, (), (), op("select", None, error="ValueError"), watched=["alice"], to_write=["alice"])])


@pytest.mark.parametrize("size, words", [
    (0, "0 B"), (9_999, "9999 B"), (10_000, "10 kB"), (65_536, "66 kB"), (999_499, "999 kB"), (999_501, "1.0 MB"),
    (5_242_880, "5.2 MB"), (9_949_999, "9.9 MB"), (9_950_001, "10 MB"), (999_499_999, "999 MB"), (2_500_000_000, "2.5 GB")])
def test_a_label_of_bytes_is_short(size, words):
    assert drawing.amount(size) == words


def test_a_part_of_a_recording_knows_what_was_owed_before(tmp_path):
    whole = Recording("walk")
    rows = [("accept", 1, None, 2), ("recv", 2, 5_000, b"x" * 64), ("send", 2, 2_000, b"x" * 64), ("send", 2, 10, b"x" * 10)]
    whole.add([(number, "select", 1, (1, 2), (2,), (), (), (), 0.1, 0.2, row, (), (), ())
               for number, row in enumerate(rows, 1)],
              [(1, "listener", 6666, "", 40000), (2, "connection", 5000)])
    whole.save(tmp_path / "walk")
    for kept in whole.iterations, Recording.load(tmp_path / "walk").iterations:
        for part in kept[-1:], kept[2:], [iteration for iteration in kept if iteration.number != 2]:
            assert "pending: 2,990 bytes of conn 1" in figures.describe(part)
            assert "2990 B" in [text for text, _ in texts(figures.iterations(part))]


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
