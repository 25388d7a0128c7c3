"""No text of a picture is cut, and none lies on another."""
import itertools

import pytest

from helpers import figures
from tests.figures.drawn import WALKS, texts
from tests.recording.walks import one, recorded


def assert_legible(figure, slack):
    shown, edge = texts(figure), figure.bbox
    for text, box in shown:
        assert edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1, f"{text!r} is cut"
    for (text, box), (other, another) in itertools.combinations(shown, 2):
        wide = min(box.x1, another.x1) - max(box.x0, another.x0)
        high = min(box.y1, another.y1) - max(box.y0, another.y0)
        assert wide <= slack or high <= slack, f"{text!r} and {other!r} overlap by {wide:.0f} × {high:.0f} pixels"


@pytest.mark.parametrize("walk", WALKS)
def test_no_text_of_the_picture_overlaps_or_is_cut(walk):
    assert_legible(figures.iterations(recorded(WALKS[walk])), slack=0)


@pytest.mark.parametrize("walk", [walk for walk in WALKS if "spin" not in walk])
def test_no_text_of_the_times_overlaps_or_is_cut(walk):
    assert_legible(figures.times(recorded(WALKS[walk])), slack=1)


def test_times_of_large_numbers_overlap_nowhere():
    assert_legible(figures.times(recorded(one(number) for number in range(1_234_560, 1_234_600))), slack=1)
