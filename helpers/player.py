"""The player: step back and forth through a recording, beside the program's own source; live, where a server is held.

    player(server)                       in a notebook
    player(server).save("walk.html")     one page that plays the same in any browser, without Python and offline

What it shows is plain data (scenes.py); how it looks is plain JavaScript, in the files of this folder, without any
build step: player.js, stage.js (source and sockets), strip.js, live.js (the buttons), widget.js (in a notebook).
"""
import json
import os
import sys
from pathlib import Path
from types import ModuleType

import anywidget
import traitlets

from .errors import GlassError
from .folding import recording_of
from .live import Live
from .scenes import difference, film
from .source import Program, find

HERE = Path(__file__).parent
PARTS = ("player.js", "stage.js", "strip.js")


def read(*names):
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def player(seen, program=None):
    """A player for a server, a Recording, or a list of iterations. In a notebook it shows itself.

    For a server that is held it can take real steps, and play clients. program: whose source is shown (a stem, a
    path), where it isn't known; of a server it is. Raises GlassError if `seen` can't be played.
    """
    if not (hasattr(seen, "recording") or hasattr(seen, "iterations") or isinstance(seen, (list, tuple))):
        raise GlassError(f"player() takes a server, a recording or a list of iterations, and {seen!r} is none of them. "
                         "Write player(server), with what run() returned.")
    return Player(seen, program)


class Player(anywidget.AnyWidget):
    """The player as a widget. `player` makes one."""

    _esm = read(*PARTS, "live.js", "widget.js")
    _css = read("player.css")
    # The film travels when the widget is shown; later only what is new of it does. Asked again, it is the whole one.
    film = traitlets.Any().tag(sync=True, to_json=lambda value, widget: widget.shown)
    live = traitlets.Any().tag(sync=True, to_json=lambda value, widget: widget.live_state())

    def __init__(self, seen, program=None):
        self.seen = seen
        self.program = find(program) if program else getattr(seen, "program", None)
        self.hands = Live(seen) if getattr(seen, "stepping", False) and not seen.ended else None
        self.shown = self.whole()
        super().__init__()
        self.on_msg(self.answer)

    def whole(self):
        text = self.program.text if isinstance(self.program, Program) else ""
        return film(recording_of(self.seen), text)

    def live_state(self):
        return self.hands and self.hands.state()

    def answer(self, _, wish, buffers):
        """A button was pressed: do it, and tell the page what is new."""
        says = self.hands.do(wish) if self.hands else "There is nothing here to step."
        before, self.shown = self.shown, self.whole()
        self.send({"answers": wish.get("number"), "says": says, "film": difference(before, self.shown),
                   "now": self.live_state()})

    def save(self, path):
        """Write the recording as one page (HTML, with nothing outside of it) to `path`, and return the path."""
        path = Path(path)
        if not path.parent.is_dir():
            raise GlassError(f"There is no folder {str(path.parent)!r} to save a page in. Make it first, or name another.")
        path.write_text(page(self.shown), encoding="utf-8")
        return path

    def __repr__(self):
        scenes = self.shown["scenes"]
        count = scenes[-1]["last"] if scenes else 0
        return f"a player of {self.shown['program']}: {count:,} iteration{'' if count == 1 else 's'}"

    def _repr_mimebundle_(self, **options):
        """The widget; beside it a picture and a sentence, for where no widget can be shown (a forge, nbviewer)."""
        from .figures import iterations
        png, size = iterations(self.seen)._repr_png_()
        data, sizes = {"text/plain": repr(self), "image/png": png}, {"image/png": size}
        if os.environ.get("COURSE_PLAYER") != "picture":
            data |= super()._repr_mimebundle_(**options)[0]
        return data, sizes


def page(shown):
    """A whole HTML page that plays a film. It may load nothing: its own policy forbids it."""
    data = json.dumps(shown, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    return PAGE.format(title=shown["program"], style=read("player.css", "page.css"), script=read(*PARTS), data=data)


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}, iteration by iteration</title>
<style>
{style}
</style>
</head>
<body>
<h1>{title}, iteration by iteration</h1>
<p>A recording of a real server. Press <b>Play</b>, or go with the arrow keys.</p>
<div id="player"></div>
<script type="application/json" id="film">{data}</script>
<script>
{script}
play(document.getElementById("player"), JSON.parse(document.getElementById("film").textContent));
</script>
</body>
</html>
"""


class Callable(ModuleType):
    """`from helpers import player` gives this module, once it is loaded, and player(server) must work all the same."""

    def __call__(self, *arguments, **options):
        return player(*arguments, **options)


sys.modules[__name__].__class__ = Callable
