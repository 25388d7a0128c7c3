"""A real JupyterHub on 127.0.0.1, whose learners have accounts and servers of their own."""
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests import ROOT

from .learner import SOON, Learner, ask, until

COURSE = "io-multiplexing"         # the folder of the course in a learner's home, as INSTRUCTORS.md has it
CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {names!r}
c.JupyterHub.spawner_class = {spawner!r}
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.Spawner.args = ["--allow-root"]
c.JupyterHub.services = [{{"name": "teacher", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "teacher", "services": ["teacher"], "scopes": [
    "admin:users", "admin:servers", "admin:server_state", "access:servers"]}}]
"""


def why_not():
    """What is missing for a Hub here; "" if nothing is."""
    if not find_spec("jupyterhub"):
        return "jupyterhub isn't installed in this environment (pip install jupyterhub)"
    if not shutil.which("configurable-http-proxy"):
        return "configurable-http-proxy, the Hub's proxy, isn't on the PATH (npm install configurable-http-proxy)"
    return ""


def free_ports(number):
    """Ports that are free at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        return [port] if number == 1 else [port, *free_ports(number - 1)]


def homes(folder, names):
    """A home for each name, with the course's notebooks in it: {name: path}."""
    made = {name: Path(folder) / "home" / name for name in names}
    for home in made.values():
        shutil.copytree(ROOT / "notebooks", home / COURSE / "notebooks")
    return made


@contextmanager
def accounts(names, skeleton):
    """An account of the system's for each name, which must be new; its home begins as this folder. Root alone can do so."""
    with ExitStack() as stack:
        for name in names:
            subprocess.run(["useradd", "--create-home", "--skel", skeleton, name], check=True)
            stack.callback(subprocess.run, ["userdel", "--remove", name], stderr=subprocess.DEVNULL)
        yield


@contextmanager
def at_a_hub(names, real=False):
    """A JupyterHub with these learners: their servers run, each in a home of its own with the course's notebooks.

    They run as whoever runs this; real: each under an account of the system's own, as with the Littlest JupyterHub.
    """
    with tempfile.TemporaryDirectory(prefix="hub-", dir="/tmp") as folder, ExitStack() as stack:
        made = homes(folder, names)
        if real:
            stack.enter_context(accounts(names, made[names[0]]))
        ports, token = free_ports(3), secrets.token_hex(16)
        config = Path(folder) / "jupyterhub_config.py"
        config.write_text(CONFIG.format(
            ports=ports, folder=folder, token=token, names=set(names), spawner="localprocess" if real else "simple",
            patience=SOON, python=sys.executable, proxy=shutil.which("configurable-http-proxy")))
        with open(Path(folder) / "log", "wb") as log:
            hub = subprocess.Popen([sys.executable, "-m", "jupyterhub", "--config", config], cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={name: value for name, value in os.environ.items()
                                        if not name.startswith(("JUPYTER", "PYTEST", "COURSE"))})
            try:
                yield admitted(hub, names, f"http://127.0.0.1:{ports[0]}", token, Path(folder) / "log")
            finally:
                hub.terminate()                # it ends the servers and the proxy
                try:
                    hub.wait(SOON)
                except subprocess.TimeoutExpired:
                    hub.kill()


def admitted(hub, names, address, token, log):
    """Wait for the Hub, then have it start a server for each: the Learners."""
    def api(path, content=None, method=None):
        return ask(f"{address}/hub/api/{path}", token, content, method)

    def answers():
        assert hub.poll() is None, "JupyterHub has ended:\n" + log.read_text()
        try:
            return api("")
        except OSError:
            return None

    until(answers, "JupyterHub")
    for name in names:
        api(f"users/{name}/server", {})
    return [learner(name, address, until(lambda name=name: ready(api(f"users/{name}")["servers"].get(""), name, log),
                                         f"the server of {name}"), token) for name in names]


def ready(server, name, log):
    """The Hub's account of this server, once it is ready; raises AssertionError if it has failed."""
    assert server, f"the server of {name} didn't start:\n{log.read_text()}"
    return server["ready"] and server


def learner(name, address, server, token):
    return Learner(name, address + server["url"], token, server["state"]["pid"])
