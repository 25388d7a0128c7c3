"""What a server owes: bytes that it has received and not yet sent back."""
from collections import Counter

RECEIVING = {"recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg"}
SENDING = {"send", "sendall", "sendto", "sendmsg"}


def pending(iterations):
    """Bytes received from each connection and not yet sent back, after each iteration: a dict a name.

    What is sent to a connection counts against what came from it; a server that sends more than it got has 0 pending.
    """
    now, after = Counter(), []
    for iteration in iterations:
        for operation in iteration.operations:
            if operation.name in RECEIVING:
                now[operation.socket] += operation.size or 0
            elif operation.name in SENDING:
                now[operation.socket] = max(0, now[operation.socket] - (operation.size or 0))
            elif operation.name == "close":
                now.pop(operation.socket, None)
        after.append({name: size for name, size in now.items() if size})
    return after


def depths(iterations):
    """How much each connection has pending, for a picture: the iterations' numbers, and a list of sizes a name.

    Only connections that ever had something pending; each list is as long as the list of numbers.
    """
    after = pending(iterations)
    names = dict.fromkeys(name for owed in after for name in owed)
    return [one.number for one in iterations], {name: [owed.get(name, 0) for owed in after] for name in names}
