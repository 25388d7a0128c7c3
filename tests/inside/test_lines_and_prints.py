"""The lines that ran in an iteration, and what it printed."""
from helpers import run


def test_lines_are_those_that_ran_in_order(program):
    server = run(program("""\
        import select
        def work(number):
            if number == 2:
                print("two")
        for number in range(1, 4):
            select.select([], [], [], 0)
            work(number)
        """), held=True)
    steps = [server.step() for _ in range(3)]
    assert [one.lines for one in steps] == [[6, 7, 3, 5], [6, 7, 3, 4, 5], [6, 7, 3, 5]]
    assert [one.printed for one in steps] == ["", "two\n", ""]


def test_a_free_loop_has_no_lines(ran):
    assert ran("import select\nselect.select([], [], [], 0)\nprint(1)").iterations[0].lines == []


def test_printed_belongs_to_its_iteration(program):
    server = run(program("""
        import select, sys
        print("before")
        for number in range(3):
            select.select([], [], [], 0)
            print("out", number, end="")
            sys.stdout.flush()
            print(" err", file=sys.stderr)
        """), held=True)
    assert [server.step().printed for _ in range(2)] == ["out 0 err\n", "out 1 err\n"]
    assert server.output == "before\nout 0 err\nout 1 err\n"
