"""The player without a browser: its film, what its buttons do, and the page that it saves."""
import json
import re

import pytest

from helpers import GlassError, Recording, connect, player, run
from helpers.playing import pages
from helpers.playing.page import LOOK
from helpers.playing.scenes import FOLD, difference, film
from helpers.recording import Iteration, Operation
from tests import ROOT

LESSONS = ROOT / "lessons"
PAGES = pages.NOTEBOOKS / "pages"


def iteration(number, readable=(), operations=(), watched=("listener",), **more):
    values = {"call": "select", "timeout": 1, "watched_write": [], "writable": [], "exceptional": [], "waited": 0.0,
              "worked": 0.0, "lines": [], "printed": ""} | more
    return Iteration(number=number, watched_read=list(watched), readable=list(readable), operations=list(operations),
                     **values)


def recorded(*iterations):
    recording = Recording("some program")
    for one in iterations:
        recording.append(one)
    return recording


def names(shown, places):
    return [shown["names"][place] for place in places]


def there(shown, scene):
    return names(shown, shown["lists"][scene["open"]])


# -- the film --------------------------------------------------------------------------------------------------------

def test_a_scene_holds_what_an_iteration_holds():
    did = [Operation("recv", "alice", 5, b"hello"), Operation("recv", "bob", error="ConnectionResetError"),
           Operation("accept", "listener", peer="carol")]
    shown = film(recorded(iteration(1, ["alice", "bob"], did, ["listener", "alice", "bob"], watched_write=["bob"],
                                    writable=["bob"], lines=[4, 5, 3], printed="hi\n", timeout=None)))
    scene, = shown["scenes"]
    assert (scene["first"], scene["last"], scene["kind"], scene["call"], scene["timeout"]) == (1, 1, "one", "select", None)
    assert names(shown, shown["lists"][scene["reading"]]) == ["listener", "alice", "bob"]
    assert names(shown, shown["lists"][scene["writing"]]) == names(shown, scene["writable"]) == ["bob"]
    assert names(shown, scene["readable"]) == ["alice", "bob"] and scene["exceptional"] == []
    assert shown["lists"][scene["lines"]] == [4, 5, 3] and scene["printed"] == "hi\n"
    assert there(shown, scene) == ["listener", "alice", "bob", "carol"]
    assert {shown["names"][place]: size for place, size in scene["owed"].items()} == {"alice": 5}
    alice, bob, listener, carol = (shown["names"].index(name) for name in ("alice", "bob", "listener", "carol"))
    assert scene["did"] == [["recv", alice, 5, "b'hello'", None, None],
                            ["recv", bob, None, "", "ConnectionResetError", None],
                            ["accept", listener, None, "", None, carol]]


def test_a_socket_is_there_until_it_is_closed_also_if_nobody_watches_it():
    shown = film(recorded(
        iteration(1, ["listener"], [Operation("accept", "listener", peer="alice")]),
        iteration(2),
        iteration(3, ["alice"], [Operation("recv", "alice", 0), Operation("close", "alice")], ["listener", "alice"]),
        iteration(4)))
    assert [there(shown, scene) for scene in shown["scenes"]] == [
        ["listener", "alice"], ["listener", "alice"], ["listener", "alice"], ["listener"]]
    assert shown["scenes"][2]["did"][0][3] == "b''"           # the end is shown as what recv gives


def test_after_iterations_that_were_not_kept_nobody_is_thought_to_be_there():
    shown = film(recorded(iteration(1, ["listener"], [Operation("accept", "listener", peer="alice")]), iteration(9)))
    assert [(scene["first"], scene["last"], scene["kind"]) for scene in shown["scenes"]] == [
        (1, 1, "one"), (2, 8, "gap"), (9, 9, "one")]
    assert there(shown, shown["scenes"][-1]) == ["listener"]


def test_few_that_are_alike_can_be_stepped_through_and_many_are_one_scene():
    few = film(recorded(*(iteration(number) for number in range(1, FOLD))))
    many = film(recorded(*(iteration(number) for number in range(1, FOLD + 1))))
    spin = film(recorded(*(iteration(number, ["listener"]) for number in range(1, 1001))))
    assert len(few["scenes"]) == FOLD - 1
    assert [(one["first"], one["last"], one["kind"]) for one in many["scenes"]] == [(1, FOLD, "idle")]
    assert [(one["first"], one["last"], one["kind"]) for one in spin["scenes"]] == [(1, 1000, "spin")]


def test_of_many_sockets_the_strip_has_the_busy_ones_and_counts_the_others():
    crowd = [f"conn {number}" for number in range(30)]
    shown = film(recorded(iteration(1, ["conn 25"], [], ["listener", *crowd])))
    assert "conn 25" in names(shown, shown["rows"]) and len(shown["rows"]) + shown["others"] == 31


def test_an_empty_recording_has_a_film():
    shown = film(Recording("nothing"))
    assert shown["scenes"] == shown["names"] == shown["rows"] == shown["source"] == []


@pytest.mark.parametrize("stem, line", [("04_multi_client_echo", 25), ("06_read_write_queues", 74), ("01_stdin_select", 18)])
def test_the_line_that_asks_is_marked(stem, line):
    text = (LESSONS / f"{stem}.py").read_text(encoding="utf-8")
    shown = film(Recording(stem), text)
    assert shown["asks"] == [line] and ".select(" in text.splitlines()[line - 1]


def test_poll_is_marked_where_it_asks_and_not_where_it_is_made():
    text = "import select\npoller = select.poll()\nwhile True:\n    poller.poll(1)\n"
    assert film(recorded(iteration(1, call="poll", lines=[4])), text)["asks"] == [4]


def test_the_source_comes_line_by_line_and_nothing_in_it_is_taken_for_html():
    text = '"""Two\nlines."""\nif 1 < 2:\n    print("<b>&</b>")\n'
    shown = film(Recording("x"), text)
    plain = [re.sub("<[^>]*>", "", line) for line in shown["source"]]
    assert plain == ['"""Two', 'lines."""', 'if 1 &lt; 2:', '    print("&lt;b&gt;&amp;&lt;/b&gt;")']


def test_a_program_that_is_no_python_is_shown_all_the_same():
    assert film(Recording("x"), "this is (no Python")["asks"] == []


def test_the_difference_makes_the_shorter_film_the_longer_one():
    rows = [iteration(1), iteration(2, ["listener"], [Operation("accept", "listener", peer="alice")]),
            iteration(3, ["alice"], [Operation("recv", "alice", 5, b"hello")], ["listener", "alice"]),
            *(iteration(number, watched=["listener", "alice"]) for number in range(4, 12))]
    for cut in range(len(rows)):
        for end in range(cut, len(rows)):
            before, after = film(recorded(*rows[:cut])), film(recorded(*rows[:end]))
            news = json.loads(json.dumps(difference(before, after)))
            made = before | {key: before[key][:value["keep"]] + value["then"] if isinstance(value, dict) else value
                             for key, value in news.items()}
            assert json.loads(json.dumps(made)) == json.loads(json.dumps(after))
    assert difference(after, after) == {}


def test_ten_thousand_iterations_make_a_film_while_one_looks_on():
    watched = ["listener", *(f"conn {number}" for number in range(40))]
    recording = recorded(*(iteration(number, [name := f"conn {number % 40}"], [
        Operation("recv", name, 5, b"hello"), Operation("sendall", name, 5, b"hello")], watched)
        for number in range(1, 10_001)))
    shown = film(recording)
    assert len(shown["scenes"]) == 10_000 and len(shown["lists"]) < 100
    assert len(json.dumps(shown)) < 5_000_000


# -- the buttons -----------------------------------------------------------------------------------------------------

@pytest.fixture
def server():
    with run("04_multi_client_echo", held=True) as server:
        yield server


def test_a_player_plays_a_server(server):
    played = player(server)
    assert played.state() == {"clients": [], "ports": [[server.address[1], 6666]], "types": False, "free": False,
                              "over": False}
    assert played.do({"do": "connect", "name": "zoe", "line": "", "port": None})["now"]["clients"] == ["zoe"]
    news = played.do({"do": "step"})
    assert news["film"]["scenes"]["keep"] == 0 and len(news["film"]["scenes"]["then"]) == 1
    assert played.do({"do": "send", "name": "zoe", "line": "hello"})["says"].startswith("zoe has sent b'hello\\n'.")
    assert played.do({"do": "step"})["says"] == "zoe received 'hello\\n'."
    assert played.do({"do": "leave", "name": "zoe"})["now"]["clients"] == []
    played.do({"do": "step"})
    assert [str(one) for one in server.iterations[-1].operations] == ["recv 0", "sendall 0"]
    assert repr(played) == "a player of 04_multi_client_echo: 3 iterations"


def test_who_leaves_with_something_unread_says_goodbye_all_the_same(server):
    played = player(server)
    alice = connect(server, "alice")                       # a client of the notebook's: the player doesn't read for it
    alice.send("hello")
    assert [played.do({"do": "step"})["says"] for _ in range(3)] == [
        "Iteration 1 is done. The loop stands before its next select.",
        "An answer waits for alice: alice.receive() reads it.",
        "Iteration 3 is done. The loop stands before its next select."]
    played.do({"do": "leave", "name": "alice"})
    played.do({"do": "step"})
    assert str(server.iterations[-1].operations[0]) == "recv 0"       # and no ConnectionResetError


def test_the_notebooks_own_clients_keep_what_has_come_for_them(server):
    played = player(server)
    alice = connect(server, "alice")
    alice.send("hello")
    played.do({"do": "step"}), played.do({"do": "step"})
    assert alice.receive() == "hello"


def test_a_reset_that_ends_the_server_is_told_in_a_sentence(server):
    played = player(server)
    played.do({"do": "connect", "name": "zoe"}), played.do({"do": "step"}), played.do({"do": "reset", "name": "zoe"})
    news = played.do({"do": "step"})
    assert news["says"].startswith("04_multi_client_echo died in line 32, `data = sock.recv(1024)`: ConnectionResetError")
    assert news["says"].endswith("To play again, run the cells from `server = run(…)` down to this one.")
    assert played.film["end"] == "ConnectionResetError in line 32"
    assert news["now"]["over"] and played.film["scenes"][-1]["did"][0][4] == "ConnectionResetError"
    assert "died in line 32" in played.do({"do": "connect", "name": "yan"})["says"]


def test_what_cant_be_done_is_said(server):
    played = player(server)
    assert played.do({"do": "send", "name": "nobody", "line": "x"})["says"] == (
        "No client 'nobody' is connected. Press Connect first.")
    assert played.do({"do": "fly"})["says"] == "The player can't do 'fly'."
    assert "doesn't listen on port 1" in played.do({"do": "connect", "name": "a", "port": 1})["says"]
    server.release()
    assert "Hold it first: server.hold()" in played.do({"do": "step"})["says"]


def test_a_name_that_is_taken_becomes_another(server):
    played = player(server)
    connect(server, "zoe")
    assert played.do({"do": "connect", "name": "zoe"})["says"].startswith("The name zoe is taken already. zoe 2 has connected")
    assert played.do({"do": "connect", "name": "listener"})["now"]["clients"] == ["zoe", "zoe 2", "listener 2"]


def test_who_says_no_more_and_who_broke_off():
    shown = film(recorded(
        iteration(1, ["alice"], [Operation("recv", "alice", 0)], ["alice", "bob"]),
        iteration(2, ["bob"], [Operation("recv", "bob", error="ConnectionResetError"), Operation("close", "bob")],
                  ["alice", "bob"]),
        iteration(3, ["alice"], [], ["alice"])))
    ended = [[names(shown, shown["lists"][scene[kind]]) for kind in ("left", "broken")] for scene in shown["scenes"]]
    assert ended == [[["alice"], []], [["alice"], ["bob"]], [["alice"], []]]


def test_every_player_that_is_shown_hears_of_a_step(server, monkeypatch):
    from helpers.playing import widget
    one, other = player(server), player(server)
    for played in (one, other):
        played._repr_mimebundle_()
    sent = []
    monkeypatch.setattr(other.widget, "send", sent.append)
    one.widget._handle_custom_msg({"do": "step", "number": "a"}, [])
    assert len(sent) == 1 and "answers" not in sent[0] and other.film == one.film
    server.step()                              # by a cell
    widget.refresh()
    widget.refresh()                           # another cell, which changes nothing
    assert len(sent) == 2 and len(other.film["scenes"]) == 2
    server.stop()
    widget.refresh()
    assert sent[-1]["now"]["over"]


def test_a_client_learns_that_the_server_has_closed():
    with run("02_one_listening_socket", held=True) as server:
        played = player(server)
        played.do({"do": "connect", "name": "zoe"})
        assert played.do({"do": "step"})["says"] == "zoe received 'welcome\\n'."
        news = played.do({"do": "step"})
        assert news["says"] == "zoe received '': the server has closed the connection." and news["now"]["clients"] == []


def test_a_program_that_reads_its_keyboard_is_typed_to():
    with run("01_stdin_select", held=True, terminal=True) as program:
        played = player(program)
        assert played.state()["types"]                      # also before its first iteration
        played.do({"do": "step"})
        assert played.state()["types"]
        played.do({"do": "type", "line": "hello"})
        news = played.do({"do": "step"})
        assert news["film"]["scenes"]["then"][-1]["printed"] == "you typed: hello\n"


def test_of_several_listeners_one_is_chosen():
    with run("03_multiple_ports", held=True) as server:
        played = player(server)
        ports = played.state()["ports"]
        assert [asked for _, asked in ports] == [7777, 7778]
        played.do({"do": "connect", "name": "zoe", "port": ports[1][0]})
        assert server.step().readable == ["listener :7778"]


@pytest.mark.parametrize("recording", [True, False], ids=["a recording", "iterations"])
def test_what_is_only_a_recording_has_nothing_to_step(server, recording):
    server.step()
    played = player(server.recording if recording else server.iterations, program="04_multi_client_echo")
    assert played.state() is None and len(played.film["source"]) == 33
    assert played.do({"do": "step"})["says"] == "There is nothing here to step."


def test_bad_input_is_told_what_to_do(tmp_path, server):
    with pytest.raises(GlassError, match=r"Write player\(server\)"):
        player("04_multi_client_echo")
    with pytest.raises(GlassError, match="There is no folder .* Make it first"):
        player(server).save(tmp_path / "none" / "walk.html")
    with pytest.raises(GlassError, match="The nearest is"):
        player([], program="04_multi")


def test_it_can_be_called_however_it_was_imported():
    import helpers
    import helpers.playing.player  # the module of this name doesn't take the function's place
    assert helpers.player is helpers.playing.player is player
    assert repr(helpers.player([])) == "a player of program: 0 iterations"


# -- how it is shown -------------------------------------------------------------------------------------------------

def test_in_a_notebook_there_is_a_widget_a_picture_and_a_sentence(server, monkeypatch):
    server.step()
    played = player(server)
    data, sizes = played._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == "a player of 04_multi_client_echo: 1 iteration" and sizes["image/png"]["alt"]
    state = played.widget.get_state()
    assert state["film"] == played.film and state["live"] == played.state()
    played.do({"do": "step"})
    assert len(played.widget.get_state()["film"]["scenes"]) == 2      # a page that is loaded again gets all of it
    monkeypatch.setenv("COURSE_PLAYER", "picture")
    assert set(played._repr_mimebundle_()[0]) == {"text/plain", "image/png"}


def test_a_program_without_sockets_has_no_empty_picture(monkeypatch):
    monkeypatch.setenv("COURSE_PLAYER", "picture")
    with run("00_start_here", held=True) as program:
        program.step()
        assert set(player(program)._repr_mimebundle_()[0]) == {"text/plain"}


def test_the_widget_answers_its_page(server, monkeypatch):
    played = player(server)
    played._repr_mimebundle_()
    sent = []
    monkeypatch.setattr(played.widget, "send", sent.append)
    played.widget._handle_custom_msg({"do": "step", "number": 7}, [])
    assert sent[0]["answers"] == 7 and len(sent[0]["film"]["scenes"]["then"]) == 1 and not sent[0]["now"]["over"]


def test_a_page_that_is_new_gets_all(server, monkeypatch):
    played = player(server)
    played._repr_mimebundle_()
    server.step()                              # before the page could hear of it
    sent = []
    monkeypatch.setattr(played.widget, "send", sent.append)
    played.widget._handle_custom_msg({"do": "look"}, [])
    assert sent[0]["whole"] and sent[0]["film"] == played.film and len(played.film["scenes"]) == 1


def test_a_saved_page_needs_nothing_else(tmp_path):
    recording = recorded(iteration(1, printed="</script><script>alert(1)</script>"))
    page = player(recording).save(tmp_path / "walk.html").read_text(encoding="utf-8")
    assert not re.search(r"""https?://(?!www\.w3\.org/2000/svg)|<link|\bimport\b|\bsrc=|@import|url\(""", page)
    assert "default-src 'none'" in page and page.count("</script>") == 2
    data = re.search(r'<script type="application/json" id="film">(.*)</script>', page)[1]
    assert json.loads(data)["scenes"][0]["printed"] == "</script><script>alert(1)</script>"


def test_the_page_in_the_course_is_what_its_notebook_makes(tmp_path):
    name = "06_read_write_queues"
    kept = (PAGES / f"{name}.html").read_bytes()
    fresh = pages.save_page(pages.NOTEBOOKS / f"{name}.ipynb", tmp_path).read_bytes()
    assert fresh == kept, "make pages, and commit the page"
    assert len(kept) <= 150_000


@pytest.mark.parametrize("notebook", sorted(pages.NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_each_lesson_has_one_player(notebook):
    import nbformat
    cells = nbformat.read(notebook, as_version=4).cells
    players = [cell for cell in cells if pages.shows_a_player(cell)]
    assert len(players) == 1, f"{notebook.stem}: one cell must end with player(…)"
    [shown] = players
    output, = shown.outputs
    assert output.data["text/plain"].startswith(f"a player of {notebook.stem}: ")
    assert "application/vnd.jupyter.widget-view+json" not in output.data      # without its model it would show an error
    assert "image/png" in output.data or notebook.stem == "00_start_here"


def test_the_players_files_are_short_enough_to_read():
    for path in [*LOOK.glob("*.js"), LOOK / "player.css"]:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 250 and max(map(len, lines[:1])) <= 130, path.name
