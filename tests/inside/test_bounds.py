"""What is recorded has bounds, and a loop that isn't recorded is the same in all else."""
from helpers import connect, run
from helpers.inside.recorder import KEEP, OPERATIONS
from tests.inside.programs import PAIR


def test_a_loop_that_spins_is_recorded_within_bounds(ran):
    server = ran("import select\nfor _ in range(60_000):\n    select.select([], [], [], 0)\n")
    kept = server.iterations
    assert kept[-1].number == 60_000
    assert 1000 < len(kept) <= KEEP // 5 < 25_000
    assert server.recording.dropped == 60_000 - len(kept) > 0
    assert [each.number for each in kept] == list(range(60_001 - len(kept), 60_001))


def test_one_iteration_that_never_ends_is_recorded_within_bounds(ran):
    server = ran(PAIR + f"""
select.select([], [], [], 0)
one.setblocking(False)
for _ in range({OPERATIONS + 1000}):
    try:
        one.recv(1)
    except BlockingIOError:
        pass
one.close()
""")
    operations = server.iterations[0].operations
    assert len(operations) == OPERATIONS and operations[-1].name == "close"


def test_without_recording_all_else_is_the_same(echo):
    server = run(echo, record=False)
    with connect(server, "alice") as alice:
        alice.send("hello")
        assert alice.receive() == "hello"
    assert server.iterations == []


def test_without_recording_a_loop_can_still_be_held_and_stepped(program):
    server = run(program("""
        import select, socket
        listener = socket.create_server(("127.0.0.1", 6666))
        for number in range(9):
            select.select([listener], [], [], 1)
            print(number)
        """), held=True, record=False)
    for number in range(3):
        assert server.step() is None
        assert server.output == "".join(f"{each}\n" for each in range(number + 1))
    with run("04_multi_client_echo", held=True, record=False) as server:
        alice = connect(server, "alice")
        assert server.step() is None
        alice.send("hello")
        server.step()
        assert alice.receive() == "hello" and server.iterations == []
