"""The player: what is played, and how it is shown."""
import os
from os import PathLike
from pathlib import Path

from ..errors import GlassError, kind
from ..recording import recording_of, sockets
from ..server import Program, find, find_beside
from .kept import front_end, image, kept
from .live import Live
from .page import page
from .scenes import difference, film


def player(seen, program: str | PathLike | Program | None = None, beside: str | PathLike | Program | None = None) -> "Player":
    """A player for a server, a Recording, or a list of iterations. In a notebook it shows itself.

    For a server that is held it can take real steps, and play clients. program: whose source is shown (a stem, a
    path), where it isn't known; of a server it is. beside: the same of the file that run(…, beside=…) has named.
    Raises GlassError if `seen` can't be played.
    """
    if not (hasattr(seen, "recording") or hasattr(seen, "iterations") or isinstance(seen, (list, tuple))):
        raise GlassError(f"player() takes a server, a recording or a list of iterations, and {kind(seen)} is none of them. "
                         "Write player(server), with what run() returned.")
    return Player(seen, program, beside)


class Player:
    """What is played, and how it is shown. `player` makes one."""

    def __init__(self, seen, program=None, beside=None):
        self.seen = seen
        self.program = find(program) if program else getattr(seen, "program", None)
        self.beside = find_beside(beside) if beside else getattr(seen, "beside", None)
        self.live = Live(seen) if getattr(seen, "stepping", False) and not seen.ended else None
        self.film = self.whole_film()
        self.widget = None                     # made when it is shown

    def whole_film(self):
        text = self.program.text if isinstance(self.program, Program) else ""
        beside = (self.beside.name, self.beside.text) if self.beside else None
        return film(recording_of(self.seen), text, self.how_it_died(), beside)

    def how_it_died(self):
        """A few words, of a program that died of an error."""
        error, _, line, *_ = getattr(self.seen, "death", None) or (None,) * 3
        return f"{error} in line {line}" if line else error or ""

    def state(self):
        """What can be done with the server now (see Live.state); None where there is nothing but a recording."""
        return self.live and self.live.state()

    def do(self, wish):
        """Do what a button asks for (see Live.do). Returns what to say, what is new in the film, and the new state."""
        says = self.live.do(wish) if self.live else "There is nothing here to step."
        return self.news() | {"says": says}

    def news(self):
        """What is new since the last time: {"film": of the recording, "now": the state}."""
        before, self.film = self.film, self.whole_film()
        return {"film": difference(before, self.film), "now": self.state()}

    def save(self, path: str | PathLike) -> Path:
        """Write the recording as one page (HTML, with nothing outside of it) to `path`, and return the path."""
        path = Path(path)
        if not path.parent.is_dir():
            raise GlassError(f"There is no folder {str(path.parent)!r} to save a page in. Make it first, or name another.")
        path.write_text(page(self.film), encoding="utf-8")
        return path

    def __repr__(self):
        scenes = self.film["scenes"]
        count = scenes[-1]["last"] if scenes else 0
        return f"a player of {self.film['program']}: {count:,} iteration{'' if count == 1 else 's'}"

    def _repr_mimebundle_(self, **options):
        """A picture and a sentence, and as long as the kernel lives, the player in the picture's place.

        What is saved is the picture, so that a notebook that is opened without its kernel, or exported, shows it.
        """
        data, sizes = {"text/plain": repr(self)}, {}
        recording = recording_of(self.seen)
        if sockets(recording.iterations):
            from ..figures import iterations
            data["image/png"], sizes["image/png"] = iterations(recording)._repr_png_()
        if os.environ.get("COURSE_PLAYER") != "picture" and (where := front_end()):
            from .widget import Widget
            self.widget = self.widget or Widget(self)
            if where == "page":
                picture = image(data["image/png"], **sizes["image/png"]) if sizes else ""
                data["text/html"] = kept(self.widget.place, repr(self), picture)
            else:
                data |= self.widget._repr_mimebundle_(**options)[0] | {"text/plain": repr(self)}
        return data, sizes
