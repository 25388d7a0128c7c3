"""The player as a learner uses it: in a real JupyterLab with a real server, and in a saved page without either."""
import nbformat
import pytest

from helpers import connect, player, run
from tests.browser.lab import browser_page, chromium, lab

pytestmark = pytest.mark.skipif(not chromium(), reason="there is no Chromium: install one (Debian: apt install "
                                                       "chromium), or name it in $CHROMIUM")
SECONDS = 20_000   # ms: the longest that anything on the page may take
COLUMN, NAMES = 24, 110

CELL = """
from helpers import connect, player, run
server = run("04_multi_client_echo", held=True)
server.step()
alice = connect(server, "alice")
server.step()
alice.send("hello")
server.step()
alice.receive()
player(server)
"""


class Played:
    """A player in a page: what it shows, and hands to use it."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".player").first
        self.root.wait_for(timeout=SECONDS)

    def text(self, name):
        return self.root.locator(f".{name}").inner_text()

    def await_text(self, name, text):
        """Until this text is there. (Playwright trims it: a number needs something after it.)"""
        self.root.locator(f".{name}", has_text=text).first.wait_for(timeout=SECONDS)

    def lit(self):
        return [int(number) for number in self.root.locator(".line.ran .number").all_inner_texts()]

    def cards(self):
        """{name: what its chips say}"""
        return {card.locator(".name").inner_text(): card.locator(".chip").all_inner_texts()
                for card in self.root.locator(".socket").all()}

    def moves(self):
        return self.root.locator(".pill").all_inner_texts()

    def press(self, name):
        self.root.get_by_role("button", name=name).click()

    def do(self, name, said):
        """Press a button that asks the kernel, and wait for its answer."""
        self.press(name)
        self.await_text("said", said)

    def key(self, name):
        self.page.keyboard.press(name)

    def drag(self, first, last):
        """Drag over the strip, from one column to another."""
        self.root.locator("svg.strip").scroll_into_view_if_needed()
        box = self.root.locator("svg.strip").bounding_box()
        places = [(box["x"] + NAMES + COLUMN * (column - 0.5), box["y"] + box["height"] / 2) for column in (first, last)]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        self.page.mouse.move(*places[1], steps=5)
        self.page.mouse.up()


def test_in_jupyterlab_a_server_is_played_from_the_player(tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in (CELL, "server.step()")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), tmp_path / "play.ipynb")
    with lab(tmp_path) as (url, token), browser_page(chromium()) as page:
        page.open(url, token, "play.ipynb")
        page.run_all(timeout=60)
        played = Played(page.page)

        # It follows what later cells do, and stands at the last iteration.
        played.await_text("title", "Iteration 4 ·")
        played.press("back: previous")
        assert played.text("title") == "Iteration 3 · select, timeout 1 s" and played.text("verdict") == "alice readable"
        assert played.cards() == {"listener": ["▾ watched"], "alice": ["▾ readable"]}
        assert played.moves() == ["recv 5 b'hello'", "sendall 5 b'hello'"]
        assert 32 in played.lit() and 28 not in played.lit()
        page.page.wait_for_function("""() => {                       // the lit lines are in sight
            const [list, line] = ['.listing', '.line.ran'].map(name => document.querySelector(name).getBoundingClientRect());
            return line.top >= list.top && line.bottom <= list.bottom; }""", timeout=SECONDS)

        for width in (900, 1200, 1600):                        # no code is cut, at any width of the window
            page.page.set_viewport_size({"width": width, "height": 1000})
            assert outside(page.page, within=".player") == []
        assert page.page.locator(".line.ran code").first.evaluate(
            "one => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"             # our looks, not those of prose

        # By keys alone, and JupyterLab doesn't take them for itself; but Ctrl-S saves.
        played.root.focus()
        played.key("ArrowLeft")
        assert played.text("verdict") == "listener readable" and played.moves() == ["accept → alice"]
        assert 28 in played.lit() and played.cards()["alice"] == ["not watched"]
        played.root.get_by_role("button", name="last iteration").focus()
        for key in ("x", "b", "d", "d"):                       # on a cell: cut it, add one below, delete it
            played.key(key)
        assert len(page.cells()) == 2
        played.key("Control+s")
        page.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=SECONDS)
        played.key("Home")
        assert played.text("title").startswith("Iteration 1 ")
        played.root.focus()
        played.key(" ")
        played.await_text("title", "Iteration 4 ·")
        played.root.get_by_role("button", name="play from here").wait_for(timeout=SECONDS)      # it has come to its end

        # The strip.
        played.drag(3, 2)
        assert played.text("title").startswith("Iteration 2 ")
        played.drag(2, 3)
        assert played.text("title").startswith("Iteration 3 ")

        # The real server: steps, and a client that never was in a cell.
        who, line = played.root.get_by_label("name of the client"), played.root.get_by_label("line to send")
        who.fill("zoe")
        who.press("Enter")
        played.await_text("said", "zoe has connected")
        played.do("step: let the loop", "Iteration 5 is done.")
        assert played.text("title").startswith("Iteration 5 ") and played.moves() == ["accept → zoe"]
        line.fill("how are you?")
        played.do("send this line", r"zoe has sent b'how are you?\n'")
        step = played.root.get_by_role("button", name="step: let the loop")
        step.focus()
        played.key(" ")                                        # the focus stays, for the next press
        played.await_text("said", r"zoe received 'how are you?\n'.")
        assert played.moves() == [r"recv 13 b'how are you?\n'", r"sendall 13 b'how are you?\n'"]
        played.key(" ")
        played.await_text("title", "Iteration 7 ·")
        played.do("leave: the client", "zoe has left")
        played.do("step: let the loop", "Iteration 8 is done.")
        assert played.moves() == ["recv 0 b''", "sendall 0"] and "says no more" in played.text("stage")
        who.fill("alice")                                      # the notebook's own client
        played.do("break off: a reset", "alice has broken off")
        played.do("step: let the loop", "died in line 32")
        assert step.is_disabled() and "The program died: ConnectionResetError in line 32" in played.text("verdict")

        # A page that is loaded again has all of it, while the kernel lives.
        page.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        page.open(url, token, "play.ipynb")
        again = Played(page.page)
        again.await_text("title", "Iteration 9 ·")
        assert page.complaints == [] and page.elsewhere == []


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A page with all that the player can show: many sockets, all marks, a fold, an error, a flood of names."""
    path = tmp_path_factory.mktemp("pages") / "walk.html"
    with run("06_read_write_queues", held=True) as server:
        server.step()
        alice, bob = connect(server, "alice"), connect(server, "bob with a name that is long")
        server.step(), server.step()
        alice.send("hello"), bob.send("x" * 3000)
        server.step()
        alice.send("and once more, with more than the player shows of it")
        server.step()
        for _ in range(40):
            server.step()
        others = [connect(server, f"guest {number}") for number in range(12)]
        for _ in others:
            server.step()
        bob.reset(), alice.half_close()
        for one in others[:3]:
            one.send("me too")
        server.step(), server.step(), server.step()
        player(server).save(path)
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 600])
def test_a_saved_page_plays_without_a_server(saved, width, scheme):
    with browser_page(chromium()) as page:
        page.page.set_viewport_size({"width": width, "height": 900})
        page.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.page.goto(saved.as_uri())
        played = Played(page.page)
        last = int(page.page.locator(".slider").get_attribute("max"))
        assert played.text("title").startswith("Iteration 1 ") and played.root.locator(".hands").count() == 0

        seen, moves = [], []
        for _ in range(last + 1):                              # every scene, at this width: nothing leaves its place
            seen.append(played.text("verdict"))
            moves += played.moves()
            assert outside(page.page) == []
            played.key("ArrowRight")
        assert any(text.startswith("nobody ready: the timeout passed, ") for text in seen)        # folded
        assert any("readable; " in text and text.endswith(" writable") for text in seen)
        assert {"✗ recv ConnectionResetError", "recv 0 b''", "recv 5 b'hello'", "close"} <= set(moves)

        for button, key in ("first iteration", "ArrowRight"), ("last iteration", "ArrowLeft"):       # what can't be pressed
            played.press(button)                               # any more has no focus, and keys are heard all the same
            there = played.text("title")
            played.key(key)
            assert played.text("title") != there

        played.key("Home")
        played.drag(1, 4)
        assert played.text("title").startswith("Iteration 4 ·")
        assert set(played.cards()) >= {"listener", "alice"}
        assert "bytes pending" in played.text("stage")
        page.page.get_by_label("pace", exact=True).select_option("fast")
        played.press("play from here")
        played.await_text("title", "Iteration 5 ·")
        played.press("pause")
        stopped = played.text("title")
        played.press("previous iteration")
        assert played.text("title") != stopped
        assert page.complaints == [] and page.elsewhere == []


@pytest.mark.parametrize("width", [1200, 400])
def test_a_second_file_tasks_and_flags_in_a_page(tmp_path, program, width):
    from helpers.recording import Coroutine
    from tests.playing.films import iteration, recorded
    other = program("import select\n" + "# more\n" * 200 + "def ask(sockets):\n    select.select(sockets, [], [])\n", "other")
    kept = recorded(iteration(1, watched=["alice"], lines=[1]),
                    iteration(2, ["alice"], watched=["alice"], lines=[1], beside=[203], flags={"alice": "IN|RDHUP"},
                              coroutines=[Coroutine("echo", "alice", 2)]))
    path = player(kept, program=program("ask()\n"), beside=other).save(tmp_path / "walk.html")
    with browser_page(chromium()) as page:
        page.page.set_viewport_size({"width": width, "height": 900})
        page.page.goto(f"file://{path}")
        played = Played(page.page)
        regions = [page.page.get_by_role("region", name=f"source of {name}") for name in ("some program", "other")]
        assert [region.locator(".ran .number").all_inner_texts() for region in regions] == [["1"], []]
        played.key("ArrowRight")
        assert [region.locator(".ran .number").all_inner_texts() for region in regions] == [["1"], ["203"]]
        assert regions[1].locator(".ran.asks code").inner_text().strip() == "select.select(sockets, [], [])"
        assert regions[1].locator(".fold").all_inner_texts() == ["⋯ lines 1 to 201"]
        assert played.text("verdict") == "alice IN|RDHUP readable. Went on: echo for alice, line 2"
        assert played.cards() == {"alice": ["▾ readable", "IN|RDHUP"]}
        assert page.page.locator(".task").all_inner_texts() == ["echo for alice, line 2"]
        assert outside(page.page) == [] and page.complaints == []


def outside(page, within="html"):
    """Words that are cut or stick out: of the page, of their card, of the lane between two cards, of a button, of the source."""
    return page.evaluate("""async (root) => {
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));       // it is laid out
        const wrong = [];
        const all = document.querySelector(root);
        if (all.scrollWidth > (root === 'html' ? innerWidth : all.clientWidth)) wrong.push('it scrolls sideways');
        document.querySelectorAll('.listing').forEach(one => one.scrollWidth > one.clientWidth && wrong.push('code is cut'));
        const within = (inner, outer) => document.querySelectorAll(inner).forEach(one => {
            const [a, b] = [one.getBoundingClientRect(), one.closest(outer).getBoundingClientRect()];
            if (a.width && (a.left < b.left - 1 || a.right > b.right + 1)) wrong.push(`${one.className}: ${one.textContent}`);
        });
        within('.chip', '.socket'); within('.pending', '.socket'); within('.pill', '.lane'); within('.peer', '.wire');
        within('.wire', '.stage'); within('.controls > *', '.controls'); within('.strip', '.film');
        document.querySelectorAll('.player button, .chip, .pill, .name').forEach(one => {
            if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
                wrong.push(`cut: ${one.textContent}`);
        });
        return wrong;
    }""", within)
