"""upper (lesson 06): everything comes back in upper case, and the server is as fair and lossless as that of the lesson."""
from . import Task
from .lossless import add_trials

task = Task("upper")
add_trials(task, answer=bytes.upper)
