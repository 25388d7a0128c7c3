"""The player as a widget in a notebook: anywidget carries the film to the page, and what its buttons ask back to us."""
import anywidget
import traitlets

from .page import SCRIPTS, read


class Widget(anywidget.AnyWidget):
    """A Player in JupyterLab. `Player` makes one when it is shown.

    The film travels once; later only what is new of it does. A page that is loaded again asks for all of it.
    """

    _esm = read(*SCRIPTS, "live.js", "widget.js")
    _css = read("player.css")
    film = traitlets.Any().tag(sync=True, to_json=lambda _, widget: widget.player.film)
    live = traitlets.Any().tag(sync=True, to_json=lambda _, widget: widget.player.state())

    def __init__(self, player):
        self.player = player
        super().__init__()
        self.on_msg(self.answer)

    def answer(self, _, wish, buffers):
        """A button was pressed: do it, and tell the page what has come of it."""
        self.send(self.player.do(wish) | {"answers": wish.get("number")})
