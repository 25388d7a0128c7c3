"""What the player's buttons do to a server, and what they say."""

import pytest

from helpers import GlassError, connect, player, run


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
    assert news["says"].endswith("To play again, run the cells from the one with `run(…)` down to this one.")
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
    assert "Hold it first: its hold() does that" in played.do({"do": "step"})["says"]


def test_a_name_that_is_taken_becomes_another(server):
    played = player(server)
    connect(server, "zoe")
    assert played.do({"do": "connect", "name": "zoe"})["says"].startswith("The name zoe is taken already. zoe 2 has connected")
    assert played.do({"do": "connect", "name": "listener"})["now"]["clients"] == ["zoe", "zoe 2", "listener 2"]


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
