"""The site, built once for all tests of this room, and served on this machine."""
import shutil
import subprocess
import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import ROOT
from tests.browser.lab import browser_page, chromium
from tests.site.html import Read

BOUND = 300        # seconds: the longest that a build may take, on a machine with much else to do


def build(folder):
    """The site, built below `folder`: its front page's folder. What `make site` has kept of the walks is used."""
    kept = ROOT / "site" / "build" / "walks"
    if kept.exists():
        shutil.copytree(kept, folder / "walks")            # with their times: those that are too old are made anew
    done = subprocess.run([sys.executable, "site/build.py", folder], cwd=ROOT, timeout=BOUND, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return folder / "html"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    return build(tmp_path_factory.mktemp("site") / "build")


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served: http://127.0.0.1:…/"""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    if not chromium():
        pytest.skip("there is no Chromium: install one (Debian: apt install chromium), or name it in $CHROMIUM")
    with browser_page(chromium()) as page:
        yield page


@pytest.fixture
def reader(browser):
    """A page of the browser, which has complained of nothing yet; at the end it still hasn't, and asked nobody else."""
    browser.complaints.clear(), browser.elsewhere.clear()
    browser.page.set_viewport_size({"width": 1280, "height": 900})
    browser.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    yield browser.page
    assert browser.complaints == [] and browser.elsewhere == []


@pytest.fixture(scope="session")
def pages(site):
    """{path below the site: the page} of all pages of it, those of the walks, too."""
    return {path.relative_to(site).as_posix(): Read(path) for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="session")
def own(pages):
    """The same without those of the walks, which helpers.playing makes."""
    return {place: page for place, page in pages.items() if not place.startswith("walks/")}


@pytest.fixture(scope="session")
def unpacked(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(site / "course.zip") as archive:
        archive.extractall(folder)
    return folder / "io-multiplexing"
