"""The gate: each exercise is unsolved as handed out, its solution passes, wrong programs don't, other right ones do.

A wrong program is put through the trial that it must fail; every sixth one through those before it as well, which it must
survive. Every day one of those that must fail the same trial, and one right one of an exercise; that solutions pass, and
what is handed out doesn't, strict nbval shows (test_handing_out). All of them, through all trials before, each week (in
.github/workflows), and whenever an exercise or its trials have changed:

    COURSE_GATE=all .venv/bin/python -m pytest -n 4 tests/exercises/test_exercises.py -k "chat or who"
"""
import os
import re
from collections import Counter
from importlib import import_module
from textwrap import dedent

import pytest

from helpers import change
from helpers.errors import GlassError
from helpers.exercises import NotYet, check
from helpers.exercises.tasks import LESSONS, task_of
from tests.exercises.handed import MEND, program, solution

NAMES = list(LESSONS)
BANKS = {name: import_module(f"tests.exercises.banks.{name}") for name in NAMES}
ALL = os.environ.get("COURSE_GATE") == "all"
A_DAY = 1          # of those that must fail the same trial, and of an exercise's right ones
HANDED = NAMES if ALL else NAMES[-1:]


def of_today(rows):
    """The first few of those that must fail the same trial; or all."""
    seen = Counter()
    for row in rows:
        seen[row[1]] += 1
        if ALL or seen[row[1]] <= A_DAY:
            yield row


RIGHT = [(name, style) for name in NAMES for style in list(BANKS[name].RIGHT)[:None if ALL else A_DAY]]
WRONG = [(name, row, ALL or number % 6 == 0) for name in NAMES for number, row in enumerate(of_today(BANKS[name].WRONG))]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_PROGRESS", "")


def outcome(name, text_or_program):
    """What check says of a program: the NotYet or other tidy error that it raised, or None if it passed."""
    if isinstance(text_or_program, str):
        with open(f"{name}.py", "w", encoding="utf-8") as file:
            file.write(text_or_program)
        text_or_program = name
    try:
        check(name, text_or_program)
    except GlassError as error:
        return error


def faulty(name, changes, tmp_path):
    """The solution with these lines changed; or, where `changes` is a text, that program."""
    if isinstance(changes, str):
        return dedent(changes)
    wrong = solution(name, tmp_path / f"{name}.py")
    for old, new in changes:
        wrong = change(wrong, old, new)
    return wrong


@pytest.mark.parametrize("name", HANDED)
def test_as_handed_out_it_is_unsolved_and_says_so(name):
    said = outcome(name, program("exercises", name))
    assert isinstance(said, NotYet)
    assert re.search(rf"{name} passes \d+ of \d+ trials" if name in MEND else rf"{name} isn't written yet: line \d+", str(said))


@pytest.mark.parametrize("name", HANDED)
def test_its_solution_passes(name, tmp_path, capsys):
    assert outcome(name, solution(name, tmp_path / f"{name}.py")) is None
    assert f"{name} is solved" in capsys.readouterr().out


def put_to(trials, named, from_the_first):
    """Those of a task's trials that show whether the named one is the first that fails: those behind it needn't be waited for."""
    places = [place for place, one in enumerate(trials) if named and re.fullmatch(named, one.name)] or [0]
    return trials[:places[-1] + 1] if from_the_first else [trials[place] for place in places]


@pytest.mark.parametrize("name, row, from_the_first", WRONG, ids=[f"{name}: {row[0]}" for name, row, _ in WRONG])
def test_a_wrong_program_is_rejected_for_its_own_reason(name, row, from_the_first, tmp_path, monkeypatch):
    """The first trial that it fails is the one that learners are told of.

    A row may end with a pattern of what to look at, where that was misleading once.
    """
    _what, trial, received, changes, *looks = row
    monkeypatch.setattr(task_of(name), "trials", put_to(task_of(name).trials, trial, from_the_first))
    said = outcome(name, faulty(name, changes, tmp_path))
    assert said, "it passed"
    if trial is None:                          # it can't even be tried
        assert re.search(received, str(said))
        return
    failed = [one for one in said.verdicts if not one.survived]
    assert re.fullmatch(trial, failed[0].trial.name), said
    assert re.search(received, failed[0].received), said
    assert failed[0].look in str(said).replace("\n              ", " ")
    assert all(re.search(look, failed[0].look) for look in looks), said


@pytest.mark.parametrize("name, style", RIGHT)
def test_a_right_program_of_another_style_passes(name, style):
    assert outcome(name, dedent(BANKS[name].RIGHT[style])) is None


def test_a_right_program_on_streams_holds_its_tasks(monkeypatch):
    """What nobody holds is gone when Python's collector comes, and asyncio holds nobody whose sides are silent. Here it comes
    all the time, so other trials would say, rightly, that the program looks again and again."""
    often = dedent(BANKS["relay"].RIGHT["asyncio's streams"]).replace("async def main():\n", """\
async def main():
    async def collect():
        import gc
        while True:
            gc.collect()
            await asyncio.sleep(0.001)
    collecting = asyncio.create_task(collect())
""")
    assert "gc.collect" in often
    monkeypatch.setattr(task_of("relay"), "trials", put_to(task_of("relay").trials, "each says all", False))
    assert outcome("relay", often) is None


def test_the_banks_are_large_enough():
    for name, bank in BANKS.items():
        assert len(bank.WRONG) >= 6 and len(bank.RIGHT) >= 3, name
        assert len({row[0] for row in bank.WRONG}) == len(bank.WRONG)
