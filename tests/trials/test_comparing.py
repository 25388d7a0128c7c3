"""Several programs through the same trials: a column each, the same words in every run."""
from xml.etree import ElementTree

import pytest

from helpers import GlassError, change, trials
from helpers.trials import TRIALS
from tests.trials.names import GOOD, HALF, ONE, RESET, STOPS, TWO
from tests.trials.servers import LOOP


@pytest.fixture
def drops(program):
    """It closes whoever comes."""
    return program(LOOP.replace("{}", "def arrived(sock): sock.close()", 1), "drops")


def test_a_column_for_each_program_and_a_row_for_each_trial(drops):
    seen = trials.compare(GOOD, drops, only=[TWO, ONE])
    assert seen.rows == [[ONE, "✓", "✗"], [TWO, "✓", "✗"]]
    assert str(seen).splitlines() == [
        "trial                06_read_write_queues  drops", "echo of one line              ✓              ✗",
        "two clients at once           ✓              ✗", "survived                      2              0"]
    assert seen["drops"].failed == [ONE, TWO] and seen[GOOD][ONE].survived


def test_its_html_says_the_same(drops):
    table = ElementTree.fromstring(trials.compare(GOOD, drops, only=ONE)._repr_html_())
    assert [[cell.text for cell in row] for row in table] == [
        ["trial", GOOD, "drops"], [ONE, "✓", "✗ fails"], ["survived", "1", "0"]]


def test_trials_may_be_left_out(drops, monkeypatch):
    asked = []
    monkeypatch.setattr("helpers.trials.comparing.run_all", lambda program, only, **_: asked.append(only) or Empty(program))
    trials.compare(drops, without=[RESET, HALF])
    trials.compare(drops, only=[ONE, STOPS], without=ONE)
    assert asked == [[one.name for one in TRIALS if one.name not in (RESET, HALF)], [STOPS]]


class Empty:
    def __init__(self, program):
        self.program = program


def test_two_of_one_name_have_a_column_each():
    first, second = (change(GOOD, "128", number) for number in ("127", "126"))
    seen = trials.compare(first, second, only=ONE)
    assert list(seen.tables) == [f"{GOOD} (changed)", f"{GOOD} (changed) 2"] and seen.rows == [[ONE, "✓", "✓"]]


def test_no_program_and_a_wrong_name_are_clear_errors():
    with pytest.raises(GlassError, match="compare.. takes some programs"):
        trials.compare()
    with pytest.raises(GlassError, match="The nearest is 'half-close'"):
        trials.compare(GOOD, without="half close")
