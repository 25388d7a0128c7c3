"""Names: how a socket came to be, and who had its port before."""
import pytest

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


def told(*rows):
    """The names of sockets that were born so, in their order."""
    recording = Recording()
    recording.add([], [(number, *row) for number, row in enumerate(rows, 1)])
    return [recording.names.name(number) for number in range(1, len(rows) + 1)]


@pytest.mark.parametrize("rows, names", [
    ([("client", 7020), ("client", 7020), ("client", 7021)], ["to :7020", "to :7020 (2)", "to :7021"]),
    ([("listener", 7020, "127.0.0.1", 40000, 0), ("listener", 7020, "::1", 40000, 0)],
     ["listener :7020", "listener :7020 (IPv6)"]),
    ([("listener", 7020, "::1", 40000, 0), ("listener", 7020, "127.0.0.1", 40000, 0)],
     ["listener :7020 (IPv6)", "listener :7020"]),
    ([("listener", 7020, "127.0.0.1", 40000, 3), ("listener", 7777, "127.0.0.1", 40001, 5)], ["listener", "listener :7777"]),
    ([("listener", 7020, "h", 40000, 3), ("listener", 7021, "h", 40001, 3), ("listener", 7020, "h", 40002, 9)],
     ["listener :7020", "listener :7021", "listener :7020 (2)"]),
    ([("listener", None, "h", 40000, 0), ("listener", None, "h", 40001, 0)], ["listener", "listener 2"]),     # asked for port 0
    ([("udp", 5353, "h", 40000, 0), ("udp",), ("udp", None, "h", 40001, 0), ("udp", 5353, "h", 40000, 0)],
     ["udp :5353", "udp 1", "udp 2", "udp :5353 (2)"]),
    ([("named", "bell"), ("named", "ring"), ("named", "bell")], ["bell", "ring", "bell 2"]),
    ([("named", "conn 1"), ("connection", 5000)], ["conn 1", "conn 2"]),
])
def test_no_two_sockets_have_one_name(rows, names):
    assert told(*rows) == names


def test_what_a_socket_was_called_it_is_called_to_the_end():
    recording = Recording()
    recording.add([], [(1, "socket"), (2, "listener", 7020, "h", 40000, 0)])
    assert [recording.names.name(number) for number in (1, 2)] == ["socket 1", "listener"]
    recording.add([], [(1, "client", 7020), (3, "listener", 7777, "h", 40001, 1), (2, "listener", 7020, "h", 40000, 1)])
    assert [recording.names.name(number) for number in (1, 2, 3)] == ["socket 1", "listener", "listener :7777"]


def test_a_client_takes_no_name_of_another():
    names = Recording().names
    assert [names.claim(5000, name) for name in ("alice 2", "alice", "alice", "udp", "wake-up", "listener", "listener")] == [
        "alice 2", "alice", "alice 3", "udp 2", "wake-up 2", "listener 2", "listener 3"]
