"""Every trial passes on a server known good, and fails, for the right reason, on one known bad in just that way."""
import re

import nbformat
import pytest

from helpers import trials
from helpers.trials import TRIALS
from tests import ROOT
from tests.course.lists import LESSONS, number
from tests.trials.bank import BANK, LOSSY, PATIENT_BANK, faulty
from tests.trials.lessons import COMPARED, FAILED_BY, NOT_ASKED, not_asked
from tests.trials.names import (
    CROWD,
    EMFILE,
    GOOD,
    HALF,
    HALF_SLOW,
    MEGABYTE,
    NAMES,
    POURS,
    SILENT,
    SLOW,
    TALK,
    VISITS,
)
from tests.trials.patient import SERVICES


def stored_tables(lesson, call="trials.run_all"):
    """The texts of the tables of trials that its notebook shows."""
    cells = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4).cells
    return [output.data["text/plain"] for cell in cells if cell.cell_type == "code" and call in cell.source
            for output in cell.outputs if "data" in output]


# Strict nbval runs these trials (course/test_notebooks): what is stored is what they say today, and here it is read.


@pytest.mark.parametrize("lesson", FAILED_BY)
def test_a_lesson_fails_what_its_notebook_shows(lesson):
    [stored] = stored_tables(lesson)
    rows = [re.match(r"([✓✗–]) (.+?)(?:  |$)", line) for line in stored.splitlines()]
    marks = {row[2]: row[1] for row in rows if row}
    assert list(marks) == NAMES
    assert {name for name in NAMES if marks[name] == "✗"} == FAILED_BY[lesson], "tests/trials/lessons.py says otherwise"
    assert {name for name in NAMES if marks[name] == "–"} == not_asked(lesson)


@pytest.mark.parametrize("lesson, program", [(lesson, program) for lesson in COMPARED for program in COMPARED[lesson]])
def test_each_of_several_ways_fails_what_the_table_in_its_notebook_shows(lesson, program):
    [stored] = stored_tables(lesson, "trials.compare(")
    head, *rows = [re.split(r"  +", line) for line in stored.splitlines()]
    shown = {name: marks[head.index(program) - 1] for name, *marks in rows if name in NAMES}
    left_out = set(NAMES) - shown.keys()
    failed = {name for name in shown if shown[name] == "✗"}
    if left_out:                       # too much for a class that shares a computer
        assert left_out == {CROWD}
        failed |= set(trials.run_all(program, only=left_out).failed)
    assert failed == COMPARED[lesson][program], "tests/trials/lessons.py says otherwise"


def test_the_table_says_how_many_of_a_crowd_are_served():
    """Of the 1,024 that select can watch, five are taken: three standard streams, the listener, alice."""
    assert trials.run_all(GOOD, only=CROWD)[CROWD].told == "1,019 served, 81 refused"


@pytest.mark.parametrize("speaker", SERVICES)
def test_a_server_that_is_made_for_it_survives_all(program, speaker):
    table = trials.run_all(program(SERVICES[speaker]), speaker=speaker)
    assert table.failed == []
    assert {verdict.trial.name for verdict in table if verdict.survived is None} == NOT_ASKED.get(speaker, set())


@pytest.mark.parametrize("trial, wrong, received, changes, others", BANK, ids=[f"{row[0]}: {row[1]}" for row in BANK])
def test_a_faulty_server_is_caught_by_its_own_trial(trial, wrong, received, changes, others):
    first = next(row for row in BANK if row[0] == trial)[1] == wrong        # that no other notices is seen of the first
    names = set(NAMES) - FAILED_BY[GOOD] if first else {trial, *others, *TALK}
    table = trials.run_all(faulty(changes), only=names)
    expected, failed = {trial} | others, set(table.failed)
    assert failed == expected, (f"tests/trials/bank.py, {wrong!r}: fails {failed - expected or 'nothing'} besides, and not "
                                f"{expected - failed or 'less'}. Where that follows from the fault, mend the row's last column.")
    verdict = table[trial]
    assert re.search(received, verdict.received), verdict
    assert verdict.expected and verdict.trial.sent and re.fullmatch(r"\d\d", verdict.cure)


@pytest.mark.parametrize("speaker, trial, wrong, received, changes, others", PATIENT_BANK,
                         ids=[f"{row[0]}: {row[2]}" for row in PATIENT_BANK])
def test_a_faulty_server_in_any_language_is_caught(program, speaker, trial, wrong, received, changes, others):
    text = SERVICES[speaker]
    for old, new in changes:
        assert old in text, "tests/trials/patient.py has no such line any more"
        text = text.replace(old, new)
    table = trials.run_all(program(text), speaker=speaker, only={trial, *others, *TALK, VISITS, SILENT})
    assert set(table.failed) == {trial} | others, wrong
    assert re.search(received, table[trial].received), table[trial]


def test_bytes_that_are_thrown_away_are_missed():
    """How many fit depends on the moment, so the trial with a client that reads may or may not notice."""
    table = trials.run_all(faulty(LOSSY), only=set(NAMES) - {CROWD, EMFILE, VISITS, *TALK})
    sure = (FAILED_BY[GOOD] | {HALF, HALF_SLOW, SLOW}) - {POURS}      # what is gone needs no memory
    assert sure <= set(table.failed) <= sure | {MEGABYTE, POURS}, table
    assert "not all of it" in table["half-close"].received
    assert table["half-close"].cure == "06"           # and not 05, which cures another fault in that trial


def test_every_trial_has_its_faulty_server():
    there = {row[0] for row in BANK} | {row[1] for row in PATIENT_BANK}
    assert [name for name in NAMES if name not in there] == [], "tests/trials/bank.py needs a row for each"
    assert there <= set(NAMES)


@pytest.mark.parametrize("trial", TRIALS, ids=NAMES)
def test_a_trial_says_what_real_clients_do_and_what_is_sent(trial):
    assert re.fullmatch(r"[A-Z`].*[.!?]", trial.habit) and "\n" not in trial.habit
    lessons = [number(lesson["stem"]) for lesson in LESSONS]
    assert trial.sent and trial.cure in lessons, "the lesson that cures it is in lessons/lessons.toml"
