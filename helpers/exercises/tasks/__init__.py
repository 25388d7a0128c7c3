"""The exercises: what each program must do, as trials. One module an exercise, of the program's name."""
from importlib import import_module

from ...errors import GlassError
from ...trials import Trial
from ..naming import no_exercise

LESSONS = {"prompt": "01", "greeter": "02", "services": "03", "chat": "04", "survivor": "05", "who": "05",
           "lossless": "06", "upper": "06"}             # name -> its lesson, in the order of the course


class Task:
    """One exercise, by the name of its program. `listens`: that program is a server."""

    def __init__(self, name, listens=True):
        self.name, self.listens, self.trials = name, listens, []

    def trial(self, name, sent, look):
        """Add a trial: a function as those of helpers/trials. look: what to look at next, for somebody who has failed it."""
        def register(function):
            self.trials.append(Trial(name, sent, "", function, look))
            return function
        return register


def task_of(name):
    """The exercise of this name. Raises GlassError, naming what is meant, perhaps, if there is none."""
    if not isinstance(name, str) or name not in LESSONS:
        raise GlassError(no_exercise(name, LESSONS))
    return import_module(f".{name}", __name__).task
