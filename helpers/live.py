"""What the player's buttons do to a server that is held: steps, and clients with names."""
from .clients import connect
from .errors import GlassError, NothingCame
from .recording import shortened


class Live:
    """A server in the hands of the player. It plays the notebook's clients, too, but reads for its own only."""

    def __init__(self, server):
        self.server, self.own = server, set()

    def state(self):
        """What the player must know to offer the right buttons.

        clients: names of those that are connected; ports: [real, asked for] a listener; types: does the program read
        its keyboard, and listen nowhere; over: has it ended.
        """
        listeners = [row for row in self.server.recording.names.listeners.values() if row[2]]
        last = self.server.recording.iterations[-1:]
        return {"clients": list(self.clients()), "ports": [[row[2], row[0] or row[2]] for row in listeners],
                "types": not listeners and any("stdin" in one.watched_read for one in last), "over": self.server.ended}

    def clients(self):
        return {client.name: client for client in self.server.clients if client.socket.fileno() >= 0}

    def client(self, name):
        there = self.clients()
        if name not in there:
            raise GlassError(f"No client {name!r} is connected. Press Connect first.")
        return there[name]

    def do(self, wish):
        """Do what a button asks for: {"do": "step"}, or with "name", "line", "port". Returns a sentence on it.

        What can't be done becomes a sentence, too: the player is no place for a traceback.
        """
        actions = {"step": self.step, "connect": self.connect, "send": self.send, "leave": self.leave,
                   "reset": self.reset, "type": self.type}
        action = actions.get(wish.get("do"))
        if not action:
            return f"The player can't do {wish.get('do')!r}."
        try:
            return action(wish.get("name", ""), wish.get("line", ""), wish.get("port"))
        except GlassError as error:
            return str(error).strip()

    def step(self, name, line, port):
        self.server.step()
        return " ".join(filter(None, map(self.heard, sorted(self.own & self.clients().keys()))))

    def connect(self, name, line, port):
        client = connect(self.server, name or None, port)
        self.own.add(client.name)
        return f"{client.name} has connected. Step: who is readable now?"

    def send(self, name, line, port):
        self.client(name).send(line + "\n")
        return f"{name} has sent {shortened((line + chr(10)).encode())}. Step: who is readable now?"

    def leave(self, name, line, port):
        client = self.client(name)
        try:                                   # a client that leaves something unread would reset the connection
            client.receive_bytes(timeout=0)
        except GlassError:
            pass
        client.close()
        return f"{name} has left. Step: what does recv give?"

    def reset(self, name, line, port):
        self.client(name).reset()
        return f"{name} has broken off with a reset. Step: what does recv do?"

    def type(self, name, line, port):
        self.server.type(line + "\n")
        return f"{line!r} has been typed. Step: who is readable now?"

    def heard(self, name):
        """What has come for a client of the player's own: a sentence, or nothing."""
        client = self.client(name)
        try:
            text = client.receive(timeout=0)
        except NothingCame:
            return ""
        except GlassError as error:            # the server has reset the connection
            client.close()
            return str(error)
        if text:
            return f"{name} received {shortened(text.encode())[1:]}."
        client.close()
        return f"{name} received '': the server has closed the connection."
