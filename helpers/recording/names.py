"""Names of sockets: "listener", the client's own name, "conn 1" for a connection whose peer has none, "stdin", "closed".

One socket has one name in all of a recording, and no other socket has it. So what a socket is called is settled when it
is first seen in an iteration, and stays.
"""
from collections import Counter, defaultdict, deque

OWN = {"listener", "stdin", "stdout", "stderr", "closed", "socket", "udp", "wake-up"}      # names that no client can have
LATE = {"listener", "client", "socket", "udp"}       # parts that a socket can still change, until it is seen


class Names:
    """Ids -> names, told by how each socket came to be."""

    def __init__(self):
        self.by_id = {0: "closed"}
        self.taken = {"closed"}
        self.kinds = {}              # id -> (kind, details) of sockets that have no name yet
        self.claimed = defaultdict(deque)      # a client's port -> the names of those who had it, in turn
        self.from_port = {}          # a client's port -> the id of its connection, once that is accepted
        self.count = Counter()
        self.listeners = {}          # id -> (port asked for, host, real port), in order of listen()
        self.bound = {}              # the same with UDP sockets, in order of listen() and bind()
        self.rounds = {}             # id of a listener -> how many iterations there had been when it began to listen
        self.senders = {}            # real port -> id of the program's own UDP socket there
        self.others = {}             # (host, port) of somebody else who sends datagrams -> its name
        self.goes_to = {}            # id of a UDP socket that has connected -> (host, port) of its peer

    @property
    def datagrams(self):
        """id -> (port asked for, host, real port) of the UDP sockets, in order of bind()."""
        return {one: row for one, row in self.bound.items() if one not in self.listeners}

    # -- what has come to be -------------------------------------------------------------------------------------

    def claim(self, port, name):
        """The connection that comes from this port is called so; returns "alice 2" for a second alice.

        A client called "listener" or "stdin" becomes "listener 2": these names belong to the program's own.
        """
        self.claimed[port].append(self.numbered(name, first=2) if name in OWN else self.free(name))
        return self.claimed[port][-1]

    def claim_datagrams(self, host, port, name):
        """The same of datagrams that come from this address."""
        self.others[host, port] = self.numbered(name, first=2) if name in OWN else self.free(name)
        return self.others[host, port]

    def born(self, number, kind, *details):
        if kind in ("listener", "udp") and details and number not in self.bound:
            self.bound[number] = details[:3]
            if kind == "listener":
                self.listeners[number], self.rounds[number] = details[:3], details[3:]
        if kind == "sends":                  # a UDP socket has this real port
            self.senders[details[0]] = number
        elif kind == "goes to":              # a UDP socket has connected
            self.goes_to[number] = details
        elif kind in LATE:
            if kind == "socket":
                details = (self.numbered(kind),)
            if kind != "client" or number not in self.bound:
                self.kinds[number] = kind, details
        else:
            self.by_id[number] = self.named(number, kind, details)
            if kind == "connection":
                self.from_port[details[0]] = number

    # -- names ---------------------------------------------------------------------------------------------------

    def name(self, number):
        if number is None:
            return None
        if number not in self.by_id and number in self.kinds:
            self.by_id[number] = self.named(number, *self.kinds.pop(number))
        return self.by_id.get(number, "socket")

    def named(self, number, kind, details):
        if kind == "listener":
            return self.listener(number)
        if kind == "connection":
            names = self.claimed[details[0]]
            return names.popleft() if names else self.numbered("conn")
        if kind == "named":
            return self.free(details[0])
        if kind == "socket":
            return details[0]
        if kind == "client" and details[0]:
            return self.free(f"to :{details[0]}")
        if kind == "udp" and details and details[0]:
            return self.free(f"udp :{details[0]}")
        if kind.startswith("std"):
            return self.free(kind)
        return kind if kind == "closed" else self.numbered(kind)

    def listener(self, number):
        """Plain "listener", or with its port where several began to listen in one iteration; a later one has its port."""
        port, host, _ = self.listeners[number]
        together = [self.listeners[one] for one in self.listeners if self.rounds[one] == self.rounds[number]]
        if not port or (len(together) == 1 and number == next(iter(self.listeners))):
            return self.free("listener")
        twice = [row[0] for row in together].count(port) > 1
        return self.free(f"listener :{port} (IPv6)" if twice and ":" in host else f"listener :{port}")

    def peer(self, host, port):
        """The name of whoever sends datagrams from there, or gets them."""
        if port in self.senders:
            return self.name(self.senders[port])
        if (host, port) not in self.others:
            self.others[host, port] = self.numbered("peer")
        return self.others[host, port]

    def free(self, name):
        """The name itself, or numbered where somebody has it: "alice 2", "to :7020 (2)"."""
        if name in self.taken:
            return self.numbered(name, "{} ({})" if ":" in name else "{} {}", 2)
        self.taken.add(name)
        return name

    def numbered(self, kind, shape="{} {}", first=1):
        """The kind with the next number that nobody has: "conn 1"."""
        number = max(self.count[kind] + 1, first)
        while shape.format(kind, number) in self.taken:
            number += 1
        self.count[kind] = number
        self.taken.add(shape.format(kind, number))
        return shape.format(kind, number)
