"""Which of a program's threads sleep: read off the words of the system, here off words that were written down."""
import sys
from types import SimpleNamespace

import pytest

from helpers.server import waiting

STATES = {"S (sleeping)": 8, "R (running)": 0, "D (disk sleep)": 0}      # with 7 sleeps so far: what is counted


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere psutil tells")
@pytest.mark.parametrize("state", STATES)
def test_who_waits_for_the_disk_goes_on_by_itself(tmp_path, monkeypatch, state):
    (tmp_path / "42").mkdir()
    (tmp_path / "42" / "status").write_text(f"Name:\tit\nState:\t{state}\nvoluntary_ctxt_switches:\t7\n")
    monkeypatch.setattr(waiting, "Path", lambda _: tmp_path)
    assert waiting.threads_of(SimpleNamespace(pid=42)) == {"42": STATES[state]}
