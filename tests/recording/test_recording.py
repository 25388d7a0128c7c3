"""Recordings: plain data, their text, their columns, and the pictures of them. No server is needed here."""
import itertools

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from helpers import Iteration, Operation, Recording, figures
from helpers.recording import pending
from helpers.recording.folding import COLUMNS, FOLD, ROWS, columns, sockets
from helpers.recording.recording import KEEP


def one(number=1, readable=(), writable=(), *operations, watched=("listener", "alice"), to_write=(), exceptional=(),
        timeout=1, call="select", **others):
    return Iteration(number, call, timeout, list(watched), list(to_write or writable), list(readable), list(writable),
                     list(exceptional), 0.25, 0.001, list(operations), **others)


def op(name, socket="alice", size=None, **others):
    return Operation(name, socket, size, **others)


def recorded(iterations, program="walk"):
    recording = Recording(program)
    for iteration in iterations:
        recording.append(iteration)
    return recording


# -- text ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("operation, text", [
    (op("recv", size=5, data=b"hello"), "recv 5 b'hello'"),
    (op("recv", size=0), "recv 0"),
    (op("recv", error="BlockingIOError"), "recv BlockingIOError"),
    (op("accept", "listener", peer="alice"), "accept → alice"),
    (op("close"), "close"),
    (op("send", size=30, data=b"x" * 30), "send 30 b'" + "x" * 24 + "'…"),
    (op("send", size=24, data=b"x" * 24), "send 24 b'" + "x" * 24 + "'"),
])
def test_the_text_of_an_operation(operation, text):
    assert str(operation) == text
    assert eval(repr(operation)) == operation


def test_the_text_of_an_idle_iteration():
    assert one().idle
    assert repr(one()) == ("iteration 1   select, timeout 1 s\n"
                           "  watched     listener · alice\n"
                           "  readable    –            the timeout passed: three empty lists\n"
                           "  did         –")


def test_the_text_of_a_busy_iteration():
    busy = one(7, ["alice"], ["bob"], op("recv", size=2, data=b"hi"), op("send", size=2, data=b"hi"), op("close", "bob"),
               exceptional=["carol"], printed="one\ntwo\n", timeout=None, call="poll")
    assert not busy.idle
    assert repr(busy) == ("iteration 7   poll, no timeout\n"
                          "  watched     listener · alice\n"
                          "  to write    bob\n"
                          "  readable    alice\n"
                          "  writable    bob\n"
                          "  exceptional carol\n"
                          "  did         alice: recv 2 b'hi' · send 2 b'hi'\n"
                          "              bob: close\n"
                          "  printed     one\n"
                          "              two")


@pytest.mark.parametrize("timeout, words", [(None, "no timeout"), (0, "timeout 0 s"), (0.5, "timeout 0.5 s"),
                                            (4.99999, "timeout 5 s"), (12.34, "timeout 12.3 s")])
def test_a_timeout_in_words_is_rounded(timeout, words):
    assert repr(one(timeout=timeout)).splitlines()[0].endswith(", " + words)


@pytest.mark.parametrize("iteration, why", [
    (one(timeout=0), "nothing is ready now"),
    (one(timeout=5), "the timeout passed"),
    (one(1, (), (), op("select", None, error="ValueError")), "the call itself failed"),
])
def test_why_nothing_was_ready(iteration, why):
    assert why in repr(iteration)


def test_many_names_and_operations_are_cut_short():
    names = [f"conn {number}" for number in range(900)]
    text = repr(one(1, names, (), *[op("recv", name, 1) for name in names], watched=names))
    assert "conn 5 · … (900 in all)" in text and "conn 6 " not in text
    assert "… (900 operations in all)" in text
    assert len(text.splitlines()) < 15 and max(map(len, text.splitlines())) < 100


# -- names -----------------------------------------------------------------------------------------------------------

def test_names_tell_how_a_socket_came_to_be():
    recording = Recording()
    recording.names.claim(5000, "alice")
    recording.add([], [(1, "listener", 6666, "127.0.0.1", 40000), (2, "connection", 5000), (3, "connection", 5001),
                       (4, "stdin"), (5, "pipe"), (6, "client", 6666), (7, "client", None), (8, "closed")])
    assert [recording.names.name(number) for number in range(9)] == [
        "closed", "listener", "alice", "conn 1", "stdin", "pipe 1", "to :6666", "client 1", "closed"]
    assert recording.names.name(None) is None and recording.names.name(99) == "socket"


def test_a_port_that_two_clients_had_in_turn_has_two_names():
    recording = Recording()
    for number, name in (1, "alice"), (2, "bob"):
        recording.names.claim(5000, name)
        recording.add([], [(number, "connection", 5000)])
    recording.add([], [(3, "connection", 5000)])
    assert [recording.names.name(number) for number in (1, 2, 3)] == ["alice", "bob", "conn 1"]


# -- kept, saved, bounded --------------------------------------------------------------------------------------------

def test_a_recording_is_the_same_after_save_and_load(tmp_path):
    before = recorded([one(3, ["alice"], ["bob"], op("recv", size=300, data=bytes(range(192, 256))),
                           op("accept", "listener", peer="bob"), op("send", error="BrokenPipeError"),
                           exceptional=["ünï"], lines=[3, 1, 2], printed="größer\n", timeout=None),
                       one(4, timeout=0.5)], "walk ü")
    before.save(tmp_path / "walk.jsonl")
    after = Recording.load(tmp_path / "walk.jsonl")
    assert after.program == "walk ü" and after.iterations == before.iterations
    assert after.dropped == before.dropped == 2 and after.weight == before.weight
    assert repr(after.iterations) == repr(before.iterations)
    assert len((tmp_path / "walk.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_an_empty_recording_is_saved_and_loaded(tmp_path):
    Recording("empty").save(tmp_path / "empty")
    assert (Recording.load(tmp_path / "empty").program, Recording.load(tmp_path / "empty").iterations) == ("empty", [])


def test_a_recording_is_bounded_and_counts_what_it_drops():
    recording = recorded(one(number) for number in range(1, 2 * KEEP // 5 + 2))
    kept = recording.iterations
    assert len(kept) == KEEP // 5 and kept[-1].number == 2 * KEEP // 5 + 1
    assert recording.dropped == kept[0].number - 1 == kept[-1].number - len(kept)
    assert recording.weight == 5 * len(kept)


def test_nothing_is_dropped_of_nothing():
    assert Recording().dropped == 0


def test_what_the_recorder_hands_over_gets_names():
    recording = Recording()
    record = (1, "select", 2.0, (1,), (), (1,), (), (), 0.1, 0.2, ("accept", 1, None, 2, "recv", 2, "TimeoutError", b""), (4, 5))
    recording.add([record], [(1, "listener", 6666, "", 40000), (2, "connection", 5000)], "hello\n")
    iteration, = recording.iterations
    assert iteration.operations == [Operation("accept", "listener", peer="conn 1"),
                                    Operation("recv", "conn 1", error="TimeoutError")]
    assert (iteration.lines, iteration.printed, iteration.watched_read) == ([4, 5], "hello\n", ["listener"])


# -- pending ---------------------------------------------------------------------------------------------------------

def test_pending_counts_what_came_and_was_not_sent_back():
    walk = [one(1, ["alice"], (), op("recv", size=10)), one(2, (), ["alice"], op("send", size=4)),
            one(3, (), ["alice"], op("sendall", size=6)), one(4, ["alice"], (), op("recv_into", size=3)),
            one(5, (), (), op("close"))]
    assert pending(walk) == [{"alice": 10}, {"alice": 6}, {}, {"alice": 3}, {}]


@pytest.mark.parametrize("operation", [op("send", size=100), op("recv", error="BlockingIOError"), op("recv", size=0),
                                       op("accept", "listener", peer="alice"), op("shutdown")])
def test_nothing_is_pending_below_zero_or_without_bytes(operation):
    assert pending([one(1, (), (), operation)]) == [{}]


def test_pending_is_counted_for_each_connection():
    walk = [one(1, (), (), op("recv", size=5), op("recv", "bob", 7), op("send", size=5))]
    assert pending(walk) == [{"bob": 7}]


# -- columns ---------------------------------------------------------------------------------------------------------

def kinds(iterations):
    return [(column.first, column.last, column.kind) for column in columns(iterations)]


def heard(number):
    return one(number, ["alice"], (), op("recv", size=1, data=b"x"))


def test_idle_stretches_are_folded_and_short_ones_are_not():
    walk = [heard(1), *(one(number) for number in range(2, 7)), heard(7), one(8), one(9)]
    assert kinds(walk) == [(1, 1, "one"), (2, 6, "idle"), (7, 7, "one"), (8, 8, "one"), (9, 9, "one")]
    assert columns(walk)[1].count == 5


@pytest.mark.parametrize("operations, kind", [
    ([], "spin"),
    ([op("recv", size=0)], "spin"),
    ([op("recv", error="ConnectionResetError")], "spin"),
    ([op("recv", size=5)], "alike"),
    ([op("accept", "listener", peer="alice")], "alike"),
])
def test_iterations_that_are_alike_are_a_spin_only_if_nothing_comes_of_them(operations, kind):
    assert kinds([one(number, ["alice"], (), *operations) for number in range(1, FOLD + 1)]) == [(1, FOLD, kind)]


@pytest.mark.parametrize("other", [
    one(3, ["alice"]), one(3, (), ["alice"]), one(3, exceptional=["alice"]), one(3, watched=["listener"]),
    one(3, to_write=["alice"]), one(3, (), (), op("close")),
], ids=["readable", "writable", "exceptional", "watched", "to write", "operations"])
def test_a_difference_ends_a_stretch(other):
    assert len(columns([one(1), one(2), one(3)])) == 1
    assert len(columns([one(1), one(2), other])) == 3


def test_what_was_not_kept_is_a_gap():
    walk = [heard(5), one(6), heard(10)]
    assert kinds(walk) == [(1, 4, "gap"), (5, 5, "one"), (6, 6, "one"), (7, 9, "gap"), (10, 10, "one")]
    assert columns(walk)[0].iteration is None


def test_a_long_recording_is_cut_in_its_middle():
    walk = [heard(number) if number % 2 else one(number) for number in range(1, 5001)]
    cut = columns(walk)
    assert len(cut) == COLUMNS and [column.kind for column in cut].count("gap") == 1
    assert (cut[0].first, cut[-1].last) == (1, 5000)
    assert all(left.last + 1 == right.first for left, right in itertools.pairwise(cut))


def test_columns_of_nothing():
    assert columns([]) == []


def test_sockets_come_in_order_and_without_the_closed():
    walk = [one(1, (), (), op("accept", "listener", peer="alice"), watched=["listener"]),
            one(2, (), (), op("select", None, error="OSError"), op("send", "bob", 1), watched=["listener", "alice", "closed"])]
    assert sockets(walk) == ["listener", "alice", "bob"]


# -- the pictures, and the same in words ---------------------------------------------------------------------------

ACCEPT = op("accept", "listener", peer="alice")
ECHO = [op("recv", size=5, data=b"hello"), op("sendall", size=5, data=b"hello")]
MANY = ["listener", *(f"conn {number}" for number in range(1, 900))]
LONG = "a client with a name that goes on and on"
WALKS = {
    "like 04": [one(1, watched=["listener"]), one(2, ["listener"], (), ACCEPT, watched=["listener"]),
                one(3, ["alice"], (), *ECHO), *(one(number) for number in range(4, 10)),
                one(10, ["listener", "alice"], (), op("accept", "listener", peer="bob"), *ECHO)],
    "spin": [one(1, ["listener"], (), ACCEPT),
             *(one(number, ["alice"], (), op("recv", size=0), op("sendall", size=0)) for number in range(2, 15_001))],
    "900 sockets": [one(1, watched=MANY), one(2, MANY[1:400], (), *[op("recv", name, 3) for name in MANY[1:400]], watched=MANY),
                    one(3, MANY[:1], (), op("accept", "listener", peer="conn 900"), watched=MANY)],
    "5000 iterations": [heard(number) if number % 2 else one(number) for number in range(1, 5001)],
    "long spins, one after the other": [
        one(1000 * turn + number, ["alice"], (), op("recv", size=turn)) for turn in range(15) for number in range(1000)][1:],
    "pending": [one(1, ["alice"], (), op("recv", size=1_048_576)), one(2, (), ["alice"], op("send", size=300_000)),
                one(3, ["alice"], ["alice"], op("recv", size=9_999), op("send", size=1))],
    "errors": [one(1, ["alice"], (), op("recv", error="ConnectionResetError"), op("close")),
               one(2, (), (), op("select", None, error="ValueError"), watched=["listener", "closed"]),
               one(3, ["listener"], (), op("accept", "listener", error="BlockingIOError"), watched=["listener"])],
    "long names": [one(1, [LONG], (), op("accept", "listener :65535", peer=LONG), watched=["listener :65535", LONG]),
                   one(2, [LONG], [LONG], op("recvfrom_into", LONG, 123_456_789), watched=["listener :65535", LONG])],
    "all at once in one iteration": [one(1, ["alice"], ["alice"], *ECHO, op("shutdown"), op("close"))],
    "nothing watched": [one(1, watched=[])],
    "no iteration": [],
}


def texts(figure):
    """The texts that a figure really shows, and where: (text, its box in pixels)."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    shown = [each for each in figure.findobj(Text) if each.get_visible() and each.get_text().strip()]
    return [(each.get_text(), each.get_window_extent(renderer)) for each in shown]


def assert_legible(figure):
    shown, edge = texts(figure), figure.bbox
    for text, box in shown:
        assert edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1, f"{text!r} is cut"
    for (text, box), (other, another) in itertools.combinations(shown, 2):
        wide = min(box.x1, another.x1) - max(box.x0, another.x0)
        high = min(box.y1, another.y1) - max(box.y0, another.y0)
        assert wide <= 1 or high <= 1, f"{text!r} and {other!r} overlap by {wide:.0f} × {high:.0f} pixels"


@pytest.mark.parametrize("walk", WALKS)
def test_no_text_of_the_picture_overlaps_or_is_cut(walk):
    assert_legible(figures.iterations(recorded(WALKS[walk])))


@pytest.mark.parametrize("walk", [walk for walk in WALKS if walk not in ("spin", "long spins, one after the other")])
def test_no_text_of_the_times_overlaps_or_is_cut(walk):
    assert_legible(figures.times(recorded(WALKS[walk])))


def test_times_of_large_numbers_overlap_nowhere():
    assert_legible(figures.times(recorded(one(number) for number in range(1_234_560, 1_234_600))))


def shown_in(walk):
    return [text for text, _ in texts(figures.iterations(recorded(WALKS[walk])))]


@pytest.mark.parametrize("walk, labels", [
    ("like 04", ["listener", "alice", "1", "2", "3", "10", "iteration", "accept\n→ alice", "recv 5\nsendall 5", "↻ idle × 6", "▾",
                 "watched", "▾ ready to read"]),
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


def test_times_has_a_bar_for_each_wait_and_each_work():
    figure = figures.times(recorded(WALKS["like 04"]))
    waited, worked = [[bar.get_height() for bar in bars] for bars in figure.axes[0].containers]
    assert len(waited) == len(worked) == len(WALKS["like 04"])
    assert min(waited) > max(worked) > 0
    labels = [text for text, _ in texts(figure)]
    assert {"iteration", "waited in the call", "worked after it", "1 µs", "1 ms", "1 s"} <= set(labels)


@pytest.mark.parametrize("draw", [figures.iterations, figures.times])
def test_a_picture_has_alternative_text_and_is_named_alike_in_every_run(draw):
    first, again = draw(recorded(WALKS["like 04"])), draw(recorded(WALKS["like 04"]))
    assert first.alt and repr(first) == repr(again) == f"a picture: {first.alt.splitlines()[0]}"
    png, metadata = first._repr_png_()
    assert png.startswith(b"\x89PNG") and metadata["alt"] == first.alt
    assert not any(sign in repr(first) for sign in ("0x", "0.25", " at "))


def test_the_alternative_text_is_what_describe_says():
    recording = recorded(WALKS["like 04"])
    assert figures.iterations(recording).alt == str(figures.describe(recording)) == repr(figures.describe(recording))


def unfolded(text):
    return " ".join(text.split())


def test_describe_says_the_whole_picture():
    said = figures.describe(recorded(WALKS["like 04"])).splitlines()
    assert "walk" in said[0] and "10 times" in said[0] and "2 sockets: listener, alice" in said[0]
    assert said[1:] == ["1: nobody ready.", "2: listener readable – listener accept → alice.",
                        "3: alice readable – alice recv 5, alice sendall 5.", "4–9: nobody ready, 6 times.",
                        "10: listener, alice readable – listener accept → bob, alice recv 5, alice sendall 5."]


@pytest.mark.parametrize("walk, words", [
    ("spin", "2–15000: alice readable – alice recv 0, alice sendall 0 – a spin: 14,999 times the same, and nothing comes of it."),
    ("pending", "1: alice readable – alice recv 1048576 – pending: 1048576 bytes of alice."),
    ("5000 iterations", "10–4990: 4,981 iterations that are not shown."),
    ("errors", "2: nobody ready – select select ValueError."),
    ("900 sockets", "900 sockets: listener, conn 1, conn 2,"),
    ("no iteration", "walk has not gone round yet."),
])
def test_describe_says(walk, words):
    assert words in unfolded(figures.describe(recorded(WALKS[walk])))


@pytest.mark.parametrize("seen", [recorded(WALKS["like 04"]), WALKS["like 04"]], ids=["a recording", "a list"])
def test_figures_take_a_recording_or_a_list(seen):
    assert figures.iterations(seen).axes and "10: listener, alice readable" in unfolded(figures.describe(seen))
