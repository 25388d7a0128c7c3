"""What holds for the project as a whole: its lists of packages, its arrows, its files, its notebooks."""
import ast
import re
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import nbformat
import pytest

import helpers

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
MODULES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "helpers").glob("*.py")}
TASKS = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "helpers" / "tasks").glob("*.py")}
NOT_OURS = {"__pycache__", "build", "node_modules"}       # folders that are made, and not in the repository


# -- packages --------------------------------------------------------------------------------------------------------

def test_environment_yml_installs_what_pyproject_toml_lists():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    listed = [line.removeprefix("  - ") for line in lines[lines.index("dependencies:"):] if line.startswith("  - ")]
    python = "python" + project["requires-python"]
    assert sorted(listed) == sorted([python, *project["dependencies"], "pip", "pip:"])
    assert [line.strip() for line in lines if line.startswith("      - ")] == ["- --editable ."]


# -- arrows ----------------------------------------------------------------------------------------------------------

def imports(tree, top_level=False):
    """(modules of helpers, first names of other packages) that a module imports; with top_level, there only."""
    ours, others = set(), set()
    for node in ast.iter_child_nodes(tree) if top_level else ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and tree in TASKS.values():
            continue                           # of its own folder
        if isinstance(node, ast.ImportFrom) and node.level:
            ours |= {node.module} if node.module else {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            others.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            others |= {name.name.partition(".")[0] for name in node.names}
    return ours, others


IN_THE_CHILD = {"launcher", "calls", "sockets", "ports", "recorder"}
ALLOWED = {**dict.fromkeys(IN_THE_CHILD, IN_THE_CHILD),
           "recording": set(), "folding": {"recording"}, "drawing": set(), "charts": {"drawing", "folding"},
           "figures": {"charts", "drawing", "folding", "recording"}, "scenes": {"folding", "recording"}}
FOR_TASKS = {"clients", "errors", "judging", "trials", "trying", "watching"}


@pytest.mark.parametrize("module", sorted(ALLOWED))
def test_the_arrows_run_one_way(module):
    ours, _ = imports(MODULES[module])
    assert ours <= ALLOWED[module]


@pytest.mark.parametrize("module", sorted(ALLOWED.keys() - {"figures", "charts", "drawing", "scenes"}))
def test_the_child_and_the_plain_data_need_the_standard_library_alone(module):
    _, others = imports(MODULES[module])
    assert others <= sys.stdlib_module_names


@pytest.mark.parametrize("module", sorted(TASKS))
def test_an_exercise_knows_clients_and_trials_alone(module):
    ours, _ = imports(TASKS[module])
    assert ours <= FOR_TASKS


# widget.py is the heavy thing itself: it is loaded when a player is shown.
@pytest.mark.parametrize("module", sorted([*MODULES.keys() - {"widget"}, *(f"tasks.{name}" for name in TASKS)]))
def test_heavy_packages_are_loaded_when_they_are_used(module):
    _, others = imports(MODULES.get(module) or TASKS[module.removeprefix("tasks.")], top_level=True)
    assert others <= sys.stdlib_module_names | {"helpers"}


def test_there_are_no_circles():
    graph = {module: imports(tree)[0] & {*MODULES, "tasks"} for module, tree in MODULES.items()}
    graph["tasks"] = set().union(*(imports(tree)[0] for tree in TASKS.values()))
    TopologicalSorter(graph).prepare()         # raises CycleError, which names the circle


@pytest.mark.parametrize("name", helpers.__all__)
def test_everything_at_the_front_door_is_there(name):
    assert getattr(helpers, name) is not None
    assert name in dir(helpers)


def test_the_front_door_says_what_it_has():
    with pytest.raises(AttributeError, match="helpers has no 'runn'; it has .*, run, "):
        helpers.runn


# -- files -----------------------------------------------------------------------------------------------------------

def texts():
    """Every text file of the project, with its path: not what is hidden, installed or made."""
    for folder, folders, files in ROOT.walk() if hasattr(ROOT, "walk") else walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith(".egg-info")
                      and (name == ".ci" or not name.startswith("."))]
        for path in (folder / name for name in files):
            if path.is_file():                 # neither a socket nor a broken link
                try:
                    yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    pass


def walk(root):
    """Path.walk of Python 3.12."""
    import os
    for folder, folders, files in os.walk(root):
        yield Path(folder), folders, files


# Written so that this file does not match them itself.
MACHINE = re.compile(r"""(?<![\w.])/(?:work|root|home|Users)/\w"""
                     r"""|https?://[^\s/"']*(?:pypi|conda|artifactory|nexus|registry|mirror|proxy)[^\s"']*"""
                     r"""|(?:index|extra-index)-url|PIP_(?:INDEX|PROXY)""")


def test_no_file_names_a_machine_or_a_registry():
    found = {str(path): MACHINE.findall(text) for path, text in texts()}
    del found["tests/test_project.py"]         # it names them, to look for them
    assert {path: names for path, names in found.items() if names} == {}


# -- notebooks -------------------------------------------------------------------------------------------------------

@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_a_notebook_is_valid_and_its_cells_keep_their_ids(notebook):
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert notebook.metadata.kernelspec.name == "python3"


def test_a_notebook_has_one_title_at_its_head(notebook):
    prose = [re.sub(r"(?ms)^```.*?^```", "", cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    titles = [re.findall(r"(?m)^# \S.*", text) for text in prose]
    assert [len(found) for found in titles] == [1] + [0] * (len(titles) - 1)
    assert notebook.cells[0].cell_type == "markdown" and notebook.cells[0].source.startswith("# ")


def test_each_cell_of_a_notebook_was_run_and_is_compared(notebook):
    """nbval compares nothing of a cell without an execution_count, and passes what is marked."""
    assert code(notebook)
    for cell in code(notebook):
        assert cell.execution_count is not None and cell.source.strip(), cell.id
        assert len(cell.source.splitlines()) <= 15, cell.id
        marks = " ".join(cell.metadata.get("tags", [])) + cell.source
        assert not re.search("nbval|PYTEST_VALIDATE_IGNORE_OUTPUT", marks, re.IGNORECASE), cell.id


def test_the_cells_of_a_notebook_were_run_once_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_what_a_notebook_shows_as_text_is_the_same_in_every_run(notebook):
    for cell in code(notebook):
        for output in cell.outputs:
            shown = [output.get("text", ""), *(text for kind, text in output.get("data", {}).items()
                                               if kind.startswith("text/"))]
            for text in shown:
                assert not re.search(r"127\.0\.0\.1\D{1,4}\d{4,5}|\bat 0x[0-9a-f]+|\bpid\b|/tmp/", text), cell.id
