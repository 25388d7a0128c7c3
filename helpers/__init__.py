"""The glass that the lessons are seen through: run a program, hold its loop, step it, look at it.

    from helpers import run, connect, show, change, figures, player, trials, check

This is the front door, and nothing else: everything is loaded when it is first used, since the child processes import
this package too, and must start fast. Editors and type checkers read __init__.pyi, which says the same. Each room
behind the door says in its own docstring what it is for.
"""
from importlib import import_module

_rooms = {
    "server": ("run", "Server", "connect", "Client", "use", "Used", "show", "change", "check_setting"),
    "recording": ("Iteration", "Operation", "Recording"),
    "errors": ("GlassError", "StillWaiting", "ProgramDied", "NothingCame"),
    "playing": ("player",),
    "exercises": ("check",),
}
_homes = {name: room for room, names in _rooms.items() for name in names} | {"figures": None, "trials": None}
__all__ = list(_homes)


def __getattr__(name):
    if name not in _homes:
        raise AttributeError(f"helpers has no {name!r}; it has {', '.join(sorted(_homes))}")
    home = _homes[name]
    thing = import_module("." + (home or name), __name__)
    return getattr(thing, name) if home else thing


def __dir__():
    return sorted(__all__)
