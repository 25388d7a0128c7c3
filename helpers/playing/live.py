"""What the player's buttons do to a server that is held: steps, and clients with names."""
import socket
from contextlib import redirect_stdout, suppress

from ..errors import GlassError, NothingCame
from ..recording import shortened
from ..server import connect

AGAIN = "To play again, run the cells from the one with `run(…)` down to this one."


class Live:
    """A server in the hands of the player. It plays the notebook's clients, too, but reads for its own only."""

    def __init__(self, server):
        self.server, self.own, self.waiting = server, set(), {}

    def state(self):
        """What the player must know to offer the right buttons.

        clients: names of those that are connected; ports: [real, asked for] a listener; types: does the program read
        its keyboard (or may it), and listen nowhere; free: does it run free; over: has it ended.
        """
        listeners = [row for row in self.server.recording.names.listeners.values() if row[2]]
        iterations = self.server.recording.iterations
        return {"clients": list(self.clients()), "ports": [[row[2], row[0] or row[2]] for row in listeners],
                "types": not listeners and (not iterations or "stdin" in iterations[-1].watched_read),
                "free": not self.server.stepping, "over": self.server.ended}

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
            says = action(wish.get("name", ""), wish.get("line", ""), wish.get("port"))
        except GlassError as error:
            says = str(error).strip()
        if self.server.ended:
            return f"{says.partition(' Run it again')[0]} {AGAIN}"
        return says

    def step(self, name, line, port):
        done = self.server.step()
        heard = [self.heard(name) if name in self.own else self.waits(name) for name in sorted(self.clients())]
        stands = f"Iteration {done.number} is done. The loop stands before its next {done.call}." if done else ""
        return " ".join(filter(None, heard)) or stands

    def connect(self, name, line, port):
        with redirect_stdout(None):            # what connect would print is said below
            client = connect(self.server, name or None, port)
        self.own.add(client.name)
        taken = "" if client.name == name else f"The name {name} is taken already. "
        return f"{taken}{client.name} has connected, and waits to be accepted. Step: who is readable now?"

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
        if client.datagrams:
            return f"{name} has left. Nobody is told: datagrams have no end."
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

    def waits(self, name):
        """A client of the notebook's keeps what comes for it: a sentence where something new waits to be read."""
        before, size = self.waiting.get(name, 0), 0
        with suppress(OSError):
            size = len(self.client(name).socket.recv(65536, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        self.waiting[name] = size
        return f"An answer waits for {name}: {name}.receive() reads it." if size > before else ""
