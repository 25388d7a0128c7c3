"""The gate: each exercise is unsolved as handed out, its solution passes, wrong programs don't, other right ones do."""
import re
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


@pytest.mark.parametrize("name", NAMES)
def test_as_handed_out_it_is_unsolved_and_says_so(name):
    said = outcome(name, program("exercises", name))
    assert isinstance(said, NotYet)
    assert re.search(rf"{name} passes \d of \d trials" if name in MEND else rf"{name} isn't written yet: line \d+", str(said))


@pytest.mark.parametrize("name", NAMES)
def test_its_solution_passes(name, tmp_path, capsys):
    assert outcome(name, solution(name, tmp_path / f"{name}.py")) is None
    assert f"{name} is solved" in capsys.readouterr().out


@pytest.mark.parametrize("name, row", [(name, row) for name in NAMES for row in BANKS[name].WRONG],
                         ids=[f"{name}: {row[0]}" for name in NAMES for row in BANKS[name].WRONG])
def test_a_wrong_program_is_rejected_for_its_own_reason(name, row, tmp_path, monkeypatch):
    """The first trial that it fails is the one that learners are told of: those behind it needn't be waited for.

    A row may end with a pattern of what to look at, where that was misleading once.
    """
    _what, trial, received, changes, *looks = row
    trials = task_of(name).trials
    last = max((place for place, one in enumerate(trials) if trial and re.fullmatch(trial, one.name)), default=0)
    monkeypatch.setattr(task_of(name), "trials", trials[:last + 1])
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


@pytest.mark.parametrize("name, style", [(name, style) for name in NAMES for style in BANKS[name].RIGHT])
def test_a_right_program_of_another_style_passes(name, style):
    assert outcome(name, dedent(BANKS[name].RIGHT[style])) is None


def test_the_banks_are_large_enough():
    for name, bank in BANKS.items():
        assert len(bank.WRONG) >= 6 and len(bank.RIGHT) >= 3, name
        assert len({row[0] for row in bank.WRONG}) == len(bank.WRONG)
