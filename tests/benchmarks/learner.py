"""A learner at a Jupyter server: runs cells in a kernel of it, as JupyterLab does, by REST and a websocket.

What the learner needs of the machine is what the server, its kernels and their programs have, all together.
"""
import json
import time
import urllib.request
import uuid
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

PATIENCE = 600     # seconds that a cell may take: a table of trials, while the whole class runs one
SOON = 180         # and all other things, when all servers of a class start at once


class Needs(NamedTuple):
    """What some processes have. memory: PSS, in MB (what several share is divided among them). descriptors: of the
    process that has most, since that is what a system limits."""
    memory: float
    descriptors: int
    processes: int
    threads: int


class Learner:
    """Somebody with a server of their own. address: its URL, with a slash at the end; number: its process."""

    def __init__(self, name, address, token, number):
        self.name, self.address, self.token = name, address, token
        self.server = psutil.Process(number)
        self.socket = self.kernel = None

    def ask(self, what, **content):
        """A GET of the server's API, or a POST if there is content."""
        return ask(self.address + "api/" + what, self.token, content or None)

    def open(self, notebook):
        """Start a kernel for this notebook, in its folder, and wait until it runs cells."""
        from websocket import create_connection
        self.kernel = self.ask("sessions", path=notebook, name=Path(notebook).name, type="notebook",
                               kernel={"name": "python3"})["kernel"]["id"]
        self.socket = create_connection(f"ws{self.address.removeprefix('http')}api/kernels/{self.kernel}/channels",
                                        header=[f"Authorization: token {self.token}"], timeout=PATIENCE)
        self.execute("pass")

    def execute(self, source):
        """Run a cell. Returns the texts that it shows, in their order, and its error in one line, or None."""
        number = uuid.uuid4().hex
        self.socket.send(json.dumps({
            "channel": "shell", "header": {"msg_id": number, "msg_type": "execute_request", "session": self.name,
                                           "username": self.name, "version": "5.3", "date": ""},
            "parent_header": {}, "metadata": {}, "buffers": [],
            "content": {"code": source, "silent": False, "store_history": True, "allow_stdin": False}}))
        shown, error, left = [], None, {"idle", "execute_reply"}      # they come on two channels, in any order
        while left:
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["msg_type"], message["content"]
            left -= {kind, content.get("execution_state")}
            if kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif text := content.get("text") if kind == "stream" else content.get("data", {}).get("text/plain"):
                shown.append((kind, text))
        return joined(shown), error

    def processes(self):
        """The server, its kernels, and all that they have started."""
        with suppress(psutil.Error):
            return [self.server, *self.server.children(recursive=True)]
        return []

    def needs(self):
        return needs(self.processes())

    def cpu_time(self):
        """Seconds of CPU time that they have had, those that have ended among them."""
        total = 0.0
        for process in self.processes():
            with suppress(psutil.Error):
                total += sum(process.cpu_times()[:4])      # user, system, and those of children that have ended
        return total


def joined(shown):
    """Texts of a cell: what was printed in several pieces is one."""
    texts, before = [], None
    for kind, text in shown:
        if kind == before == "stream":
            texts[-1] += text
        else:
            texts.append(text)
        before = kind
    return texts


def needs(processes):
    """Needs of processes, some of which may end meanwhile."""
    memory, descriptors, threads = [], [], []
    for process in processes:
        with suppress(psutil.Error, FileNotFoundError):
            full = process.memory_full_info()
            descriptors.append(process.num_fds())
            threads.append(process.num_threads())
            memory.append(getattr(full, "pss", full.uss))       # macOS has no PSS
    return Needs(sum(memory) / 1e6, max(descriptors, default=0), len(memory), sum(threads))


def ask(url, token, content=None, method=None):
    """What a Jupyter server's or the Hub's API answers, as Python's own objects."""
    request = urllib.request.Request(url, None if content is None else json.dumps(content).encode(),
                                     {"Authorization": f"token {token}", "Content-Type": "application/json"},
                                     method=method)
    with urllib.request.urlopen(request, timeout=SOON) as answer:
        return json.loads(answer.read() or "null")


def until(true, what):
    """Ask again and again, with a bound, until true(): returns what it gave."""
    end = time.monotonic() + SOON
    while not (found := true()):
        assert time.monotonic() < end, f"this has not come within {SOON} s: {what}"
        time.sleep(0.1)
    return found
