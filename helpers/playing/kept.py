"""What a notebook keeps of a player: a picture, in whose place the player comes as long as the kernel lives."""
import os
import sys
from base64 import b64encode
from html import escape


def front_end():
    """What shows the notebook: "page" (JupyterLab, or another of Jupyter's own pages), "view" (VS Code, Colab: they show views
    of widgets only), or "" (none: a program runs it, and only a picture can be kept).
    """
    from IPython import get_ipython
    if "google.colab" in sys.modules or "__vsc_ipynb_file__" in getattr(get_ipython(), "user_ns", {}):
        return "view"
    return "page" if "JPY_SESSION_NAME" in os.environ else ""


def kept(place, words, picture=""):
    """The HTML of a cell. place: the mark by which widget.js finds it; words: what was played; picture: an <img>, if any."""
    what = "This is a picture of the player." if picture else f"Here was {escape(words)}."
    return f'<div data-player="{place}">{picture}<p>{what} To play, run the notebook\'s cells.</p></div>'


def image(png, alt, width, **_):
    """A PNG as HTML that holds it. (With a height, too, it would be out of shape on a narrow page.)"""
    return f'<img alt="{escape(alt)}" width="{width}" src="data:image/png;base64,{b64encode(png).decode()}">'
