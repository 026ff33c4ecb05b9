"""The playground in a real JupyterLab: form, prediction, sweep, a failure."""

from __future__ import annotations

import json
import re

import pytest

from codex_jupyter.client import local
from codex_jupyter.config import DataDir

pytestmark = [pytest.mark.browser]

CELLS = [
    "%load_ext codex_jupyter\n%codex local\nfactor = [2]",
    """%%codex deploy played --model factor --schema {"x":1.5,"word":"a"} --group play
import json
def score(data, base_path):
    row = json.loads(data)
    return {"double": 2 * row["x"], "word": row["word"]}""",
    "%codex play played",
]

COUNT = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"


def test_a_model_is_tried_swept_and_broken_by_hand(notebook):
    nb = notebook(cells=CELLS)
    for index in range(3):
        nb.run_cell(index, seconds=300)
    before = nb.page.evaluate(COUNT)
    panel = nb.cell(2).get_by_role("region", name="Playground")
    x = panel.get_by_label("x", exact=True)
    x.fill("21")
    x.press("Enter")
    panel.get_by_role("row", name="double").get_by_text("42").wait_for()

    panel.get_by_role("button", name="Sweep").click()
    panel.get_by_text("25 calls done.").wait_for()
    panel.get_by_role("img", name=re.compile("^double over x")).wait_for()
    nb.screenshot("lab-play-light")

    # A platform that stops is told, and forgotten by itself when it is back.
    data = DataDir(nb.lab.home / "platform")
    local.stop(data)
    panel.get_by_role("button", name="Predict", exact=True).click()
    away = panel.get_by_text("The platform does not answer; Deployed")
    away.wait_for()
    panel.get_by_text("Run %codex local").first.wait_for()
    nb.screenshot("lab-play-away-light")
    local.start(data)
    away.wait_for(state="hidden")

    panel.get_by_role("tab", name="JSON").first.click()
    editor = panel.get_by_label("Input as JSON")
    editor.fill("")
    editor.press_sequentially('{"x":\n 3}')
    assert editor.input_value() == '{"x":\n 3}'
    panel.get_by_role("button", name="Predict", exact=True).click()
    panel.get_by_text("KeyError: 'word'").first.wait_for()
    nb.dark()
    nb.page.locator("#jupyterlab-splash").wait_for(state="detached")
    nb.screenshot("lab-play-dark")

    # Keys typed in the panel were not taken for JupyterLab's own.
    assert nb.page.evaluate(COUNT) == before
    saved = nb.save()
    assert len(json.dumps(saved)) < 60 * 1024
    html = "".join("".join(o["data"].get("text/html", "")) for o in nb.outputs(2))
    assert "KeyError" in html
    assert nb.errors == []
    assert nb.foreign == []
    everything = "\n".join([nb.text(), *nb.sent, *nb.received, json.dumps(saved)])
    secrets = nb.lab.secrets()
    assert secrets
    assert [secret for secret in secrets if secret in everything] == []
