"""What clients of a server like Redis say, and what they hear. A command is said as a line of words, or as RESP."""
from ..trials import check, trade
from .clocked import at_this_moment, in_time

OK, PONG, NIL = b"+OK\r\n", b"+PONG\r\n", b"$-1\r\n"


def number(value):
    return b":%d\r\n" % value


def bulk(value):
    return b"$%d\r\n%b\r\n" % (len(value), value)


def array(*words):
    """A command as RESP says it; and the answer that is several words."""
    return b"*%d\r\n" % len(words) + b"".join(map(bulk, words))


def hears(client, said, answer):
    """Of a server that runs free: it says this, and hears just that."""
    check(client, answer, *trade(client, said, len(answer)))


def answer_to(client, said):
    """All that it hears when it says this; and how it ended, if it has."""
    received, ended = trade(client, said + b"PING\n", len(PONG))
    while not ended and not received.endswith(PONG):
        more, ended = trade(client, size=1)
        received += more
    return received.removesuffix(PONG), ended


def says(client, text):
    """Of one that is held: it says this, all in one go, and the server has done what can be done. No time has passed."""
    client.send(text)
    at_this_moment(client.server)


def asks(client, text, answer):
    """It says this, and hears just that, at once."""
    says(client, text)
    in_time(client, answer)
