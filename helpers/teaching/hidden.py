"""The trials that learners don't see: a cell of the solutions' notebook, run so that it tells what was sent, expected, received.

Such a cell plays clients, and asserts what must come back. The feedback shows that, and no line of the cell. So each
`assert received == expected, why` becomes a call that has both sides, and what clients do is noted on the way.
"""
import ast
import sys
from functools import wraps

import helpers

from ..errors import GlassError
from ..exercises import task_of
from ..trials import Failed, entry

LAST = 6           # things that clients did which are shown: the last ones before it failed
MOST = 60          # letters of one
PATIENT = 30.0     # seconds that a server may take to listen: it has shown in its check that it does
HEAD = "A trial that learners don't see:"


class Unmet(Exception):
    """What was expected, and what was received instead."""


class Comparing(ast.NodeTransformer):
    """assert received == expected, why  →  _same(received, expected, why); of another assert there is the why alone."""

    def visit_Assert(self, node):
        found, why = node.test, node.msg or ast.Constant("")
        if isinstance(found, ast.Compare) and len(found.ops) == 1 and isinstance(found.ops[0], ast.Eq):
            call = ast.Call(ast.Name("_same", ast.Load()), [found.left, *found.comparators, why], [])
        else:
            call = ast.Call(ast.Name("_true", ast.Load()), [found, why], [])
        return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), node))


def same(received, expected, why):
    if received != expected:
        raise Unmet(f"{why}: {short(expected)}" if why else short(expected), short(received))


def true(holds, why):
    if not holds:
        raise Unmet(why or "that it is so", "it isn't so")


def short(value):
    text = repr(value)
    if len(text) <= MOST:
        return text
    return text[:MOST] + (f"… ({len(value):,} bytes)" if isinstance(value, (bytes, bytearray)) else "…")


def trials_of(source, program):
    """Run a cell of hidden trials on a program. Raises Failed, whose text is what was sent, expected and received."""
    sent = []
    note_what_is_sent(sent)
    helpers.run = patient(helpers.run, task_of(program.origin.stem).listens)
    code = compile(Comparing().visit(ast.parse(source)), "<hidden trials>", "exec")
    try:
        exec(code, {"mended": program, "_same": same, "_true": true})
    except Unmet as unmet:
        raise Failed(*told(sent, *unmet.args)) from None
    except Failed as failed:
        raise Failed(*told(sent, failed.expected, failed.received)) from None
    except GlassError as error:
        raise Failed(*told(sent, "the program goes on, and answers", str(error))) from None


def told(sent, expected, received):
    """Two texts: what was expected, and all that is known, for the feedback."""
    before = "; ".join([*(["…"] if len(sent) > LAST else []), *sent[-LAST:]]) or "nothing"
    rows = ("sent", before), ("expected", expected), ("received", received)
    return expected, "\n".join([HEAD, *(entry(*row) for row in rows)])


def note_what_is_sent(sent):
    """From now on, note what clients do, and what is typed, as texts in this list."""
    def noting(owner, name, in_words):
        call = getattr(owner, name)

        @wraps(call)
        def noted(self, *data):
            if sys.exception() is None:        # otherwise a `with` ends what has failed already
                sent.append(in_words(self, *data))
            return call(self, *data)
        setattr(owner, name, noted)

    for name in "send", "pour":
        noting(helpers.Client, name, lambda client, data: f"{client.name}: {short(data)}")
    for name, words in ("half_close", "the end of what it says"), ("close", "the end"), ("reset", "a reset"):
        noting(helpers.Client, name, lambda client, words=words: f"{client.name}: {words}")
    noting(helpers.Server, "type", lambda server, text: f"typed: {short(text)}")


def patient(run, listens):
    """`run`, which waits until a server listens, however long it takes to start."""
    @wraps(run)
    def waiting(*arguments, **options):
        server = run(*arguments, **options)
        if listens:
            server.find_listener(timeout=PATIENT)
        return server
    return waiting
