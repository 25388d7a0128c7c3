"""Tables of a class: who has which points, who passed which trial, and which trial stops how many."""
import csv

import pytest

from helpers.exercises import task_of
from helpers.teaching import table
from helpers.teaching.table import HIDDEN, NOT_TRIED, Learner

NAMES = [one.name for one in task_of("chat").trials]
PASSED = dict.fromkeys(NAMES, True)
CLASS = [
    Learner("ada", {"chat": (6, 6), "prompt": (4, 6)}, {"chat": PASSED | {HIDDEN: True}, "prompt": {HIDDEN: False}}),
    Learner("bob", {"chat": (0, 6)}, {"chat": PASSED | {NAMES[1]: False, NAMES[3]: False}}),
    Learner("cy", {"chat": (0, 6)}, {"chat": {NOT_TRIED: False}}),
    Learner("di", {"chat": (4, 6)}, {"chat": PASSED | {HIDDEN: False}}),
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def rows(name):
    with (table.FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_who_has_which_points():
    table.write_tables(CLASS)
    assert [tuple(row.values()) for row in rows("points.csv")] == [
        ("ada", "4", "6", "10", "12"), ("bob", "", "0", "0", "6"), ("cy", "", "0", "0", "6"), ("di", "", "4", "4", "6")]


def test_who_passed_which_trial():
    table.write_tables(CLASS)
    marks = {row["learner"]: [row[f"chat: {name}"] for name in [*NAMES[:4], HIDDEN]] for row in rows("passed.csv")}
    assert marks == {"ada": list("11111"), "bob": ["1", "0", "1", "0", ""], "cy": [""] * 5, "di": list("11110")}


def test_which_trial_stops_how_many():
    table.write_tables(CLASS)
    told = {row["trial"]: (row["passed"], row["failed"], row["stops"]) for row in rows("trials.csv") if row["exercise"] == "chat"}
    assert told == {NOT_TRIED: ("0", "1", "1"), **dict.fromkeys(NAMES, ("3", "0", "0")), NAMES[1]: ("2", "1", "1"),
                    NAMES[3]: ("2", "1", "0"), HIDDEN: ("1", "1", "1")}


def test_what_stands_in_the_picture_of_an_exercise():
    field = table.verdict_on("chat")
    assert field(CLASS[1], NAMES[0]) == ("✓", table.BLUE) and field(CLASS[1], NAMES[1]) == ("✗ stops", table.ORANGE)
    assert field(CLASS[1], NAMES[3]) == ("✗", table.ORANGE) and field(CLASS[2], NAMES[0]) == ("", "white")
    assert table.points_of(CLASS[1], "prompt") == ("", "white") and table.points_of(CLASS[3], "chat") == ("4", table.GREY)


def test_each_exercise_that_was_handed_in_has_its_picture():
    table.write_tables(CLASS)
    table.draw(CLASS)
    assert sorted(path.name for path in table.FOLDER.glob("*.png")) == ["chat.png", "class.png", "prompt.png"]


def test_the_terminal_says_what_stops_most():
    assert table.summary([CLASS[0], CLASS[1]]).splitlines()[1:] == [
        f"  prompt    0 have all points; most are stopped by: {HIDDEN} (1)",
        f"  chat      1 have all points; most are stopped by: {NAMES[1]} (1)"]
