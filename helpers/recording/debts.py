"""What an echo server owes: bytes that it has received and not yet sent back.

Pending is a word for programs that give back what they get. Whether one does is read off the recording itself: from
the bytes. A chat, a proxy, or a server that answers "OK" owes nobody his own bytes, and has nothing pending.
"""
from collections import deque

RECEIVING = {"recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg"}
SENDING = {"send", "sendall", "sendto", "sendmsg"}
PARTS = 200        # of a connection, so many of the last receives are kept, to compare with what is sent back


class Owed:
    """The bytes of one connection on their way through the server."""

    def __init__(self):
        self.received = self.returned = 0     # bytes in all
        self.parts = deque(maxlen=PARTS)      # (place in the stream, its first bytes) of what isn't sent back yet

    def receive(self, size, data):
        self.parts.append((self.received, data))
        self.received += size

    def gives_back(self, size, data):
        """Are these the next bytes that were received, as far as the first bytes of each operation tell?"""
        start, self.returned = self.returned, self.returned + size
        if self.returned > self.received:
            return False
        while len(self.parts) > 1 and self.parts[1][0] <= start:
            self.parts.popleft()
        for place, known in self.parts:
            if place >= start + len(data):
                break
            first, last = max(place, start), min(place + len(known), start + len(data))
            if first < last and known[first - place:last - place] != data[first - start:last - start]:
                return False
        return True


class Ledger:
    """What a server owes, kept up to date iteration by iteration.

    Whether these bytes are *pending* is known late: not before something has been sent back, and nothing is, from the first
    iteration on, once something was sent that is no echo. So an iteration keeps what was counted, and `shown` is asked
    when it is looked at.
    """

    def __init__(self):
        self.owed, self.sizes, self.clients = {}, {}, set()
        self.echoes, self.other = False, False

    def add(self, operations):
        """Count an iteration's operations. Returns what was received and not sent back after them: {name: bytes}."""
        for operation in operations:
            if not self.other:
                self.count(operation)
        if operations:                        # else the dict of the iteration before is shared
            self.sizes = {name: one.received - one.returned for name, one in self.owed.items()
                          if one.received > one.returned}
        return self.sizes

    def count(self, operation):
        client = operation.socket
        if operation.name == "accept":
            self.clients.add(operation.peer)
        elif operation.name == "close":
            self.owed.pop(client, None)
        elif not operation.size or operation.peer:             # it failed, or moved nothing; a datagram is no stream
            return
        elif operation.name in RECEIVING:
            self.owed.setdefault(client, Owed()).receive(operation.size, operation.data)
        elif operation.name in SENDING:
            if client in self.owed and self.owed[client].gives_back(operation.size, operation.data):
                self.clients.add(client)
                self.echoes = True
            else:
                self.other = True
                self.owed.clear()

    def shown(self, sizes):
        """Of what was counted, what is pending."""
        if self.other or not self.echoes:
            return {}
        return {name: size for name, size in sizes.items() if name in self.clients}


class Known(Ledger):
    """Of a recording that was saved: what was pending is known."""

    def shown(self, sizes):
        return sizes


def pending(iterations):
    """Bytes received from each connection and not yet sent back, after each iteration: a dict a name.

    All are empty where something was sent that is no echo, and as long as nothing at all has been sent back: nothing
    in the recording tells then what the server owes. Only connections that were accepted, or had something sent back,
    are clients; whoever else is read from (a wake-up, stdin) is owed nothing. An iteration that was recorded knows what
    was owed before it: so a part of a recording tells the same as all of it.
    """
    return [ledger.shown(sizes) for ledger, sizes in counted(iterations)]


def echoes(iterations):
    """Could it be an echo server? False where something was sent that is no echo: then nothing is called pending."""
    return not any(ledger.other for ledger, _ in counted(iterations))


def counted(iterations):
    """Of each iteration the ledger, and what it had counted after it."""
    alone = Ledger()                          # of iterations that were put together by hand
    return [one.owed or (alone, alone.add(one.operations)) for one in iterations]


def depths(iterations):
    """How much each connection has pending, for a picture: the iterations' numbers, and a list of sizes a name.

    Only connections that ever had something pending; each list is as long as the list of numbers.
    """
    after = pending(iterations)
    names = dict.fromkeys(name for owed in after for name in owed)
    return [one.number for one in iterations], {name: [owed.get(name, 0) for owed in after] for name in names}
