"""The models table with 5,000 models: one request, then open, sort, filter, scroll.

The panel is the built one, in Chromium: a step's time is from the event until the frame
that shows it is painted.
"""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from sqlalchemy import insert
from timing import platform, repeat, show

from codex_jupyter.server.store import Store
from codex_jupyter.server.store.tables import models, monitoring_results, monitorings
from codex_jupyter.widgets.assets import asset
from codex_jupyter.widgets.models import by_hash

MODELS, DAYS, WEEKS, TIMES = 5_000, 3, 4, 15
STATES = ("Deployed", "Building", "Failed", "Disabled")
LEVELS = ("stable", "noise", "moderate", "significant")
KEYS = ("name", "calls", "drift", "state", "uploaded")
# A frame is painted when the one after it begins.
PAINTED = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"
LOAD = """async (source) => {
  const text = new Blob([source], { type: "text/javascript" });
  window.panel = await import(URL.createObjectURL(text));
}"""
OPEN = f"""async (message) => {{
  const model = {{ get: () => "", on() {{}}, off() {{}}, send() {{}} }};
  const early = [{{ message, buffers: [] }}];
  const begun = performance.now();
  window.panel.mount({{ model, el: document.body, early }});
  await {PAINTED};
  return performance.now() - begun;
}}"""
ACT = f"""async (act) => {{
  const root = document.body.firstElementChild.shadowRoot;
  const begun = performance.now();
  new Function("root", act)(root);
  await {PAINTED};
  return performance.now() - begun;
}}"""
ACTS = {
    "sorted by a column": "root.querySelector('th.cx-of-KEY button').click()",
    "filtered by a group": """
        const list = root.querySelector("select[aria-label=Group]");
        list.value = list.value ? "" : "bench";
        list.dispatchEvent(new Event("change"))""",
    "filtered by a letter": """
        const text = root.querySelector(".cx-find");
        text.value = text.value ? "" : "model-4";
        text.dispatchEvent(new Event("input"))""",
    "the next page": "root.querySelector('[aria-label=\"Next page\"]').click()",
    "scrolled within a page": """
        const box = root.querySelector(".cx-listing");
        box.scrollTop = box.scrollTop ? 0 : 900""",
}


def fill(root: Path) -> None:
    """Write models, the records of their calls and the results of their weeks."""
    store, now = Store(f"sqlite:///{root / 'platform.db'}"), datetime.now(UTC)
    begun = now.replace(tzinfo=None)
    made, watched, judged = [], [], []
    for number in range(MODELS):
        hash_ = f"M{number:063x}"
        made.append(
            {
                "hash": hash_, "group": "bench", "name": f"model-{number % 4000}",
                "operation": "Sync", "reference": "score", "input_type": "json",
                "python": "Python311", "creator": "bench", "message": None,
                "uploaded_at": begun - timedelta(minutes=number),
                "status": STATES[number % 4], "changed_at": begun, "stages": [],
                "environment": None, "answer": None, "kind": "model", "details": {},
            }
        )  # fmt: skip
        watched.append(
            {
                "hash": f"W{number}", "group": "bench", "model": hash_,
                "name": "bench", "period": "Week", "config": {}, "python": "Python311",
                "creator": "bench", "registered_at": begun,
            }
        )  # fmt: skip
        judged += [
            {
                "monitoring": f"W{number}", "label": f"2026-W{week:02}",
                "starts_at": begun, "ends_at": begun, "is_complete": True,
                "execution": 1, "written_at": begun, "blob": "0" * 64,
                "summary": {"Verdict": LEVELS[number % 4], "Records": 10},
            }
            for week in range(1, WEEKS + 1)
        ]  # fmt: skip
        for day in range(DAYS):
            at = now - timedelta(days=day)
            folder = root / "records" / f"model={hash_}" / f"date={at:%Y-%m-%d}"
            folder.mkdir(parents=True)
            line = json.dumps({"at": at.isoformat(), "input": "{}", "output": "1"})
            (folder / "a.jsonl").write_text(f"{line}\n" * 20)
    with store.engine.begin() as connection:
        connection.execute(insert(models), made)
        connection.execute(insert(monitorings), watched)
        connection.execute(insert(monitoring_results), judged)
    store.close()


def ask() -> list[dict[str, Any]]:
    """What `%codex models` asks for."""
    return client.rows(activity=True)


def in_browser(rows: list[dict[str, Any]]) -> None:
    """Open the table several times, and work in the last."""
    message = {
        "kind": "models", "full": True, "rows": list(by_hash(rows).values()),
        "gone": [], "updated": 0, "problem": "",
    }  # fmt: skip
    print(f"{len(rows)} rows travel to the page as {len(json.dumps(message)):,} bytes")
    source = gzip.decompress(asset("models").packed).decode()
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        opened = []
        for _ in range(TIMES):
            page = browser.new_page(viewport={"width": 1000, "height": 900})
            page.evaluate(LOAD, source)
            opened.append(page.evaluate(OPEN, message) / 1000)
        show("from the message to the painted table", opened, "ms")
        empty = [page.evaluate(ACT, "") / 1000 for _ in range(TIMES)]
        show("two empty frames (in each below and above)", empty, "ms")
        for what, act in ACTS.items():
            acts = [act.replace("KEY", KEYS[n % len(KEYS)]) for n in range(TIMES)]
            show(what, [page.evaluate(ACT, one) / 1000 for one in acts], "ms")
        browser.close()


with platform() as (client, root):
    fill(root)
    show("the first request, which counts what the records hold", repeat(ask, 1), "ms")
    show(
        f"{MODELS} models in one request, with what they did", repeat(ask, TIMES), "ms"
    )
    in_browser(ask())
