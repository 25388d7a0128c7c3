"""Accidents of learners: a cell twice, a name in the wrong place, a percent sign too few. Each gets one true sentence."""
import json
import re
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from helpers import GlassError, change, check, connect, figures, player, run, show, trials, use
from helpers.exercises.naming import not_a_program
from helpers.exercises.tasks import LESSONS, task_of
from helpers.playing.live import Live
from tests import ROOT
from tests.conftest import says

STEM = "04_multi_client_echo"


@pytest.fixture
def house():
    """A server and its client, for accidents that change neither."""
    with run(STEM, held=True, name="house") as server:
        yield {"server": server, "alice": connect(server, "alice"), "changed": change(STEM, "listen(5)", "listen(6)")}


# -- the wrong thing in the place of another ---------------------------------------------------------------------------

@pytest.mark.parametrize("code, words", [
    ('connect("server", "x")', "'server' is none. Put no quotes around the server: connect(server, 'x')."),
    ('connect("server")', "'server' is none. Put no quotes around the server: connect(server, …)."),
    ('connect("alice", server)', "The server comes first: connect(server, 'alice')."),
    ("connect(alice, 'bob')", "alice, a client of house is none. Start one, server = run(…), and then: connect(server, 'bob')."),
    ("connect(None, 'bob')", "None is none. Start one, server = run(…), and then: connect(server, 'bob')."),
    ("connect(changed, 'bob')", "Start one, server = run(…), and then: connect(server, 'bob')."),
    ("connect(run, 'bob')", "a function is none."),
    ("connect(server, alice)", "A client's name is text, and alice, a client of house is none. "
                               'Put it in quotes: connect(server, "alice").'),
    ("connect(server, server)", 'house: held is none. Put it in quotes: connect(server, "alice").'),
    ("connect(server, 6666)", 'connect(server, "6666"). A port is named: port=6666.'),
    ("connect(server, 'bob', port='6666')", "port= takes a whole number, and '6666' is none. Write it without quotes: "
                                            "port=6666."),
    ("connect(server, 'bob', port=[6666])", "port= takes a whole number, and [6666] is none. Write it like this: port=7777."),
    ("connect(server, alice, udp=True)", "A client's name is text"),
    ('run("client", 6666, to="server")', "to= takes a server, what run() has returned, and 'server' is none. "
                                         "Put no quotes around the server: run(…, to=server)."),
    ("use('server', 'nc')", "use() takes a server, what run() has returned, and 'server' is none."),
    ("use('nc', server)", "The server comes first: use(server, 'nc')."),
    ("use(server, alice)", "What is wanted here is the name of a program, in quotes, and alice, a client of house is none"),
    ("server.step(5)", "step() goes round once. For 5 rounds: for _ in range(5): server.step()."),
    ("run(server)", "house is a server here, and what is wanted is the name of its program: '04_multi_client_echo'."),
    ("show(server)", "the name of its program: '04_multi_client_echo'."),
    ("change(server, 'a', 'b')", "the name of its program: '04_multi_client_echo'."),
    ("trials.run_all(server)", "the name of its program: '04_multi_client_echo'."),
    ("run(alice)", "What is wanted here is the name of a program, in quotes, and alice, a client of house is none"),
    ("run(None)", "and None is none"),
    ('run("04")', "There is no program '04'. The nearest is '04_multi_client_echo'."),
    ('show(4)', "There is no program '4'. The nearest is '04_multi_client_echo'."),
    ('run("06.py")', "There is no program '06.py'. The nearest is '06_read_write_queues'."),
    ('player("server")', "and 'server' is none of them. Write player(server), with what run() returned."),
    ("player(run)", "and a function is none of them."),
    ('figures.iterations("server")', "A figure is drawn of a server, a recording or a list of iterations, and 'server' is none"),
    ("figures.describe(alice)", "and alice, a client of house is none of them."),
    ("figures.pending(5)", "and 5 is none of them."),
    ("figures.times([server])", "and house: held is none of them."),
    ("figures.iterations(run)", "and a function is none of them."),
])
def test_each_gets_a_sentence_that_says_how_it_is_written(house, code, words):
    names = {"change": change, "connect": connect, "figures": figures, "player": player, "run": run, "show": show,
             "trials": trials, "use": use, **house}
    with pytest.raises(GlassError) as caught:
        eval(code, names)
    says(caught, words)
    assert house["server"].state == "held" and [one.name for one in house["server"].clients] == ["alice"]


def test_iterations_may_be_any_row_of_them(house):
    assert str(figures.describe(iter([]))) == "program has not gone round yet."


# -- a cell that is run twice ------------------------------------------------------------------------------------------

def test_a_name_that_is_taken_is_told(capsys):
    with run(STEM, held=True) as server:
        alice = connect(server, "alice")
        assert capsys.readouterr().out == ""
        assert connect(server, "alice").name == "alice 2"
        assert capsys.readouterr().out == ("The name alice is taken already, so this is alice 2. "
                                           "To begin again with alice, run the cell of the server first.\n")
        alice.close()                          # its name stays its own in all of the recording
        assert connect(server, "alice").name == "alice 3" and "this is alice 3." in capsys.readouterr().out
        assert connect(server, "listener").name == "listener 2"
        assert capsys.readouterr().out == "The name listener is taken already, so this is listener 2.\n"
        connect(server), connect(server)
        assert capsys.readouterr().out == ""
    with run(STEM, held=True) as server:       # the way back that was told
        assert connect(server, "alice").name == "alice" and capsys.readouterr().out == ""


def test_two_of_one_name_who_send_datagrams(program, capsys):
    with run(program("""
            import select, socket
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.bind(("127.0.0.1", 5353))
            while True:
                select.select([udp], [], [], 1)
            """), held=True) as server:
        assert [connect(server, "alice", udp=True).name for _ in range(2)] == ["alice", "alice 2"]
        assert "this is alice 2. To begin again" in capsys.readouterr().out


def test_the_player_and_the_trials_tell_it_in_their_own_way(capsys):
    with run(STEM, held=True) as server:
        live = Live(server)
        said = [live.do({"do": "connect", "name": "zoe"}) for _ in range(2)]
        assert said[1].startswith("The name zoe is taken already. zoe 2 has connected")
        assert capsys.readouterr().out == ""
        server.quiet = True
        assert connect(server, "zoe").name == "zoe 3" and capsys.readouterr().out == ""


@pytest.mark.parametrize("ask", [lambda alice: alice.send("hello"), lambda alice: alice.receive(), lambda alice: alice.pour("x"),
                                 lambda alice: alice.receive_bytes(5), lambda alice: alice.half_close()],
                         ids=["send", "receive", "pour", "receive_bytes", "half_close"])
@pytest.mark.parametrize("again, how", [(False, "has been stopped"), (True, "was stopped when a new run took its name")])
def test_a_client_of_a_server_that_is_gone_says_so(again, how, ask):
    server = run(STEM, held=True)
    connect(server, "alice")
    alice = connect(server, "alice")
    if again:
        server = run(STEM, held=True)
    else:
        server.stop()
    with pytest.raises(GlassError) as caught:
        ask(alice)
    says(caught, f"alice 2 is a client of an earlier server: {STEM} {how}. Connect to one that runs: connect(server, 'alice').")


def test_what_had_come_before_it_was_stopped_is_still_read():
    server = run(STEM, held=True)
    alice = connect(server, "alice")
    server.step()
    alice.send("hello")
    server.step()
    server.stop()
    assert alice.receive() == "hello" and alice.receive_bytes(0) == b""
    with pytest.raises(GlassError, match="alice is a client of an earlier server"):
        alice.receive()


def test_the_end_of_a_connection_stays_an_answer_where_the_program_gave_it():
    with run("02_one_listening_socket", held=True) as server:
        alice = connect(server, "alice")
        server.step()
        assert alice.receive() == "welcome\n" and alice.receive() == ""
        server.kill()                          # at once: a client sees the end, and no more
        assert alice.receive() == ""


def test_a_client_without_a_name_and_one_that_has_left_are_told_how_to_connect():
    with run(STEM, held=True) as server:
        nameless = connect(server)
        nameless.close()
        for ask in nameless.receive, lambda: nameless.send("x"), lambda: nameless.address:
            with pytest.raises(GlassError) as caught:
                ask()
            says(caught, "the client has left. Connect again: connect(server).")


@pytest.mark.parametrize("held, more", [(True, ", held=True"), (False, "")])
def test_of_two_runs_of_one_program_the_first_says_why_it_has_ended(held, more):
    first = run(STEM, held=held)
    second = run(STEM, held=held)
    with pytest.raises(GlassError) as caught:
        first.step()
    says(caught, f"{STEM} was stopped when a new run took its name. Use what that run() has returned; for two side by side, "
                 f"give one another name: run('{STEM}'{more}, name=\"second\").")
    assert not second.ended
    with run(STEM, name="second") as third:
        assert not second.ended and not third.ended


# -- too early ---------------------------------------------------------------------------------------------------------

def notebook(path, *cells):
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))


@pytest.mark.parametrize("source", [["%%program chat\n", "pass\n"], "%%program chat\npass", ["%%program  chat"]])
@pytest.mark.parametrize("asked", ["chat", "chat.py"])
def test_a_program_whose_cell_has_not_been_run(tmp_path, monkeypatch, source, asked):
    monkeypatch.chdir(tmp_path)
    notebook(tmp_path / "mine.ipynb", ["run('chat')\n"], source)
    for ask in run, show, trials.run_all:
        with pytest.raises(GlassError) as caught:
            ask(asked)
        says(caught, "There is no program 'chat' yet. Run the cell that begins with %%program chat first.")


def test_a_program_whose_cell_is_in_another_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    notebook(tmp_path / "mine.ipynb", ["%%program chatter\n", "pass"], ["run('chat')"])
    with pytest.raises(GlassError) as caught:
        run("chat")
    says(caught, "There is no program 'chat' in this folder. The cell that begins with %%program chat is in another notebook, "
                 "04_multi_client_echo in notebooks/exercises: run it there.")
    with pytest.raises(GlassError, match="There is no program 'chatt'. The nearest is "):
        run("chatt")


@pytest.mark.parametrize("name", LESSONS)
def test_so_it_is_for_every_exercise(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GlassError, match=f"The cell that begins with %%program {name} is in another notebook, {LESSONS[name]}_"):
        run(name)


# -- the name of an exercise -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, words", [
    ("04", "check() takes the name of a program, and '04' is none. Lesson 04 has this one: check(\"chat\")."),
    (4, "and 4 is none. Lesson 04 has this one: check(\"chat\")."),
    (STEM, "Lesson 04 has this one: check(\"chat\")."),
    ("exercise 04", "Lesson 04 has this one: check(\"chat\")."),
    ("05", "Lesson 05 has these: check(\"survivor\") and check(\"who\")."),
    ("00", "Lesson 00 has no exercise that could be checked. There are: prompt, greeter, "),
    ("99", "Lesson 99 has no exercise that could be checked."),
    ("chta", "There is no exercise 'chta'. The nearest is 'chat'."),
    ("Chat", "There is no exercise 'Chat'. The nearest is 'chat'."),
    ("survivor.py", "There is no exercise 'survivor.py'. The nearest is 'survivor'."),
    ("echo server", "There is no exercise 'echo server'. There are: prompt, greeter, "),
    ("", "There is no exercise ''. There are: prompt"),
    (None, 'check() takes the name of an exercise, in quotes, and None is none: check("chat"), for instance.'),
    (["chat"], "and ['chat'] is none: check(\"chat\"), for instance."),
    (check, "and a function is none: check(\"chat\"), for instance."),
])
def test_a_name_that_no_exercise_has(name, words):
    with pytest.raises(GlassError) as caught:
        check(name)
    says(caught, words)
    assert all(task_of(one).name == one for one in LESSONS)


def test_a_server_in_the_place_of_a_name(program):
    with run(program("import select\nselect.select([], [], [], 9)", "who"), held=True) as server:
        with pytest.raises(GlassError) as caught:
            check(server)
        says(caught, "check() takes the name of an exercise, in quotes, and who: held is none: check(\"who\"), for instance.")


# -- %%program ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("cell, said", [
    ("%program chat\nimport select\n", "A cell that is a program begins with two percent signs: %%program chat."),
    ("\n %program mine", "A cell that is a program begins with two percent signs: %%program mine."),
    ("%program\nimport select", "A cell that is a program begins with two percent signs: %%program chat."),
    ("%% program chat\npass", "There is no space between the percent signs and the word: %%program chat."),
    ("%%Program who\npass", "The word is program, in small letters: %%program who."),
    ("%%PROGRAM who\npass", "The word is program, in small letters: %%program who."),
    ("%%programme who\npass", "The word is program, in small letters: %%program who."),
    ("# my own\n\n%%program who\npass", "%%program who must be the very first thing in its cell: "
                                        "nothing stands above it, and no space before it."),
    ("  %%program who\npass", "%%program who must be the very first thing in its cell: "
                              "nothing stands above it, and no space before it."),
    ("%%program who", "The program goes into the lines below %%program who, in the same cell."),
    ("%%program\n\n", "The program goes into the lines below %%program chat, in the same cell."),
    ("%%program who\nimport select", ""), ("program = run('x')", ""), ("program.step()", ""), ("", ""),
    ("text = '''\n%%program who\n'''", ""), ("%%time\npass", ""), ("%progress", ""), ("%%prof\npass", ""), ("3 %program", ""),
])
def test_a_cell_that_begins_nearly_as_a_program(cell, said):
    assert not_a_program(cell) == said


def test_it_is_said_before_ipython_says_that_it_knows_no_such_thing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shell = InteractiveShell.instance()
    try:
        import helpers.exercises
        helpers.exercises.cell.add_magic()
        shell.run_cell("%program chat\nimport select\n")
        shell.run_cell("program = 5\n")
        shell.run_cell("program\n")            # a variable of this name is nobody's percent sign
    finally:
        InteractiveShell.clear_instance()
    out = capsys.readouterr().out
    assert out.startswith("A cell that is a program begins with two percent signs: %%program chat.\n")
    assert out.count("two percent signs") == 1 and not list(Path().glob("*.py"))


# -- what notebook 00 says of them -------------------------------------------------------------------------------------

def test_the_table_in_00_quotes_what_is_really_said(capsys):
    cells = json.loads((ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8"))["cells"]
    [table] = ["".join(cell["source"]) for cell in cells if "## When something is wrong" in "".join(cell["source"])]
    with run(STEM, held=True) as server:
        alice, _ = connect(server, "alice"), connect(server, "alice")
    [taken] = re.findall(r"`(The name .*?)`", table)
    assert capsys.readouterr().out.startswith(taken)
    with pytest.raises(GlassError) as caught:
        alice.receive()
    [gone] = re.findall(r"`(alice is a client .*?)`", table)
    assert str(caught.value).startswith(gone)
