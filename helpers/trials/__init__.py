"""What a server must survive: the trials that every server of the course is put through.

    trials.run_all("06_read_write_queues")            the table of what it survives

Each trial is one habit of real clients, or one fault of the world that they live in. It gets a fresh server of its
own, which runs free, and looks at it from outside: at bytes, descriptors, its process, and how often its loop goes
round. The server must be an echo server: what a client says comes back to that client.

saying, leaving, waiting, lacking, restarting      the trials, chapter by chapter
table      all of them, and run_all                judging    puts a program through them, side by side
trying     how a trial talks with a server         watching   how it looks at one from outside
verdicts   what came of it, as a table

For other rooms: `run_all`, `TRIALS` (table), `Trial`, `judge` (judging), `entry` (verdicts); and what the trials of
exercises are made of, too: the rest of `__all__`, from `trying` and `watching`.
"""
from .judging import Trial, judge
from .table import TRIALS, run_all
from .trying import (
                     END,
                     MUCH,
                     PATIENCE,
                     Failed,
                     came,
                     check,
                     echo,
                     hear,
                     hear_no_more,
                     hears_all,
                     state_of,
                     trade,
                     with_state,
)
from .verdicts import entry
from .watching import MOMENTS, WINDOW, descriptors, gives_back, in_one_go, rests, room_for, stopped

__all__ = ["END", "MOMENTS", "MUCH", "PATIENCE", "TRIALS", "WINDOW", "Failed", "Trial", "came", "check", "descriptors",
           "echo", "entry", "gives_back", "hear", "hear_no_more", "hears_all", "in_one_go", "judge", "rests", "room_for",
           "run_all", "state_of", "stopped", "trade", "with_state"]
