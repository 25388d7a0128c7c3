"""Who has shut itself in reads and writes what it was given, and harms nobody outside; nor does what it starts."""
import os
import subprocess
import sys

import pytest

from helpers.teaching import fence
from tests import ROOT

FENCED = pytest.mark.skipif(not fence.version(), reason="this system has no fence")
SHUT_IN = """
import ctypes, os, subprocess, sys
sys.path.insert(0, sys.argv[1])
from helpers.teaching import fence
mine, other = sys.argv[2:4]
fence.shut_in([sys.base_prefix, "/usr", "/lib", "/lib64", "/proc", sys.argv[1] + "/helpers"], [mine, os.devnull])
def attempt(what, *arguments):
    try:
        what(*arguments)
        print("done")
    except OSError as error:
        print(type(error).__name__)
"""
TRIES = {
    "read what it may": ("open(fence.__file__).read()", "done"),
    "write where it may": ("open(mine + '/new', 'w').close(), os.rename(mine + '/new', mine + '/old')", "done"),
    "write what it may read": ("open(fence.__file__, 'a')", "PermissionError"),
    "read something else": ("open(other).read()", "PermissionError"),
    "write something else": ("open(other, 'w')", "PermissionError"),
    "remove it": ("os.remove(other)", "PermissionError"),
    "look what is there": ("os.listdir(os.path.dirname(other))", "PermissionError"),
    "link to it": ("os.link(other, mine + '/link')", "OSError"),
    "look into who is outside": ("os.open(f'/proc/{os.getppid()}/mem', os.O_RDONLY)", "PermissionError"),
    "see what is open there": ("os.readlink(f'/proc/{os.getppid()}/fd/1')", "PermissionError"),
    "write to what is open there": ("os.open(f'/proc/{os.getppid()}/fd/1', os.O_WRONLY)", "PermissionError"),
}
SIGNALS = {"send a signal outside": ("os.kill(os.getppid(), 0)", "PermissionError")}


def said(tmp_path, lines):
    mine, other = tmp_path / "mine", tmp_path / "other" / "file"
    mine.mkdir(exist_ok=True)
    other.parent.mkdir(exist_ok=True)
    other.write_text("a solution")
    done = subprocess.run([sys.executable, "-c", SHUT_IN + lines, str(ROOT), str(mine), str(other)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    assert other.read_text() == "a solution"
    return done.stdout.split()


@FENCED
@pytest.mark.parametrize("what", TRIES | (SIGNALS if fence.version() >= 6 else {}))
def test_behind_the_fence(what, tmp_path):
    line, outcome = (TRIES | SIGNALS)[what]
    assert said(tmp_path, f"attempt(lambda: ({line}))") == [outcome]


@FENCED
def test_what_is_started_behind_it_is_behind_it(tmp_path):
    lines = "print(subprocess.run([sys.executable, '-c', 'import sys; open(sys.argv[1])', other], stderr=-3).returncode)"
    assert said(tmp_path, lines) == ["1"]


@FENCED
def test_what_is_started_can_not_look_into_who_started_it(tmp_path):
    for look in "os.readlink(f'/proc/{os.getppid()}/fd/1')", "open(f'/proc/{os.getppid()}/mem')":
        line = f"print(subprocess.run([sys.executable, '-c', {'import os; ' + look!r}], stderr=-3).returncode)"
        assert said(tmp_path, line) == ["1"]


@FENCED
def test_nothing_is_left_of_the_rights_of_root(tmp_path):
    [rights] = said(tmp_path, "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('CapEff')))")
    assert int(rights, 16) == 0


def test_elsewhere_there_is_none(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert fence.version() == 0


def test_an_error_of_the_system_is_an_error(monkeypatch):
    with pytest.raises(OSError):
        fence.done(-1)
    assert fence.done(os.getpid()) == os.getpid()
