"""What a figure is asked to draw: a server, a recording, a list of iterations, and nothing else."""
from ..errors import GlassError, kind
from ..recording import Iteration, Recording
from ..recording import recording_of as made_of


def recording_of(seen) -> Recording:
    """The Recording of it. Raises GlassError if it can't be drawn."""
    if not hasattr(seen, "recording") and not isinstance(seen, Recording):
        if not hasattr(seen, "__iter__") or isinstance(seen, str):
            raise GlassError(wanted(seen))
        seen = list(seen)
        for one in seen:
            if not isinstance(one, Iteration):
                raise GlassError(wanted(one))
    return made_of(seen)


def wanted(thing):
    return (f"A figure is drawn of a server, a recording or a list of iterations, and {kind(thing)} is none of them. "
            "Write figures.iterations(server), with what run() returned.")
