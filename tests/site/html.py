"""Pages of the site, read as HTML, and the notebooks that they are made of."""
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nbformat

from tests import ROOT

HANDED_OUT = sorted((ROOT / "notebooks" / "exercises").glob("*/*.ipynb"))
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Read(HTMLParser):
    """elements: [(tag, attributes)]; ids; headings: [(level, text, whether it has a link to itself)]; text: all of it."""

    def __init__(self, path):
        super().__init__()
        self.path, self.elements, self.ids, self.headings, self.words, self.open = path, [], set(), [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = "".join(self.words)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append([int(tag[1]), "", False])
        if tag == "a" and "headerlink" in attributes.get("class", "") and self.headings:
            self.headings[-1][2] = True
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.words.append(data)
        if self.headings and self.open and any(tag[0] == "h" and tag[1:].isdigit() for tag in self.open):
            self.headings[-1][1] += data

    def all(self, tag, **wanted):
        """The attributes of all elements with this tag, and these attributes."""
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]

    def leads(self, target):
        """(the file, the name of the place in it) of a link; None where it leads to another site."""
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            return None
        return (self.path.parent / unquote(parts.path)).resolve() if parts.path else self.path, unquote(parts.fragment)


class Told(HTMLParser):
    """What a lesson's page tells, in its order: parts, a list of what each is and its words.

    A part is a "heading", a "prediction", the "input" or the "output" of a cell, the beginning of an "answer" that is
    folded by the site, or of a "fold" that the notebook has itself, or the "end" of such a one.
    """

    def __init__(self, path):
        super().__init__()
        self.parts, self.folds = [], []
        self.feed(path.read_text(encoding="utf-8").partition("<article")[2])

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        classes = (given.get("class") or "").split()
        if tag in {"h2", "h3", "h4"}:
            self.parts.append(["heading", ""])
        elif tag == "details":
            assert "open" not in given
            self.folds.append("answer" if "answer" in classes else "fold")
            self.parts.append([self.folds[-1], ""])
        elif tag == "div" and {"cell_input", "cell_output"} & set(classes):
            self.parts.append(["input" if "cell_input" in classes else "output", ""])

    def handle_endtag(self, tag):
        if tag == "details":
            self.parts.append(["end", self.folds.pop()])

    def handle_data(self, data):
        if data.startswith("Predict") and self.lasttag == "strong":
            self.parts.append(["prediction", ""])
        elif self.parts:
            self.parts[-1][1] += data


def cells(path):
    return nbformat.read(path, as_version=4).cells


def plain(text):
    """Without what Markdown does to quotes, code and spaces."""
    return " ".join(text.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("`"): None}).split())
