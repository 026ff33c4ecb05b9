"""One journey through Notebook 7: every panel, then the saved file without a kernel."""

from __future__ import annotations

import json

import nbformat
import pytest
from lab_kit import assert_clean, live, plain, see
from nbconvert import HTMLExporter
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser]

SCORE = """import json
def score(data, base_path):
    return {"double": 2 * json.loads(data)[%r]}"""
CELLS = [
    """%load_ext codex_jupyter
%codex local
import numpy as np, pandas as pd
factor, row = (2,), {"x": 4}
rows = pd.DataFrame({"x": [1, 2, 3]})
rng = np.random.default_rng(0)
before = pd.DataFrame({"income": rng.normal(size=900)})
after = before + 1""",
    SCORE % "y",
    "%codex deploy",
    SCORE % "x",
    "%codex models",
    "%codex play seven",
    "%codex docs seven",
    """%%codex deploy seven-files --operation async --model factor --schema rows \\
  --group g
import os, shutil
def score(data_path, model_path):
    out = os.path.join(data_path, "out.csv")
    shutil.copy(os.path.join(data_path, os.environ["inputFileName"]), out)
    return out""",
    "scores = %codex predict seven-files rows --wait",
    "%codex drift before after",
    "%codex explain seven",
    "%codex executions",
    "%codex status seven",
    "%codex connect --lang pt-BR",
]
# Notebook 7 itself reads settings of an extension that it does not have, and restores
# what JupyterLab, open on the same server before, had open beside the notebook.
OF_JUPYTER = ("(reading 'schema')", "Command 'filebrowser:open-path' not registered")
(START, _BROKEN, FORM, MENDED, MODELS, PLAY, DOCS, FILES, RUN, DRIFT, WHY) = range(11)
LIST, STATUS, CONNECT = range(11, len(CELLS))
# What each panel's static twin says once nothing lives.
SAVED = {
    START: "http://127.0.0.1:",
    FORM: "Deployed in",
    MODELS: "seven",
    PLAY: "Answer of seven",
    DOCS: "Sample request",
    RUN: "It is done.",
    LIST: "Executions",
    STATUS: "Python 3.",
    DRIFT: "income",
    CONNECT: "Não conectado",
}


def deploy_break_and_mend(nb):
    form = live(nb.cell(FORM), "Deploy a model")
    form.get_by_label("Variable with the model").select_option("factor")
    form.get_by_label("Variable with a sample row").select_option("row")
    form.get_by_label("Name", exact=True).fill("seven")
    form.get_by_label("Group", exact=True).fill("g")
    form.get_by_label("Try it before the upload").uncheck()
    form.get_by_role("button", name="Deploy", exact=True).click()
    mend = form.get_by_role("button", name="Mend and deploy again")
    expect(mend).to_be_visible(timeout=120_000)
    see(form, "KeyError: 'y'")
    nb.run_cell(WHY)
    assert "The schema lacks y" in plain(nb.outputs(WHY))
    nb.run_cell(MENDED)
    nb.cell(FORM)
    mend.click()
    code = form.get_by_role("region", name="The line that does the same")
    expect(code).to_contain_text("['x']")
    form.get_by_role("button", name="Deploy", exact=True).click()
    again = form.get_by_role("button", name="Deploy a new version")
    expect(again).to_be_visible(timeout=120_000)
    see(form, "Deployed in")


def play(nb):
    panel = live(nb.cell(PLAY), "Playground")
    panel.get_by_label("x", exact=True).fill("21")
    panel.get_by_role("button", name="Predict", exact=True).click()
    panel.get_by_role("row", name="double").get_by_text("42").wait_for()
    panel.get_by_role("tab", name="Batch").click()
    panel.get_by_label("Rows from").fill("rows")
    panel.get_by_role("button", name="Predict all").click()
    see(panel, "3 rows in")
    nb.screenshot("notebook7-play")


def test_every_panel_works_in_notebook_7_and_is_readable_without_a_kernel(
    notebook, chromium
):
    nb = notebook(cells=CELLS, app="notebooks")
    for index in (START, _BROKEN, FORM):
        nb.run_cell(index)
    see(live(nb.cell(START), "Embedded platform"), "Running")
    deploy_break_and_mend(nb)
    nb.run_cell(MODELS)
    see(live(nb.cell(MODELS), "Models"), "seven")
    nb.run_cell(PLAY)
    play(nb)
    nb.run_cell(DOCS)
    viewer = live(nb.cell(DOCS), "API documentation")
    viewer.get_by_role("button", name="Predict with seven").first.click()
    viewer.get_by_role("button", name="Execute").click()
    see(viewer.locator(".live-responses-table"), "double")
    nb.run_cell(FILES)
    nb.run_cell(RUN)
    see(live(nb.cell(RUN), "Execution"), "Succeeded")
    nb.run_cell(DRIFT)
    see(live(nb.cell(DRIFT), "Drift"), "1 column drifted significantly")
    nb.run_cell(LIST)
    # Other notebooks of this platform may have made some before.
    see(live(nb.cell(LIST), "Executions"), "1 to ")
    nb.run_cell(STATUS)
    see(live(nb.cell(STATUS), "Deployment status"), "Deployed")
    nb.run_cell(CONNECT)
    see(live(nb.cell(CONNECT), "Conectar a uma plataforma"), "Não conectado")
    nb.screenshot("notebook7-end")
    saved = nb.save()
    assert len(json.dumps(saved)) < 150 * 1024
    nb.errors = [one for one in nb.errors if not any(own in one for own in OF_JUPYTER)]
    assert_clean(nb)

    nb.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
    )
    nb.ready()
    nb.cell(START).get_by_role("button", name="Refresh").click()
    see(nb.cell(START), "kernel was restarted")
    nb.page.reload()
    nb.ready()
    for index, text in SAVED.items():
        see(nb.cell(index), text)
    see(nb.cell(DRIFT), "Run the cell again for the live panel.")
    see(nb.cell(CONNECT), "Execute a célula de novo para ter o painel ao vivo.")
    nb.screenshot("notebook7-restarted")
    as_a_page(nb, chromium)


def as_a_page(nb, chromium):
    """What nbconvert makes of it shows the twins, and nothing of ours is a script."""
    book = nbformat.reads(nb.path.read_text("utf-8"), as_version=4)
    html, _ = HTMLExporter().from_notebook_node(book)
    for secret in nb.lab.secrets():
        assert secret not in html
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.set_content(html)
    cells = page.locator(".jp-Cell")
    for index, text in SAVED.items():
        see(cells.nth(index), text)
        ours = cells.nth(index).locator(".jp-OutputArea")
        assert ours.locator("script, style, link, iframe, img[src^=http]").count() == 0
    context.close()
