"""The programs in a submission are read as text, as IPython and `change` would have them; what can't be read is said."""
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.teaching.reading import Unreadable, written


def notebook(*cells):
    """A notebook of code cells; a pair is (the cell's mark, its source)."""
    made = [new_code_cell(one) if isinstance(one, str) else
            new_code_cell(one[1], metadata={"nbgrader": {"grade_id": one[0]}}) for one in cells]
    return new_notebook(cells=made)


@pytest.mark.parametrize("cells, text", [
    (["%%program chat\nprint(1)\n"], "print(1)\n"),
    (["%%program chat\nprint(1)"], "print(1)\n"),
    (["\n\n%%program chat  \nprint(1)"], "print(1)\n"),
    (["  %%program chat\n  print(1)"], "print(1)\n"),
    (["%%program chat"], "\n"),
    (["%%program chat\nprint(1)", "%%program chat\nprint(2)", "%%program other\nprint(3)"], "print(2)\n"),
    (["%%program chat\nprint(1)", "# %%program chat\nprint(2)", "text = '''\n%%program chat\n'''", "%%program chatter\n"],
     "print(1)\n")])
def test_the_program_is_the_last_cell_that_begins_with_its_name(cells, text):
    found = written("chat", notebook(*cells))
    assert (found.text, found.changes) == (text, [])


@pytest.mark.parametrize("cells", [[], ["print(1)"], ["%%program other\n"], ["%program chat\nprint(1)"], ["%%program\nchat"]])
def test_where_there_is_no_program_it_is_said(cells):
    nb = notebook(*cells)
    nb.cells.append(new_markdown_cell("%%program chat\nprint(1)"))
    with pytest.raises(Unreadable, match="no cell begins with %%program chat"):
        written("chat", nb)


@pytest.mark.parametrize("mending, changes", [
    ('mended = change("it", "a", "b")\nmended', [("a", "b")]),
    ("mended = 'it'", []), ("mended = 'it.py'", []), ("", []), ("print('not yet')", []),
    ('mended = "it"\nmended = change("it", "a", "b")\nmended = change(mended, "c", "d")', [("a", "b"), ("c", "d")]),
    ('first = change("it", "a", "b")\nmended = change(first, "c", "d")', [("a", "b"), ("c", "d")]),
    ('mended = change(change("it", "a", "b"), "c", "d")', [("a", "b"), ("c", "d")]),
    ('mended = change("it", old="a", new="b" "c" + "d")', [("a", "bcd")]),
    ('old = "a"\nmended = change("it", old, """b\nc""")\nold = "z"', [("a", "b\nc")]),
    ('import os\nos._exit(1)\nmended = change("it", "a", "b")', [("a", "b")])])
def test_a_program_is_mended_by_the_changes_that_its_cell_names(mending, changes):
    nb = notebook("%%program it\nprint(1)", ("it-program", mending), 'mended = change("it", "x", "y")')
    assert written("it", nb).changes == changes


@pytest.mark.parametrize("mending, line", [
    ('mended = change("it", "a", open("/etc/passwd").read())', "Line 1"), ('\nmended = change("it", "a", f"{1}")', "Line 2"),
    ("mended = None", "Line 1"), ('mended = change("other", "a", "b")', "Line 1"), ('mended = change("it", "a")', "Line 1"),
    ('mended = str.replace("it", "i", "a")', "Line 1"), ("mended = mended", "Line 1"),
    ('mended = (change("it", "a"', "can't be read"), ("mended = " + "-" * 100_000 + "1", "can't be read")])
def test_a_change_that_is_no_text_is_not_run_and_it_is_said(mending, line):
    with pytest.raises(Unreadable, match=line) as said:
        written("it", notebook("%%program it\nprint(1)", ("it-program", mending)))
    assert 'mended = change("it", "old text", "new text")' in str(said.value)


def test_a_program_that_is_mended_in_its_own_cell_needs_no_change():
    nb = notebook("%%program it\nwrong", ("it-program", "%%program it\nright"))
    assert written("it", nb).text == "right\n" and written("it", nb).changes == []
