"""What the tests of clients share."""
import pytest

from helpers import connect, run


@pytest.fixture
def pair(echo):
    """A held echo server and its client alice, accepted."""
    server = run(echo, held=True)
    alice = connect(server, "alice")
    server.step()
    return server, alice
