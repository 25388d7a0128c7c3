"""disk: what befalls a server and its disk does what its name says."""
import subprocess
import sys
from types import SimpleNamespace

import pytest

from helpers.exercises.clocked import copy_of
from helpers.exercises.disk import (
    COUNTS,
    ENDS,
    FILE,
    IS_LATER,
    KEEPS_A_COPY,
    LATER,
    content,
    on_the_disk,
    power_fails,
    put,
    times_asked,
)
from helpers.server import Program
from helpers.trials import Failed

WRITES = f"""
import os
file = open("{FILE}", "ab")
file.write(b"one")
os.fsync(file)                 # the system hasn't got it yet
file.flush()
print("written", flush=True)
os.fsync(file.fileno())
file.write(b"two")
file.flush()
print("and more", flush=True)
"""
TELLS = """
import time
from datetime import datetime, timezone
print(time.time(), time.time_ns() / 1e9, datetime.now().timestamp(), datetime.now(timezone.utc).timestamp())
"""


@pytest.fixture
def ran(tmp_path):
    """Run a program with what befalls it: what it has printed, and the folder as a server has it."""
    def run(text, befalls):
        path = tmp_path / "program.py"
        path.write_text(text, encoding="utf-8")
        copy = copy_of(Program(path), befalls)
        done = subprocess.run([sys.executable, copy.path], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        return done, SimpleNamespace(folder=tmp_path)
    return run


def test_what_was_not_written_to_the_disk_is_lost(ran):
    done, server = ran(WRITES, KEEPS_A_COPY)
    assert done.returncode == 0, done.stderr
    assert (on_the_disk(server), content(server)) == (b"one", b"onetwo")


def test_the_power_fails_when_the_disk_is_asked(ran, tmp_path):
    server = SimpleNamespace(folder=tmp_path)
    power_fails(server)
    done, _ = ran(WRITES.replace("os.fsync(file)", ""), ENDS)
    assert (done.returncode, done.stdout, content(server)) == (-9, "written\n", b"one")
    power_fails(server, False)
    done, _ = ran(WRITES, ENDS)
    assert (done.returncode, done.stdout) == (0, "written\nand more\n")


def test_how_often_the_disk_was_asked(ran):
    done, server = ran(WRITES, COUNTS)
    assert times_asked(server) == 2, done.stderr


def test_all_clocks_of_the_day_are_later(ran):
    import time
    done, _ = ran(TELLS, IS_LATER)
    moments = [float(word) - time.time() for word in done.stdout.split()]
    assert len(moments) == 4 and all(LATER - 60 < one <= LATER for one in moments), (moments, done.stderr)


def test_a_file_that_isnt_there_is_a_verdict(tmp_path):
    server = SimpleNamespace(folder=tmp_path)
    with pytest.raises(Failed, match="ledger.aof"):
        content(server)
    put(server, b"one")
    assert content(server) == b"one"
