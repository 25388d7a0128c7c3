"""What an echo server owes: bytes that it has received and not yet sent back.

Pending is a word for programs that give back what they get. Whether one does is read off the recording itself: from
the bytes. A chat, a proxy, or a server that answers "OK" owes nobody his own bytes, and has nothing pending.
"""
from collections import deque

RECEIVING = {"recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg"}
SENDING = {"send", "sendall", "sendto", "sendmsg"}


class Owed:
    """The bytes of one connection on their way through the server."""

    def __init__(self):
        self.received = self.returned = 0     # bytes in all
        self.parts = deque()                  # (place in the stream, its first bytes) of what isn't sent back yet

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


def pending(iterations):
    """Bytes received from each connection and not yet sent back, after each iteration: a dict a name.

    All are empty where something was sent that is no echo, and as long as nothing at all has been sent back: nothing
    in the recording tells then what the server owes. Only connections that were accepted, or had something sent back,
    are clients; whoever else is read from (a wake-up, stdin) is owed nothing.
    """
    owed, clients, echoes, after = {}, set(), False, []
    for iteration in iterations:
        for operation in iteration.operations:
            if operation.name == "accept":
                clients.add(operation.peer)
            elif operation.name == "close":
                owed.pop(operation.socket, None)
            elif not operation.size or operation.peer:         # it failed, or moved nothing; a datagram is no stream
                continue
            elif operation.name in RECEIVING:
                owed.setdefault(operation.socket, Owed()).receive(operation.size, operation.data)
            elif operation.name in SENDING:
                client = operation.socket
                if client not in owed or not owed[client].gives_back(operation.size, operation.data):
                    return [{} for _ in iterations]
                clients.add(client)
                echoes = True
        after.append({name: one.received - one.returned for name, one in owed.items() if one.received > one.returned})
    return [{name: size for name, size in now.items() if echoes and name in clients} for now in after]


def depths(iterations):
    """How much each connection has pending, for a picture: the iterations' numbers, and a list of sizes a name.

    Only connections that ever had something pending; each list is as long as the list of numbers.
    """
    after = pending(iterations)
    names = dict.fromkeys(name for owed in after for name in owed)
    return [one.number for one in iterations], {name: [owed.get(name, 0) for owed in after] for name in names}
