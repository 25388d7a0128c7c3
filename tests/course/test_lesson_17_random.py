"""Lesson 17 beside the real redis-server: commands at random, in one go; every byte of their replies is the same.
And its two ways to cut commands out of bytes, beside each other.

    REDIS_SEQUENCES=10000 python -m pytest tests/course/test_lesson_17_random.py      as many as you like; 300 unless it says so

Left out, since lesson 17 leaves it out on purpose: more than two words for EXPIRE (NX, XX, GT, LT), LPOP's number of words,
SET's EXAT and PXAT, quotes in a line typed by hand, what CONFIG, CLIENT, COMMAND and INFO tell of the real one, and AUTH.
And what a client publishes to itself within EXEC: Redis 7.0 puts the message into the middle of EXEC's reply, later ones don't.
"""
import os

import pytest

from helpers.trials.speaking import command
from tests.course.resp import all_of, needs_redis, ours, real, same
from tests.course.test_lesson_17 import Program

hypothesis = pytest.importorskip("hypothesis", reason="hypothesis isn't installed: pip install hypothesis, or make env")
some = hypothesis.strategies
SEQUENCES = int(os.environ.get("REDIS_SEQUENCES", "300"))
KEYS = [b"a", b"b", b"c"]
NUMBERS = [b"0", b"1", b"-1", b"2", b"-3", b"100", b"9223372036854775807", b"-9223372036854775808", b"9223372036854775808",
           b"007", b"+1", b" 1", b"-0", b"1_0", b"1.5", b"x", b""]
WORDS = [*NUMBERS, b"hello", b"two words", b"\r\n", b"\xff\xfe", b"*1\r\n$4\r\nPING\r\n", 3000 * b"long "]
SECONDS = [b"100", b"86400", b"9000000", b"0", b"-1", b"x", b"1.5", b"9223372036854775807"]

key, number, word, channel = map(some.sampled_from, (KEYS, NUMBERS, WORDS, [b"news", b"weather"]))


def row(name, *words):
    return some.tuples(some.just(name), *words)


def several(name, words, least, *before):
    more = some.lists(words, min_size=least, max_size=4)
    return some.builds(lambda first, rest: (name, *first, *rest), some.tuples(*before), more)


OPTION = some.one_of(row(b"NX"), row(b"XX"), row(b"GET"), row(b"KEEPTTL"), row(b"EX", some.sampled_from(SECONDS)), row(b"PX"),
                     row(b"PX", some.sampled_from([b"100000", b"0", b"x"])), row(b"nx"), row(b"FOO"))
SET = some.builds(lambda key, word, options: (b"SET", key, word, *sum(options, ())), key, word, some.lists(OPTION, max_size=3))
NAMES = [b"PING", b"ECHO", b"SET", b"GET", b"DEL", b"EXISTS", b"INCR", b"INCRBY", b"TTL", b"MGET", b"LPUSH", b"RPUSH", b"LRANGE",
         b"PUBLISH", b"MULTI", b"EXEC", b"DISCARD", b"FOO", b"", b"CONFIG", b"CLIENT", b"two words", b"a\r\nb", 200 * b"x"]
WRONG = {b"CONFIG", b"CLIENT"}               # alone; with a word they are other commands
ANY = some.builds(lambda name, words: (name, *(() if name in WRONG else words)), some.sampled_from(NAMES),
                  some.lists(some.one_of(key, word), max_size=4))
COMMAND = some.one_of(
    SET, SET, row(b"GET", key), row(b"GET", key), row(b"get", key), row(b"INCR", key), row(b"INCRBY", key, number),
    several(b"DEL", key, 1), several(b"EXISTS", key, 1), several(b"MGET", key, 1),
    row(b"EXPIRE", key, some.sampled_from(SECONDS)), row(b"TTL", key),
    several(b"LPUSH", word, 1, key), several(b"RPUSH", word, 1, key), row(b"LRANGE", key, number, number), row(b"LPOP", key),
    row(b"PUBLISH", channel, word), several(b"SUBSCRIBE", channel, 1), several(b"UNSUBSCRIBE", channel, 1),
    row(b"MULTI"), row(b"MULTI"), row(b"EXEC"), row(b"EXEC"), row(b"DISCARD"),
    row(b"PING"), row(b"PING", word), row(b"ECHO", word), row(b"HELLO", some.sampled_from([b"2", b"3", b"3", b"4", b"x"])),
    ANY, ANY)


def without_messages_in_exec(sequence):
    """If it subscribes: no PUBLISH once it has said MULTI."""
    names = [words[0] for words in sequence]
    begins = names.index(b"MULTI") if {b"MULTI", b"SUBSCRIBE"} <= set(names) else len(names)
    return [words for place, words in enumerate(sequence) if place < begins or words[0] != b"PUBLISH"]


@pytest.fixture(scope="module")
def both():
    with ours() as one, real() as other:
        yield one, other


@pytest.fixture(scope="module")
def program():
    one = Program()
    yield one
    one.close()


@needs_redis
@hypothesis.settings(max_examples=SEQUENCES, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(sequence=some.lists(COMMAND, min_size=1, max_size=25))
def test_commands_at_random_are_answered_as_the_real_one_does(both, sequence):
    said = command(b"DEL", *KEYS) + b"".join(command(*words) for words in without_messages_in_exec(sequence))
    for _ in range(3):                       # a time to live is told in whole seconds: one of them may be just over
        one, other = (same(all_of(port, said)) for port in both)
        if one == other:
            break
    assert one == other


# -- two ways to cut commands out of bytes ------------------------------------------------------------------------------

PIECE = some.one_of(
    some.builds(lambda words: command(*words), some.lists(word, min_size=1, max_size=4)),
    some.builds(lambda size: command(b"x" * size), some.sampled_from([1023, 1024, 70_000])),
    some.builds(lambda many: command(*[b""] * many), some.sampled_from([1023, 1024])),
    some.sampled_from([b"PING\r\n", b"ECHO hi\n", b"\r\n", b"*0\r\n", b"*-1\r\n", b"*2\r\n$3\r\nGET\r\n$01\r\na\r\n",
                       b"*1\r\n$4\r\nPINGxx", b"*1\r\n$3\r\nPING\r\n", b"*1\r\n+4\r\nPING\r\n", b"*x\r\n", b"*1\n$4\nPING\r\n"]))


def cut_out(parts, pieces):
    """The commands that these parts of the program take out of bytes that come in pieces, and the refusal at the end."""
    client, found = parts[0].Client(None), []
    try:
        for piece in pieces:
            client.received += piece
            for each in parts[1:]:
                found += map(tuple, each(client))
    except parts[0].Refused as refused:
        found.append(str(refused))
    return found


@hypothesis.settings(max_examples=SEQUENCES, deadline=None, derandomize=True, database=None)
@hypothesis.given(said=some.lists(PIECE, min_size=1, max_size=6).map(b"".join), places=some.lists(some.floats(0, 1), max_size=4))
def test_commands_are_the_same_whether_one_call_splits_them_or_each_word_is_looked_for(program, said, places):
    at = sorted(int(place * len(said)) for place in places)
    pieces = [said[begins:ends] for begins, ends in zip([0, *at], [*at, len(said)])]
    assert cut_out([program, program.whole, program.cut], pieces) == cut_out([program, program.cut], [said])


def test_what_nearly_everybody_says_is_split_in_one_go(program):
    said = command(b"SET", b"a", b"x" * 1023) + command(b"GET", b"a") + command(b"PING")
    assert cut_out([program, program.whole], [said + b"*1\r\n$4\r\nPI"]) == [
        (b"SET", b"a", b"x" * 1023), (b"GET", b"a"), (b"PING",)]
