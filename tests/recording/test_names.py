"""Names: how a socket came to be, and who had its port before."""
from helpers import Recording


def test_names_tell_how_a_socket_came_to_be():
    recording = Recording()
    recording.names.claim(5000, "alice")
    recording.add([], [(1, "listener", 6666, "127.0.0.1", 40000), (2, "connection", 5000), (3, "connection", 5001),
                       (4, "stdin"), (5, "pipe"), (6, "client", 6666), (7, "client", None), (8, "closed")])
    assert [recording.names.name(number) for number in range(9)] == [
        "closed", "listener", "alice", "conn 1", "stdin", "pipe 1", "to :6666", "client 1", "closed"]
    assert recording.names.name(None) is None and recording.names.name(99) == "socket"


def test_a_port_that_two_clients_had_in_turn_has_two_names():
    recording = Recording()
    for number, name in (1, "alice"), (2, "bob"):
        recording.names.claim(5000, name)
        recording.add([], [(number, "connection", 5000)])
    recording.add([], [(3, "connection", 5000)])
    assert [recording.names.name(number) for number in (1, 2, 3)] == ["alice", "bob", "conn 1"]
    for name in "carol", "dave":                             # and where we hear of both only now
        recording.names.claim(5000, name)
    recording.add([], [(4, "connection", 5000), (5, "connection", 5000)])
    assert [recording.names.name(number) for number in (4, 5)] == ["carol", "dave"]
