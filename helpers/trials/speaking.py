"""Speakers: the language of a service, as trials need it: what clients say, and what must come back to each of them.

A speaker knows nothing of servers. Its `answer` takes all that one client has said, and gives all that this client must
have got: so it fits a service that counts a client's messages, and one that cuts them out of what recv gives.
"""
import base64
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from ..errors import GlassError

TEXT = base64.b64encode(random.Random(6).randbytes(6_000_000))      # 8 MB that don't repeat themselves


@dataclass(frozen=True)
class Speaker:
    """What clients of a service say, and what must come back.

    say(data): one message, as bytes, that carries these bytes. answer(said): all that must have come to a client that
    has said just `said`; a message that isn't whole has no answer yet, and answer(b"") is the greeting, if there is one.
    piece: how many bytes a message of a long stream carries; aside: what is said after each of these.
    endless: the beginning of a message that may go on for ever. b"": there is none, since each byte is a whole message.
    """
    name: str
    say: Callable[[bytes], bytes]
    answer: Callable[[bytes], bytes]
    piece: int = 65536
    aside: bytes = b""
    endless: bytes = b""


@lru_cache(maxsize=8)
def stream(speaker: Speaker, size: int) -> bytes:
    """Whole messages one after the other, `size` bytes and at most a message more."""
    return b"".join(messages(speaker, size))


def messages(speaker, size):
    """The messages of a stream."""
    said = place = 0
    while said < size:
        message = speaker.say(TEXT[place:min(place + speaker.piece, place + size - said)]) + speaker.aside
        yield message
        said, place = said + len(message), place + speaker.piece


def whole(speaker: Speaker, size: int, taken: int) -> int:
    """Of a stream of this size `taken` bytes are sent: how many are to be sent for its last message to be whole."""
    return next((end for end in accumulate(map(len, messages(speaker, size))) if end >= taken), taken)


# -- echo --------------------------------------------------------------------------------------------------------------

def same(data):
    return data


# -- lines: each whole line is answered with its number and its length, in bytes ---------------------------------------

def line(data):
    return data.replace(b"\r", b"").replace(b"\n", b"") + b"\n"


def numbers_and_lengths(said):
    lines = said.split(b"\n")[:-1]
    return b"".join([b"%d %d\n" % (number, len(one)) for number, one in enumerate(lines, 1)])


# -- redis: RESP, the language of Redis; commands whose reply doesn't depend on other clients --------------------------

def command(*words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)


def echo_command(data):
    return command(b"ECHO", data)


def replies(said):
    """What Redis answers to these commands (PING, ECHO, SET), and nothing to one that isn't whole."""
    found, place = [], 0
    while (cut := words_at(said, place)) is not None:
        words, place = cut
        match words[0].upper(), words[1:]:
            case b"PING", []:
                found.append(b"+PONG\r\n")
            case b"ECHO", [word]:
                found.append(b"$%d\r\n%b\r\n" % (len(word), word))
            case b"SET", [_, _]:
                found.append(b"+OK\r\n")
    return b"".join(found)


def words_at(said, place):
    """The command that begins at this place: its words, and the place of the next one. None if it isn't whole."""
    words, count = [], 1
    try:
        end = said.index(b"\r\n", place)
        count, place = int(said[place + 1:end]), end + 2
        while len(words) < count:
            end = said.index(b"\r\n", place)
            size, place = int(said[place + 1:end]), end + 2
            if len(said) < place + size + 2:
                return None
            words.append(said[place:place + size])
            place += size + 2
    except ValueError:                     # there is no end of this line yet
        return None
    return words, place


# -- tables: the first line is a name, which is greeted; each line after it is acknowledged with its number -----------

def greeting_and_oks(said):
    if b"\n" not in said:
        return b""
    name, *messages = said.split(b"\n")[:-1]
    if not 1 <= len(name) <= 255:
        return b"sorry: a name has 1 to 255 bytes\n"
    return b"hello %b\n" % name + b"".join([b"ok %d\n" % number for number, _ in enumerate(messages, 1)])


ECHO = Speaker("echo", same, same)
LINES = Speaker("lines", line, numbers_and_lengths, piece=11, endless=b"no end, ")
REDIS = Speaker("redis", echo_command, replies, aside=command(b"PING") + command(b"SET", b"who", b"alice"),
                endless=b"*2\r\n$4\r\nECHO\r\n$1000000\r\n")
TABLES = Speaker("tables", line, greeting_and_oks, piece=11, endless=b"no end, ")
SPEAKERS = {speaker.name: speaker for speaker in (ECHO, LINES, REDIS, TABLES)}


def find_speaker(speaker: str | Speaker) -> Speaker:
    """The speaker of this name, or the speaker itself. Raises GlassError if it is neither."""
    if isinstance(speaker, Speaker):
        return speaker
    if not isinstance(speaker, str) or speaker not in SPEAKERS:
        raise GlassError(f"There is no speaker {speaker!r}. There are {', '.join(map(repr, SPEAKERS))}, and your own: "
                         "trials.Speaker(name, say, answer).")
    return SPEAKERS[speaker]
