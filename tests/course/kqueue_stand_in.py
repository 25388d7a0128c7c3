"""A program with a stand-in for kqueue, on a system that has none: python kqueue_stand_in.py PROGRAM ARGUMENTS …

What `selectors` needs of kqueue is built on poll: a socket that can be read and written comes as two events, what is
closed is forgotten, and what isn't watched can't be deleted.
"""
import errno
import os
import runpy
import select
import sys
from types import SimpleNamespace

READ, WRITE, ADD, DELETE = -1, -2, 1, 2
FLAGS = {READ: select.POLLIN, WRITE: select.POLLOUT}


def kevent(ident, filter=READ, flags=ADD):
    return SimpleNamespace(ident=ident, filter=filter, flags=flags)


class Kqueue:
    def __init__(self):
        self.watched = {}                   # (number, filter) -> the inode of what is open under the number
        self.turned = False

    def control(self, changes, most, timeout=None):
        for one in changes or ():
            if one.flags & DELETE and self.watched.pop((one.ident, one.filter), None) is None:
                raise OSError(errno.ENOENT, "nobody watches that")
            if one.flags & ADD:
                self.watched[one.ident, one.filter] = os.fstat(one.ident).st_ino
        return self.wait(timeout)[:most] if most else []

    def wait(self, timeout):
        poller, wanted = select.poll(), {}
        for number, filter in [one for one, inode in self.watched.items() if inode_of(one[0]) != inode]:
            del self.watched[number, filter]
        for number, filter in self.watched:
            wanted[number] = wanted.get(number, 0) | FLAGS[filter]
        for number, flags in wanted.items():
            poller.register(number, flags)
        broken = select.POLLHUP | select.POLLERR
        ready = [kevent(number, filter) for number, flags in poller.poll(None if timeout is None else timeout * 1000)
                 for filter in FLAGS if (number, filter) in self.watched and flags & (FLAGS[filter] | broken)]
        self.turned = not self.turned       # the order of the two is nobody's business
        return ready[::-1] if self.turned else ready

    def fileno(self):
        return -1

    def close(self):
        self.watched.clear()


def inode_of(number):
    try:
        return os.fstat(number).st_ino
    except OSError:
        return None


if __name__ == "__main__":
    select.kqueue, select.kevent = Kqueue, kevent
    select.KQ_FILTER_READ, select.KQ_FILTER_WRITE, select.KQ_EV_ADD, select.KQ_EV_DELETE = READ, WRITE, ADD, DELETE
    sys.modules.pop("selectors", None)      # made again, with the class for kqueue
    import selectors
    assert selectors.DefaultSelector is selectors.KqueueSelector
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
