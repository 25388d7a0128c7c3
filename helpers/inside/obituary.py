"""What is told of a program that died: the error that ended it, in the program's own frames alone."""
import os

from .evidence import evidence


def obituary(error, program):
    """(type, message, line in the program or None, traceback, evidence) of the error that ended a program."""
    import traceback
    clean(error)
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == program else None
    chain = list(links(error.__traceback__))
    for link in chain:
        if link.tb_frame.f_code.co_filename == program:
            line = link.tb_lineno
    return type(error).__name__, str(error), line, "".join(traceback.format_exception(error)), evidence(chain, program)


def links(link):
    while link:
        yield link
        link = link.tb_next


def clean(error):
    """Take the frames of these helpers out of an error, and of those that it came of."""
    while error:
        error.__traceback__ = without_helpers(error.__traceback__)
        error = error.__cause__ or error.__context__


def without_helpers(chain):
    """A traceback without the frames of these helpers."""
    ours, kept = os.path.dirname(__file__), None
    links = []
    while chain:
        links.append(chain)
        chain = chain.tb_next
    for link in reversed(links):
        if os.path.dirname(link.tb_frame.f_code.co_filename) != ours:
            link.tb_next, kept = kept, link
    return kept
