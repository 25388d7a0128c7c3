"""The text of operations and iterations."""
import pytest

from helpers import Operation
from helpers.recording import Coroutine
from tests.recording.walks import one, op


@pytest.mark.parametrize("operation, text", [
    (op("recv", size=5, data=b"hello"), "recv 5 b'hello'"),
    (op("recv", size=0), "recv 0"),
    (op("recv", error="BlockingIOError"), "recv BlockingIOError"),
    (op("accept", "listener", peer="alice"), "accept → alice"),
    (op("close"), "close"),
    (op("connect", flags="under way"), "connect under way"),
    (op("recv", data=b"hi", flags="MSG_PEEK"), "recv MSG_PEEK b'hi'"),
    (op("register", flags="IN|ET", error="FileExistsError"), "register IN|ET FileExistsError"),
    (op("send", size=30, data=b"x" * 30), "send 30 b'" + "x" * 24 + "'…"),
    (op("send", size=24, data=b"x" * 24), "send 24 b'" + "x" * 24 + "'"),
])
def test_the_text_of_an_operation(operation, text):
    assert str(operation) == text
    assert eval(repr(operation), {"Operation": Operation}) == operation


def test_the_text_of_an_idle_iteration():
    assert one().idle
    assert repr(one()) == ("iteration 1   select, timeout 1 s\n"
                           "  watched     listener · alice\n"
                           "  readable    –            the timeout passed: three empty lists\n"
                           "  did         –")


@pytest.mark.parametrize("call", ["poll", "epoll", "kqueue"])
def test_only_select_gives_three_lists(call):
    assert "the timeout passed: an empty list\n" in repr(one(call=call))
    assert "nothing is ready now: an empty list\n" in repr(one(call=call, timeout=0))


def test_the_text_of_a_busy_iteration():
    busy = one(7, ["alice"], ["bob"], op("recv", size=2, data=b"hi"), op("send", size=2, data=b"hi"),
               op("close", "bob"), op("recv", "carol", error="ConnectionResetError"), exceptional=["carol"],
               printed="one\ntwo\n", timeout=None, call="poll")
    assert not busy.idle
    assert repr(busy) == ("iteration 7   poll, no timeout\n"
                          "  watched     listener · alice\n"
                          "  to write    bob\n"
                          "  readable    alice\n"
                          "  writable    bob\n"
                          "  exceptional carol\n"
                          "  did         alice: recv 2 b'hi' · send 2 b'hi'\n"
                          "              bob: close\n"
                          "              carol: recv ConnectionResetError\n"
                          "  printed     one\n"
                          "              two")


@pytest.mark.parametrize("iteration, rows", [
    (one(to_write=["bob"]), ["to write    bob", "readable    –            the timeout passed: three empty lists",
                             "writable    –"]),
    (one(1, ["alice"], (), to_write=["bob"]), ["to write    bob", "readable    alice", "writable    –"]),
    (one(1, (), ["bob"], to_write=["bob", "alice"]), ["to write    bob · alice", "readable    –", "writable    bob"]),
    (one(1, ["alice"]), ["readable    alice"]),
])
def test_who_is_asked_about_writing_has_an_answer(iteration, rows):
    assert repr(iteration).splitlines()[2:-1] == ["  " + row for row in rows]


def test_who_is_not_writable():
    assert one(1, (), ["bob"], to_write=["alice", "bob"]).not_writable == ["alice"]
    assert one(1, (), (), op("select", None, error="ValueError"), to_write=["alice"]).not_writable == []


@pytest.mark.parametrize("timeout, words", [(None, "no timeout"), (0, "timeout 0 s"), (0.5, "timeout 0.5 s"),
                                            (4.99999, "timeout 5 s"), (12.34, "timeout 12.3 s")])
def test_a_timeout_in_words_is_rounded(timeout, words):
    assert repr(one(timeout=timeout)).splitlines()[0].endswith(", " + words)


@pytest.mark.parametrize("iteration, why", [
    (one(timeout=0), "nothing is ready now"),
    (one(timeout=5), "the timeout passed"),
    (one(1, (), (), op("select", None, error="ValueError")), "the call itself failed"),
])
def test_why_nothing_was_ready(iteration, why):
    assert why in repr(iteration)


def test_many_names_and_operations_are_cut_short():
    names = [f"conn {number}" for number in range(900)]
    text = repr(one(1, names, (), *[op("recv", name, 1) for name in names], watched=names))
    assert "conn 5 · … (900 in all)" in text and "conn 6 " not in text
    assert "… (900 operations in all)" in text
    assert len(text.splitlines()) < 15 and max(map(len, text.splitlines())) < 100
    text = repr(one(1, ["bob"], (), *[op("send", "bob", 1000 + number) for number in range(100)], op("close", "alice")))
    assert "bob: send 1000 · send 1001 · " in text and "send 1005 · … (100 in all)\n" in text and "send 1006" not in text
    assert "              alice: close" in text


def test_flags_stand_beside_the_names():
    text = repr(one(1, ["alice", "bob"], flags={"alice": "IN|RDHUP"}))
    assert "  readable    alice IN|RDHUP · bob\n" in text


def test_coroutines_that_went_on_have_a_row_and_make_iterations_differ():
    from helpers.figures import describe
    text = repr(one(coroutines=[Coroutine("main", None, 12), Coroutine("start", "al", 0, "aiohttp")], printed="hi\n"))
    assert text.splitlines()[-2:] == ["  went on     main, line 12 · aiohttp: start for al", "  printed     hi"]
    kept = [one(number, coroutines=[Coroutine("main", None, 12)] if number == 2 else []) for number in (1, 2, 3)]
    assert describe(kept).splitlines()[1:] == [
        "1: nobody ready.", "2: nobody ready – went on: main, line 12.", "3: nobody ready."]
    both = [Coroutine("echo", "al", 8), Coroutine("main", None, 12), Coroutine("echo", "bob")]
    assert repr(one(coroutines=both)).splitlines()[-1] == "  went on     echo for al, line 8 · main, line 12 · echo for bob, over"
    assert describe([one(coroutines=both)]).splitlines()[1].endswith("echo for al, line 8; main, line 12; echo for bob, over.")
    same = [one(number, ["alice"], coroutines=[Coroutine("main", None, 12)]) for number in range(1, 9)]
    assert describe(same).splitlines()[1] == "1–8: alice readable – went on: main, line 12, 8 times."     # and no spin
