"""What is told of a thread that has died, whatever its program has printed beside its traceback."""
import pytest

from helpers.exercises.crew import death_of_a_thread

WHOLE = """Exception in thread Thread-1 (work):
Traceback (most recent call last):
  File "/usr/lib/threading.py", line 1045, in _bootstrap_inner
    self.run()
  File "pool.py", line 20, in work
    data = connection.recv(100)
ConnectionResetError: [Errno 104] Connection reset by peer
"""
CAUSED = """Exception in thread Thread-1 (work):
Traceback (most recent call last):
  File "pool.py", line 20, in work
    table[1]
KeyError: 1

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "pool.py", line 22, in work
    raise ValueError("no")
ValueError: no
"""
MIXED = "".join(f"{line}\n{line}\n" for line in WHOLE.splitlines())
CUT = "Exception in thread Exception in thread Thread-1 (work):\nThread-2 (work):\nTraceback (most recent call last):\n"


@pytest.mark.parametrize("output, told, kinds", [
    (WHOLE, "A thread has died: ConnectionResetError: Connection reset by peer.", ("ConnectionResetError", "dies")),
    ("listening\n" + WHOLE + "and on\n", "A thread has died: ConnectionResetError: Connection reset by peer.",
     ("ConnectionResetError", "dies")),
    (MIXED, "A thread has died: ConnectionResetError.", ("ConnectionResetError", "dies")),
    (CAUSED, "A thread has died: ValueError.", ("ValueError", "dies")),
    (MIXED.replace("ConnectionResetError: [Errno 104] Connection reset by peer", "_queue.Empty"),
     "A thread has died: Empty.", ("Empty", "dies")),
    (CUT, "A thread has died of an error.", ("dies",)),
], ids=["whole", "between other words", "mixed", "caused by another", "without a message", "cut"])
def test_a_thread_that_has_died(output, told, kinds):
    seen = death_of_a_thread(output)
    assert (str(seen), seen.kinds) == (told, kinds)
