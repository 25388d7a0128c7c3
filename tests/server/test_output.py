"""What a program prints is there at once, its errors too, and has a bound."""
from helpers import run


def test_output_is_there_before_the_end_and_has_the_errors_too(program):
    server = run(program("""
        import select, sys
        print("out ü")
        print("err", file=sys.stderr)
        print("no end of line", end="")
        select.select([], [], [], 1)
        """), held=True)
    assert server.output == "out ü\nerr\nno end of line"


def test_output_after_a_flood_is_still_told(program):
    server = run(program("""
        import select
        for _ in range(20):
            print("x" * 1_000_000)
        while True:
            select.select([], [], [], 1)
            print("after the flood")
        """), held=True)
    for _ in range(4):
        server.step()
        server.iterations                               # each message makes the child look at its output
    assert len(server.output) < 20_000_000 and "\0" not in server.output
    assert server.output.count("after the flood") >= 3
