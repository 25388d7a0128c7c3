"""Programs as text: show numbers the lines, change makes a copy that is changed."""
import ast

import pytest

from helpers import GlassError, ProgramDied, change, run, show
from helpers.server import source, syntax
from tests.conftest import ended, says


def test_show_numbers_the_lines(program):
    path = program("import select\n\nselect.select([], [], [], 0)\n")
    assert repr(show(path)) == "  1  import select\n  2\n  3  select.select([], [], [], 0)"
    assert repr(show(path, 3)) == repr(show(path, 3, 3)) == "  3  select.select([], [], [], 0)"
    assert show(path)._repr_markdown_().startswith("```python\n  1  import")


def test_show_since_another_program_shows_what_is_different(tmp_path):
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text('"""Old,\n\nand long."""\nimport select\none = 1\ntwo = 2\nhalf = 2.5\nthree = 3\nfour = 4\n')
    new.write_text('"""New."""\nimport select\none = 10\ntwo = 2\nhalf = 2.5\nthree = 3\nfour = 40\n')
    shown = show(new, since=old)
    assert repr(shown).splitlines() == [" import select", "-one = 1", "+one = 10", " two = 2", " …", " three = 3", "-four = 4",
                                        "+four = 40"]
    assert shown._repr_markdown_().startswith("```diff\n")
    assert repr(show(new, since=new)) == "" and repr(show(old, 4, 4)) == "  4  import select"
    with pytest.raises(GlassError) as caught:
        show(new, since="10_beyond_selekt")
    says(caught, "The nearest is '10_beyond_select'")


def test_show_since_where_nothing_is_described(tmp_path):
    for text in ("", "5\n", "one = 1\n", "what is this?\n"):
        old, new = tmp_path / "old.py", tmp_path / "new.py"
        old.write_text(text)
        new.write_text(text + "two = 2\n")
        assert repr(show(new, since=old)).splitlines()[-1] == "+two = 2"


def test_show_of_nothing_that_there_is():
    with pytest.raises(GlassError) as caught:
        show("04_multi_client_ecco")
    says(caught, "The nearest is '04_multi_client_echo'")


@pytest.mark.parametrize("lines, words", [
    ((100,), "program has 3 lines, and 100 is none of them"),
    ((0, 2), "program has 3 lines, and 0 is none of them"),
    ((2, 4), "program has 3 lines, and 4 is none of them"),
    (("2",), "program has 3 lines, and '2' is none of them"),
    ((3, 2), "Line 3 comes after line 2"),
], ids=str)
def test_show_of_lines_that_there_are_not(program, lines, words):
    path = program("import select\n\nselect.select([], [], [], 0)\n")
    with pytest.raises(GlassError) as caught:
        show(path, *lines)
    says(caught, words)


def test_a_limit_that_is_no_number(program):
    path = program("import select\nselect.select([], [], [], 0)\n")
    for options, words in (({"descriptors": "a"}, "descriptors= takes a whole number, and 'a' is none"),
                           ({"memory": 0.5}, "memory= takes a whole number, and 0.5 is none"),
                           ({"forks": "7"}, "Write it without quotes: forks=7"), ({"port": -1}, "port= takes a whole number"),
                           ({"memory": object()}, "and an object is none. Write it like this: memory=100")):
        with pytest.raises(GlassError) as caught:
            run(path, **options)
        says(caught, words)


def test_a_change_runs_and_shows_itself_and_leaves_the_program_alone(program):
    path = program("import select\nwhile True:\n    select.select([], [], [], 1)\n    print('old')\n")
    changed = change(path, "print('old')", "print('new')\nprint('newer')")
    assert repr(changed).splitlines()[-4:] == [
        "     select.select([], [], [], 1)", "-    print('old')", "+    print('new')", "+    print('newer')"]
    assert [line for line in repr(changed).splitlines() if line[0] in "+-"] == [
        "-    print('old')", "+    print('new')", "+    print('newer')"]
    assert changed._repr_markdown_().startswith("```diff\n")
    server = run(changed, held=True)
    assert server.name == "program (changed)" and server.step().printed == "new\nnewer\n"
    assert "new" not in path.read_text() and "print('old')" in repr(show(path))


def test_a_changed_copy_finds_the_neighbours_of_the_program(program):
    """As if it stood there; also the change of a change, and the neighbour whose lines are shown beside it."""
    path = program("import select\nimport neighbour\n\nprint(neighbour.said)\nselect.select([], [], [], 0)\n")
    (path.parent / "neighbour.py").write_text("said = 'found'\n")
    once = change(path, "print(", "print('once', ")
    for changed, words in (once, "once found\n"), (change(once, "'once'", "'twice'"), "twice found\n"):
        with run(changed, held=True, beside="neighbour") as server:
            assert server.output == words and server.beside.path == path.parent / "neighbour.py"
    with run(change(path, "print(neighbour.said)", "import sys; print(sys.path[0] == " + repr(str(path.parent)) + ")")) as server:
        assert ended(server) and server.output == "True\n"


def test_a_changed_copy_that_dies_names_no_folder(program):
    changed = change(program("import select\nselect.select([], [], [], 0)\nprint('old')\n"), "print('old')", "1 / 0")
    server = run(changed, held=True)
    with pytest.raises(ProgramDied) as caught:
        server.step()
    says(caught, "program (changed) died in line 3, `1 / 0`")
    assert 'File "program.py", line 3' in caught.value.traceback


@pytest.mark.parametrize("old, words", [
    ("print('od')", "has no \"print('od')\". The nearest line is \"print('old')\"."),
    ("select.select([], [], [], 5)", "The nearest line is 'select.select([], [], [], 0)'."),
    ("select", "stands in program 3 times, in lines 1, 2. Give more of the line"),
    ("", "program"),
    ("\n", "program"),
], ids=["not there", "nearly", "too often", "empty", "end of line"])
def test_a_change_that_can_not_be_made(program, old, words):
    path = program("import select\nselect.select([], [], [], 0)\nprint('old')\n")
    with pytest.raises(GlassError) as caught:
        change(path, old, "new")
    says(caught, words)


def test_a_change_indents_later_lines_itself(program):
    path = program("import select\nif True:\n    print('old')\nselect.select([], [], [], 0)\n")
    with pytest.raises(GlassError) as caught:
        change(path, "print('old')", "print('new')\n    print('newer')")
    says(caught, "change() indents them all")
    nested = change(path, "print('old')", "if True:\n    print('new')\nprint('newer')")
    assert "+        print('new')\n+    print('newer')" in repr(nested)
    whole = change(path, "    print('old')\n", "    print('new')\n    print('newer')\n")
    assert "+    print('new')\n+    print('newer')" in repr(whole)


def test_a_change_of_a_program_that_is_wrong_already_is_left_to_python(program):
    path = program("if True:\n  pass\n    print('old')\n")
    assert "+      print('newer')" in repr(change(path, "print('old')", "print('new')\n  print('newer')"))


@pytest.mark.parametrize("new", ["if True:\npass\n    print('newer')", "if True:\n        print('a')\n    print('b')"],
                         ids=["not far enough", "back to where no line began"])
def test_a_change_that_is_indented_wrongly_in_another_way_is_left_to_python(program, new):
    path = program("import select\nif True:\n    print('old')\nselect.select([], [], [], 0)\n")
    assert "-    print('old')" in repr(change(path, "print('old')", new))


def test_the_nearest_line_may_be_a_long_one(program):
    path = program("data = sock.recv(65536)\ndata, address = datagrams.recvfrom(65536)       # one datagram, and who sent it\n")
    with pytest.raises(GlassError) as caught:
        change(path, "recvfrom(65535)", "recvfrom(4)")
    says(caught, "The nearest line is 'data, address = datagrams.recvfrom(65536)       # one datagram, and who sent it'.")


def test_one_thread_parses_at_a_time(monkeypatch, program):
    """In some versions of Python, ast.parse fails where several threads parse."""
    parse, alone = ast.parse, []
    monkeypatch.setattr(ast, "parse", lambda text: (alone.append(source.PARSING.locked()), parse(text))[1])
    original = program("if True:\n    print()\n")
    change(original, "print()", "if True:\n    print()")
    show(original, since=original)
    syntax("print()")
    with pytest.raises(SyntaxError):
        syntax("print(")
    assert len(alone) > 4 and all(alone) and not source.PARSING.locked()
