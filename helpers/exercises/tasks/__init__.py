"""The exercises: what each program must do, as trials. One module an exercise, of the program's name."""
from importlib import import_module

from ...errors import GlassError
from ...trials import Trial
from ..naming import no_exercise

# name -> its lesson, in the order of the course
LESSONS = {"prompt": "01", "greeter": "02", "services": "03", "chat": "04", "survivor": "05", "who": "05",
           "lossless": "06", "upper": "06", "letters": "07", "mailboxes": "07", "busy": "08", "journal": "08",
           "bell": "09", "hasher": "09", "lockers": "10", "hall": "10", "reaper": "11", "pool": "11", "names": "12",
           "forwarder": "12", "sluice": "13", "relay": "13", "doorman": "14", "later": "14", "naps": "15",
           "gather": "15", "morse": "16", "room": "16", "errands": "17", "ledger": "17"}


class Task:
    """One exercise, by the name of its program.

    listens: that program is a server. hard: a sentence on what was hard about it, for somebody who has solved it.
    looks: what to look at next, where something is seen of programs of this task that means more here than elsewhere.
    folder: that program writes files, so each trial has a folder of its own.
    """

    def __init__(self, name, listens=True, hard="", looks=None, folder=False):
        self.name, self.listens, self.hard, self.looks, self.trials = name, listens, hard, looks or {}, []
        self.folder = folder

    def trial(self, name, sent, look):
        """Add a trial: a function as those of helpers/trials.

        look: what to look at next, for somebody who has failed it: a text, where what came is not what was expected;
        or a dict of such texts, by the kind of what was seen (see Seen), with "" for all other kinds.
        """
        def register(function):
            looks = look if isinstance(look, dict) else {"": look}
            self.trials.append(Trial(name, sent, "", function, {**self.looks, **looks}))
            return function
        return register


def task_of(name):
    """The exercise of this name. Raises GlassError, naming what is meant, perhaps, if there is none."""
    if not isinstance(name, str) or name not in LESSONS:
        raise GlassError(no_exercise(name, LESSONS))
    return import_module(f".{name}", __name__).task
