"""What is told of a program that died: the error that ended it, in the program's own frames alone."""
from .evidence import evidence
from .frames import without_ours


def obituary(error, program):
    """(type, message, line in the program or None, traceback, evidence) of the error that ended a program."""
    import traceback
    clean(error)
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == program else None
    chain = list(links(error.__traceback__))
    for link in chain:
        if link.tb_frame.f_code.co_filename == program:
            line = link.tb_lineno
    text = "".join(traceback.format_exception(error))
    return type(error).__name__, message_of(error), line, text, evidence(chain, program)


def message_of(error):
    """Its text. An error of the program's own may fail to say it."""
    try:
        return str(error)
    except Exception:
        return ""


def links(link):
    while link:
        yield link
        link = link.tb_next


def clean(error):
    """Take the frames of these helpers out of an error, and of those that it came of."""
    cleaned = set()
    while error and id(error) not in cleaned:             # they can form a circle
        cleaned.add(id(error))
        error.__traceback__ = without_ours(error.__traceback__)
        error = error.__cause__ or error.__context__
