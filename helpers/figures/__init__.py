"""A recording as pictures, and the same findings in words.

    figures.iterations(server)     who was watched, who was ready, what was done, iteration by iteration
    figures.describe(server)       the same in words
    figures.pending(server)        how many bytes each client has pending, iteration by iteration; levels={"HIGH": 65536}: lines
    figures.times(server)          time waited against time worked

Each takes a server, a Recording, or a list of iterations.

For other rooms: `iterations` (picture), `describe` (describing), `pending`, `times` (charts).
"""
from .charts import pending, times
from .describing import describe
from .picture import iterations

__all__ = ["describe", "iterations", "pending", "times"]
