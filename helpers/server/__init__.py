"""A program in a background process, in the hands of a notebook: start it, step it, play its clients, change it.

For other rooms: `run`, `running`, `START`, `MEMORY`, `FORKS`, `Server` (background, server), `connect`, `Client`
(clients), `use`, `Used` (using), `find`, `show`, `change`, `Program`, `WRITTEN`, `syntax` (source), `find_beside` (beside),
`check_setting` (setting); of a process seen from outside, `processes`, `cpu_time` (outside), `sleepers`, `await_sleep`
(waiting).
"""
from .background import FORKS, MEMORY, START, run, running
from .beside import find_beside
from .clients import Client, connect
from .outside import cpu_time, processes
from .server import Server
from .setting import check_setting
from .source import WRITTEN, Program, change, find, show, syntax
from .using import Used, use
from .waiting import await_sleep, sleepers

__all__ = ["FORKS", "MEMORY", "START", "WRITTEN", "Client", "Program", "Server", "Used", "await_sleep", "change",
           "check_setting", "connect", "cpu_time", "find", "find_beside", "processes", "run", "running", "show", "sleepers",
           "syntax", "use"]
