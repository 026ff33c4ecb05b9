"""The first paint of every panel in Chromium, once its file has arrived.

    .venv/bin/python benchmarks/paint.py [--language pt-BR]

A panel with something in it is made here, and what it sends is given to the built front
end in a page. Two times: importing the unpacked file, which a page does once for all
panels of a kind; and mounting, from the call to the first frame that shows it.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import gzip
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import comm
from playwright.sync_api import Page, sync_playwright

from codex_jupyter.render.words import LANGUAGES, speak
from codex_jupyter.widgets.assets import asset

TIMES = 9
TESTS = Path(__file__).parents[1] / "tests"
# The panels of the browser tests, so that both look at the same.
sys.path[:0] = [str(TESTS / "widgets"), str(TESTS / "browser" / "stub")]

IMPORT = """async (source) => {
  const text = new Blob([source], { type: "text/javascript" });
  const address = URL.createObjectURL(text);
  const begun = performance.now();
  window.panel = await import(address);
  return performance.now() - begun;
}"""
MOUNT = """async ([early, state]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const arrivals = early.map(({ message, buffers }) => ({
    message,
    buffers: buffers.map((part) => new DataView(bytes(part).buffer)),
  }));
  const model = { get: (key) => state[key], on() {}, off() {}, send() {} };
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const begun = performance.now();
  window.panel.mount({ model, el, early: arrivals });
  // A frame is painted when the one after it begins.
  await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
  return performance.now() - begun;
}"""


def arrivals(panel: Any) -> list[dict[str, Any]]:
    """What the panel sends to a new view, once it has come to rest."""
    time.sleep(1)
    panel.comm.sent.clear()
    panel.push()
    return [
        {"message": content, "buffers": [base64.b64encode(b).decode() for b in parts]}
        for content, parts in panel.comm.sent
    ]


def told(name: str, imported: list[float], painted: list[float]) -> None:
    """Median, smallest and largest of both."""
    texts = (
        f"{statistics.median(values):6.0f} ms ({min(values):.0f} to {max(values):.0f})"
        for values in (imported, painted)
    )
    print(f"{name:<12}  import {next(texts):<24}  paint {next(texts)}")


def measure(page: Page, name: str, panel: Any, language: str) -> None:
    """Import and mount a panel several times, each in a fresh page."""
    early = arrivals(panel)
    source = gzip.decompress(asset(name, language).packed).decode()
    state = {"_cx_twin": "", "_cx_lang": language}
    imported, painted = [], []
    for _ in range(TIMES):
        page.goto("about:blank")
        imported.append(page.evaluate(IMPORT, source))
        painted.append(page.evaluate(MOUNT, [early, state]))
    told(name, imported, painted)


def main(language: str) -> None:
    """Measure every panel."""
    from gallery_kit import GALLERY
    from widget_kit import RecordingComm

    comm.create_comm = lambda **options: RecordingComm(**options)
    speak(language)
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        for name, (make, _) in GALLERY.items():
            panel = make(Path(folder))
            measure(page, name, panel, language)
            panel.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    main(parser.parse_args().language)
