"""Things as text, the same in every run: names in a row, bytes, a timeout."""

MANY = 8           # more names or operations than this are cut short in the text of an iteration
EXCERPT = 24       # so are more bytes than this


class Words(str):
    """Text that a notebook shows as it is, line by line."""

    def __repr__(self):
        return str(self)


def listed(names):
    """Names in a row; of many, the first ones and their number."""
    if len(names) > MANY:
        return " · ".join(names[:MANY - 2]) + f" · … ({len(names)} in all)"
    return " · ".join(names) or "–"


def shortened(data):
    return repr(data) if len(data) <= EXCERPT else repr(data[:EXCERPT]) + "…"


def timeout_in_words(timeout):
    if timeout is None:
        return "no timeout"
    return f"timeout {round(timeout, 1 if timeout >= 1 else 2):g} s"


def marked_first(texts):
    """[(is it the first?, text)]"""
    return [(place == 0, text) for place, text in enumerate(texts)]
