"""Names of sockets: "listener", the client's own name, "conn 1" for a connection whose peer has none, "stdin", "closed"."""
from collections import Counter, defaultdict, deque

OWN = {"listener", "stdin", "stdout", "stderr", "closed", "socket"}     # names that no client can have


class Names:
    """Ids -> names, told by how each socket came to be."""

    def __init__(self):
        self.by_id = {0: "closed"}
        self.claimed = defaultdict(deque)      # a client's port -> the names of those who had it, in turn
        self.from_port = {}          # a client's port -> the id of its connection, once that is accepted
        self.count = Counter()
        self.listeners = {}          # id -> (port asked for, host, real port), in order of listen()

    def claim(self, port, name):
        """The connection that comes from this port is called so; returns "alice 2" for a second alice.

        A client called "listener" or "stdin" becomes "listener 2": these names belong to the program's own.
        """
        self.count[name] += 1
        number = self.count[name] + (name in OWN)
        self.claimed[port].append(name if number == 1 else f"{name} {number}")
        return self.claimed[port][-1]

    def born(self, number, kind, *details):
        if kind == "listener":
            self.listeners[number] = details
            several = len(self.listeners) > 1
            for one, (port, *_) in self.listeners.items():
                self.by_id[one] = f"listener :{port}" if several and port else "listener"
        elif kind == "connection":
            self.from_port[details[0]] = number
            names = self.claimed[details[0]]
            self.by_id[number] = names.popleft() if names else self.numbered("conn")
        elif kind == "client":
            self.by_id[number] = f"to :{details[0]}" if details[0] else self.numbered("client")
        elif kind.startswith("std") or kind == "closed":
            self.by_id[number] = kind
        else:
            self.by_id[number] = self.numbered(kind)

    def numbered(self, kind):
        self.count[kind] += 1
        return f"{kind} {self.count[kind]}"

    def name(self, number):
        return None if number is None else self.by_id.get(number, "socket")
