"""The film: a recording as plain data."""
import json
import re

import pytest

from helpers import Recording
from helpers.playing.scenes import FOLD, difference, film
from helpers.recording import Operation
from tests import ROOT
from tests.playing.films import iteration, names, recorded, there

LESSONS = ROOT / "lessons"


def test_a_scene_holds_what_an_iteration_holds():
    did = [Operation("recv", "alice", 5, b"hello"), Operation("recv", "bob", error="ConnectionResetError"),
           Operation("accept", "listener", peer="carol")]
    sent = [Operation("send", "alice", 5, b"hello")]
    shown = film(recorded(iteration(1, ["alice", "bob"], did, ["listener", "alice", "bob"], watched_write=["bob"],
                                    writable=["bob"], lines=[4, 5, 3], printed="hi\n", timeout=None),
                          iteration(2, (), sent, ["alice"])))
    scene, _ = shown["scenes"]
    assert (scene["first"], scene["last"], scene["kind"], scene["call"], scene["timeout"]) == (1, 1, "one", "select", None)
    assert names(shown, shown["lists"][scene["reading"]]) == ["listener", "alice", "bob"]
    assert names(shown, shown["lists"][scene["writing"]]) == names(shown, scene["writable"]) == ["bob"]
    assert names(shown, scene["readable"]) == ["alice", "bob"] and scene["exceptional"] == []
    assert shown["lists"][scene["lines"]] == [4, 5, 3] and scene["printed"] == "hi\n"
    assert there(shown, scene) == ["listener", "alice", "bob", "carol"]
    assert {shown["names"][place]: size for place, size in scene["owed"].items()} == {"alice": 5}
    alice, bob, listener, carol = (shown["names"].index(name) for name in ("alice", "bob", "listener", "carol"))
    assert scene["did"] == [["recv", alice, 5, "b'hello'", None, None],
                            ["recv", bob, None, "", "ConnectionResetError", None],
                            ["accept", listener, None, "", None, carol]]


def test_a_socket_is_there_until_it_is_closed_also_if_nobody_watches_it():
    shown = film(recorded(
        iteration(1, ["listener"], [Operation("accept", "listener", peer="alice")]),
        iteration(2),
        iteration(3, ["alice"], [Operation("recv", "alice", 0), Operation("close", "alice")], ["listener", "alice"]),
        iteration(4)))
    assert [there(shown, scene) for scene in shown["scenes"]] == [
        ["listener", "alice"], ["listener", "alice"], ["listener", "alice"], ["listener"]]
    assert shown["scenes"][2]["did"][0][3] == "b''"           # the end is shown as what recv gives


def test_who_sends_a_datagram_is_nothing_that_the_program_has_open():
    shown = film(recorded(
        iteration(1, ["udp"], [Operation(name, "udp", 5, b"hello", peer="ulla") for name in ("recvfrom", "sendto")], ["udp"]),
        iteration(2)))
    assert [there(shown, scene) for scene in shown["scenes"]] == [["udp"], ["udp", "listener"]]
    assert shown["scenes"][0]["did"][0][5] == shown["names"].index("ulla")


def test_after_iterations_that_were_not_kept_nobody_is_thought_to_be_there():
    shown = film(recorded(iteration(1, ["listener"], [Operation("accept", "listener", peer="alice")]), iteration(9)))
    assert [(scene["first"], scene["last"], scene["kind"]) for scene in shown["scenes"]] == [
        (1, 1, "one"), (2, 8, "gap"), (9, 9, "one")]
    assert there(shown, shown["scenes"][-1]) == ["listener"]


def test_few_that_are_alike_can_be_stepped_through_and_many_are_one_scene():
    few = film(recorded(*(iteration(number) for number in range(1, FOLD))))
    many = film(recorded(*(iteration(number) for number in range(1, FOLD + 1))))
    spin = film(recorded(*(iteration(number, ["listener"]) for number in range(1, 1001))))
    assert len(few["scenes"]) == FOLD - 1
    assert [(one["first"], one["last"], one["kind"]) for one in many["scenes"]] == [(1, FOLD, "idle")]
    assert [(one["first"], one["last"], one["kind"]) for one in spin["scenes"]] == [(1, 1000, "spin")]


def test_of_many_sockets_the_strip_has_the_busy_ones_and_counts_the_others():
    crowd = [f"conn {number}" for number in range(30)]
    shown = film(recorded(iteration(1, ["conn 25"], [], ["listener", *crowd])))
    assert "conn 25" in names(shown, shown["rows"]) and len(shown["rows"]) + shown["others"] == 31


def test_an_empty_recording_has_a_film():
    shown = film(Recording("nothing"))
    assert shown["scenes"] == shown["names"] == shown["rows"] == shown["source"] == []


@pytest.mark.parametrize("stem, line", [("04_multi_client_echo", 25), ("06_read_write_queues", 74), ("01_stdin_select", 18)])
def test_the_line_that_asks_is_marked(stem, line):
    text = (LESSONS / f"{stem}.py").read_text(encoding="utf-8")
    shown = film(Recording(stem), text)
    assert shown["asks"] == [line] and ".select(" in text.splitlines()[line - 1]


def test_poll_is_marked_where_it_asks_and_not_where_it_is_made():
    text = "import select\npoller = select.poll()\nwhile True:\n    poller.poll(1)\n"
    assert film(recorded(iteration(1, call="poll", lines=[4])), text)["asks"] == [4]


def test_the_source_comes_line_by_line_and_nothing_in_it_is_taken_for_html():
    text = '"""Two\nlines."""\nif 1 < 2:\n    print("<b>&</b>")\n'
    shown = film(Recording("x"), text)
    plain = [re.sub("<[^>]*>", "", line) for line in shown["source"]]
    assert plain == ['"""Two', 'lines."""', 'if 1 &lt; 2:', '    print("&lt;b&gt;&amp;&lt;/b&gt;")']


def test_a_program_that_is_no_python_is_shown_all_the_same():
    assert film(Recording("x"), "this is (no Python")["asks"] == []


def test_the_difference_makes_the_shorter_film_the_longer_one():
    rows = [iteration(1), iteration(2, ["listener"], [Operation("accept", "listener", peer="alice")]),
            iteration(3, ["alice"], [Operation("recv", "alice", 5, b"hello")], ["listener", "alice"]),
            *(iteration(number, watched=["listener", "alice"]) for number in range(4, 12))]
    for cut in range(len(rows)):
        for end in range(cut, len(rows)):
            before, after = film(recorded(*rows[:cut])), film(recorded(*rows[:end]))
            news = json.loads(json.dumps(difference(before, after)))
            made = before | {key: before[key][:value["keep"]] + value["then"] if isinstance(value, dict) else value
                             for key, value in news.items()}
            assert json.loads(json.dumps(made)) == json.loads(json.dumps(after))
    assert difference(after, after) == {}


def test_ten_thousand_iterations_make_a_film_while_one_looks_on():
    watched = ["listener", *(f"conn {number}" for number in range(40))]
    recording = recorded(*(iteration(number, [name := f"conn {number % 40}"], [
        Operation("recv", name, 5, b"hello"), Operation("sendall", name, 5, b"hello")], watched)
        for number in range(1, 10_001)))
    shown = film(recording)
    assert len(shown["scenes"]) == 10_000 and len(shown["lists"]) < 100
    assert len(json.dumps(shown)) < 5_000_000


def test_who_says_no_more_and_who_broke_off():
    shown = film(recorded(
        iteration(1, ["alice"], [Operation("recv", "alice", 0)], ["alice", "bob"]),
        iteration(2, ["bob"], [Operation("recv", "bob", error="ConnectionResetError"), Operation("close", "bob")],
                  ["alice", "bob"]),
        iteration(3, ["alice"], [], ["alice"])))
    ended = [[names(shown, shown["lists"][scene[kind]]) for kind in ("left", "broken")] for scene in shown["scenes"]]
    assert ended == [[["alice"], []], [["alice"], ["bob"]], [["alice"], []]]
