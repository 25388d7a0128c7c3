"""What all pictures share: colours, and a matplotlib figure that shows itself.

Colours are Okabe and Ito's, which colour-blind readers can tell apart (jfly.uni-koeln.de/color); each picture adds a
mark or a word to every colour. matplotlib takes a while to load: that is done in a thread of its own, while the
reader is busy with the first cells.
"""
from threading import Thread

GREY, BLUE, ORANGE, GREEN, RED, DARK = "#dcdcdc", "#0072B2", "#E69F00", "#009E73", "#D55E00", "#333333"
TEXT = 8.5         # points
UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def load():
    from matplotlib.figure import Figure
    return Figure


def warm_up():
    """Draw a first word, so that the fonts are loaded as well."""
    figure = load()(figsize=(1, 1))
    figure.text(0, 0, "▾")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    FigureCanvasAgg(figure).draw()


Thread(target=warm_up, daemon=True).start()


def picture(width, height, words):
    """An empty figure (inches) that shows itself sharply in a notebook, with `words` as its alternative text."""
    class Picture(load()):
        def __repr__(self):
            return f"a picture: {words.splitlines()[0]}"

        def _repr_png_(self):
            from io import BytesIO
            png = BytesIO()
            self.savefig(png, format="png", dpi=150, pil_kwargs={"compress_level": 2})
            return png.getvalue(), {"alt": str(words), "width": int(width * 100), "height": int(height * 100)}

    figure = Picture(figsize=(width, height))
    figure.alt = str(words)
    return figure


def amount(size):
    """A number of bytes, rounded to what finds room below a box: "9999 B", "64 kB", "5.2 MB"."""
    if size < 10_000:
        return f"{size} B"
    for unit, name in UNITS:
        if size >= 0.9995 * unit:             # else it would be 1000 of the smaller one
            number = size / unit
            return f"{number:.1f} {name}" if unit > 1e3 and number < 9.95 else f"{number:,.0f} {name}"
