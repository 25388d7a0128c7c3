"""The table of trials: the same words in every run, well-formed HTML, and a clear error where a name is wrong."""
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from helpers.trials import run_all
from tests.trials.names import HALF, MEGABYTE, ONE, RESET, TALK, TWO
from tests.trials.servers import LOOP


def same_words(path, only):
    texts = set()
    for _ in range(4):
        texts.add(str(run_all(path, only=only)))
        if len(texts) > 1:
            break
    assert len(texts) == 1, "\n\n".join(sorted(texts))
    [text] = texts
    assert not re.search(r"/tmp|/home|0x[0-9a-f]|127\.0\.0\.1|\bpid\b|raddr|fd=", text), text
    return text


@pytest.mark.parametrize("what, change, only", [
    ("closes at once", "def arrived(sock): sock.close()", [ONE, MEGABYTE, RESET]),
    ("closes after an answer",
     "def answer(sock, data):\n sock.sendall(data); inputs.remove(sock); sock.close()", TALK),
    ("drops what does not fit", "def arrived(sock):\n inputs.append(sock); sock.setblocking(False)\n"
     "def answer(sock, data):\n"
     " try: sock.send(data)\n except OSError: pass", [ONE, MEGABYTE, HALF]),
    ("ends within a megabyte", "total = [0]\ndef answer(sock, data):\n total[0] += len(data)\n"
     " if total[0] > 300_000: raise RuntimeError\n sock.sendall(data)", [ONE, MEGABYTE]),
    ("a message with a socket", "def answer(sock, data): {}[sock]", [ONE, RESET]),
    ("a message with an address", "def answer(sock, data): raise ValueError(f'no {sock.getpeername()}')", [ONE, RESET]),
], ids=lambda value: value if isinstance(value, str) and value.isascii() and "def" not in value else "")
def test_the_table_is_the_same_in_every_run(program, what, change, only):
    same_words(program(LOOP.replace("{}", change, 1)), only)


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.text = [], ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("line", [
    "def answer(sock, data): raise ValueError('<b>&amp; & </td>')",
    "def answer(sock, data): raise ValueError('a ` in </code> the <i>line')",
    "def answer(sock, data): raise ValueError('\\x00\\x1b[31m <')",
])
def test_the_html_is_well_formed_and_escapes_a_programs_own(program, line):
    table = run_all(program(LOOP.replace("{}", line, 1), "a<b&c"), only=[ONE, TWO])
    html = table._repr_html_()
    assert len(ElementTree.fromstring(re.sub("<br>|[\x00-\x1f]", " ", html)).findall("tr")) == 2
    text = Tags(html).text
    assert "a<b&c survives" in text
    assert "raise ValueError(" in text


@pytest.mark.parametrize("lesson, speaker, misunderstood", [
    ("07_messages", "echo", True), ("07_messages", "lines", False),
    ("06_read_write_queues", "lines", True), ("06_read_write_queues", "echo", False)])
def test_who_answers_in_another_language_may_have_been_spoken_to_in_the_wrong_one(lesson, speaker, misunderstood):
    table = run_all(lesson, only=[ONE], speaker=speaker)
    advice = f"in the language '{speaker}', and answered something else. If it speaks another one, name that: speaker=…"
    for told in (str(table).replace("\n", " "), Tags(table._repr_html_()).text):
        assert (advice in told) is misunderstood


def test_who_answers_nothing_is_not_told_of_languages(program):
    assert "language" not in str(run_all(program(LOOP.replace("{}", "def answer(sock, data): pass", 1)), only=[ONE]))
