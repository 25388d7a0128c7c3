"""Iterations and operations in a few words, for tests that need no server."""
from helpers import Iteration, Operation, Recording


def one(number=1, readable=(), writable=(), *operations, watched=("listener", "alice"), to_write=(), exceptional=(),
        timeout=1, call="select", **others):
    return Iteration(number, call, timeout, list(watched), list(to_write or writable), list(readable), list(writable),
                     list(exceptional), 0.25, 0.001, list(operations), **others)


def op(name, socket="alice", size=None, **others):
    return Operation(name, socket, size, **others)


def recorded(iterations, program="walk"):
    recording = Recording(program)
    for iteration in iterations:
        recording.append(iteration)
    return recording


def heard(number):
    return one(number, ["alice"], (), op("recv", size=1, data=b"x"))
