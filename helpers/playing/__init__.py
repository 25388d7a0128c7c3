"""A recording to go through: step back and forth, beside the program's source; live, where a server is held.

    player(server)                       in a notebook
    player(server).save("walk.html")     one page that plays the same in any browser, without Python and offline

scenes     a recording as plain data, a film             listing    lines of source, coloured; an excerpt of a big file
live       what the buttons ask for
page       one page that plays a film                    widget     the player in a notebook
kept       what a notebook keeps of a player: a picture
pages      a page of every lesson (`make pages`)         look/      how it looks: plain JavaScript and CSS

For other rooms: `player`, `Player` (player).
"""
from .player import Player, player

__all__ = ["Player", "player"]
