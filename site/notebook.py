"""A notebook as the source of a page: as it is, but its player plays, answers are folded, and its pictures have words."""
import re
from base64 import b64decode
from html import escape

import nbformat
from answers import folded
from links import relinked

from helpers.playing.pages import shows_a_player


def as_page(path, place, title, about, head, walk=None):
    """The notebook with its title on the site, and a head below it. place: its path in the course; walk: the page of its
    player, seen from there.

    about: what it is, in one sentence, for those who find it by a search engine.
    """
    notebook = nbformat.read(path, as_version=4)
    has_clients = any("connect(" in cell.source for cell in notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = relinked(with_gaps(cell.source.replace("*Your answer:*", "")), place)      # there's nowhere to write it
            continue
        name_pictures(cell)
        if walk and shows_a_player(cell):
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": playing(walk, cell, has_clients=has_clients)})]
    notebook.cells = folded(notebook.cells)
    notebook.metadata["myst"] = {"html_meta": {"description": about}}
    first = notebook.cells[0]
    first.source = f"# {title}\n\n{head}\n\n{first.source.partition(chr(10))[2]}"
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


def own_title(path):
    """The title that a notebook has in its first line."""
    return nbformat.read(path, as_version=4).cells[0].source.partition("\n")[0].removeprefix("# ")


def playing(walk, cell, fragment="", has_clients=True):
    """The player's page in a frame, and its picture where scripts are off. has_clients: its program has some to connect."""
    words = cell.outputs[0].data["text/plain"]
    return frame(walk, words, picture(cell), fragment, has_clients)


def frame(walk, words, said, fragment, has_clients):
    """said: what the picture beside the page shows, in words; None where there is none."""
    live = "clients are connected, and the real server is stepped" if has_clients else "the real program is stepped"
    instead = f'<img src="{walk.removesuffix(".html")}.png" alt="{escape(said)}">' if said else f"<p>Here is {escape(words)}.</p>"
    return (f'<div class="walk"><iframe src="{walk}{fragment}" title="{escape(words)}" loading="lazy"></iframe>'
            f'<noscript>{instead}</noscript></div>'
            f'<p class="walk-note">Here it plays a recording. In the notebook {live}. '
            f'<a href="{walk}">The player on a page of its own</a></p>')


def player_of(path):
    """The cell of a notebook that shows its player."""
    return next(cell for cell in nbformat.read(path, as_version=4).cells if shows_a_player(cell))


def picture(cell):
    """What the picture that is stored of a player shows, in words; None where there is none."""
    return next((output.metadata["image/png"]["alt"] for output in cell.outputs if "image/png" in output.data), None)


def png(cell):
    """That picture itself; None where there is none."""
    return next((b64decode(output.data["image/png"]) for output in cell.outputs if "image/png" in output.data), None)
