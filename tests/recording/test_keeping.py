"""A recording is kept, saved and loaded, and has a bound."""
import json

from helpers import Operation, Recording
from helpers.recording import Coroutine
from helpers.recording.recording import KEEP
from tests.recording.walks import one, op, recorded


def test_a_recording_is_the_same_after_save_and_load(tmp_path):
    before = recorded([one(3, ["alice"], ["bob"], op("recv", size=300, data=bytes(range(192, 256))),
                           op("recv", size=2, data=b"\xff\x00"),
                           op("accept", "listener", peer="bob"), op("send", error="BrokenPipeError"),
                           op("register", flags="IN|ET"), flags={"alice": "IN|RDHUP"}, unseen=["alice"],
                           exceptional=["ünï"], lines=[3, 1, 2],
                           coroutines=[Coroutine("serve", "bob", 7), Coroutine("main")], printed="größer é\n", timeout=None),
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
    assert len(kept) == KEEP // 5 < 45_000 and kept[-1].number == 2 * KEEP // 5 + 1
    assert recording.dropped == kept[0].number - 1 == kept[-1].number - len(kept)
    assert recording.weight == 5 * len(kept)


def test_nothing_is_dropped_of_nothing():
    assert Recording().dropped == 0


def test_what_the_recorder_hands_over_gets_names():
    recording = Recording()
    record = (1, "select", 2.0, (1,), (), (1,), (), (), 0.1, 0.2,
              ("accept", 1, None, 2, "recv", 2, "TimeoutError", b""), (4, 5), (9,),
              (("serve", 2, 5, None), ("start", 2, 0, "aiohttp")))
    recording.add([record], [(1, "listener", 6666, "", 40000), (2, "connection", 5000)], "hello\n")
    iteration, = recording.iterations
    assert iteration.operations == [Operation("accept", "listener", peer="conn 1"),
                                    Operation("recv", "conn 1", error="TimeoutError")]
    assert (iteration.lines, iteration.printed, iteration.watched_read) == ([4, 5], "hello\n", ["listener"])
    assert iteration.coroutines == [Coroutine("serve", "conn 1", 5), Coroutine("start", "conn 1", 0, "aiohttp")]


def test_a_recording_of_before_there_were_flags_is_loaded(tmp_path):
    recorded([one(1, ["alice"], (), op("recv", size=1))], "old").save(tmp_path / "old")
    head, row = (tmp_path / "old").read_text(encoding="utf-8").splitlines()
    row = json.loads(row)
    for thing in row, *row["operations"]:
        for name in {"flags", "unseen"} & {*thing}:
            del thing[name]
    (tmp_path / "old").write_text(f"{head}\n{json.dumps(row)}\n", encoding="utf-8")
    iteration, = Recording.load(tmp_path / "old").iterations
    assert (iteration.flags, iteration.unseen, iteration.operations[0].flags) == ({}, [], "")


def test_flags_and_what_was_unseen_come_beside_the_operations():
    recording = Recording()
    operations = ("· IN|HUP", 1, None, b"", "modify IN|ET", 1, None, b"", "· unseen", 1, None, b"")
    recording.add([(1, "epoll", 2.0, (1,), (), (1,), (), (), 0.1, 0.2, operations, (), (), ())], [(1, "connection", 5000)])
    iteration, = recording.iterations
    assert iteration.operations == [Operation("modify", "conn 1", flags="IN|ET")]
    assert (iteration.flags, iteration.unseen) == ({"conn 1": "IN|HUP"}, ["conn 1"])
