"""What clients of mailboxes say: messages with their length before them, and notes to each other."""
from ..server import connect
from ..trials import hear
from .guests import come


def framed(message):
    return len(message).to_bytes(4, "big") + message


def note(name, text=b""):
    """What is sent to write to somebody, and what somebody hears who is written to."""
    return framed(name + b"\n" + text)


def named(client):
    return client.name.encode()


def together(start, *names):
    """A fresh server, and clients who have said their names."""
    server = start()
    return server, *come_with_names(server, names)


def come_with_names(server, names):
    clients = come(server, names)
    for client in clients:
        client.send(framed(named(client)))
    server.comes_to_rest()
    return clients


def writes(client, other, text=b"hello"):
    """One writes to another, who hears it."""
    client.send(note(named(other), text))
    hear(other, note(named(client), text))


def comes_again(server, name):
    """Somebody comes with this name: a new connection, whatever the glass calls it."""
    client = connect(server, f"{name.decode()} again" if name else "the nameless one", timeout=10)
    client.send(framed(name))
    return client
