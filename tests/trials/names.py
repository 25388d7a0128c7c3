"""Short names for the trials that tests speak of, and what every test of trials needs."""
import threading
import time

import pytest

from helpers.server import running
from helpers.trials import TRIALS, run_all

ONE, TWO, BYTE_BY_BYTE = "echo of one line", "two clients at once", "one byte at a time"
NOT_TEXT, MEGABYTE, VISITS = "bytes that are not text", "1 MB in one go", "says, reads, leaves, 200 times"
WORDLESS, RESET, IN_FLIGHT = "comes and leaves without a word", "reset (RST) when idle", "reset with data in flight"
HALF, HALF_SLOW, SLOW = "half-close", "half-closed and reading slowly", "a slow reader holds up nobody else"
IDLE, IDLE_AGAIN = "idle costs no CPU", "idle costs no CPU after clients have left"
CROWD, EMFILE = "more than 1,024 clients", "out of descriptors (EMFILE)"
POURS, SILENT, LORIS = "pours and never reads", "comes and stays silent", "one byte now and then"
RESTART, STOPS = "restarted at once on the same port", "stops cleanly on SIGINT and SIGTERM"

NAMES = [trial.name for trial in TRIALS]
TALK = [ONE, TWO, NOT_TEXT, BYTE_BY_BYTE]      # what any server can do that answers at all
GOOD = "06_read_write_queues"
BOUND = 60.0       # seconds that all the trials of one program may take


def failed(table):
    """{name of a trial that was not survived: what was received}"""
    return {verdict.trial.name: verdict.received for verdict in table if verdict.survived is False}


def eventually(true, timeout=5.0):
    end = time.monotonic() + timeout
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


class Aside(threading.Thread):
    """run_all in a thread of its own: its `table`, or the `error` that it raised."""

    def __init__(self, *arguments, **keywords):
        super().__init__(daemon=True)
        self.call, self.table, self.error = (arguments, keywords), None, None
        self.start()

    def run(self):
        arguments, keywords = self.call
        try:
            self.table = run_all(*arguments, **keywords)
        except BaseException as error:
            self.error = error

    def result(self, timeout=BOUND):
        """The table. If it takes too long, all servers are killed, and the test fails."""
        self.join(timeout)
        if self.is_alive():
            for _ in range(200):
                for server in list(running.values()):
                    server.child.process.kill()
                self.join(0.1)
                if not self.is_alive():
                    break
            pytest.fail(f"run_all has not returned after {timeout:g} s")
        if self.error:
            raise self.error
        return self.table
