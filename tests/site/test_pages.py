"""The site as files: all of the course is on it, links lead somewhere, nothing is on it that shouldn't be, and it is small."""
import os
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from helpers.playing.pages import shows_a_player
from helpers.trials import TRIALS
from tests import ROOT
from tests.course.lists import LESSONS, PROGRAMS, READY, number
from tests.site.conftest import build
from tests.site.html import HANDED_OUT, cells, plain

MB = 1_000_000


# -- what is on it ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("stem", READY)
def test_each_lesson_is_on_it_with_its_player_and_all_that_belongs_to_it(site, pages, stem):
    page = pages[f"notebooks/{stem}.html"]
    [frame] = page.all("iframe")
    assert frame["src"] == f"../walks/{stem}.html" and frame["title"].startswith("a player of ")
    there = {name for name in (page.leads(link["href"]) for link in page.all("a") if "href" in link) if name}
    files = {str(path.relative_to(site)) for path, _ in there}
    assert {f"lessons/{program}.html" for program in PROGRAMS[stem]} <= files
    assert {f"notebooks/{stem}.ipynb", f"walks/{stem}.html", "begin.html"} <= files
    assert (site / "notebooks" / f"{stem}.ipynb").read_bytes() == (ROOT / "notebooks" / f"{stem}.ipynb").read_bytes()
    assert f"make lab NAME={stem}\n" in page.text
    assert [one["content"][:9] for one in page.all("meta", name="description")] == [f"Lesson {number(stem)}"]
    place = READY.index(stem)
    neighbours = [f"{READY[one]}.html" for one in (place - 1, place + 1) if 0 <= one < len(READY)]
    assert {*neighbours} <= {link["href"] for link in page.all("link") if link.get("rel") in ("prev", "next")}
    if stem != READY[0]:
        assert f"notebooks/exercises/{stem}/{stem}.html" in files
        assert f"make lab NAME=exercises/{stem}/{stem}\n" in pages[f"notebooks/exercises/{stem}/{stem}.html"].text


def test_where_scripts_are_off_a_picture_stands_in_the_players_place(site, pages):
    for stem in READY:
        page = pages[f"notebooks/{stem}.html"]
        stored = [output.metadata["image/png"]["alt"] for cell in cells(ROOT / "notebooks" / f"{stem}.ipynb")
                  if shows_a_player(cell) for output in cell.outputs if "image/png" in output.data]
        instead = re.search(r"(?s)<noscript><img src=\"(.*?)\" alt=\"(.*?)\">", page.path.read_text(encoding="utf-8"))
        assert [unescape(instead[2])] == stored if stored else "<noscript><p>Here is a player of" in page.path.read_text()
        assert not instead or (page.path.parent / instead[1]).stat().st_size > 5_000


def test_the_front_page_lists_the_lessons_and_tells_how_to_begin(pages):
    page = pages["index.html"]
    for lesson in LESSONS:
        assert f"{number(lesson['stem'])} {lesson['title']}" in page.text
    assert "make lab\n" in page.text and [frame["src"].endswith("#play") for frame in page.all("iframe")] == [True]


@pytest.mark.parametrize("address, says", [
    ("", []),
    ("https://example.org/course.git", ["git clone https://example.org/course.git io-multiplexing\ncd io-multiplexing\n"]),
    ("https://github.com/ann/course", ["git clone https://github.com/ann/course io-multiplexing\n",
                                       "(https://mybinder.org/v2/gh/ann/course/HEAD?urlpath=lab/tree/"])])
def test_whoever_publishes_it_tells_where_the_course_is(address, says):
    told = subprocess.run([sys.executable, "-c", "import gather; print(gather.git_and_binder())"], cwd=ROOT / "site",
                          env={**os.environ, "COURSE_ADDRESS": address}, check=True, text=True, capture_output=True, timeout=60)
    assert [one for one in says if one not in told.stdout] == [] and bool(told.stdout.strip()) is bool(says)
    assert ("mybinder" in told.stdout) is ("github" in address)


def test_a_page_says_what_is_done_elsewhere_and_how_to_get_there(pages):
    for stem in READY:
        page = pages[f"notebooks/{stem}.html"]
        assert "This is the notebook as a page: what it asks you to run, to type or to click is done in JupyterLab." in page.text
        assert "Here it plays a recording. In the notebook " in page.text and "it runs only inside the course" in page.text
        assert f"cd io-multiplexing\nmake lab NAME={stem}\n" in page.text
        assert [one["href"] for one in page.all("a") if one.get("href", "").endswith("course.zip")] == ["../course.zip"]
    assert all(word not in pages["begin.html"].text for word in ("OWNER", "Binder", "make test"))


@pytest.mark.parametrize("stem", READY)
def test_a_lesson_is_called_by_its_number_its_name_and_what_its_notebook_says(pages, stem):
    page = pages[f"notebooks/{stem}.html"]
    own = plain(cells(ROOT / "notebooks" / f"{stem}.ipynb")[0].source.partition("\n")[0][2:])
    [name] = [plain(lesson["title"]) for lesson in LESSONS if lesson["stem"] == stem]
    [heading] = [plain(text).removesuffix("#") for level, text, _ in page.headings if level == 1]
    assert heading.startswith(f"{number(stem)} {name}") and heading.lower().endswith(own.lower())
    assert f"<title>{number(stem)} " in page.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "lessons").glob("*.py")), ids=lambda path: path.stem)
def test_each_program_is_on_it_with_its_lines(site, pages, path):
    page = pages[f"lessons/{path.stem}.html"]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len([one for one in page.all("span") if one.get("class") == "linenos"]) == len(lines)
    assert (site / "lessons" / path.name).read_bytes() == path.read_bytes()
    first = path.stem in PROGRAMS[READY[0]] or path.stem[0] not in "01"
    assert ("What is new since " in page.text) is not first


@pytest.mark.parametrize("stem, before", [
    ("09_slow_handlers", "07_messages"), ("10_beyond_select", "06_read_write_queues"), ("11_select", "04_multi_client_echo"),
    ("11_threads", "11_select"), ("11_selectors", "11_select"), ("12_many_kinds", "06_read_write_queues"),
    ("13_backpressure", "10_beyond_select"), ("14_timers", "13_backpressure"), ("16_streams", "11_asyncio"),
    ("16_protocol", "16_streams"), ("17_redis", "10_beyond_select")])
def test_a_program_is_compared_with_the_one_that_it_goes_on_from(pages, stem, before):
    assert f"What is new since {before}" in pages[f"lessons/{stem}.html"].text


def test_each_trial_is_on_it_with_its_habit_and_its_cure(pages):
    page = pages["trials.html"]
    text = plain(page.text)
    assert [trial.name for trial in TRIALS if plain(trial.habit) not in text] == []
    assert not re.search("[‘’]hello|hello[‘’]", page.text) and "Clients send: clients" not in text and "send: Ctrl-C" not in text
    lines = "\n".join(plain(line) for line in page.text.splitlines())
    parts = re.split("|".join(rf"\n{re.escape(plain(one.name))}#" for one in TRIALS), lines)[1:]
    said = dict(zip([one.name for one in TRIALS], parts))
    assert len(parts) == len(TRIALS)
    cured = {name: found[1] for name, part in said.items() if (found := re.search(r"Cured in lesson (\d\d)", part))}
    assert cured["half-close"] == "05" and cured["pours and never reads"] == "13"
    assert not {"echo of one line", "idle costs no CPU", "one byte now and then"} & set(cured)
    for place in "trials.html", "index.html":
        links = {one["href"].partition("#")[2] for one in pages[place].all("a") if "trials.html#" in one.get("href", "") or
                 place == "trials.html" and one.get("href", "").startswith("#")}
        assert len(links) >= len(TRIALS), place


def test_the_page_of_a_walk_leads_back_to_its_lesson(pages):
    for stem in READY:
        page = pages[f"walks/{stem}.html"]
        assert [one["href"] for one in page.all("a")] == [f"../notebooks/{stem}.html", "../index.html"]
        assert "The player needs JavaScript" in page.text
    assert "../notebooks/" not in (ROOT / "notebooks" / "pages" / f"{READY[6]}.html").read_text(encoding="utf-8")


# -- links, headings, pictures -----------------------------------------------------------------------------------------

def test_every_link_and_every_anchor_leads_somewhere(site, pages):
    by_path, count, dead = {page.path.resolve(): page for page in pages.values()}, 0, []
    for place, page in pages.items():
        for tag, attributes in page.elements:
            for target in (attributes[name] for name in ("href", "src") if attributes.get(name)):
                if tag in ("use", "base") or target.startswith("data:") or not (led := page.leads(target)):
                    continue
                path, fragment = led
                count += 1
                there = by_path.get(path)
                named = not fragment or fragment == "play" or (there and fragment in there.ids)
                if not path.is_file() or not path.is_relative_to(site.resolve()) or not named:
                    dead.append((place, target))
    assert dead == [] and count > 5_000


def test_headings_are_in_order_and_each_has_a_link_to_it(own):
    for place, page in own.items():
        levels = [level for level, _, _ in page.headings]
        assert levels.count(1) == 1 and levels[0] == 1, place
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), (place, levels)
        if place != "search.html":
            assert [text for _, text, linked in page.headings if not linked] == [], place


def test_each_picture_has_its_words(own):
    assert [(place, image["src"]) for place, page in own.items() for image in page.all("img") if not image.get("alt")] == []
    stored = [output.metadata["image/png"]["alt"] for path in [*(ROOT / "notebooks").glob("[0-9]*.ipynb"), *HANDED_OUT]
              for cell in cells(path) for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
    shown = {" ".join(image["alt"].split()) for page in own.values() for image in page.all("img")}
    assert stored and {" ".join(words.split()) for words in stored} <= shown


# -- what must not be on it ------------------------------------------------------------------------------------------

def test_no_page_loads_anything_from_elsewhere(pages):
    for place, page in pages.items():
        loaded = [attributes.get("src") or attributes["href"] for tag, attributes in page.elements
                  if "src" in attributes or (tag == "link" and "href" in attributes)]
        assert [one for one in loaded if re.match(r"(https?:)?//", one)] == [], place
    for path in pages["index.html"].path.parent.rglob("*.css"):
        assert not re.search(r"@import|url\(['\"]?(https?:)?//", path.read_text(encoding="utf-8")), path.name


def test_each_page_has_a_policy_that_allows_the_site_itself_and_its_own_scripts(pages):
    for place, page in pages.items():
        [policy] = [one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ") and "http" not in policy and "*" not in policy, place
        if place.startswith("walks/"):
            continue
        [scripts] = re.findall(r"script-src (.*?);", policy)
        assert "unsafe" not in scripts
        inside = re.findall(r"(?s)<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page.path.read_text(encoding="utf-8"))
        assert inside and all(b64encode(sha256(one.encode()).digest()).decode() in scripts for one in inside), place


# -- how large it is, and that it is the same each time --------------------------------------------------------------

def test_the_site_is_small(site, pages):
    sizes = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= 15 * MB
    for stem in READY:
        page = pages[f"notebooks/{stem}.html"]
        loaded = {page.leads(attributes.get("src") or attributes["href"])[0] for tag, attributes in page.elements
                  if tag in ("script", "img", "iframe") and "src" in attributes
                  or tag == "link" and attributes.get("rel") in ("stylesheet", "icon", "shortcut icon")}
        assert sum(path.stat().st_size for path in {page.path.resolve(), *loaded}) <= 1.5 * MB, stem


@pytest.mark.long
def test_two_builds_are_the_same(site, tmp_path):
    again = build(tmp_path / "build")
    there = {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    anew = {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    assert there.keys() == anew.keys()
    assert [str(path) for path in there if there[path] != anew[path]] == []
