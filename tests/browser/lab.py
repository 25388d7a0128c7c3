"""A private JupyterLab and a headless Chromium: what a learner has before them, driven from a test."""
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

BOUND = 60.0       # seconds: the longest that anything here may take to start or to open

# No news from elsewhere, and every cell in the page: JupyterLab leaves out those that are not in sight.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}

# All cells have run, or one has failed that was not meant to: then the others never will. It is not enough that no
# prompt shows a star: JupyterLab hands the cells to the kernel in portions, and between two of them none does.
RAN = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const code = panel.content.model.sharedModel.toJSON().cells.filter(cell => cell.cell_type === 'code');
    const failed = code.some(cell => !(cell.metadata.tags || []).includes('raises-exception')
                                     && cell.outputs.some(output => output.output_type === 'error'));
    const waiting = [...document.querySelectorAll('.jp-Notebook .jp-InputArea-prompt')]
        .some(prompt => prompt.textContent.includes('*'));
    return !waiting && panel.sessionContext.session.kernel.status === 'idle'
        && (failed || code.every(cell => cell.execution_count));
}"""


def chromium():
    """The path of a Chromium: $CHROMIUM, or one that is installed; None if there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, (
        "chromium", "chromium-browser", "google-chrome"))), None)


def made(target, course):
    """The command with which `make TARGET` starts JupyterLab in this copy of the course, with this test's packages."""
    return would_do(target, course, f"BIN={os.path.relpath(Path(sys.executable).parent, course)}").splitlines()[-1]


def would_do(target, course, *settings):
    """What `make TARGET` would do in this copy of the course, as it says itself; nothing is done."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    said = subprocess.run(["make", "--dry-run", "--no-print-directory", target, *settings], cwd=course, check=True,
                          env=environment, text=True, stdout=subprocess.PIPE, timeout=BOUND)
    return said.stdout


@contextmanager
def lab(root, command=None):
    """A JupyterLab of our own that shows this folder, or is started in it by a command: its address and token."""
    command = command or shlex.join([sys.executable, "-m", "jupyterlab", "--allow-root",
                                     f"--ServerApp.root_dir={root}"])
    with tempfile.TemporaryDirectory(prefix="lab-", dir="/tmp") as folder:     # short: a socket's path is bounded
        home = Path(folder)
        for name, setting in SETTINGS.items():
            file = home / "settings" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(setting))
        environment = {**os.environ, "JUPYTER_CONFIG_DIR": f"{home}/config", "JUPYTER_DATA_DIR": f"{home}/data",
                       "JUPYTER_RUNTIME_DIR": f"{home}/run", "IPYTHONDIR": f"{home}/ipython",
                       "JUPYTERLAB_SETTINGS_DIR": f"{home}/settings", "JUPYTERLAB_WORKSPACES_DIR": f"{home}/spaces"}
        environment.pop("PYTEST_CURRENT_TEST", None)       # with it a kernel doesn't show what descriptors 1 and 2 get
        environment.pop("JUPYTER_CONFIG_PATH", None)       # a terminal of `make lab` has it
        with open(home / "log", "wb") as log:
            server = subprocess.Popen(
                ["sh", "-c", f"exec env {command} --no-browser --ip=127.0.0.1 --port=0 --KernelManager.transport=ipc"
                             " --expose-app-in-browser"],
                cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
            try:
                yield address(server, home)
            finally:
                server.terminate()                         # it shuts its kernels down
                try:
                    server.wait(BOUND)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def address(server, home):
    """Where the server says that it is, once it says so."""
    end = time.monotonic() + BOUND
    while not (files := list(home.glob(f"run/jpserver-{server.pid}.json"))) or not files[0].stat().st_size:
        assert server.poll() is None and time.monotonic() < end, "no JupyterLab:\n" + (home / "log").read_text()
        time.sleep(0.05)
    says = json.loads(files[0].read_text())
    return f"{says['url']}lab", says["token"]


class Page:
    """A page in a browser; it notes what its console complains of, and whom else it wants to reach (in vain)."""

    def __init__(self, page):
        self.page, self.complaints, self.elsewhere = page, [], []
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self.guard)

    def guard(self, route):
        url = urlsplit(route.request.url)
        if url.scheme in ("data", "blob", "file") or url.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def open(self, url, token, notebook):
        """Open a notebook, and wait until its kernel is idle."""
        self.page.goto(f"{url}/tree/{notebook}?reset&token={token}", timeout=BOUND * 1000)
        self.await_kernel()

    def begin(self, url, token):
        """What the browser opens by itself: the notebook that JupyterLab was told to begin with."""
        self.page.goto(f"{url.removesuffix('lab')}?token={token}", timeout=BOUND * 1000)
        self.await_kernel()

    def await_kernel(self):
        """Until a notebook is before us, and its kernel is idle."""
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=BOUND * 1000)
        self.page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=BOUND * 1000)
        self.page.wait_for_function("() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status"
                                    " === 'idle'", timeout=BOUND * 1000)

    def follow(self, words, path):
        """Click on the link with these words in what is before us, and wait for the document that it leads to."""
        self.page.locator(".jp-Document:not(.lm-mod-hidden)").get_by_role("link", name=words, exact=True).click(
            timeout=BOUND * 1000)
        self.await_document(path)

    def await_document(self, path):
        """Until this document is before us, with all that is in it."""
        self.page.wait_for_function("path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=path,
                                    timeout=BOUND * 1000)
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.revealed")

    def run_all(self, timeout):
        """Run > Run All Cells, as a learner does, in a notebook whose stored outputs are gone."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        self.page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
        self.page.wait_for_function(RAN, timeout=timeout * 1000)

    def cells(self):
        """The notebook's cells as JupyterLab has them now."""
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells")

    def pictures(self):
        """[(words for those who can't see it, width)] of the PNGs that are shown."""
        images = self.page.locator(".jp-OutputArea-output img[src^='data:image/png']")
        return images.evaluate_all("async all => { await Promise.all(all.map(one => one.decode()));"
                                   " return all.map(one => [one.alt, one.naturalWidth]) }")


@contextmanager
def browser_page(executable):
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[
            "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"])
        try:
            yield Page(browser.new_page(viewport={"width": 1280, "height": 1000}))
        finally:
            browser.close()
