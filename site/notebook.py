"""A notebook as the source of a page: as it is, but its player plays, its answers are folded, and its pictures have words."""
import re
from base64 import b64decode
from html import escape

import nbformat
from links import relinked

from helpers.playing.pages import shows_a_player

FOLDED = "hide-output"     # MyST-NB's own mark: a <details>, which the keyboard opens


def as_page(path, place, about, head, walk=None):
    """The notebook with a head below its title. place: its path in the course; walk: the page of its player, seen from there.

    about: what it is, in one sentence, for those who find it by a search engine.
    """
    notebook = nbformat.read(path, as_version=4)
    predicted = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            predicted = "**Predict" in cell.source
            cell.source = relinked(with_gaps(cell.source.replace("*Your answer:*", "")), place)      # there's nowhere to write it
            continue
        name_pictures(cell)
        if predicted and cell.outputs:
            cell.metadata.setdefault("tags", []).append(FOLDED)
        if walk and shows_a_player(cell):
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": playing(walk, cell)})]
    notebook.metadata["myst"] = {"html_meta": {"description": about}}
    first = notebook.cells[0]
    title, _, rest = first.source.partition("\n")
    first.source = f"{title}\n\n{head}\n\n{rest}"
    return nbformat.writes(notebook)


def with_gaps(markdown):
    """Where a piece of code in the text leaves something out (…), it isn't Python to the letter, and is coloured all the same."""
    return re.sub(r"(?ms)^```python\n([^`]*?…[^`]*?)^```$", r"```{code-block} python\n:force:\n\n\1```", markdown)


def name_pictures(cell):
    """What a picture shows, in words, and its width, where MyST-NB looks for them."""
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            said = output.metadata["image/png"]
            cell.metadata["mystnb"] = {"image": {"alt": said["alt"], "width": f"{said['width']}px"}}


def playing(walk, cell, fragment=""):
    """The player's page in a frame, and its picture where scripts are off."""
    words = cell.outputs[0].data["text/plain"]
    return frame(walk, words, picture(cell), fragment)


def frame(walk, words, said, fragment=""):
    """said: what the picture beside the page shows, in words; None where there is none."""
    instead = f'<img src="{walk.removesuffix(".html")}.png" alt="{escape(said)}">' if said else f"<p>Here is {escape(words)}.</p>"
    return (f'<div class="walk"><iframe src="{walk}{fragment}" title="{escape(words)}" loading="lazy"></iframe>'
            f'<noscript>{instead}</noscript></div>'
            f'<p class="walk-alone"><a href="{walk}">The player on a page of its own</a></p>')


def player_of(path):
    """The cell of a notebook that shows its player."""
    return next(cell for cell in nbformat.read(path, as_version=4).cells if shows_a_player(cell))


def picture(cell):
    """What the picture that is stored of a player shows, in words; None where there is none."""
    return next((output.metadata["image/png"]["alt"] for output in cell.outputs if "image/png" in output.data), None)


def png(cell):
    """That picture itself; None where there is none."""
    return next((b64decode(output.data["image/png"]) for output in cell.outputs if "image/png" in output.data), None)
