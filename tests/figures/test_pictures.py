"""Recordings, and what is drawn and said of them."""
import pytest

from helpers import Iteration, Operation, Recording, figures
from helpers.recording import pending
from helpers.recording.folding import COLUMNS, columns


def iteration(number, readable=(), writable=(), operations=(), watched=("listener", "alice"), **others):
    return Iteration(number, "select", 1, list(watched), list(writable), list(readable), list(writable), [], 0.5, 1e-4,
                     list(operations), **others)


def recording(*iterations):
    made = Recording("walk")
    for one in iterations:
        made.append(one)
    return made


HEARD = Operation("recv", "alice", 5, b"hello")
SAID = Operation("send", "alice", 3, b"hel")
WALKS = {
    "a walk": [iteration(1), iteration(2, ["listener"], operations=[Operation("accept", "listener", peer="alice")]),
               iteration(3, ["alice"], ["alice"], operations=[HEARD, SAID])],
    "an idle stretch": [iteration(number) for number in range(1, 200)],
    "a spin": [iteration(number, ["alice"], operations=[Operation("recv", "alice", 0)]) for number in range(1, 5000)],
    "errors and a closed socket": [iteration(1, ["alice"], operations=[Operation("recv", "alice", error="ConnectionResetError")],
                                             watched=["listener", "alice", "closed"])],
    "a long walk": [iteration(number, ["alice"] * (number % 2), operations=[HEARD] * (number % 2)) for number in range(1, 5001)],
    "many sockets": [iteration(1, ["conn 7", "conn 800"], watched=["listener", *(f"conn {n}" for n in range(900))])],
    "long names": [iteration(1, ["listener :65535"], watched=["listener :65535", "a client with a long name"],
                             operations=[Operation("accept", "listener :65535", peer="a client with a long name")])],
    "nothing": [],
}


@pytest.mark.parametrize("name", WALKS)
def test_no_text_of_a_picture_collides_or_is_cut(name):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    figure = figures.iterations(recording(*WALKS[name]))
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.axes[0].texts if text.get_text()]
    for place, (text, box) in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1, f"{text!r} is cut"
        for other, another in boxes[:place]:
            assert not (box.x0 < another.x1 and another.x0 < box.x1 and box.y0 < another.y1 and another.y0 < box.y1), \
                f"{text!r} collides with {other!r}"


def test_a_picture_shows_what_was_seen():
    figure = figures.iterations(recording(*WALKS["a walk"]))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"listener", "alice", "accept\n→ alice", "recv 5\nsend 3", "▾▴", "2 B", "1", "2", "3"} <= set(texts)
    png, metadata = figure._repr_png_()
    assert png.startswith(b"\x89PNG") and "recv 5" in metadata["alt"]


def test_times_has_a_bar_for_each_wait_and_each_work():
    figure = figures.times(recording(*WALKS["a walk"]))
    assert len(figure.axes[0].patches) == 6
    assert repr(figure) == "a picture: In these iterations, walk waited longer than it worked."


def test_describe_says_the_same():
    assert str(figures.describe(recording(*WALKS["a walk"]))).splitlines() == [
        "walk went round 3 times, with 2 sockets: listener, alice.",
        "1: nobody ready.",
        "2: listener readable – listener accept → alice.",
        "3: alice readable; alice writable – alice recv 5, alice send 3 – pending: 2 bytes of alice."]
    assert "1–4999: alice readable – alice recv 0 – a spin: 4,999 times the same" in figures.describe(recording(*WALKS["a spin"]))
    assert "1–199: nobody ready, 199 times." in figures.describe(recording(*WALKS["an idle stretch"]))


def test_columns_fold_what_is_alike_and_leave_out_the_middle():
    assert [(one.first, one.last, one.kind) for one in columns(WALKS["a spin"])] == [(1, 4999, "spin")]
    assert [(one.first, one.last, one.kind) for one in columns(WALKS["an idle stretch"])] == [(1, 199, "idle")]
    long = columns(WALKS["a long walk"])
    assert len(long) <= COLUMNS and [one.kind for one in long].count("gap") == 1
    assert sum(one.count for one in long) == 5000 and (long[0].first, long[-1].last) == (1, 5000)
    late = columns([iteration(500), iteration(501)])
    assert (late[0].kind, late[0].first, late[0].last) == ("gap", 1, 499)


def test_pending_rises_with_what_is_received_and_falls_with_what_is_sent():
    walk = [iteration(1, operations=[HEARD]), iteration(2, operations=[SAID]), iteration(3),
            iteration(4, operations=[Operation("close", "alice")])]
    assert pending(walk) == [{"alice": 5}, {"alice": 2}, {"alice": 2}, {}]


def test_a_recording_is_saved_and_loaded(tmp_path):
    walk = recording(iteration(1, ["alice"], operations=[Operation("recv", "alice", 2, b"\xff\x00")], lines=[3, 4], printed="é"))
    walk.save(tmp_path / "walk.jsonl")
    loaded = Recording.load(tmp_path / "walk.jsonl")
    assert loaded.program == "walk" and loaded.iterations == walk.iterations
    assert len((tmp_path / "walk.jsonl").read_text().splitlines()) == 2


def test_a_recording_is_bounded():
    walk = recording(*(iteration(number) for number in range(1, 60_001)))
    assert len(walk.iterations) < 45_000 and walk.dropped == 60_000 - len(walk.iterations)
    assert walk.iterations[-1].number == 60_000


def test_an_iteration_shows_itself():
    assert repr(WALKS["a walk"][0]) == ("iteration 1   select, timeout 1 s\n  watched     listener · alice\n"
                                        "  readable    –            the timeout passed: three empty lists\n  did         –")
    assert "(901 in all)" in repr(WALKS["many sockets"][0])
    assert "recv ConnectionResetError" in repr(WALKS["errors and a closed socket"][0])
