"""One program is tried in a process of its own: the report has what was sent, expected and received, and no source."""
import logging

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.exercises import NotYet, checking, task_of
from helpers.teaching import alone, fence, grading
from helpers.teaching.grading import report_on
from helpers.trials.verdicts import Verdict
from tests.exercises.handed import program

FENCED = pytest.mark.skipif(not fence.version(), reason="this system has no fence")
HARM = """
import os
os.chdir("{}")
open("work", "a").write("!")
open("new", "w").write("!")
os.path.exists("gone") and os.remove("gone")
"""
LOG = logging.getLogger("grading")


def chat(text=None):
    return new_notebook(cells=[new_code_cell("%%program chat\n" + (text or program("solutions", "chat")))])


def report(hidden, text=None):
    return report_on("chat", chat(text), hidden, "ada, 04", LOG)


@FENCED
def test_hidden_trials_tell_what_was_sent_expected_and_received():
    found = report("""
from helpers import connect, run
with run("chat") as server, connect(server, "ada") as secret_of_the_cell, connect(server, "bea") as bea:
    server.settle()
    secret_of_the_cell.send("x" * 100)
    assert bea.receive_bytes(100) == b"x" * 100, "all of it"
    bea.send("short")
    assert secret_of_the_cell.receive_bytes(5) == b"other", "the others hear it"
""")
    assert found["check"]["passed"] and not found["more"]["passed"]
    assert found["more"]["said"] == f"""\
A trial that learners don't see:
    sent      ada: '{'x' * 59}…; bea: 'short'
    expected  the others hear it: b'other'
    received  b'short'"""


@FENCED
@pytest.mark.parametrize("hidden, expected, received", [
    ("assert 1 > 2, 'one is more'", "one is more", "it isn't so"),
    ("from helpers.trials import Failed\nraise Failed('this', 'that')", "this", "that"),
    ("from helpers import run\nrun('nothing-like-it')", "the program goes on, and answers", "There is no program")])
def test_whatever_a_hidden_trial_raises_is_told(hidden, expected, received):
    said = report(hidden)["more"]["said"]
    assert f"expected  {expected}" in said and f"received  {received}" in said and "sent      nothing" in said


@FENCED
def test_a_program_that_fails_its_check_is_not_put_through_the_hidden_trials():
    found = report("1 / 0", "raise SystemExit\n")
    assert list(found) == ["check"] and "has ended (exit status 0)" in found["check"]["said"]


def test_without_a_fence_nothing_is_tried_unless_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(fence, "version", lambda: 0)
    monkeypatch.delenv("COURSE_FENCE", raising=False)
    with pytest.raises(grading.NbGraderException, match="make grade FENCE=no"):
        report("")


def test_without_a_fence_what_a_program_has_changed_is_put_back_and_said(monkeypatch, tmp_path, caplog):
    """It finds this folder by its absolute path, as a program would that knows its teacher's machine."""
    for name in grading.COPIED:
        (tmp_path / name).symlink_to(grading.ROOT / name)
    (tmp_path / "submitted" / "bob").mkdir(parents=True)
    for name in "work", "gone":
        (tmp_path / "submitted" / "bob" / name).write_text("bob's own")
    monkeypatch.setattr(grading, "ROOT", tmp_path)
    monkeypatch.setattr(fence, "version", lambda: 0)
    monkeypatch.setenv("COURSE_FENCE", "no")
    assert not report("", HARM.format(tmp_path / "submitted" / "bob"))["check"]["passed"]
    assert {path.name: path.read_text() for path in (tmp_path / "submitted" / "bob").iterdir()} == {
        "work": "bob's own", "gone": "bob's own"}
    assert sorted(record.args[1] for record in caplog.records) == ["gone", "new", "work"]


POOR = {"check": {"passed": False, "error": "NotYet", "said": "", "trials": [["two clients", None]], "hindered": True}}
RICH = {"check": {"passed": True, "said": "", "trials": []}}


@pytest.mark.parametrize("answers, lines", [([POOR, RICH], 0), ([POOR, POOR], 1)])
def test_what_the_machine_is_too_poor_for_is_tried_again_and_then_said(monkeypatch, caplog, answers, lines):
    rest = iter(answers)
    monkeypatch.setattr(fence, "version", lambda: 7)
    monkeypatch.setattr(grading, "tried", lambda *_: next(rest))
    assert report("") == answers[-1]
    assert len([one for one in caplog.records if "too poor" in one.msg]) == lines


@pytest.mark.parametrize("hindered", [True, False])
def test_a_report_says_whether_the_machine_was_in_the_way(hindered):
    def trying():
        raise NotYet("chat passes 7 of 8 trials.", [Verdict(task_of("chat").trials[0], None, hindered=hindered)])
    assert alone.outcome(trying)["hindered"] is hindered


def test_a_check_that_could_not_be_carried_out_is_reported_as_such(monkeypatch, tmp_path):
    """Nothing failed, and something could not be tried: that is no verdict on a program."""
    verdicts = [Verdict(one, None if place else True, told="not carried out: no time", hindered=bool(place))
                for place, one in enumerate(task_of("chat").trials)]
    monkeypatch.setattr(checking, "judge", lambda *_, **__: verdicts)
    (tmp_path / "chat.py").write_text(program("solutions", "chat"), encoding="utf-8")
    report = alone.outcome(lambda: checking.check("chat", tmp_path / "chat.py"))
    assert (report["passed"], report["error"], report["hindered"]) == (False, "NotTried", True)
    assert "could not be tried to the end" in report["said"]
