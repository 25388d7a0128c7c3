"""What the tests share: a program in a file of its own, and no server that outlives its test."""
import textwrap

import pytest

from helpers.background import running


@pytest.fixture
def program(tmp_path):
    """program(text, name) -> the path of a Python file with this text."""
    def write(text, name="program"):
        path = tmp_path / f"{name}.py"
        path.write_text(textwrap.dedent(text))
        return path
    return write


@pytest.fixture(autouse=True)
def nothing_left():
    yield
    for server in list(running.values()):
        server.stop()
