"""The glass that the lessons are seen through: run a program, hold its loop, step it, look at it.

    from helpers import run, connect, show, change, figures, player, trials, check

Everything here is loaded when it is first used: the child processes import this package too, and must start fast.
"""
from importlib import import_module

_homes = {
    "run": "background", "Server": "background",
    "connect": "clients", "Client": "clients",
    "check_setting": "setting",
    "show": "source", "change": "source",
    "Iteration": "recording", "Operation": "recording", "Recording": "recording",
    "GlassError": "errors", "StillWaiting": "errors", "ProgramDied": "errors", "NothingCame": "errors",
    "check": "exercises",
    "player": "player",
    "figures": None, "trials": None,
}
__all__ = list(_homes)


def __getattr__(name):
    if name not in _homes:
        raise AttributeError(f"helpers has no {name!r}; it has {', '.join(sorted(_homes))}")
    home = _homes[name]
    thing = import_module("." + (home or name), __name__)
    return getattr(thing, name) if home else thing


def __dir__():
    return sorted(__all__)
