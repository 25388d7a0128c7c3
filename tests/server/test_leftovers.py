"""All that a program has started ends with it: with stop, with its own end, and with its notebook, however that ends."""
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from helpers import run
from helpers.server import leftovers
from tests import ROOT
from tests.conftest import LONG, ended, eventually, held_or_free

STARTS = """
import os, select, signal, subprocess, sys, time
ready, tell = os.pipe()

def forked(daemon):
    if os.fork():
        return os.read(ready, 20).decode()
    if daemon:
        os.setsid()
        if os.fork():
            os._exit(0)
    os.write(tell, b"%d" % os.getpid())
    if daemon:
        os.closerange(0, 5000)
    while True:
        time.sleep(1)

kinds = {
    "same session": lambda: subprocess.Popen(["sleep", "300"]).pid,
    "own session": lambda: subprocess.Popen(["sleep", "300"], start_new_session=True).pid,
    "bare": lambda: subprocess.Popen(["env", "-i", "sleep", "300"], start_new_session=True).pid,
    "in a shell": lambda: subprocess.Popen("sleep 300 & echo $! ; wait", shell=True, start_new_session=True,
                                           stdout=tell) and os.read(ready, 20).decode().strip(),
    "ignores signals": lambda: subprocess.Popen(["nohup", "sleep", "300"], start_new_session=True, stdout=-3).pid,
    "forked": lambda: forked(False),
    "daemon": lambda: forked(True),
}
for name in sys.argv[1].split(","):
    print(kinds[name](), flush=True)
select.select([], [], [], 0)
"""
KINDS = ["same session", "own session", "bare", "in a shell", "ignores signals", "forked", "daemon"]
MARKED = [kind for kind in KINDS if kind != "bare"]      # "bare" has neither mark nor session: by its parent alone it is found
ALL = ",".join(KINDS)
LOOP = "while True:\n    select.select([], [], [], 0.05)\n"

NOTEBOOK = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from helpers import run
from helpers.server import leftovers
server = run(sys.argv[1], sys.argv[2], held=sys.argv[3] == "held")
while len(server.output.split()) < len(sys.argv[2].split(",")):
    time.sleep(0.01)
if sys.argv[3] == "ended":
    server.child.process.wait()
print(*server.output.split(), server.child.process.pid, leftovers.keeper[2].pid, flush=True)
{{}}
"""


def is_gone(number):
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def started(server, count):
    """The processes that it has started, so many."""
    eventually(lambda: len(server.output.split()) >= count)
    return [int(number) for number in server.output.split()[:count]]


@held_or_free
def test_stop_leaves_nothing_of_what_it_has_started(program, short_grace, held):
    server = run(program(STARTS + LOOP), ALL, held=held)
    numbers = started(server, len(KINDS))
    assert not any(map(is_gone, numbers))
    server.stop()
    eventually(lambda: all(map(is_gone, numbers)))


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "os._exit(4)", "os.kill(os.getpid(), signal.SIGKILL)", "1 / 0"])
def test_nor_does_the_end_of_the_program_itself(program, short_grace, end):
    server = run(program(STARTS + "select.select([], [], [], 0)\n" + end), ",".join(MARKED), held=True)
    numbers = started(server, len(MARKED))
    assert not any(map(is_gone, numbers))
    server.release()
    assert ended(server)
    eventually(lambda: all(map(is_gone, numbers)))


def leaves_nobody(program, kinds, how, end):
    """A notebook runs a program that starts such processes, and ends in this way: all of them are gone soon."""
    path = program(STARTS + LOOP * (how != "ended"))
    notebook = subprocess.Popen([sys.executable, "-c", NOTEBOOK.format(end), path, ",".join(kinds), how],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, text=True)
    numbers = [int(number) for number in notebook.stdout.readline().split()]
    assert len(numbers) == len(kinds) + 2                # and the program, and the keeper
    notebook.wait(LONG)
    notebook.stdout.close()
    eventually(lambda: all(map(is_gone, numbers)))


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)", "os._exit(1)", "", "1 / 0"],
                         ids=["killed", "terminated", "exit", "its end", "error"])
@pytest.mark.parametrize("how", ["held", "free", "ended"])
def test_a_notebook_that_ends_leaves_nobody(program, how, end):
    leaves_nobody(program, MARKED if how == "ended" else KINDS, how, end)


@pytest.mark.parametrize("how", ["held", "free"])
def test_without_its_keeper_the_program_and_its_session_end_themselves(program, how):
    leaves_nobody(program, ["same session", "forked"], how, "leftovers.keeper[2].kill(); os.kill(os.getpid(), 9)")


def test_nobody_else_is_ended(program):
    """Neither who bears another mark, nor another run, nor its own keeper."""
    other = run(program(LOOP.join(["import select\n", ""]), "other"), held=True)
    foreign = subprocess.Popen(["sleep", "300"], env={leftovers.NAME: "somebody.1."}, start_new_session=True)
    try:
        server = run(program(STARTS + LOOP), "own session", held=True)
        assert server.child.mark != other.child.mark
        server.stop()
        assert foreign.poll() is None and leftovers.keeper[2].poll() is None
        assert other.step().number == 1
    finally:
        foreign.kill()
        foreign.wait()


def test_a_number_that_is_somebody_elses_by_now_is_left_alone():
    other = subprocess.Popen(["sleep", "300"], start_new_session=True)
    try:
        known = leftovers.look_at(other.pid)
        leftovers.end_all("nobody.", [known._replace(began=known.began - 1)])      # an earlier one with this number
        assert other.poll() is None
        leftovers.end_all("nobody.", [known])
        assert other.wait(LONG) == -signal.SIGKILL
    finally:
        other.kill()
        other.wait()


def test_a_forked_child_that_outlives_the_program_lives_on_until_stop(program, short_grace):
    """A daemon that its program leaves behind: it goes on, until the notebook notices that the program has ended."""
    path = program("""
        import os, select, time
        select.select([], [], [], 0)
        if os.fork():
            os._exit(0)
        os.setsid()
        os.closerange(3, 5000)
        for number in range(10 ** 9):
            print(os.getpid(), flush=True)
            time.sleep(0.01)
        """)
    server = run(path, held=True)
    server.child.say("r")
    eventually(lambda: len(server.output.split()) > 3)
    child = int(server.output.split()[0])
    assert server.child.process.wait(LONG) == 0 and not is_gone(child)
    server.stop()
    eventually(lambda: is_gone(child))


def test_one_keeper_for_all_runs(program):
    path = program("import select\n" + LOOP)
    with run(path, held=True) as first, run(path, held=True, name="second") as second:
        keeper = leftovers.keeper[2]
        marks = first.child.mark, second.child.mark
        assert keeper.poll() is None and os.getsid(keeper.pid) == keeper.pid != os.getsid(0)
        assert marks[0] != marks[1] and all(mark.startswith(leftovers.keeper[1]) for mark in marks)
    os.kill(keeper.pid, signal.SIGKILL)
    keeper.wait(LONG)
    with run(path, held=True):                           # somebody has ended it: the next run has one again
        assert leftovers.keeper[2].pid != keeper.pid and leftovers.keeper[2].poll() is None


def test_servers_that_are_started_side_by_side_have_a_mark_each():
    """With one mark for two of them, the end of the one would be the end of the other."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            marks = list(pool.map(lambda _: leftovers.new_mark(), range(400)))
    finally:
        sys.setswitchinterval(before)
    assert len(set(marks)) == 400 and len({mark.partition(".")[0] for mark in marks}) == 1
