"""How code, pictures and icons look on the site in a browser, on a phone and in the dark."""
from tests.course.lists import READY

SECONDS = 20_000   # ms: the longest that anything on a page may take


def too_wide(page):
    """Pixels by which the page scrolls sideways, or by which an answer that was folded is cut off."""
    return page.evaluate("Math.max(...[document.documentElement, ...document.querySelectorAll('.admonition')]"
                         ".map(one => one.scrollWidth - one.clientWidth))")


def test_lines_of_code_scroll_in_their_box_and_by_keyboard(address, reader):
    reader.set_viewport_size({"width": 380, "height": 800})
    reader.goto(f"{address}lessons/{READY[13]}.html")
    code = reader.locator(".highlight:has(.linenos) pre")
    assert code.evaluate("one => getComputedStyle(one).whiteSpace") == "pre" and too_wide(reader) <= 0
    assert code.evaluate("one => one.scrollWidth - one.clientWidth") > 200
    code.focus()
    reader.keyboard.press("ArrowRight")
    reader.wait_for_function("() => document.activeElement.scrollLeft > 0", timeout=SECONDS)
    reader.goto(f"{address}notebooks/{READY[5]}.html")
    wraps = "all => all.filter(one => getComputedStyle(one).whiteSpace !== 'pre').length"
    assert reader.locator(".cell_output pre").evaluate_all(wraps) == 0 and too_wide(reader) <= 0


def test_a_program_shows_110_characters_of_a_line(address, reader):
    reader.goto(f"{address}lessons/{READY[13]}.html")
    shown = reader.locator(".highlight:has(.linenos) pre").evaluate("""one => {
        const letters = document.createElement("span");        // where the second line's code begins: that line is empty
        letters.textContent = "x".repeat(100);
        one.querySelectorAll(".linenos")[1].after(letters);
        const { left, width } = letters.getBoundingClientRect();
        return (one.getBoundingClientRect().right - parseFloat(getComputedStyle(one).paddingRight) - left) / (width / 100);
    }""")
    assert 110 <= shown < 130


def test_in_the_dark_pictures_stand_on_a_quiet_light_ground(address, reader):
    reader.emulate_media(color_scheme="dark")
    reader.goto(f"{address}notebooks/{READY[5]}.html")
    picture = reader.locator(".cell_output img").first
    ground, light = (picture.evaluate(f"one => getComputedStyle(one).{name}") for name in ("backgroundColor", "filter"))
    assert ground == "rgb(255, 255, 255)" and light.startswith("brightness(0.")


def test_the_icons_of_the_drawers_have_names(address, reader):
    reader.goto(f"{address}notebooks/{READY[5]}.html")
    titles = reader.locator("label[for=__toc].toc-overlay-icon, label[for=__navigation].nav-overlay-icon")
    assert set(titles.evaluate_all("all => all.map(one => one.title)")) == {"On this page", "Pages"}
