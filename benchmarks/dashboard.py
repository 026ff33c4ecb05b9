"""The drift dashboard in a browser: 1,000 columns x 52 periods, from message to paint.

    .venv/bin/python benchmarks/dashboard.py [--columns N] [--periods N]

The saved page is opened in Chromium (it is the same panel with the same
message): the time from handing over the message to the first painted frame, to another
column, to another period and to another reference.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from codex_jupyter.drift import DriftResult, compare
from codex_jupyter.widgets.drift import DriftView
from codex_jupyter.widgets.drift_files import file_of
from codex_jupyter.widgets.drift_message import message_of

TIMES = 7
# A frame is painted when the one after it begins.
PAINTED = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
ROOT = "document.querySelector('#cx-live div').shadowRoot"
END = """.hidden = true;
requestAnimationFrame(() => requestAnimationFrame(() => {
  const from = performance.getEntriesByName("handed")[0].startTime;
  window.opened = [performance.now() - from, performance.now()];
}));
"""


def wide(columns: int, periods: int) -> DriftView:
    """Counts of ten bins, as a year of a thousand columns would have them."""
    rng = np.random.default_rng(0)
    sides = [pd.DataFrame({"x": rng.normal(size=5000)}) for _ in range(2)]
    stored = compare(*sides).to_dict()
    one = stored["columns"]["x"]
    made = {}
    for place in range(columns):
        table = rng.poisson(200, size=(periods, len(one["reference"])))
        table[:, -2:] = 0
        current = table.sum(axis=0).tolist()
        made[f"column {place}"] = one | {"current": current, "periods": table.tolist()}
    labels = [f"2026-{period:03}" for period in range(periods)]
    return DriftView(
        DriftResult.from_dict(stored | {"columns": made, "periods": labels})
    )


def timed(page: Page, act: str) -> float:
    """Milliseconds from an action to the frame that shows it."""
    return float(
        page.evaluate(
            f"""async () => {{
              const root = {ROOT};
              const set = (element, value) => {{
                element.value = value;
                const kind = element.tagName === "SELECT" ? "change" : "input";
                element.dispatchEvent(new Event(kind, {{ bubbles: true }}));
              }};
              const begun = performance.now();
              {act}
              await {PAINTED};
              return performance.now() - begun;
            }}"""
        )
    )


ACTIONS = {
    "another column": (
        "root.querySelector('[role=listbox]').dispatchEvent("
        "new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));"
    ),
    "another period": (
        "const slider = root.querySelector('[type=range]'); "
        "set(slider, Number(slider.value) - 1);"
    ),
    "another reference": (
        "const list = root.querySelector('select'); "
        "set(list, list.options[list.selectedIndex + 1].value);"
    ),
}


def told(what: str, values: list[float]) -> None:
    """Median, smallest and largest."""
    middle = statistics.median(values)
    print(f"{what:<40} {middle:7.0f} ms  ({min(values):.0f} to {max(values):.0f})")


def main(columns: int, periods: int) -> None:
    """Open the page several times, and act on the last."""
    view = wide(columns, periods)
    _, parts = message_of(view, "wide")
    _, content = file_of(view, "wide", "html")
    size = sum(map(len, parts)) / 1e6
    print(f"{columns} columns x {periods} periods: counts {size:.1f} MB in the message")
    text = content.decode()
    text = text.replace("\nmount({", '\nperformance.mark("handed");\nmount({')
    text = text.replace(".hidden = true;\n", END)
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        path = Path(folder) / "page.html"
        path.write_text(text, encoding="utf-8")
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        opened: list[tuple[float, float]] = []
        for _ in range(TIMES):
            page = browser.new_page(viewport={"width": 1200, "height": 1000})
            page.goto(path.as_uri())
            page.wait_for_function("() => window.opened")
            opened.append(page.evaluate("window.opened"))
        told("message to painted frame", [one for one, _ in opened])
        told("the whole file, unpacked and painted", [all_ for _, all_ in opened])
        empty = [timed(page, "") for _ in range(TIMES)]
        told("two empty frames (in each below)", empty)
        for what, act in ACTIONS.items():
            told(what, [timed(page, act) for _ in range(TIMES)])
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--columns", type=int, default=1000)
    parser.add_argument("--periods", type=int, default=52)
    given = parser.parse_args()
    main(given.columns, given.periods)
