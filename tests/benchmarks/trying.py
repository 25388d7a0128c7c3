"""How long a reader waits for a table of trials."""
from contextlib import redirect_stdout
from io import StringIO

from helpers import trials

from .measuring import QUEUES, note, report, timed


def put_on_trial():
    """All trials, for a good server and for each of the bank of faulty ones: seconds, since a reader waits for them."""
    from tests.trials.bank import BANK, faulty
    good = [timed(quietly, QUEUES) for _ in range(5)]
    bad = {wrong: timed(quietly, faulty(changes)) for _, wrong, _, changes, _ in BANK}
    slowest = max(bad, key=bad.get)
    note(f"the slowest of {len(bad)} faulty servers: {slowest}")
    fine = report("trials: all of them, for lesson 06", good, 20, " s")
    return report("trials: all of them, for the slowest faulty server", [bad[slowest]], 60, " s") and fine


def quietly(program):
    with redirect_stdout(StringIO()):
        trials.run_all(program)
