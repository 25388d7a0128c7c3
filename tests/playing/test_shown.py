"""How the player is shown: the widget, its picture and its sentence, and the page that it saves."""
import json
import re
import sys

import pytest

from helpers import player, run
from helpers.playing import pages
from helpers.playing.page import LOOK
from tests.course.lists import PROGRAMS
from tests.playing.films import iteration, recorded

PAGES = pages.NOTEBOOKS / "pages"


@pytest.fixture(autouse=True)
def in_jupyterlab(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "04_multi_client_echo.ipynb")


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


def shown(played, monkeypatch, **setting):
    """What a cell shows of a player, and its widget's state, where these variables are set."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    return played._repr_mimebundle_()


def test_what_is_kept_is_a_picture_with_a_mark_where_the_player_comes(server, monkeypatch):
    server.step()
    played = player(server)
    data, sizes = shown(played, monkeypatch, JPY_SESSION_NAME="04.ipynb")
    assert set(data) == {"text/plain", "image/png", "text/html"}
    assert data["text/plain"] == "a player of 04_multi_client_echo: 1 iteration" and sizes["image/png"]["alt"]
    state = played.widget.get_state()
    assert state["film"] == played.film and state["live"] == played.state()
    assert data["text/html"].startswith(f'<div data-player="{state["place"]}"><img alt="04_multi_client_echo went round once')
    assert "<script" not in data["text/html"]
    played.do({"do": "step"})
    assert len(played.widget.get_state()["film"]["scenes"]) == 2      # a page that is loaded again gets all of it


def test_who_shows_the_notebook(server, monkeypatch):
    server.step()
    picture = {"text/plain", "image/png"}
    assert set(shown(player(server), monkeypatch)[0]) == picture      # a program runs it: nbconvert, nbval
    assert set(shown(player(server), monkeypatch, JPY_SESSION_NAME="a", COURSE_PLAYER="picture")[0]) == picture
    monkeypatch.delenv("COURSE_PLAYER")
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    data, _ = shown(player(server), monkeypatch, JPY_SESSION_NAME="a")
    assert set(data) == {*picture, "application/vnd.jupyter.widget-view+json"}


def test_two_players_of_a_server_have_places_of_their_own(server, monkeypatch):
    one, other = [shown(player(server), monkeypatch, JPY_SESSION_NAME="a")[0]["text/html"] for _ in range(2)]
    assert one != other and "Here was a player of 04_multi_client_echo: 0 iterations." in one      # nothing to draw yet


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
    played = re.match("a player of (.*?): ", output.data["text/plain"])[1]
    named = f'name="{played}"' in "".join(cell.source for cell in cells)       # a change of the lesson's program, by its name
    assert played in PROGRAMS[notebook.stem] or named
    assert "application/vnd.jupyter.widget-view+json" not in output.data      # without its model it would show an error
    assert "image/png" in output.data or notebook.stem == "00_start_here"


def test_the_players_files_are_short_enough_to_read():
    for path in [*LOOK.glob("*.js"), LOOK / "player.css"]:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 250 and max(map(len, lines[:1])) <= 130, path.name
