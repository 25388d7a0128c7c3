"""A limit of descriptors: the same on every machine, and said clearly when it is reached."""
import os

import pytest

from helpers import ProgramDied, run


def test_a_program_that_dies_of_having_no_descriptor_left_says_so(program):
    path = program("""
        import select, socket
        select.select([], [], [], 0.01)
        kept = []
        while True:
            kept.append(socket.socket())
        """)
    server = run(path, held=True, descriptors=20)
    with pytest.raises(ProgramDied, match="line 6.*Too many open files"):
        server.step()
        server.step()


@pytest.mark.parametrize("descriptors", [6, 20])
def test_a_program_may_have_as_many_descriptors_as_are_said(ran, descriptors):
    said = ran("""
        import select, socket
        select.select([], [], [], 0.01)
        kept = []
        try:
            while True:
                kept.append(socket.socket())
        except OSError:
            print(3 + len(kept))
        """, descriptors=descriptors).output
    assert said == f"{descriptors}\n"


def test_the_number_of_descriptors_does_not_depend_on_ours(program):
    path = program("""
        import select, socket
        print(socket.socket().fileno())
        select.select([], [], [], 0.01)
        """)
    ours = [os.dup(0) for _ in range(30)]
    try:
        with run(path, held=True) as server:
            assert server.output == "3\n"                   # as in a plain run
    finally:
        for number in ours:
            os.close(number)


def test_a_limit_of_memory_leaves_room_for_threads(ran):
    text = """
        import threading
        done = threading.Event()
        threads = [threading.Thread(target=lambda: (bytearray(100_000), done.wait(60))) for _ in range(60)]
        for one in threads:
            one.start()
        print(sum(one.is_alive() for one in threads), "threads")
        done.set()
        """
    assert ran(text, memory=1 << 30).output == "60 threads\n"
