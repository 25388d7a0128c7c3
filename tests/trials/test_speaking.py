"""Speakers: what they answer depends on what was said, and not on where the bytes were cut."""
import pytest

from helpers.trials.speaking import SPEAKERS, messages, stream, whole

SAID = {                # what a client says, and what must come back
    "echo": (b"hello\r\n\x00", b"hello\r\n\x00"),
    "lines": (b"hello\n\nby\xff\nrest", b"1 5\n2 0\n3 3\n"),
    "tables": (b"al\xffice\nhi\n\nrest", b"hello al\xffice\nok 1\nok 2\n"),
    "redis": (b"*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$4\r\na\r\nb\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n*1\r\n$4\r\nPI",
              b"+PONG\r\n$4\r\na\r\nb\r\n+OK\r\n"),
}


@pytest.mark.parametrize("name", SPEAKERS)
def test_a_speaker_knows_what_must_come_back(name):
    said, answer = SAID[name]
    assert SPEAKERS[name].answer(said) == answer
    assert SPEAKERS[name].answer(b"") == b""


@pytest.mark.parametrize("name", SPEAKERS)
def test_what_has_come_never_changes_when_more_is_said(name):
    said, answer = SAID[name]
    parts = [SPEAKERS[name].answer(said[:place]) for place in range(len(said) + 1)]
    assert all(later.startswith(sooner) for sooner, later in zip(parts, parts[1:], strict=False))


@pytest.mark.parametrize("name", ["lines", "tables", "redis"])
def test_what_never_ends_is_never_answered(name):
    assert SPEAKERS[name].answer(SPEAKERS[name].endless + 1000 * b"x") == b""


@pytest.mark.parametrize("name", SPEAKERS)
def test_a_stream_is_whole_messages_and_may_be_cut_between_them(name):
    speaker = SPEAKERS[name]
    several = list(messages(speaker, 300_000))
    assert b"".join(several) == stream(speaker, 300_000) and 300_000 <= sum(map(len, several)) < 400_000
    answers = b"".join(speaker.answer(one) for one in several)
    assert name in ("lines", "tables") or answers == speaker.answer(stream(speaker, 300_000))
    first = len(several[0])
    assert [whole(speaker, 300_000, taken) for taken in (1, first, first + 1)] == [first, first, first + len(several[1])]


@pytest.mark.parametrize("name", [b"", 256 * b"x"])
def test_who_has_no_name_is_told_so_and_hears_nothing_more(name):
    assert SPEAKERS["tables"].answer(name + b"\nhi\n") == b"sorry: a name has 1 to 255 bytes\n"


def test_a_name_may_have_255_bytes():
    assert SPEAKERS["tables"].answer(255 * b"x" + b"\nhi\n") == b"hello %b\nok 1\n" % (255 * b"x")
