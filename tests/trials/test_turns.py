"""Many tables on one machine take turns, and what the machine is too poor for is no fault of a server."""
import errno
import os
import subprocess
import sys
import threading
import time

import pytest

from helpers.trials import bounds, judging, run_all, turns, verdicts
from helpers.trials.bounds import Clock, eventually
from helpers.trials.telling import NotCarriedOut
from tests.conftest import LONG
from tests.conftest import eventually as sooner_or_later
from tests.trials.names import CROWD, GOOD, ONE, TWO


@pytest.fixture
def places(monkeypatch, tmp_path):
    """places(n): from now on there are so many places, in a folder of this test."""
    monkeypatch.setattr(turns.tempfile, "gettempdir", lambda: str(tmp_path))
    return lambda number: monkeypatch.setattr(turns, "PLACES", number)


def is_free():
    """Could somebody have the first place now?"""
    place = turns.opened(0)
    try:
        return turns.locked(place)
    finally:
        os.close(place)


def in_turn(number):
    """So many threads take turns: what is inside at a time, in the order in which they come and go."""
    inside, seen, lock = set(), [], threading.Lock()

    def one(name):
        with turns.turn():
            with lock:
                inside.add(name)
                seen.append(len(inside))
            time.sleep(0.01)
            with lock:
                inside.remove(name)
    threads = [threading.Thread(target=one, args=(name,)) for name in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    return seen


@pytest.mark.parametrize("number", [1, 2])
def test_so_many_at_a_time_and_all_of_them_in_the_end(places, number):
    places(number)
    seen = in_turn(5)
    assert len(seen) == 5 and max(seen) <= number


KEEPS = "from helpers.trials.turns import turn\nwith turn():\n    print('mine', flush=True)\n    input()"


def test_who_is_killed_leaves_the_place_to_the_next(places, tmp_path):
    places(1)
    here = f"import helpers.trials.turns as t\nt.PLACES, t.tempfile.tempdir = 1, {str(tmp_path)!r}\n"
    text = KEEPS.replace("with", here + "with", 1)
    keeper = subprocess.Popen([sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert keeper.stdout.readline() == b"mine\n"
        assert not is_free()
        keeper.kill()
        sooner_or_later(is_free)
    finally:
        keeper.kill()
        keeper.communicate()


def test_nobody_waits_for_ever(places):
    places(1)
    with turns.turn(), turns.turn(longest=0.1):
        assert not is_free()
    assert is_free()


def test_anybody_may_lock_a_place_whoever_has_made_it(places, tmp_path):
    places(1)
    before = os.umask(0o077)
    try:
        with turns.turn():
            [place] = tmp_path.iterdir()
            assert place.stat().st_mode & 0o777 == 0o666
    finally:
        os.umask(before)


def test_where_there_can_be_no_places_nobody_waits(places, tmp_path):
    places(2)
    (tmp_path / "io-multiplexing-trials-0").mkdir()
    (tmp_path / "io-multiplexing-trials-1").symlink_to(tmp_path / "elsewhere")
    with turns.turn():
        pass
    assert not (tmp_path / "elsewhere").exists()


# -- what could not be carried out -----------------------------------------------------------------------------------

def test_what_the_machine_has_no_time_for_is_no_failure(monkeypatch):
    class Starved:
        """A server that waits for a processor, and gets none."""
        def listen(self, done, timeout):
            time.sleep(timeout)
    monkeypatch.setattr(bounds, "waits", lambda server: {"its thread": time.monotonic()})
    monkeypatch.setattr(bounds, "pid_of", lambda server: 0)
    with pytest.raises(NotCarriedOut, match="no time"):
        eventually(Starved(), lambda: False, 0.05)


def test_a_server_that_takes_all_the_processors_itself_has_had_its_time(monkeypatch):
    monkeypatch.setattr(bounds, "waits", lambda server: {number: time.monotonic() for number in range(9)})
    monkeypatch.setattr(bounds, "pid_of", lambda server: 0)
    monkeypatch.setattr(bounds, "cpu_time", lambda pid: time.monotonic())
    clock = Clock(None)
    time.sleep(0.05)
    clock.passed()
    clock.fair()                               # and raises nothing
    monkeypatch.setattr(bounds, "cpu_time", lambda pid: clock.computed)
    with pytest.raises(NotCarriedOut):
        clock.fair()


@pytest.mark.parametrize("number, words", [(errno.EMFILE, "too few descriptors"), (errno.EAGAIN, "too few processes"),
                                           (errno.EADDRNOTAVAIL, "too few ports"), (errno.ENOMEM, "too few bytes of memory")])
def test_what_is_scarce_is_said_and_is_no_failure(monkeypatch, number, words):
    monkeypatch.setattr(judging, "must_listen", lambda *arguments: None)
    monkeypatch.setattr(judging, "run", lambda *arguments, **options: (_ for _ in ()).throw(OSError(number, os.strerror(number))))
    table = run_all(GOOD, only=[ONE, TWO])
    assert table.failed == [] and table.survived == []
    assert table.title == f"{GOOD} survives 0 of 0 trials; 2 could not be carried out"
    assert words in table[ONE].told and "not carried out" in str(table)
    assert words in table._repr_html_()


def test_an_error_of_ours_that_is_no_scarcity_is_raised(monkeypatch):
    monkeypatch.setattr(judging, "must_listen", lambda *arguments: None)
    monkeypatch.setattr(judging, "run", lambda *arguments, **options: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
    with pytest.raises(OSError, match="broken"):
        run_all(GOOD, only=ONE)


def test_a_crowd_that_the_system_does_not_allow_is_not_carried_out():
    """In a process of its own, whose limit can't be raised again."""
    text = ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400))\n"
            f"from helpers import trials; table = trials.run_all({GOOD!r}, only=[{CROWD!r}, {ONE!r}]); print(table)")
    told = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60).stdout
    assert "survives 1 of 1 trials; 1 could not be carried out" in told
    assert "it needs 1,100 descriptors, and the system allows a process fewer" in told


def test_a_verdict_says_which_trials_could_not_be_carried_out():
    one = verdicts.Verdict(type("Trial", (), {"name": "a trial", "habit": "A habit."}), None, told="not asked: so")
    assert verdicts.Table("it", [one]).title == "it survives 0 of 0 trials"
