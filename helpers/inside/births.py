"""New descriptors: whoever had their number before has gone. A pair is called as the program calls its two ends.

`bell, ring = socket.socketpair()` in the program's own lines names them "bell" and "ring". Pairs by which libraries wake
their own loops are known, too. Twins, as in `calls.py`.
"""
import os
import socket
from itertools import islice

from .frames import unseen
from .whose import caller

OPENING = "pipe", "pipe2", "dup", "dup2", "openpty", "eventfd"         # not os.open: shutil looks for the real one
WAKERS = {           # a module that makes a pair to wake its loop -> which end is watched
    "asyncio.selector_events": 0, "trio._core._wakeup_socketpair": 0, "tornado.platform.asyncio": 0,
    "twisted.internet._signals": 0, "twisted.internet.posixbase": 0, "curio.kernel": 1}
INTERNET = socket.AF_INET, socket.AF_INET6
real_fileno = socket.socket.fileno


def install(recorder):
    """Replace what opens sockets and pipes, for the whole process."""
    ids, pairs = recorder.ids, Pairs(recorder)
    real_init, real_socketpair = socket.socket.__init__, socket.socketpair

    @unseen
    def __init__(self, *arguments, **keywords):
        real_init(self, *arguments, **keywords)
        try:
            number = real_fileno(self)
            if len(arguments) > 3 or keywords.get("fileno") is not None:
                ids.renewed(number)          # it was open already: a duplicate, or one that was accepted
            else:
                ids.pop(number, None)
                if self.type == socket.SOCK_DGRAM and self.family in INTERNET:
                    ids.new(number, "udp")
        except Exception as fault:
            recorder.left_out(fault)

    @unseen
    def socketpair(*arguments, **keywords):
        pair = real_socketpair(*arguments, **keywords)
        pairs.name(*map(real_fileno, pair))
        return pair

    def opening(real):
        def method(*arguments, **keywords):
            result = real(*arguments, **keywords)
            numbers = result if isinstance(result, tuple) else (result,)
            for number in numbers:
                ids.pop(number, None)
            if method.__name__.startswith("pipe"):
                pairs.name(*numbers)
            return result

        method.__name__, method.__doc__ = real.__name__, real.__doc__
        return unseen(method)

    __init__.__doc__, socketpair.__doc__ = real_init.__doc__, real_socketpair.__doc__
    socket.socket.__init__, socket.socketpair = __init__, socketpair
    for name in OPENING:
        if hasattr(os, name):
            setattr(os, name, opening(getattr(os, name)))


class Pairs:
    """Names of the two ends of a socket pair or a pipe."""

    def __init__(self, recorder):
        self.recorder, self.targets = recorder, None

    def name(self, *numbers):
        try:
            names = self.found()
        except Exception as fault:
            self.recorder.left_out(fault)
            names = ()
        for number, name in zip(numbers, names):
            self.recorder.ids.blind.add(self.recorder.ids.new(number, "named", name))      # perhaps a file in C reads it

    def found(self):
        """The names that the calling line gives to the two; () where it gives none."""
        frame = caller()
        if frame.f_code.co_filename == self.recorder.program:
            place = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
            return self.assigned().get(place, ())
        watched = WAKERS.get(frame.f_globals.get("__name__"))
        if watched is None:
            return ()
        return ("wake-up (ring)", "wake-up") if watched else ("wake-up", "wake-up (ring)")

    def assigned(self):
        """{where in the program a call stands: the two names that its result is assigned to}."""
        if self.targets is None:
            import ast
            self.targets = {}
            with open(self.recorder.program, "rb") as file:
                tree = ast.parse(file.read())
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                    ends = getattr(node.targets[0], "elts", ())
                    names = [getattr(end, "id", getattr(end, "attr", None)) for end in ends]
                    if len(names) == 2 and all(names):
                        call = node.value
                        self.targets[call.lineno, call.end_lineno, call.col_offset, call.end_col_offset] = names
        return self.targets
