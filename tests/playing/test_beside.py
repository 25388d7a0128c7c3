"""A second file beside the program's in the film; tasks and flags in a scene."""
import re

from helpers import connect, player, run
from helpers.playing.listing import AROUND, WHOLE
from helpers.playing.scenes import film
from helpers.recording import Coroutine
from tests.playing.films import iteration, recorded
from tests.server.test_beside import ECHO

SMALL = "import select\n\ndef go_round():\n    select.select([], [], [])\n"
BIG = "# a line\n" * WHOLE + SMALL + "\n" * 9 + "@cached\ndef other():\n    pass\n"


def numbers(beside):
    return [number for first, lines in beside["parts"] for number in range(first, first + len(lines))]


def plain(beside):
    return {number: re.sub("<[^>]*>", "", line)
            for first, lines in beside["parts"] for number, line in enumerate(lines, first)}


def test_a_recording_without_tasks_flags_or_a_second_file_has_nothing_of_them():
    shown = film(recorded(iteration(1)), SMALL)
    assert "beside" not in shown and not {"beside", "went_on", "flags"} & set(shown["scenes"][0])


def test_a_scene_has_tasks_flags_and_lines_of_the_second_file():
    one = iteration(1, ["alice"], watched=["alice"], lines=[3], beside=[4, 3], coroutines=[Coroutine("echo", "alice", 2)],
                    flags={"alice": "IN|RDHUP"})
    shown = film(recorded(one, iteration(2)), SMALL, beside=("other", SMALL))
    scene, later = shown["scenes"]
    assert scene["went_on"] == ["echo for alice, line 2"] and scene["flags"] == {shown["names"].index("alice"): "IN|RDHUP"}
    assert shown["lists"][scene["beside"]] == [4, 3] and "beside" not in later
    assert numbers(shown["beside"]) == [1, 2, 3, 4] and shown["beside"]["asks"] == [4]


def test_of_a_big_file_there_are_whole_functions_in_which_something_ran():
    shown = film(recorded(iteration(1, beside=[WHOLE + 4])), "", beside=("other", BIG))["beside"]
    assert numbers(shown) == [WHOLE + 3, WHOLE + 4] and shown["asks"] == [WHOLE + 4]
    assert plain(shown)[WHOLE + 3] == "def go_round():" and shown["total"] == WHOLE + 16
    decorated = film(recorded(iteration(1, beside=[WHOLE + 16])), "", beside=("other", BIG))["beside"]
    assert numbers(decorated) == [WHOLE + 14, WHOLE + 15, WHOLE + 16] and decorated["asks"] == []
    assert film(recorded(iteration(1)), "", beside=("other", BIG))["beside"]["parts"] == []


def test_of_a_long_function_there_is_what_is_around_the_lines_that_ran():
    text = "def long():\n" + "    pass\n" * 300
    shown = film(recorded(iteration(1, beside=[100])), "", beside=("other", text))["beside"]
    assert numbers(shown) == [*range(1, 2 + AROUND), *range(100 - AROUND, 101 + AROUND)]


def test_asyncios_loop_is_beside_the_program_in_the_player(program):
    server = run(program(ECHO), held=True, beside="asyncio.base_events")
    played = player(server)
    assert played.film["beside"]["parts"] == []
    while not server.addresses:
        played.do({"do": "step"})
    connect(server, "alice").send("hello\n")
    news = [played.do({"do": "step"})["film"] for _ in range(5)]
    assert any("beside" in one for one in news)            # the excerpt grows with what has run
    shown, source = played.film["beside"], plain(played.film["beside"])
    assert [source[line].strip() for line in shown["asks"]] == ["event_list = self._selector.select(timeout)"]
    for scene in played.film["scenes"]:
        assert shown["asks"][0] in played.film["lists"][scene["beside"]]
    assert all(number in source for scene in played.film["scenes"] for number in played.film["lists"][scene["beside"]])
    assert len(source) < shown["total"] / 2
    went_on = {name for scene in played.film["scenes"] for name in scene.get("went_on", ())}
    assert {"main, line 8", "echo for alice, line 4"} <= went_on
    again = player(server.recording, beside="asyncio.base_events")
    assert again.film["beside"] == shown
