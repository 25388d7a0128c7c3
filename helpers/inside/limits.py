"""Limits of a program: descriptors, memory, forks. A program that a learner has written must not take the whole computer."""
import os
import sys

from .apart import Apart

# What may be written to. RLIMIT_AS counts what is only put by, too: 64 MB and more for each thread, of which it uses a few kB.
MEMORY = "RLIMIT_DATA"


def install(descriptors, memory, forks):
    """Set the limits that are asked for; 0 for none."""
    if descriptors:
        limit("RLIMIT_NOFILE", descriptors)               # our line is none of them: it lies apart, above
    if memory and sys.platform != "darwin":               # macOS takes such a limit, and fails in odd places
        limit(MEMORY, memory)
    if forks:
        limit_forks(forks)


def limit(what, number):
    """Set the soft limit of RLIMIT_NOFILE (descriptors) or RLIMIT_DATA (bytes of memory). The hard limit stays."""
    import resource
    hard = resource.getrlimit(getattr(resource, what))[1]
    resource.setrlimit(getattr(resource, what), (number if hard == resource.RLIM_INFINITY else min(number, hard), hard))


def lift():
    """After a program has died of one: room for its obituary."""
    import resource
    limit(MEMORY, resource.getrlimit(getattr(resource, MEMORY))[1])
    limit("RLIMIT_NOFILE", resource.getrlimit(resource.RLIMIT_NOFILE)[0] + 16)


def limit_forks(most):
    """Let the program and its children fork `most` times in all. Then os.fork fails as where the system is full."""
    import errno
    tickets, box = os.pipe()                              # all of them share it, and take out of it a byte a fork
    os.write(box, bytes(most))
    os.close(box)
    tickets = Apart(tickets)
    real_fork = os.fork

    def fork():
        try:
            ticket = tickets.there() and os.read(tickets.number, 1)
        except OSError:                                   # it was closed
            ticket = b""
        if not ticket:
            raise BlockingIOError(errno.EAGAIN, f"this program may fork {most} times")
        return real_fork()

    os.fork = fork
