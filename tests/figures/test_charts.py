"""Numbers over iterations: time waited and worked, and bytes pending."""
from dataclasses import replace

import pytest

from helpers import figures
from helpers.errors import GlassError
from helpers.figures.charts import in_bytes, percent, shares_of
from tests.figures.drawn import WALKS, texts
from tests.recording.walks import one, op, recorded

CAME = op("accept", "listener", peer="bob")
BOB, HEARD, SAID = op("recv", "bob", 10), op("recv", size=500), op("send", size=200)


@pytest.mark.parametrize("walk", ["like 04", "a walk"])
def test_times_has_a_bar_for_each_wait_and_each_work(walk):
    figure = figures.times(recorded(WALKS[walk]))
    waited, worked = [[bar.get_height() for bar in bars] for bars in figure.axes[0].containers]
    assert len(waited) == len(worked) == len(WALKS[walk])
    assert len(figure.axes[0].patches) == 2 * len(WALKS[walk])
    assert min(waited) > max(worked) > 0
    labels = [text for text, _ in texts(figure)]
    assert {"iteration", "waited in the call: 99.6 %", "worked after it: 0.4 %", "1 µs", "1 ms", "1 s"} <= set(labels)
    assert repr(figure) == "a picture: In these iterations, walk waited longer than it worked."


def test_shares_of_the_time_leave_out_what_was_stepped():
    ran, stepped = one(1), one(2, lines=[24, 25])                             # each waited 0.25 s and worked 0.001 s
    stepped = replace(stepped, waited=1000.0)
    assert shares_of([]) == {"waited": "", "worked": ""}
    labels = [text for text, _ in texts(figures.times([ran, stepped]))]
    assert {"waited in the call: 99.6 %", "worked after it: 0.4 %"} <= set(labels)
    assert {"waited in the call", "worked after it"} <= {text for text, _ in texts(figures.times([stepped]))}


@pytest.mark.parametrize("share, words", [(0, "0.0 %"), (0.0004, "under 0.1 %"), (0.0006, "0.1 %"), (0.9994, "99.9 %"),
                                          (0.9996, "over 99.9 %"), (1, "100.0 %")])
def test_a_share_is_true_after_rounding(share, words):
    assert percent(share) == words


def walk(*operations):
    return [one(number, (), (), *some, watched=["listener"]) for number, some in enumerate(operations, 1)]


def test_the_picture_of_what_is_pending():
    picture = figures.pending(walk([CAME, BOB], [HEARD], [SAID]))
    assert [line.get_label() for line in picture.axes[0].lines] == ["alice", "bob"]       # whoever has most comes first
    assert list(picture.axes[0].lines[0].get_ydata()) == [0, 500, 300]
    assert repr(picture) == "a picture: Bytes pending in program, iteration by iteration; alice has most."
    assert repr(figures.pending(walk([]))).endswith(": nobody has any.")
    crowd = walk(*([op("recv", f"conn {number}", number + 1), op("send", f"conn {number}", 1)] for number in range(1, 30)))
    assert [line.get_label() for line in figures.pending(crowd).axes[0].lines] == ["conn 29", "conn 28", "conn 27",
                                                                                  "conn 26"]


def test_lines_to_compare_what_is_pending_with():
    seen = walk([CAME, BOB], [HEARD], [SAID])
    picture = figures.pending(seen, levels={"HIGH": 400, "LOW": 100})
    levels = [line for line in picture.axes[0].lines if set(line.get_ydata()) in ({400}, {100})]
    assert len(levels) == 2 and len(picture.axes[0].lines) == 4
    assert {"HIGH", "LOW", "alice", "bob"} <= {text for text, _ in texts(picture)}
    assert repr(picture) == ("a picture: Bytes pending in program, iteration by iteration; alice has most; with lines for "
                             "HIGH (400 bytes), LOW (100 bytes).")
    assert "lines for" not in repr(figures.pending(seen))
    with pytest.raises(GlassError, match="Levels have names"):
        figures.pending(seen, levels=30)


def test_a_picture_without_pending_bytes_says_why():
    silent, other = figures.pending(walk([])), figures.pending(walk([CAME, BOB], [op("send", "bob", 500)]))
    for figure, why in ((silent, "nobody has any"), (other, "it sends other bytes than it gets, so none are called so")):
        assert repr(figure).endswith(f": {why}.") and f"bytes pending: {why}" in dict(texts(figure))


def test_bytes_on_an_axis():
    assert [in_bytes(size) for size in (0, 5, 1500, 2e6)] == ["0 B", "5 B", "1.5 kB", "2 MB"]
