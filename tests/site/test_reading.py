"""The site in a browser: what somebody meets who reads it, with a mouse, a keyboard, a phone, in the dark, or without scripts."""
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.course.lists import READY
from tests.site.test_looks import too_wide

SECONDS = 20_000   # ms: the longest that anything on a page may take
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
INSTALL = "npm install --prefix tests/site"
LESSONS = [READY[0], READY[5], READY[16]]      # whose players are stepped: no sockets; some; and a second file beside
KINDS = ["index", "search", "programs", "trials", "INSTRUCTORS", f"walks/{READY[5]}", f"lessons/{READY[5]}",
         f"notebooks/{READY[5]}", f"notebooks/exercises/{READY[5]}/{READY[5]}"]       # a page of each kind


def player(page):
    """The player of the page that is before us, when it is there and has its height."""
    frame = page.locator(".walk iframe")
    frame.scroll_into_view_if_needed()
    inside = frame.content_frame.locator(".player")
    inside.locator(".verdict").wait_for(timeout=SECONDS)
    page.wait_for_function("() => document.querySelector('.walk iframe').style.height", timeout=SECONDS)
    return inside


def title(inside):
    return inside.locator(".title").inner_text()


# -- the player --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("stem", LESSONS)
def test_the_player_of_a_lesson_is_stepped_by_keys_inside_its_frame(address, reader, stem):
    reader.goto(f"{address}notebooks/{stem}.html")
    inside = player(reader)
    assert reader.evaluate("document.activeElement.tagName") == "BODY"         # it doesn't take the keys before it is asked to
    [height, needed] = [reader.locator(".walk iframe").bounding_box()["height"], inside.bounding_box()["height"]]
    assert needed < height < needed + 20
    assert title(inside).startswith("Iteration 1 ") or title(inside).startswith("Iterations 1 ")
    inside.focus()
    reader.keyboard.press("ArrowRight")
    second = title(inside)
    reader.keyboard.press("End")
    last = title(inside)
    reader.keyboard.press("ArrowLeft")
    reader.keyboard.press("Home")
    assert len({second, last, title(inside)}) == 3


def test_the_front_page_plays_at_once_but_for_those_who_want_nothing_that_moves(address, reader):
    reader.goto(f"{address}index.html")
    inside = player(reader)
    assert inside.get_by_role("button", name="play from here").count() == 1 and title(inside).startswith("Iteration 1 ")
    reader.emulate_media(reduced_motion="no-preference")
    reader.goto(f"{address}index.html?again")
    inside = player(reader)
    inside.get_by_role("button", name="pause").wait_for(timeout=SECONDS)
    inside.locator(".title", has_text="Iteration 3 ").wait_for(timeout=SECONDS)


def test_the_player_is_dark_where_the_page_is(address, reader):
    reader.goto(f"{address}notebooks/{READY[5]}.html")
    player(reader)
    seen = set()
    for _ in range(3):
        reader.locator(".theme-toggle-content button").click()
        theme = reader.evaluate("document.body.dataset.theme")
        reader.frames[1].wait_for_function(                # this is the assertion: it comes true, or the test fails
            "dark => (getComputedStyle(document.querySelector('.player')).backgroundColor !== 'rgb(255, 255, 255)') === dark",
            arg=theme == "dark", timeout=SECONDS)
        seen.add(theme)
    assert seen == {"auto", "light", "dark"}


# -- a lesson ----------------------------------------------------------------------------------------------------------

def test_a_folded_prediction_opens_by_keyboard(address, reader):
    reader.goto(f"{address}notebooks/{READY[5]}.html")
    folded = reader.locator("details.answer").first
    answer = folded.locator("pre").first
    assert not answer.is_visible() and "Predict first" in folded.locator("summary").inner_text()
    folded.locator("summary").focus()
    reader.keyboard.press("Enter")
    assert answer.is_visible() and "alice: recv 0" in answer.inner_text()
    reader.keyboard.press("Enter")
    assert not answer.is_visible()


def test_who_comes_from_a_search_engine_finds_the_beginning_and_how_to_run_it(address, reader):
    reader.goto(f"{address}notebooks/{READY[5]}.html")
    assert reader.locator("h1").inner_text().startswith("05 Disconnect and clean up: notice who has gone")
    head = reader.locator(".lesson-head")
    assert head.get_by_text("Lesson 05 of a course on I/O multiplexing").is_visible()
    head.get_by_text("Open this notebook").click()
    assert f"make lab NAME={READY[5]}" in head.locator("pre").inner_text()
    head.get_by_role("link", name="All lessons").click()
    assert reader.url.endswith("index.html#the-lessons")
    reader.get_by_role("link", name="00 Start here").first.click()
    assert reader.locator("h1").inner_text().startswith("00 Start here")


# -- a phone, a keyboard, no server, no scripts ------------------------------------------------------------------------

def test_on_a_phone_the_keyboard_opens_the_list_of_pages_and_follows_it(address, reader):
    reader.set_viewport_size({"width": 380, "height": 800})
    reader.goto(f"{address}notebooks/{READY[5]}.html")
    assert not reader.locator(".sidebar-drawer").is_visible()
    reader.keyboard.press("Tab")
    reader.keyboard.press("Space")
    link = reader.locator(".sidebar-tree").get_by_role("link", name="06 Read and write queues")
    link.wait_for(timeout=SECONDS)
    for _ in range(40):
        reader.keyboard.press("Tab")
        if link.evaluate("one => one === document.activeElement"):
            break
    reader.keyboard.press("Enter")
    reader.wait_for_url(f"**/{READY[6]}.html", timeout=SECONDS)


def test_the_search_works_without_a_server_and_so_does_the_player(site, reader):
    reader.goto((site / "index.html").as_uri())
    found = search(reader, "backpressure")
    assert f"notebooks/{READY[13]}.html" in found.first.locator("a").first.get_attribute("href")
    found.first.locator("a").first.click(timeout=SECONDS)
    inside = player(reader)
    inside.focus()
    reader.keyboard.press("End")
    assert not title(inside).startswith("Iteration 1 ")


def search(page, words):
    page.locator("input[name=q]").first.fill(words)
    page.keyboard.press("Enter")
    page.locator("#search-results li").first.wait_for(timeout=SECONDS)
    return page.locator("#search-results li")


def test_the_search_shows_a_piece_of_what_it_finds_and_lessons_first(address, reader):
    reader.goto(f"{address}index.html")
    for words, stem in ("backpressure", READY[13]), ("timers", READY[14]), ("half-close", READY[5]):
        found = search(reader, words)
        found.first.locator("p.context").wait_for(timeout=SECONDS)
        assert f"notebooks/{stem}.html" in found.first.locator("a").first.get_attribute("href")
    places = found.locator("a:first-child").evaluate_all("all => all.map(one => one.getAttribute('href').split(/[?#]/)[0])")
    lessons = [place.startswith("notebooks/") and "exercises" not in place and READY[0] not in place for place in places]
    assert sum(lessons) > 4 and sorted(lessons, reverse=True) == lessons


def test_without_scripts_a_lesson_shows_the_players_picture_and_no_page_that_needs_them(address, browser):
    context = browser.page.context.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}notebooks/{READY[5]}.html")
    assert page.locator(".walk img").is_visible() and not page.locator(".walk iframe").is_visible()
    assert page.locator(".walk img").bounding_box()["height"] > 100
    assert page.locator(".walk-note").is_visible() and not page.locator(".walk-note a").is_visible()
    page.goto(f"{address}walks/{READY[5]}.html")
    assert page.locator("noscript p").is_visible()
    page.get_by_role("link", name="Lesson 05").click()
    assert page.locator("h1").inner_text().startswith("05 ")
    context.close()


# -- every page --------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="session")
def axe():
    """The text of axe-core, which looks at a page for what keeps people from reading it. npm brings it, the first time."""
    if not AXE.exists() and shutil.which("npm"):
        subprocess.run(INSTALL.split(), cwd=Path(__file__).parents[2], timeout=120, capture_output=True)
    if not AXE.exists():
        pytest.skip(f"axe-core isn't there: install Node.js with npm, and then: {INSTALL}")
    return AXE.read_text(encoding="utf-8")


def violations(page, axe):
    """What axe finds on a page, and in the frame on it: [(rule, what it says of the first place)]."""
    for frame in page.frames:
        frame.evaluate(axe)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found]


def load_all(page, url):
    """Open a page with all that is on it: what is folded, and its player, which else comes when it is scrolled to."""
    page.goto(url, wait_until="load")
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    frames = page.locator("iframe")
    if frames.count():
        frames.first.evaluate("one => { one.loading = 'eager' }")
        frames.first.content_frame.locator(".player .verdict").wait_for(timeout=SECONDS)


def test_axe_finds_what_is_wrong(reader, axe):
    reader.set_content("<html lang='en'><title>a</title><main><h1>b</h1><img src='data:,'></main>")
    assert [rule for rule, *_ in violations(reader, axe)] == ["image-alt"]


@pytest.mark.long
def test_every_page_is_readable_for_everybody_at_every_width_in_light_and_dark(site, address, reader, axe):
    """One load a page: axe at 1,280 pixels; then narrower, and dark. `reader` looks at the console, and at who is asked."""
    every = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    places = [place for place in every if not place.startswith("walks/")]      # these are looked at in their frames
    wrong = []
    for place in places:
        reader.set_viewport_size({"width": 1280, "height": 900})
        load_all(reader, address + place)
        wrong += [(place, *one) for one in violations(reader, axe)]
        for scheme in "dark", "light":
            reader.emulate_media(color_scheme=scheme)
            for width in 1280, 768, 380:
                reader.set_viewport_size({"width": width, "height": 900})
                if too_wide(reader) > 0:
                    wrong.append((place, scheme, width, too_wide(reader)))
    assert wrong == [] and len(places) > 70


@pytest.mark.long
@pytest.mark.parametrize("width, scheme", [(768, "light"), (1280, "dark"), (380, "light"), (380, "dark")])
def test_a_page_of_each_kind_is_readable_on_narrow_and_dark_pages(address, reader, axe, width, scheme):
    reader.set_viewport_size({"width": width, "height": 900})
    reader.emulate_media(color_scheme=scheme)
    wrong = []
    for place in KINDS:
        load_all(reader, f"{address}{place}.html")
        wrong += [(place, *one) for one in violations(reader, axe)]
    assert wrong == []
