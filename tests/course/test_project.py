"""What holds for the project as a whole: its lists of packages, its files, its notebooks."""
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from packaging.specifiers import SpecifierSet

from helpers.server.setting import PACKAGES
from tests import ROOT
from tests.browser.lab import would_do

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
RUN_THEM = "cells were not run, or not in their order: make notebooks (or one: make notebook NAME=…)"
NOT_OURS = {"__pycache__", "build", "node_modules"}       # folders that are made, and not in the repository


# -- packages --------------------------------------------------------------------------------------------------------

def test_environment_yml_installs_what_pyproject_toml_lists():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    listed = [line.removeprefix("  - ") for line in lines[lines.index("dependencies:"):] if line.startswith("  - ")]
    [python] = [one for one in listed if re.fullmatch(r"python=3\.\d+", one)]
    assert python.removeprefix("python=") in SpecifierSet(project["requires-python"])
    nbval = [one for one in project["optional-dependencies"]["test"] if one.startswith("nbval")]       # checks the notebooks
    assert sorted(listed) == sorted([python, *project["dependencies"], *nbval, "pip", "pip:"])
    assert [line.strip() for line in lines if line.startswith("      - ")] == ["- --editable ."]


def test_the_first_notebook_looks_for_the_packages_that_pyproject_toml_lists():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert sorted(PACKAGES) == sorted(re.match(r"[\w-]+", package)[0] for package in project["dependencies"])


@pytest.mark.parametrize("target, extras", [("lab", []), ("class", ["[class]"]), ("site", ["[site]"]), ("env", ["[test]"])])
def test_each_reader_gets_their_packages_and_no_others(tmp_path, target, extras):
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    assert re.findall(r"pip install.*\.(\[\w+\])?", would_do(target, tmp_path)) == ["", *extras]


def test_a_notebook_that_is_not_there_is_not_opened():
    done = subprocess.run(["make", "--no-print-directory", "lab", "NAME=05_nowhere", "-o", ".venv/set-up"], cwd=ROOT,
                          timeout=60, text=True, capture_output=True)
    assert done.returncode and done.stdout == "There is no notebook '05_nowhere'. Name one: make lab NAME=04_multi_client_echo\n"
    assert "lab/tree/notebooks/05_disconnect_cleanup.ipynb" in would_do("lab", ROOT, "NAME=05_disconnect_cleanup")
    assert "lab/tree/notebooks/00_start_here.ipynb" in would_do("lab", ROOT)


# -- what checks it ----------------------------------------------------------------------------------------------------

def workflow(name):
    """The text of a workflow for GitHub, which is one."""
    path = ROOT / ".github" / "workflows" / f"{name}.yml"
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", path],
                          timeout=60, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return path.read_text(encoding="utf-8")


@pytest.mark.long
def test_the_site_is_published_as_make_site_builds_it():
    text = workflow("site")
    assert re.findall(r"- run: (.*)", text) == ["make site"] and "path: site/build/html" in text
    assert "`make site` builds it in `site/build/html/`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.long
def test_the_workflow_for_github_is_one_and_calls_the_readmes_test_command():
    text = workflow("test")
    assert re.findall(r"- run: (.*)", text) == ["make test"] and "    make test  " in (ROOT / "README.md").read_text()
    for system in ("ubuntu", "macos"):
        assert f"{system}-latest" in text
    assert re.findall(r'"(3\.\d+)"', text) == ["3.11", "3.12", "3.13", "3.14"]


# -- files -----------------------------------------------------------------------------------------------------------

def texts():
    """Every text file of the project, with its path: not what is hidden, installed or made."""
    for folder, folders, files in ROOT.walk() if hasattr(ROOT, "walk") else walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith(".egg-info")
                      and (name in (".ci", ".jupyter") or not name.startswith("."))]
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
    del found["tests/course/test_project.py"]         # it names them, to look for them
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
    assert "widgets" not in notebook.metadata, "remove metadata.widgets: a stored widget has no kernel to talk to"


def test_a_notebook_has_one_title_at_its_head(notebook):
    prose = [re.sub(r"(?ms)^```.*?^```", "", cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    titles = [re.findall(r"(?m)^# \S.*", text) for text in prose]
    assert [len(found) for found in titles] == [1] + [0] * (len(titles) - 1)
    assert notebook.cells[0].cell_type == "markdown" and notebook.cells[0].source.startswith("# ")


def test_each_cell_of_a_notebook_was_run_and_is_compared(notebook):
    """nbval compares nothing of a cell without an execution_count, and passes what is marked."""
    assert code(notebook)
    assert [cell.id for cell in code(notebook) if not cell.execution_count] == [], RUN_THEM
    for cell in code(notebook):
        assert cell.source.strip(), f"cell {cell.id} is empty"
        assert len(cell.source.splitlines()) <= 15, cell.id
        marks = " ".join(cell.metadata.get("tags", [])) + cell.source
        assert not re.search("nbval|PYTEST_VALIDATE_IGNORE_OUTPUT", marks, re.IGNORECASE), cell.id


def test_the_cells_of_a_notebook_were_run_once_from_top_to_bottom(notebook):
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1)), RUN_THEM


def test_what_a_notebook_shows_as_text_is_the_same_in_every_run(notebook):
    for cell in code(notebook):
        for output in cell.outputs:
            shown = [output.get("text", ""), *(text for kind, text in output.get("data", {}).items()
                                               if kind.startswith("text/"))]
            for text in shown:
                assert not re.search(r"127\.0\.0\.1\D{1,4}\d{4,5}|\bat 0x[0-9a-f]+|\bpid\b|/tmp/", text), cell.id


def test_the_line_that_lesson_06_blames_for_its_cost_is_that_line():
    cells = nbformat.read(ROOT / "notebooks" / "06_read_write_queues.ipynb", as_version=4).cells
    [number, words] = re.search(r"it is line (\d+)\..*?`(.*?)`", "\n".join(cell.source for cell in cells)).groups()
    line = (ROOT / "lessons" / "06_read_write_queues.py").read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert words in line


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_table_is_stored_that_was_made_where_the_machine_had_no_time(path):
    assert "not be carried out" not in path.read_text(encoding="utf-8"), f"make notebook NAME={path.stem}, on a machine at rest"
