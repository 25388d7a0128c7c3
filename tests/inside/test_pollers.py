"""poll and epoll: who is watched, what is ready, and all of their arguments."""
import select

import pytest

from tests.inside.programs import PAIR

needs_poll = pytest.mark.skipif(not hasattr(select, "poll"), reason="no poll on this system")
needs_epoll = pytest.mark.skipif(not hasattr(select, "epoll"), reason="no epoll on this system")


@needs_poll
@pytest.mark.parametrize("maker", ["poll", pytest.param("epoll", marks=needs_epoll)])
def test_pollers_follow_modify_and_unregister(ran, maker):
    iterations = ran(PAIR + f"""
poller = select.{maker}()
poller.register(one)
poller.poll(0)
poller.modify(one, select.POLLIN)
poller.poll(0)
poller.unregister(one)
poller.poll(0)
""").iterations
    assert [each.watched_read for each in iterations] == [["socket 1"], ["socket 1"], []]
    assert [each.watched_write for each in iterations] == [["socket 1"], [], []]
    assert [each.writable for each in iterations] == [["socket 1"], [], []]


@needs_poll
def test_poll_times_in_milliseconds_and_waits_for_ever(ran):
    iterations = ran(PAIR + """
other.send(b"x")
poller = select.poll()
poller.register(one, select.POLLIN)
for timeout in (), (1500,), (None,), (-1,), (0,):
    poller.poll(*timeout)
""").iterations
    assert [each.timeout for each in iterations] == [None, 1.5, None, None, 0]


@needs_poll
def test_poll_of_a_closed_descriptor_is_exceptional(ran):
    iteration, = ran(PAIR + """
poller = select.poll()
poller.register(one, select.POLLIN)
one.close()
print(poller.poll(0)[0][1] == select.POLLNVAL)
""").iterations
    assert len(iteration.exceptional) == 1 and not iteration.readable


@needs_epoll
def test_epoll_forgets_a_socket_that_is_closed(ran):
    iterations = ran(PAIR + """
with select.epoll() as poller:
    poller.register(one, select.EPOLLIN)
    poller.register(other, select.EPOLLIN)
    poller.poll(0)
    one.close()
    poller.poll(timeout=0, maxevents=5)
print(poller.closed)
""").iterations
    assert [each.watched_read for each in iterations] == [["socket 1", "socket 2"], ["socket 2"]]


@needs_epoll
def test_epoll_takes_its_arguments_by_name(ran):
    server = ran(PAIR + """
poller = select.epoll(sizehint=5, flags=0)
poller.register(fd=one.fileno(), eventmask=select.EPOLLIN)
poller.modify(fd=one.fileno(), eventmask=select.EPOLLOUT)
print(poller.poll(timeout=0, maxevents=1) == [(one.fileno(), select.EPOLLOUT)])
poller.unregister(fd=one.fileno())
""")
    assert server.output == "True\n"
