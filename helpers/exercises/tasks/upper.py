"""upper (lesson 06): everything comes back in upper case, and the server is as fair and lossless as that of the lesson."""
from . import Task
from .lossless import add_trials

task = Task("upper", hard="What was hard: a connection has two directions, and each comes to its end by itself. It is closed "
                          "when both have.")
add_trials(task, answer=bytes.upper)
