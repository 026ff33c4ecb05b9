"""A real JupyterLab with a real Chromium, and everything that the page sent."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(Path(__file__).parent))


@dataclass
class Lab:
    """A JupyterLab server in a folder of its own."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self):
        """Where the platform that a notebook starts keeps its data."""
        return self.root / "codex"

    def secrets(self):
        """Every secret that exists by now: none may be anywhere but there."""
        found = []
        for name in ("tokens.json", "platform/admin.json", "platform/keys.json"):
            with contextlib.suppress(FileNotFoundError):
                found += leaves(json.loads((self.home / name).read_text()))
        return [text for text in found if len(text) > 12]


def leaves(value):
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    return [str(value)]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("lab")
    work = root / "work"
    work.mkdir()
    quiet = root / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false", "checkForUpdates": False})
    )
    port = _free_port()
    foreign = ("MLOPS_", "JUPYTER")
    env = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    env |= {
        "HOME": str(root),
        "IPYTHONDIR": str(root / "ipython"),
        "CODEX_JUPYTER_HOME": str(root / "codex"),
        "JUPYTER_CONFIG_DIR": str(root / "config"),
        "JUPYTER_DATA_DIR": str(root / "data"),
        "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(root / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(root / "workspaces"),
    }
    log = (root / "lab.log").open("wb")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
            *("--ServerApp.token=", "--ServerApp.password="),
            *(f"--ServerApp.root_dir={work}", "--LabApp.expose_app_in_browser=True"),
            *("--LabApp.news_url=", "--LabApp.extension_manager=readonly"),
            # The same server has Notebook 7, at /notebooks.
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ],
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    made = Lab(root, port, process)
    wait_for(lambda: answers(f"{made.address}/api"), 180, "JupyterLab to start")
    yield made
    process.send_signal(signal.SIGTERM)
    process.wait(180)
    log.close()
    subprocess.run(
        [
            *(sys.executable, "-m", "codex_jupyter.server", "stop"),
            *("--data-dir", str(made.home / "platform")),
        ],
        check=False,
        capture_output=True,
    )


def _free_port():
    """A port below those that the system gives away by itself: nobody takes it before
    JupyterLab does, seconds later."""
    for port in random.sample(range(20_000, 32_000), 50):
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def answers(url):
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
        return answer.status == 200
    return False


def wait_for(ready, seconds, what):
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.1)


@dataclass
class Notebook:
    """A notebook open in a page, driven as its user would."""

    lab: Lab
    page: object
    name: str
    app: str = "lab/tree"
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)

    @property
    def path(self):
        return self.lab.root / "work" / self.name

    def watch(self):
        """Keep console errors, foreign requests and everything sent and received."""
        page = self.page
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._on_console)
        page.on("request", self._on_request)
        page.on("websocket", self._on_socket)

    def _on_console(self, message):
        if message.type == "error" and "favicon" not in message.text:
            self.errors.append(message.text)

    def _on_request(self, request):
        if not request.url.startswith((self.lab.address, "data:", "blob:")):
            self.foreign.append(request.url)
        self.sent.append(request.url)
        self.sent.append(str(request.headers))
        with contextlib.suppress(UnicodeDecodeError):
            self.sent.append(request.post_data or "")

    def _on_socket(self, ws):
        if not ws.url.startswith(self.lab.address.replace("http", "ws")):
            self.foreign.append(ws.url)
        ws.on("framesent", lambda data: self.sent.append(as_text(data)))
        ws.on("framereceived", lambda data: self.received.append(as_text(data)))

    def open(self):
        self.page.goto(f"{self.lab.address}/{self.app}/{self.name}?reset")
        self.ready()
        return self

    def ready(self):
        """Wait until the notebook is shown and its kernel is idle."""
        self.page.wait_for_function(
            """() => {
                const app = window.jupyterapp, w = app?.shell?.currentWidget;
                if (!w?.context?.isReady) return false;
                return w.sessionContext?.session?.kernel?.status === 'idle';
            }""",
            timeout=180_000,
        )

    def command(self, name, **args):
        return self.page.evaluate(
            """([name, args]) =>
                window.jupyterapp.commands.execute(name, args).then(() => 0)""",
            [name, args],
        )

    def run_cell(self, index, seconds=300):
        """Select a cell, press Shift+Enter, wait until it has finished."""
        self.page.evaluate(
            """(index) => {
                const content = window.jupyterapp.shell.currentWidget.content;
                content.activeCellIndex = index;
                content.deselectAll();
                content.mode = 'command';
            }""",
            index,
        )
        self.page.evaluate(
            """() => { window.__ran = false;
                window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')
                    .finally(() => { window.__ran = true; }); }"""
        )
        self.page.wait_for_function("() => window.__ran", timeout=seconds * 1000)

    def cell(self, index):
        """The cell at a place, code or not."""
        self.page.evaluate(
            """(index) => {
                const content = window.jupyterapp.shell.currentWidget.content;
                content.widgets[index].node.scrollIntoView({block: 'start'});
            }""",
            index,
        )
        return self.page.locator(".jp-NotebookPanel:visible .jp-Cell").nth(index)

    def outputs(self, index):
        """A cell's outputs as the notebook would save them."""
        return self.page.evaluate(
            """(index) => window.jupyterapp.shell.currentWidget.content
                .model.cells.get(index).outputs?.toJSON() ?? []""",
            index,
        )

    def save(self):
        self.command("docmanager:save")
        return json.loads(self.path.read_text("utf-8"))

    def text(self):
        """All text and attributes of the page, shadow roots included."""
        return self.page.evaluate(
            """() => {
                const parts = [];
                const walk = (root) => {
                    parts.push(root.innerHTML ?? '');
                    for (const element of root.querySelectorAll('*')) {
                        if (element.shadowRoot) walk(element.shadowRoot);
                        if ('value' in element) parts.push(String(element.value));
                    }
                };
                walk(document.documentElement);
                return parts.join('\\n');
            }"""
        )

    def screenshot(self, name):
        if folder := os.environ.get("CODEX_JUPYTER_SCREENSHOTS"):
            # The theme outlives the notebook that was dark before this one.
            is_light = "() => document.body.dataset.jpThemeLight === 'true'"
            if name.endswith("-light") and not self.page.evaluate(is_light):
                self.dark(on=False)
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def dark(self, *, on=True):
        theme = "JupyterLab Dark" if on else "JupyterLab Light"
        self.command("apputils:change-theme", theme=theme)
        self.page.wait_for_function(
            f"() => document.body.dataset.jpThemeLight === '{str(not on).lower()}'"
        )
        # JupyterLab covers the page for a moment after it changed its theme.
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")


def as_text(data):
    return data if isinstance(data, str) else data.decode("utf-8", "ignore")


@pytest.fixture
def notebook(lab, chromium, request):
    """Opens a copy of a notebook in a fresh page; checks the page at the end."""
    opened: list[Notebook] = []

    def make(source=None, cells=None, name=None, app="lab/tree"):
        name = name or f"{request.node.name}-{len(opened)}.ipynb"
        target = lab.root / "work" / name
        if source is not None:
            shutil.copy(ROOT / "notebooks" / source, target)
        else:
            import nbformat.v4 as v4

            made = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
            made.metadata.kernelspec = {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
            }
            target.write_text(json.dumps(made))
        context = chromium.new_context(viewport={"width": 1280, "height": 1600})
        page = context.new_page()
        page.set_default_timeout(120_000)
        one = Notebook(lab, page, name, app)
        one.watch()
        opened.append(one)
        return one.open()

    yield make
    for number, one in enumerate(opened):
        one.screenshot(f"{request.node.name}-{number}-end")
        one.page.context.close()
