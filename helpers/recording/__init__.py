"""What was seen of a loop, as plain data: no sockets, no processes. Servers fill it, figures and the player show it.

For other rooms: `Operation`, `Iteration`, `Coroutine` (iteration), `Recording` (recording), `pending`, `depths`,
`echoes`, `RECEIVING` (debts), `Column`, `columns`, `sockets`, `busiest`, `recording_of`, `ROWS` (folding), `Words`,
`shortened` (words).
"""
from .debts import RECEIVING, depths, echoes, pending
from .folding import ROWS, Column, busiest, columns, recording_of, sockets
from .iteration import Coroutine, Iteration, Operation
from .recording import Recording
from .words import Words, shortened

__all__ = ["RECEIVING", "ROWS", "Column", "Coroutine", "Iteration", "Operation", "Recording", "Words", "busiest", "columns",
           "depths", "echoes", "pending", "recording_of", "shortened", "sockets"]
