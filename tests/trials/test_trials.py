"""Every trial passes on a server known good, and fails, for the right reason, on one known bad in just that way."""
import re

import pytest

from helpers import trials
from helpers.trials import TRIALS
from tests.course.lists import READY, number
from tests.trials.bank import BANK, LOSSY, faulty
from tests.trials.lessons import FAILED_BY
from tests.trials.names import NAMES


@pytest.mark.parametrize("lesson", FAILED_BY)
def test_a_lesson_fails_what_its_notebook_names(lesson):
    table = trials.run_all(lesson)
    assert set(table.failed) == FAILED_BY[lesson], f"tests/trials/lessons.py says otherwise of {table}"
    assert [verdict.trial for verdict in table] == TRIALS


@pytest.mark.parametrize("trial, wrong, received, changes, others", BANK, ids=[f"{row[0]}: {row[1]}" for row in BANK])
def test_a_faulty_server_is_caught_by_its_own_trial(trial, wrong, received, changes, others):
    table = trials.run_all(faulty(changes))
    expected, failed = {trial} | others, set(table.failed)
    assert failed == expected, (f"tests/trials/bank.py, {wrong!r}: fails {failed - expected or 'nothing'} besides, and not "
                                f"{expected - failed or 'less'}. Where that follows from the fault, mend the row's last column.")
    verdict = table[trial]
    assert re.search(received, verdict.received), verdict
    assert verdict.expected and verdict.trial.sent and re.fullmatch(r"\d\d", verdict.cure)


def test_bytes_that_are_thrown_away_are_missed():
    """How many fit depends on the moment, so the trial with a client that reads may or may not notice."""
    table = trials.run_all(faulty(LOSSY))
    sure = {"half-close", "a slow reader holds up nobody else"}
    assert sure <= set(table.failed) <= sure | {"1 MB in one go"}, table
    assert "not all of it" in table["half-close"].received
    assert table["half-close"].cure == "06"           # and not 05, which cures another fault in that trial


def test_every_trial_has_its_faulty_server():
    assert [name for name in NAMES if name not in {row[0] for row in BANK}] == [], "tests/trials/bank.py needs a row for each"
    assert {row[0] for row in BANK} <= set(NAMES)


@pytest.mark.parametrize("trial", TRIALS, ids=NAMES)
def test_a_trial_says_what_real_clients_do_and_what_is_sent(trial):
    assert re.fullmatch(r"[A-Z`].*[.!?]", trial.habit) and "\n" not in trial.habit
    assert trial.sent and trial.cure in map(number, READY), "the lesson that cures it is in lessons/lessons.toml, and ready"
