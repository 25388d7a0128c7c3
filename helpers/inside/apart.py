"""Descriptors of the glass, apart from the program's own: it finds its numbers as in a plain run, and can't close ours.

A daemon closes whatever is open, by number. That must not cut our line. So ours lie high, and the calls that close a
number leave them alone: for the program there is nothing under it. Code in C can still close them; whoever uses one
asks first whether it is `there`.
"""
import errno
import os
from posix import close as real_close
from posix import dup2 as real_dup2
from posix import fstat

from .frames import unseen

HIGHEST = 4096        # above what select takes, and still a small table for each process that is forked

apart = []            # all descriptors that are kept apart


class Apart:
    """An open file that has been moved to a high number, which is `number` from now on."""

    def __init__(self, number):
        limit = os.sysconf("SC_OPEN_MAX")
        highest = HIGHEST if limit < 0 else min(limit, HIGHEST)      # -1: there is no limit
        self.number = real_dup2(number, highest - 1 - len(apart), False)
        real_close(number)
        self.identity = fstat(self.number)[:3]
        apart.append(self)

    def there(self):
        """Is it still what is open under its number?"""
        try:
            return fstat(self.number)[:3] == self.identity
        except OSError:
            return False

    def make_room(self):
        """The program wants this very number: have another one."""
        import fcntl
        self.number = fcntl.fcntl(self.number, fcntl.F_DUPFD_CLOEXEC, self.number // 2)


def is_ours(number):
    return any(number == one.number and one.there() for one in apart)


def install():
    """Replace os.close, os.closerange and os.dup2. Call it after other twins of theirs: ours never get that far."""
    close_one, close_range, duplicate = os.close, os.closerange, os.dup2

    def close(fd):
        if is_ours(fd):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        close_one(fd)

    def closerange(fd_low, fd_high, /):
        for number in sorted(one.number for one in apart):
            if fd_low <= number < fd_high and is_ours(number):
                close_range(fd_low, number)
                fd_low = number + 1
        close_range(fd_low, fd_high)

    def dup2(fd, fd2, inheritable=True):
        for one in apart:
            if one.number == fd2 and one.there():
                one.make_room()
        return duplicate(fd, fd2, inheritable)

    os.close, os.closerange, os.dup2 = map(unseen, (close, closerange, dup2))
