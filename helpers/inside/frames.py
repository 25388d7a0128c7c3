"""What the program sees of its own calls: tracebacks and stacks as in a plain run, without the frames of the glass."""
import os

OURS = os.path.dirname(__file__) + os.sep


def hide(error):
    """For a twin whose real call has failed: take our frames off the error. A bare `raise` after that adds none."""
    link = error.__traceback__
    while link and link.tb_frame.f_code.co_filename.startswith(OURS):
        link = link.tb_next
    error.__traceback__ = link


def unseen(twin):
    """A twin that isn't called often, made such that its errors show no frame of ours."""
    def call(*arguments, **keywords):
        try:
            return twin(*arguments, **keywords)
        except BaseException as error:
            hide(error)
            raise

    call.__name__, call.__doc__ = twin.__name__, twin.__doc__
    return call


def without_ours(link):
    """A traceback without our frames, wherever they are in it. None where nothing is left."""
    links = []
    while link:
        links.append(link)
        link = link.tb_next
    kept = None
    for link in reversed(links):
        if not link.tb_frame.f_code.co_filename.startswith(OURS):
            link.tb_next, kept = kept, link
    return kept


def cut_stacks(traceback):
    """In the module traceback: a stack ends with the program, and not with us who have started it."""
    real = traceback.walk_stack

    def walk_stack(f):
        return real(f) if f is None else (pair for pair in real(f) if not is_below(pair[0]))

    traceback.walk_stack = walk_stack


def cut_frames(inspect):
    """The same in the module inspect."""
    real = inspect.getouterframes

    def getouterframes(frame, context=1):
        return [info for info in real(frame, context) if not is_below(info.frame)]

    inspect.getouterframes = getouterframes


def is_below(frame):
    """Is it a frame of ours, or of the line of Python that has started us?"""
    name = frame.f_code.co_filename
    return name.startswith(OURS) or name == "<string>" and not frame.f_back
