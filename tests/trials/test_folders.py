"""A program that writes files has a folder of its own in each trial, and it is gone afterwards."""
import gc
import tempfile

from helpers import change
from helpers.trials import run_all
from tests.trials.names import GOOD, ONE, RESTART, STOPS, TALK, failed

ONCE = 'import os\nif os.path.exists("begun"):\n    sys.exit("somebody was here")\nopen("begun", "w").close()\nlistener = '


def test_each_trial_has_a_folder_of_its_own_in_which_a_server_starts_again(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    once = change(GOOD, "listener = socket", ONCE + "socket")
    assert failed(run_all(once, only=[*TALK, RESTART, STOPS], folder=True)).keys() == {RESTART, STOPS}
    gc.collect()
    assert list(tmp_path.glob("working-folder-*")) == []


def test_without_being_asked_for_a_program_runs_where_we_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    writes = change(GOOD, "listener = socket", 'open("begun", "w").close()\nlistener = socket')
    assert failed(run_all(writes, only=[ONE])) == {}
    assert (tmp_path / "begun").exists()


def test_a_changed_copy_finds_its_neighbours_in_each_trial():
    """Lesson 17 is two files: it imports the second one."""
    mean = change("17_redis", "HIGH, LOW = 65536, 16384", "HIGH, LOW = 65536, 1024")
    assert failed(run_all(mean, only=[ONE, RESTART], speaker="redis")) == {}
