"""One page a lesson: the player of its notebook, saved. `make pages` runs this.

    python -m helpers.playing.pages notebooks/pages [LESSON …]
"""
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
BOUND = 60         # seconds that a cell may take
SIDE_BY_SIDE = 2 * (os.cpu_count() or 1)       # notebooks at a time: most of the time of one is waiting


def save_page(notebook, folder):
    """Run a lesson's notebook up to its player, save that as a page in `folder`, and return the page's path."""
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config
    page = Path(folder).resolve() / f"{notebook.stem}.html"
    shortened = nbformat.read(notebook, as_version=4)
    place = next(number for number, cell in enumerate(shortened.cells) if shows_a_player(cell))
    shortened.cells = shortened.cells[:place + 1]
    shortened.cells[-1].source += f".save({str(page)!r})"
    with TemporaryDirectory(prefix="kernel-", dir="/tmp") as place:        # short: a socket's path is bounded
        by_file = Config(KernelManager={"transport": "ipc", "ip": f"{place}/k"})      # a port could be taken: notebooks take many
        NotebookClient(shortened, timeout=BOUND, config=by_file, resources={"metadata": {"path": str(notebook.parent)}}).execute()
    return page


def shows_a_player(cell):
    return cell.cell_type == "code" and cell.source.splitlines()[-1].startswith("player(")


def save_pages(notebooks, folder):
    """The same of several, side by side: their pages, in the order of the notebooks."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        yield from threads.map(lambda notebook: save_page(notebook, folder), notebooks)


def main(folder, *lessons):
    Path(folder).mkdir(exist_ok=True)
    chosen = [path for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")) if not lessons or path.stem in lessons]
    for page in save_pages(chosen, folder):
        print(page.name)


if __name__ == "__main__":
    main(*sys.argv[1:])
