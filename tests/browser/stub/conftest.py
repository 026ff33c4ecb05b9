"""The built panels in a real browser, joined to real kernel-side panels over HTTP.

No Jupyter: a page with a stand-in for anywidget's model. What the page sends is posted
to this process and given to the panel's comm; what the panel sends arrives in the page
as server-sent events.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import comm
import pytest

HERE = Path(__file__).parent
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "tests" / "widgets"), str(HERE)]

from widget_kit import RecordingComm  # noqa: E402 - after the path is set

from codex_jupyter.render.words import speak  # noqa: E402


class Stub:
    """One page's connection to one panel."""

    def __init__(self):
        self.panel = None
        self.alive = True
        self._out = queue.Queue()

    def join(self, panel):
        self.panel = panel
        panel.comm.listener = lambda content, buffers: self._out.put(
            {"content": content, "buffers": [_text(part) for part in buffers]}
        )

    def received(self, message):
        """A message of the page; a kernel that is gone takes none."""
        if self.alive:
            parts = [base64.b64decode(part) for part in message["buffers"]]
            self.panel.comm.say(message["content"], parts)

    def listen(self):
        """A queue of what is sent from now on, to the newest page only."""
        self.close()
        mine = self._out = queue.Queue()
        return mine

    def close(self):
        self._out.put(None)


def _text(part):
    return base64.b64encode(part).decode()


def _handler(stub):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/from":
                heard = stub.listen()  # before the page hears that it is joined
                self._begin(200, "text/event-stream")
                while (event := heard.get()) is not None:
                    self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                    self.wfile.flush()
            elif self.path == "/loader.js":
                self._send(stub.panel._esm.encode(), "text/javascript")
            elif self.path == "/state.json":
                state = {k: getattr(stub.panel, k) for k in ("_cx_twin", "_cx_lang")}
                self._send(json.dumps(state).encode(), "application/json")
            elif self.path == "/":
                self._send((HERE / "page.html").read_bytes(), "text/html")
            else:
                self.send_error(404)

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            stub.received(json.loads(self.rfile.read(length)))
            self._send(b"", "text/plain")

        def _begin(self, status, kind):
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Connection", "close")
            self.end_headers()

        def _send(self, body, kind):
            self._begin(200, kind)
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    return Handler


@pytest.fixture
def stub(monkeypatch):
    """The kernel's end of the page."""
    monkeypatch.setattr(comm, "create_comm", lambda **o: RecordingComm(**o))
    made = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    made.close()
    server.shutdown()
    server.server_close()
    thread.join()
    if made.panel is not None:
        made.panel.close()


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture
def tab(chromium, stub):
    """A page that fails the test on any console error or foreign request."""
    wrong = []
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((stub.address, "blob:", "data:"))
            else wrong.append(f"foreign request: {r.url}")
        ),
    )
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def show(tab, stub):
    """Show a panel in the page, as a notebook would; returns the page."""

    def act(panel, theme="light", *, push=True):
        stub.join(panel)
        tab.emulate_media(color_scheme=theme)
        tab.goto(stub.address)
        tab.wait_for_function("'show' in window")
        if push:
            panel._repr_mimebundle_()
        tab.evaluate("window.show()")
        return tab

    return act


@pytest.fixture
def portuguese():
    """Panels and pages that are made meanwhile are in Portuguese."""
    speak("pt-BR")
    yield
    speak(None)


@pytest.fixture
def shot(tab, request, tmp_path):
    """Save a picture for a person to look at."""
    folder = Path(os.environ.get("CODEX_JUPYTER_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(name):
        path = folder / f"{re.sub(r'[^a-z0-9-]+', '-', name)}.png"
        tab.screenshot(path=path, full_page=True, animations="disabled")

    return take


@pytest.fixture
def both(tab, shot):
    """Save a picture in light and one in dark."""

    def take(name):
        for theme in ("dark", "light"):
            tab.emulate_media(color_scheme=theme)
            shot(f"{name}-{theme}")

    return take


@pytest.fixture
def violations(tab):
    """WCAG 2.2 A and AA problems that axe finds in the page, as short texts."""
    source = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        word = "axe-core is missing; in js/: npm ci --ignore-scripts"
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)

    def find():
        tab.add_script_tag(path=source)
        # What passed is thousands of nodes: they stay in the page.
        found = tab.evaluate(
            "(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
            ".then((found) => found.violations)",
            WCAG,
        )
        return [
            f"{v['id']}: {n['target']} {n.get('failureSummary', '')}"
            for v in found
            for n in v["nodes"]
        ]

    return find
