"""What a server must survive: the trials that every server of the course is put through.

    trials.run_all("06_read_write_queues")            the table of what it survives
    trials.compare("11_threads", "11_select")         several programs side by side
    trials.command("redis-server", "--port", "{port}")     a server that isn't written in Python, for either of them

Each trial is one habit of real clients, or one fault of the world that they live in. It gets a fresh server of its
own, which runs free, and looks at it from outside: at bytes, descriptors, its process, and how often its loop goes
round. What clients say, and what must come back, is the matter of a speaker: an echo, if nothing else is said.

saying, leaving, waiting, lacking, staying, restarting      the trials, chapter by chapter
table      all of them, and run_all                judging    puts a program through them, side by side
speaking   speakers: echo, lines, redis, tables    trying     how a trial talks with a server
watching   whether a server rests                  holding    what it holds: descriptors, threads, memory
bounds     how long a server may take              turns      of many tables, so many at a time
telling    what is told of one that has failed     verdicts   what came of it, as a table
comparing  several programs, a column each         foreign    servers that aren't written in Python

For other rooms: `run_all`, `TRIALS` (table), `compare` (comparing), `command` (foreign), `Speaker` (speaking), `Trial`,
`judge` (judging), `entry` (verdicts); and what the trials of exercises are made of, too: the rest of `__all__`, from `trying`,
`telling`, `holding`, `watching` and `bounds`.
"""
from .bounds import eventually
from .comparing import compare
from .foreign import command
from .holding import descriptors, gives_back, holdings, memory
from .judging import Trial, judge
from .speaking import Speaker
from .table import TRIALS, run_all
from .telling import END, PATIENCE, SHORT, Failed, Seen, came, in_line, shown, state_of, with_state
from .trying import MUCH, check, echo, hear, hear_no_more, hears_all, trade
from .verdicts import entry
from .watching import MOMENTS, WINDOW, in_one_go, rests, room_for, spins_on, stopped

__all__ = ["END", "MOMENTS", "MUCH", "PATIENCE", "SHORT", "TRIALS", "WINDOW", "Failed", "Seen", "Speaker", "Trial", "came",
           "check", "command", "compare",
           "descriptors", "echo", "entry", "eventually", "gives_back", "hear", "hear_no_more", "hears_all",
           "holdings", "in_line", "in_one_go", "judge", "memory", "rests", "room_for", "run_all", "shown", "spins_on", "state_of",
           "stopped", "trade", "with_state"]
