"""Recordings made by hand, and what a film shows of them."""
from helpers import Recording
from helpers.recording import Iteration


def iteration(number, readable=(), operations=(), watched=("listener",), **more):
    values = {"call": "select", "timeout": 1, "watched_write": [], "writable": [], "exceptional": [], "waited": 0.0,
              "worked": 0.0, "lines": [], "printed": ""} | more
    return Iteration(number=number, watched_read=list(watched), readable=list(readable), operations=list(operations),
                     **values)


def recorded(*iterations):
    recording = Recording("some program")
    for one in iterations:
        recording.append(one)
    return recording


def names(shown, places):
    return [shown["names"][place] for place in places]


def there(shown, scene):
    return names(shown, shown["lists"][scene["open"]])
