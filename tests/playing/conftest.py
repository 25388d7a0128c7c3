"""What tests of the player share: a server to be played."""
import pytest

from helpers import run


@pytest.fixture
def server():
    with run("04_multi_client_echo", held=True) as server:
        yield server
