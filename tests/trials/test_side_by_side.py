"""run_all interrupted, several at once, with little room: it ends soon, leaves nothing, and changes nothing of ours."""
import gc
import json
import os
import resource
import subprocess
import sys
from textwrap import dedent

import psutil
import pytest

from helpers import GlassError, trials
from helpers.server import running
from helpers.trials import TRIALS, room_for, run_all
from tests import ROOT
from tests.conftest import LONG
from tests.trials.names import (
    CROWD,
    GOOD,
    HALF,
    IDLE,
    IDLE_AGAIN,
    NAMES,
    ONE,
    POURS,
    RESET,
    RESTART,
    SILENT,
    STOPS,
    TALK,
    TWO,
    VISITS,
    Aside,
    failed,
)
from tests.trials.servers import LOOP, SELECTORS, THREADS


def children():
    return [one for one in psutil.Process().children(recursive=True) if one.status() != psutil.STATUS_ZOMBIE]


# -- interruptions ---------------------------------------------------------------------------------------------------

# In a process of its own: an interruption that comes late must not end the tests.
INTERRUPTED = """
import json, os, signal, sys, threading, time
import psutil
from helpers import trials
from helpers.server import leftovers, running

leftovers.start_keeper()                                       # it stays, as long as we do

signal.signal(signal.SIGINT, signal.default_int_handler)       # ignored where the tests run in the background
path, servers, pause, signals = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])

def interrupt():
    while len(running) < servers:
        time.sleep(0.002)
    for _ in range(signals):
        time.sleep(pause)
        os.kill(os.getpid(), signal.SIGINT)

def interruptible(function):
    begun = time.monotonic()
    try:
        function()
    except KeyboardInterrupt:
        pass
    return time.monotonic() - begun

threads = threading.active_count()
thread = threading.Thread(target=interrupt, daemon=True)
thread.start()
seconds = interruptible(lambda: trials.run_all(path))
interruptible(lambda: (thread.join(), time.sleep(0.1)))
end = time.monotonic() + 10
while time.monotonic() < end and (running or len(psutil.Process().children()) > 1 or threading.active_count() > threads):
    time.sleep(0.02)
left = len(running), len(psutil.Process().children()) - 1, threading.active_count() - threads
again = trials.run_all("06_read_write_queues", only=["echo of one line"]).verdicts[0].survived
print("told", json.dumps({"seconds": seconds, "left": left, "again": again}))
"""


def interrupted(path, servers, pause, signals=1):
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, path, str(servers), str(pause), str(signals)], cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    assert "told " in done.stdout, done.stdout
    return json.loads(done.stdout.rpartition("told ")[2])


@pytest.mark.parametrize("servers, pause", [(1, 0.0), (4, 0.0), (4, 0.5)], ids=["first start", "starts", "later"])
@pytest.mark.parametrize("kind", ["good", "silent"])
def test_an_interruption_ends_it_soon_and_leaves_nothing(program, servers, pause, kind):
    path = program(LOOP.format("def answer(sock, data): pass") if kind == "silent" else SELECTORS)
    told = interrupted(path, servers, pause)
    assert told["left"] == [0, 0, 0] and told["seconds"] < LONG
    assert told["again"]


def test_a_second_interruption_leaves_nothing_either(program):
    told = interrupted(program(LOOP.format("def answer(sock, data): pass")), 4, 0.1, signals=2)
    assert told["left"] == [0, 0, 0]


# -- side by side, and what is asked for -----------------------------------------------------------------------------

def test_two_at_once_of_the_same_program(program):
    path = program(SELECTORS)
    both = [Aside(path, only=[ONE, RESET, HALF, IDLE, IDLE_AGAIN, VISITS]) for _ in range(3)]
    assert [failed(one.result()) for one in both] == [{}, {}, {}]
    assert not running


def test_two_at_once_of_different_programs(program):
    both = [Aside(program(SELECTORS, "one"), only=TALK), Aside(program(THREADS, "two"), only=NAMES[:4])]
    assert [failed(one.result()) for one in both] == [{}, {}]


def test_a_server_of_ours_with_the_name_of_a_trial_goes_on(program):
    path = program(SELECTORS)
    from helpers import run
    with run(path) as ours:
        run_all(path, only=[ONE])
        assert not ours.ended


@pytest.fixture
def few_descriptors():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    yield 1024, before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_two_crowds_at_once_have_room_and_leave_the_limit_as_it_was(program, few_descriptors):
    both = [Aside(program(SELECTORS, name), only=[CROWD]) for name in ("one", "two")]
    assert [failed(one.result()) for one in both] == [{}, {}]
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == few_descriptors


def test_rooms_that_overlap_leave_the_limit_as_it_was(few_descriptors):
    first, second = room_for(1100), room_for(1100)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    while_second = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    second.__exit__(None, None, None)
    assert while_second > 1100
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == few_descriptors


def test_there_is_room_for_a_crowd_beside_what_is_open_already(program, few_descriptors):
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(700)]
    try:
        assert failed(run_all(program(SELECTORS), only=[CROWD])) == {}
    finally:
        for number in opened:
            os.close(number)


def test_a_path_with_spaces_and_an_apostrophe(program, tmp_path):
    path = program(SELECTORS)
    folder = tmp_path / "Guido's own folder"
    folder.mkdir()
    path = path.rename(folder / "my server's file.py")
    table = run_all(path, only=[ONE, RESTART])
    assert failed(table) == {}
    assert table.title == "my server's file survives 2 of 2 trials"


def test_a_program_that_takes_arguments(program):
    path = program("import sys\nport = int(sys.argv[1])\nassert sys.argv[2:] == ['x y']\n"
                   + dedent(SELECTORS).replace("6666", "port"))
    assert failed(run_all(path, "7000", "x y", only=[ONE, RESTART, STOPS])) == {}
    assert failed(run_all(path, 7000, "x y", only=[ONE])) == {}


@pytest.mark.parametrize("only", [["half close"], ["echo of one line", ""], [None], [4]])
def test_a_bad_name_gives_a_clear_error(only):
    with pytest.raises(GlassError, match="There is no trial .* The nearest is '.*'"):
        run_all(GOOD, only=only)


def test_a_name_alone_is_taken():
    assert len(run_all(GOOD, only=ONE)) == 1


@pytest.mark.parametrize("only", ["half close", 4])
def test_a_bad_name_alone_gives_a_clear_error(only):
    with pytest.raises(GlassError, match=repr(only)):
        run_all(GOOD, only=only)


def test_the_names_may_come_from_a_generator():
    assert len(run_all(GOOD, only=(name for name in (ONE, TWO)))) == 2


def test_no_program_of_this_name_is_a_clear_error():
    with pytest.raises(GlassError, match="There is no program"):
        run_all("06_read_write_queue")


def test_in_this_process_too_nothing_is_left(program, capsys):
    path, limit = program(SELECTORS), resource.getrlimit(resource.RLIMIT_NOFILE)
    run_all(path, only=[ONE])
    gc.collect()
    before, others = psutil.Process().num_fds(), children()
    assert failed(run_all(path)).keys() == {POURS, SILENT}                   # of a well-made server of its kind
    gc.collect()
    assert psutil.Process().num_fds() <= before
    assert set(children()) <= set(others) and running == {}
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limit
    assert trials.TRIALS and "." * len(TRIALS) in capsys.readouterr().out
