"""One page a lesson: the player of its notebook, saved. `make pages` runs this.

    python -m helpers.playing.pages notebooks/pages [LESSON …]
"""
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
BOUND = 60         # seconds that a cell may take


def save_page(notebook, folder):
    """Run a lesson's notebook up to its player, save that as a page in `folder`, and return the page's path."""
    import nbformat
    from nbclient import NotebookClient
    page = Path(folder).resolve() / f"{notebook.stem}.html"
    shortened = nbformat.read(notebook, as_version=4)
    place = next(number for number, cell in enumerate(shortened.cells) if shows_a_player(cell))
    shortened.cells = shortened.cells[:place + 1]
    shortened.cells[-1].source += f".save({str(page)!r})"
    NotebookClient(shortened, timeout=BOUND, resources={"metadata": {"path": str(notebook.parent)}}).execute()
    return page


def shows_a_player(cell):
    return cell.cell_type == "code" and cell.source.splitlines()[-1].startswith("player(")


def main(folder, *lessons):
    Path(folder).mkdir(exist_ok=True)
    for notebook in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        if not lessons or notebook.stem in lessons:
            print(save_page(notebook, folder).name)


if __name__ == "__main__":
    main(*sys.argv[1:])
