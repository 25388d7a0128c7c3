"""The player as a widget in a notebook: anywidget carries the film to the page, and what its buttons ask back to us."""
from uuid import uuid4
from weakref import WeakSet

import anywidget
import traitlets

from .page import SCRIPTS, read

shown = WeakSet()          # all players that are shown: a cell may step a server that some of them show


class Widget(anywidget.AnyWidget):
    """A Player in JupyterLab. `Player` makes one when it is shown.

    The film travels once; later only what is new of it does. A page that is loaded again asks for all of it.
    """

    _esm = read(*SCRIPTS, "live.js", "widget.js")
    _css = read("player.css")
    film = traitlets.Any().tag(sync=True, to_json=lambda _, widget: widget.player.film)
    place = traitlets.Unicode().tag(sync=True)             # the mark of the elements that it takes the place of
    live = traitlets.Any().tag(sync=True, to_json=lambda _, widget: widget.player.state())

    def __init__(self, player):
        self.player = player
        super().__init__(place=uuid4().hex)
        self.on_msg(self.answer)
        self.last = self.mark()
        if not shown:
            after_each_cell(refresh)
        shown.add(self)

    def answer(self, _, wish, buffers):
        """A button was pressed: do it, and tell the page what has come of it. Or a page is new, and wants all."""
        if wish.get("do") == "look":
            self.player.news()
            self.send({"film": self.player.film, "now": self.player.state(), "whole": True})
            return
        self.send(self.player.do(wish) | {"answers": wish.get("number")})
        self.last = self.mark()
        refresh()

    def mark(self):
        """What tells whether there is anything new: cheap, and the same as long as there isn't."""
        live = self.player.live
        if not live:
            return None
        recording = live.server.recording
        return live.state(), recording.iterations[-1].number if recording.iterations else 0

    def refresh(self):
        if self.mark() != self.last:
            self.send(self.player.news())
            self.last = self.mark()


def refresh(*_):
    """Tell every player that is shown what has become of its server."""
    for widget in list(shown):
        widget.refresh()


def after_each_cell(function):
    from IPython import get_ipython
    shell = get_ipython()
    if shell:
        shell.events.register("post_run_cell", function)
