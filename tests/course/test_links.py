"""Every link of the course that leads into the course: there is a file, and the heading that it names is in it."""
import json
import re
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from tests import ROOT

NOTEBOOKS = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "notebooks").glob("*/[0-9]*/[0-9]*.ipynb")]
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*NOTEBOOKS, *ROOT.glob("*.md")])
CODE = re.compile(r"(?ms)^```.*?^```|^    .*?$|``.+?``|`[^`\n]+`")


def prose(path):
    """The text of a document, or of a notebook's Markdown cells, without what it shows as code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return text


def links(path):
    """Where the links and the pictures of a document lead to, those in code left out."""
    return re.findall(r"""\]\(<?([^)\s>]+)|(?:href|src)=["']([^"']+)""", CODE.sub("code", prose(path)))


def headings(path, jupyter):
    """The names by which a document's headings are linked to: by JupyterLab, or on GitHub."""
    found = re.findall(r"(?m)^#+ +(.+?) *#*$", re.sub(r"(?ms)^```.*?^```", "", prose(path)))
    words = [re.sub(r"\[([^]]*)\]\([^)]*\)|[*`]", r"\1", heading) for heading in found]
    named = words if jupyter else [re.sub(r"[^\w -]", "", text.lower()) for text in words]
    return {name.replace(" ", "-") for name in named}


def dead(path):
    """The links of a document that lead nowhere."""
    return [link for link in map("".join, links(path)) if not urlsplit(link).scheme and not leads(path, link)]


def leads(path, link):
    file, fragment = (unquote(part) for part in (urlsplit(link).path, urlsplit(link).fragment))
    target = (path.parent / file).resolve() if file else path
    return target.exists() and (not fragment or fragment in headings(target, jupyter=path.suffix == ".ipynb"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name):
    assert dead(ROOT / name) == [], f"{name}: links that lead nowhere"


def test_each_notebook_leads_on():
    assert [path.stem for path in NOTEBOOKS if not links(path)] == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    text = ("# A *first* title\n\n[a](there.md#what-is-i-o) [b](there.md#What-is-I/O?) [c](not_there.py) "
            "[d](https://a.example/b) [e](#A-first-title) [f](#A-title) <a href='gone.html'>g</a> `[h](code.py)` "
            "![i](there.md)\n\n    [j](code.py)\n")
    (tmp_path / "there.md").write_text("# Here\n\n## What is I/O?\n\n```\n# not a heading\n```\n", encoding="utf-8")
    (tmp_path / "page.ipynb").write_text(json.dumps({
        "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": text}], "metadata": {},
        "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    (tmp_path / "page.md").write_text("[a](there.md#what-is-io) [b](there.md#not-a-heading)", encoding="utf-8")
    assert dead(tmp_path / "page.ipynb") == ["there.md#what-is-i-o", "not_there.py", "#A-title", "gone.html"]
    assert dead(tmp_path / "page.md") == ["there.md#not-a-heading"]
