"""The flags of poll and epoll: which of them mean reading and writing, and all of them as a program writes them."""
import select

NAMES = ("IN", "PRI", "OUT", "ERR", "HUP", "RDHUP", "NVAL", "ET", "ONESHOT", "EXCLUSIVE")


def flags(*names):
    """The bits of these flags, POLLIN or EPOLLET; those that this system doesn't have are 0."""
    bits = 0
    for name in names:
        bits |= getattr(select, "EPOLL" + name, getattr(select, "POLL" + name, 0))
    return bits


BITS = {name: flags(name) for name in NAMES}
READING, WRITING = flags("IN", "RDNORM", "RDHUP"), flags("OUT", "WRNORM")     # what is asked for
READABLE = READING | flags("HUP")                             # what comes back: recv returns at once
EXCEPTIONAL = flags("PRI", "ERR", "NVAL")
MORE = flags("PRI", "ERR", "HUP", "RDHUP", "NVAL")            # says more than readable and writable
ONESHOT = flags("ONESHOT")


def sort_poll(events):
    """poll's and epoll's events -> the numbers that are readable, writable, exceptional."""
    return ([number for number, event in events if event & READABLE],
            [number for number, event in events if event & WRITING],
            [number for number, event in events if event & EXCEPTIONAL])


def in_words(bits):
    """The flags of an event, or of what is asked for: "IN|RDHUP"."""
    return "|".join(name for name, bit in BITS.items() if bits & bit)
