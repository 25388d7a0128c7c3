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


@needs_epoll
def test_flags_are_told_where_they_say_more(ran):
    iterations = ran(PAIR + """
poller = select.epoll()
select.select([], [], [], 0)
poller.register(one, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)
other.sendall(b"x")
poller.poll(0)
poller.modify(one, select.EPOLLIN | select.EPOLLRDHUP)
other.shutdown(socket.SHUT_WR)
poller.poll(0)
other.close()
poller.poll(0)
poller.unregister(one)
try:
    poller.unregister(one)
except FileNotFoundError:
    pass
""").iterations
    assert [str(each) for each in iterations[0].operations] == ["register IN|RDHUP|ET", "sendall 1 b'x'"]
    assert str(iterations[1].operations[0]) == "modify IN|RDHUP"
    assert [each.readable for each in iterations[1:]] == [["socket 1"]] * 3
    assert [each.flags for each in iterations] == [{}, {}, {"socket 1": "IN|RDHUP"}, {"socket 1": "IN|HUP|RDHUP"}]
    assert [(each.name, each.error) for each in iterations[3].operations] == [("unregister", None),
                                                                             ("unregister", "FileNotFoundError")]
    assert "readable    socket 1 IN|RDHUP\n" in repr(iterations[2])


@needs_epoll
def test_a_hang_up_alone_is_readable_too(ran):
    """Registered for RDHUP only: recv would return at once, and without the flag nothing would be ready."""
    iteration, = ran(PAIR + """
poller = select.epoll()
poller.register(one, select.EPOLLRDHUP)
other.shutdown(socket.SHUT_WR)
poller.poll(0)
""").iterations
    assert (iteration.watched_read, iteration.readable, iteration.flags) == (["socket 1"], ["socket 1"], {"socket 1": "RDHUP"})


@needs_epoll
def test_after_its_one_event_nothing_is_watched_until_it_is_modified(ran):
    iterations = ran(PAIR + """
poller = select.epoll()
once = select.EPOLLIN | select.EPOLLONESHOT
poller.register(one, once)
other.sendall(b"x")
for _ in range(2):
    poller.poll(0)
poller.modify(one, once)
poller.poll(0)
""").iterations
    assert [each.watched_read for each in iterations] == [["socket 1"], [], ["socket 1"]]
    assert [each.readable for each in iterations] == [["socket 1"], [], ["socket 1"]]


@needs_epoll
def test_a_closed_descriptor_that_haunts_epoll_has_no_false_name(ran):
    iterations = ran(PAIR + """
poller, copy = select.epoll(), os.dup(one.fileno())
poller.register(one, select.EPOLLIN)
number = one.fileno()
one.close()
third, fourth = socket.socketpair()
assert number in (third.fileno(), fourth.fileno())
other.sendall(b"x")
print(poller.poll(0) == [(number, select.EPOLLIN)])
""").iterations
    assert (iterations[0].watched_read, iterations[0].readable) == ([], ["closed"])


@needs_poll
def test_poll_watches_whatever_has_the_number_now(ran):
    iterations = ran(PAIR + """
poller = select.poll()
poller.register(one, select.POLLIN)
poller.poll(0)
number = one.fileno()
one.close()
third, fourth = socket.socketpair()
third, fourth = sorted((third, fourth), key=lambda sock: sock.fileno() != number)
assert number == third.fileno()
fourth.sendall(b"x")
poller.poll(0)
third.recv(1)
""").iterations
    second = iterations[1]
    assert second.watched_read == second.readable == [second.operations[-1].socket] != iterations[0].watched_read


@needs_poll
def test_what_a_selector_is_told_by_the_program_is_noted_and_what_asyncio_tells_is_not(ran):
    iteration, = ran(PAIR + """
import selectors
select.select([], [], [], 0)
selector = selectors.PollSelector()
selector.register(one, selectors.EVENT_READ)
selector.modify(one, selectors.EVENT_READ | selectors.EVENT_WRITE)
selector.unregister(one)
""").iterations
    assert [str(each) for each in iteration.operations] == ["register IN", "modify IN|OUT", "unregister"]
    iterations = ran("""
        import asyncio
        async def echo(reader, writer):
            writer.write(await reader.read(9))
            writer.close()
        async def main():
            server = await asyncio.start_server(echo, "127.0.0.1", 6666)
            reader, writer = await asyncio.open_connection("127.0.0.1", 6666)
            writer.write(b"hello")
            print(await reader.read())
        asyncio.run(main())
        """).iterations
    assert not {"register", "modify", "unregister"} & {one.name for each in iterations for one in each.operations}


@needs_epoll
def test_kinds_of_descriptors_have_their_names(ran):
    iteration, = ran("""
        import os, select
        inner, bell = select.epoll(), os.eventfd(0)
        child = os.fork()
        if not child:
            os._exit(0)
        ended = os.pidfd_open(child)
        select.select([inner, bell, ended], [], [], 0)
        """).iterations
    assert iteration.watched_read == ["epoll 1", "eventfd 1", "pidfd 1"]


@needs_epoll
def test_the_types_are_called_as_the_real_ones(ran):
    assert ran("""
        import select
        print(type(select.epoll()), type(select.poll()), isinstance(select.epoll(), select.epoll))
        """).output == "<class 'select.epoll'> <class 'select.poll'> True\n"


@needs_epoll
def test_each_poller_learns_of_what_was_closed_since_it_looked(ran):
    iterations = ran(PAIR + """
first, second = select.epoll(), select.epoll()
for poller in first, second:
    poller.register(one, select.EPOLLIN)
    poller.register(other, select.EPOLLIN | select.EPOLLOUT)
    poller.poll(0)
one.close()
three, four = socket.socketpair()                # three has the number of one
first.register(three, select.EPOLLOUT)
first.poll(0)
second.poll(0)
second.register(four, select.EPOLLIN)
second.poll(0)
""").iterations
    (one, other), *_ = [each.watched_read for each in iterations]
    assert [each.watched_read for each in iterations[2:4]] == [[other], [other]]
    assert [sorted(each.watched_write) for each in iterations[2:]] == [[other, "three"], [other], [other]]
    assert len(iterations[4].watched_read) == 2 and one not in iterations[4].watched_read


@needs_epoll
def test_who_is_watched_is_told_in_the_order_of_coming(ran):
    """The list grows at its end; after a change it is made anew, and says the same."""
    iterations = ran(PAIR + """
poller = select.epoll()
pairs = [socket.socketpair() for _ in range(20)]
for place, (one, other) in enumerate(pairs):
    poller.register(one, select.EPOLLIN if place % 2 else select.EPOLLOUT | select.EPOLLIN)
    poller.poll(0)
poller.modify(pairs[-1][0], select.EPOLLIN)
poller.poll(0)
""").iterations
    *_, before, last = iterations
    assert [len(each.watched_read) for each in iterations[:20]] == list(range(1, 21))
    assert before.watched_read == last.watched_read and before.watched_write == last.watched_write
    assert len(before.watched_write) == 10
