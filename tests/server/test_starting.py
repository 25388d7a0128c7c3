"""run: which program, under which name, with which arguments; and what it says where that is no program."""
import pytest

from helpers import GlassError, ProgramDied, run
from helpers.server import running
from tests.conftest import held_or_free, says
from tests.server.programs import TICK


def test_arguments_are_passed_as_text(program):
    path = program("import select, sys\nprint(sys.argv[1:])\nselect.select([], [], [], 0)")
    server = run(path, 7777, "a b", "", held=True)
    assert server.output == "['7777', 'a b', '']\n"


def test_the_same_name_again_replaces_the_earlier_one(program):
    path = program(TICK)
    first = run(path, held=True)
    with run(path, held=True) as second:
        assert first.ended and (first.state, second.state) == ("ended", "held") and running == {"program": second}
        assert second.step().number == 1
    assert second.ended


def test_two_names_run_side_by_side(program):
    path = program(TICK)
    first, second = run(path, held=True), run(path, held=True, name="second")
    assert (first.state, second.state, repr(second)) == ("held", "held", "second: held")


@pytest.mark.parametrize("asked, near", [("04_multi_client_ecco", "04_multi_client_echo"),
                                         ("04_multi_clients", "04_multi_client_echo"), ("01_stdin", "01_stdin_select")])
def test_a_lesson_that_does_not_exist_names_the_nearest(asked, near):
    with pytest.raises(GlassError) as caught:
        run(asked)
    says(caught, f"There is no program {asked!r}. The nearest is {near!r}.")


def test_a_file_that_does_not_exist_names_the_nearest(program):
    path = program(TICK)
    with pytest.raises(GlassError) as caught:
        run(path.with_name("progam.py"))
    assert f"The nearest is {str(path)!r}." in str(caught.value)


def test_nothing_is_stopped_for_a_program_that_does_not_exist(program):
    server = run(program(TICK), held=True)
    with pytest.raises(GlassError):
        run("no such thing", name="program")
    assert server.state == "held"


@held_or_free
@pytest.mark.parametrize("text, line, words", [
    ("import select\nx = = 1\n", 2, "invalid syntax"),
    ("import select\nwhile True:\nx = 1\n", 3, "expected an indented block"),
    ("if True:\n\tx = 1\n        y = 2\n", 3, "inconsistent use of tabs"),
    ("  x = 1\n", 1, "unexpected indent"),
    ("print('hello\n", 1, "unterminated string literal"),
    ("x = (1,\n", 1, "'(' was never closed"),
    ("import select\nwhile True\n", 2, "`while True`: expected ':'"),
], ids=["invalid", "no block", "tabs", "indent", "string", "bracket", "colon"])
def test_a_syntax_error(tmp_path, text, line, words, held):
    path = tmp_path / "program.py"
    path.write_text(text)
    with pytest.raises(ProgramDied) as caught:
        run(path, held=held)
    says(caught, f"program has a syntax error in line {line}, `", words)
    assert "(program.py" not in str(caught.value)
    assert caught.value.line == line and f'File "program.py", line {line}' in caught.value.traceback
    assert "/" not in caught.value.traceback and not running


def run_that_hangs(path, line):
    """What run says of a program that hangs in this line, before its loop; and the bound that it took to come there."""
    for bound in 0.2, 1, 5:
        with pytest.raises(GlassError) as caught:
            run(path, held=True, timeout=bound)
        if f"line {line}, " in str(caught.value):         # on a busy machine it may not have come there yet
            break
    return caught, bound


def test_a_program_whose_text_is_no_utf8_can_still_be_spoken_of(tmp_path):
    path = tmp_path / "program.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\n# \xe9\nimport time\nwhile True: time.sleep(1)\n")
    caught, bound = run_that_hangs(path, line=4)
    says(caught, f"program has not called select after {bound:g} s", "line 4")


@pytest.mark.parametrize("text", ["def main():\n    pass\n", "print('done')"], ids=["in a function", "none"])
def test_a_program_that_ends_before_its_loop(program, text):
    with pytest.raises(GlassError) as caught:
        run(program(text), held=True)
    says(caught, "program has ended before its loop: it never called select",
         "Is the loop in a function that nobody calls?")
    assert not running


def test_a_program_that_never_reaches_its_loop(program):
    caught, bound = run_that_hangs(program("""\
        import socket
        listener = socket.create_server(("127.0.0.1", 6666))
        connection, address = listener.accept()
        """), line=3)
    says(caught, f"program has not called select after {bound:g} s",
         "line 3, `connection, address = listener.accept()`, and has not called select (or poll, epoll, kqueue) yet.")
    assert not running
