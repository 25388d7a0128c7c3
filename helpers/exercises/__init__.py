"""Exercises: a cell is a learner's program, and check() puts it through its trials.

    %%program chat          at the head of a cell: the rest of it is saved as chat.py, beside the notebook
    check("chat")           the trials that this exercise has, and what came of them

cell       %%program                               checking   check, and its verdict
progress   what a learner has solved               looks      what to look at next
naming     what is said of a wrong name            tasks/     the trials of each exercise, a module each

What trials of exercises are made of:

guests     what clients do                         streams    much at a time, and in which order
loops      does a loop wait, as the glass sees it? held       a program whose clock stands
notes      messages with their length before them   beside     work that is done beside its loop
other_side the server that a forwarder passes on to   crew       what has become of each thread
water      who pours, and what is kept meanwhile
clocked    deadlines of a program that is held      limits     who is silent for too long is let go
another    another server on a loop that is mended   chatting   clients of a chat, who have names
commands   what is said to a server like Redis       disk       what befalls a server and its disk

For other rooms: `check`, `NotYet`, `NotTried` (checking), `LESSONS`, `task_of` (tasks). In a notebook, importing this room makes
%%program known.
"""
from .cell import add_magic
from .checking import NotTried, NotYet, check
from .tasks import LESSONS, task_of

__all__ = ["LESSONS", "NotTried", "NotYet", "check", "task_of"]

add_magic()
