"""How long a reader waits for the player, and for each of its steps."""
import tempfile
import time
from pathlib import Path
from statistics import median

from helpers import Iteration, Operation, Recording, player

from .measuring import ECHO, note, report


def playing():
    """10,000 iterations, 40 clients talking, as a page in Chromium: how long until it is there, and a step."""
    from tests.browser.lab import browser_page, chromium
    if not chromium():
        note("the player is not measured: there is no Chromium")
        return True
    with tempfile.TemporaryDirectory() as folder:
        recording = crowd(10_000)
        started = time.perf_counter()
        page = player(recording, program=ECHO).save(Path(folder) / "walk.html")
        made = time.perf_counter() - started
        opened, steps = [], []
        with browser_page(chromium()) as browser:
            for _ in range(5):
                browser.page.goto(page.as_uri())
                browser.page.locator(".player .verdict", has_text="readable").wait_for()
                opened.append(made + browser.page.evaluate(OPENED))
                steps.append(median(browser.page.evaluate(STEPS)))
    note(f"its film and its page were made in {made:.2f} s, which is counted in")
    return all([report("player: 10,000 iterations, from the recording to the first picture", opened, 1.0, " s"),
                report("player: one step, with layout and paint (medians of 200)", steps, 16.0, " ms")])


# Seconds from the start of the navigation to the first paint with content.
OPENED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"

# Milliseconds from a key, in a frame, until that frame is painted (the message comes after it), all over the recording.
STEPS = """async () => {
    const root = document.querySelector('.player'), slider = document.querySelector('.slider'), took = [];
    for (let number = 0; number < 200; number++) {
        if (number % 20 === 0) { slider.value = number * 45; slider.dispatchEvent(new Event('input')); }
        await new Promise(requestAnimationFrame);
        const started = performance.now();
        root.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
        const channel = new MessageChannel();
        const painted = new Promise((done) => (channel.port1.onmessage = done));
        channel.port2.postMessage(null);
        await painted;
        took.push(performance.now() - started);
    }
    return took;
}"""


def crowd(number):
    names = [f"conn {place}" for place in range(40)]
    recording = Recording(ECHO)
    for count in range(1, number + 1):
        ready = [names[(count * step) % 40] for step in (1, 3, 7)]
        did = [Operation(what, name, 64, b"x" * 64) for name in dict.fromkeys(ready) for what in ("recv", "sendall")]
        recording.append(Iteration(count, "select", 1, ["listener", *names], [], list(dict.fromkeys(ready)), [], [],
                                   0.001, 0.001, did, [25, 26, 27, 32, 33, 24]))
    return recording
