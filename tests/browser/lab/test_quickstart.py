"""The quickstart in a real JupyterLab, as its reader meets it."""

from __future__ import annotations

import json

import pytest
from lab_kit import assert_clean, live, plain, see

pytestmark = [pytest.mark.browser]

# Cells of notebooks/quickstart.ipynb, by place.
LOAD, LOCAL, TRAIN, DEPLOY, PREDICT, MODELS, DOCS, CODE, DISABLE, RESTART = (
    *(1, 2, 4, 6, 8, 9, 11, 12, 14, 15),
)
KILOBYTE = 1024


def test_the_quickstart_from_the_first_cell_to_the_last(notebook):
    nb = notebook("quickstart.ipynb")
    for index in (LOAD, LOCAL, TRAIN):
        nb.run_cell(index)
    assert "platform at http://127.0.0.1:" in plain(nb.outputs(LOCAL))
    platform = live(nb.cell(LOCAL), "Embedded platform")
    see(platform, "Running")
    see(platform, "used by this notebook")
    nb.screenshot("lab-local-light")

    nb.run_cell(DEPLOY, seconds=300)
    panel = nb.cell(DEPLOY)
    see(panel, "Deployed in")
    nb.screenshot("lab-deploy-light")
    assert "scikit-learn==" in plain(nb.outputs(DEPLOY))

    nb.run_cell(PREDICT)
    assert "'malignant'" in plain(nb.outputs(PREDICT))
    nb.run_cell(MODELS)
    assert "breast-cancer" in plain(nb.outputs(MODELS))
    nb.run_cell(DOCS)
    execute_in_the_viewer(nb)
    nb.run_cell(CODE)
    assert "MLOPS_GROUP_TOKEN" in plain(nb.outputs(CODE))
    nb.run_cell(DISABLE)
    nb.run_cell(RESTART)
    assert "Deployed" in plain(nb.outputs(RESTART))
    nb.dark()
    nb.cell(DEPLOY)
    nb.screenshot("lab-deploy-dark")
    nb.cell(DOCS)
    nb.screenshot("lab-docs-dark")

    saved = nb.save()
    assert len(json.dumps(saved)) < 150 * KILOBYTE
    assert_clean(nb)


def execute_in_the_viewer(nb):
    viewer = nb.cell(DOCS)
    viewer.get_by_role("button", name="Predict with breast-cancer").first.click()
    viewer.get_by_role("button", name="Execute").click()
    see(viewer.locator(".live-responses-table"), "malignant")
    nb.screenshot("lab-docs-light")


CELLS = [
    "%load_ext codex_jupyter\n%codex local\nfactor = [2]",
    """%%codex deploy reloaded --model factor --schema {"x":1} --group reload
import json
def score(data, base_path):
    return {"double": 2 * json.loads(data)["x"]}""",
    "%codex docs reloaded",
    "answer = %codex predict reloaded {'x': 4}\nanswer",
]


def test_after_a_reload_the_panels_are_back_and_after_a_restart_they_are_honest(
    notebook,
):
    nb = notebook(cells=CELLS)
    for index in range(4):
        nb.run_cell(index)
    nb.save()
    nb.page.reload()
    nb.ready()
    see(live(nb.cell(2), "API documentation"), "Predict with reloaded")
    see(live(nb.cell(1), "Deployment status"), "Deployed in")
    nb.screenshot("lab-reloaded")

    nb.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
    )
    nb.ready()
    panel = nb.cell(1)
    panel.get_by_role("button", name="Disable").click()
    see(panel, "kernel was restarted")
    nb.screenshot("lab-restarted")

    # The deployment outlived the kernel: the platform is attached to, not started.
    nb.run_cell(0)
    assert "process" in plain(nb.outputs(0))
    nb.run_cell(3)
    assert "{'double': 8}" in plain(nb.outputs(3))
    nb.save()
    assert_clean(nb)


def test_a_failure_is_readable_where_the_user_is_and_the_next_run_mends_it(notebook):
    broken = """%%codex deploy mended --model factor --schema row --group m --no-check
import json
def score(data, base_path):
    return dict(y=json.loads(data)["<b>not there</b>"])"""
    mended = broken.replace("<b>not there</b>", "x")
    nb = notebook(cells=[CELLS[0] + "; row = {'x': 1}", broken, mended])
    nb.run_cell(0)
    nb.run_cell(1)
    cell = nb.cell(1)
    see(cell, "KeyError: '<b>not there</b>'")
    nb.screenshot("lab-failed")
    kinds = [output["output_type"] for output in nb.outputs(1)]
    assert "error" in kinds
    nb.run_cell(2)
    see(nb.cell(2), "Deployed in")
    nb.save()
    assert_clean(nb)


def test_typing_in_a_panel_is_not_taken_for_lab_shortcuts(notebook):
    # A model of its own: nothing is deployed, or shown, where nothing changed.
    typed = [CELLS[0], CELLS[1].replace("deploy reloaded", "deploy typed"), *CELLS[2:]]
    nb = notebook(cells=typed)
    for index in range(2):
        nb.run_cell(index)
    search = nb.cell(1).get_by_role("searchbox")
    search.click()
    search.press_sequentially("abxdd")
    count = nb.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
    )
    assert count == len(CELLS)
    assert search.input_value() == "abxdd"
