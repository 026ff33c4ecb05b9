"""Deploying by the form in a real JupyterLab: watch it, break it, mend it, predict."""

from __future__ import annotations

import json

import pytest
from lab_kit import assert_clean, live, plain, see
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser]

SCORE = """import json
def score(data, base_path):
    return {"double": 2 * json.loads(data)[%r]}"""
CELLS = [
    "%load_ext codex_jupyter\n%codex local\nfactor = (2,)\nrow = {'x': 4}",
    SCORE % "<b>y</b>",
    "%codex deploy",
    SCORE % "x",
    "answer = %codex predict formed {'x': 4}\nanswer",
]
FORM, MENDED, PREDICT = 2, 3, 4


def test_a_form_that_fails_is_mended_and_deploys_again(notebook):
    nb = notebook(cells=CELLS)
    for index in range(3):
        nb.run_cell(index)
    form = live(nb.cell(FORM), "Deploy a model")
    form.get_by_label("Variable with the model").select_option("factor")
    form.get_by_label("Name", exact=True).click()
    # Typed key by key: none of them is a shortcut of the notebook.
    form.get_by_label("Name", exact=True).press_sequentially("formed")
    form.get_by_label("Group", exact=True).fill("forms")
    expect(form.get_by_text("A new group: it is made")).to_be_visible()
    form.get_by_role("button", name="Try on the sample").click()
    expect(form.get_by_role("region", name="Trial")).to_contain_text("<b>y</b>")
    nb.screenshot("lab-deploy-form-tried")

    form.get_by_label("Try it before the upload").uncheck()
    form.get_by_role("button", name="Deploy", exact=True).click()
    expect(form.get_by_role("alert").filter(has_text="<b>y</b>")).to_be_visible(
        timeout=120_000
    )
    nb.screenshot("lab-deploy-form-failed")
    mend = form.get_by_role("button", name="Mend and deploy again")
    expect(mend).to_be_visible()
    nb.run_cell(MENDED)
    nb.cell(FORM)
    mend.click()
    code = form.get_by_role("region", name="The line that does the same")
    expect(code).to_contain_text("['x']")
    form.get_by_role("button", name="Deploy", exact=True).click()
    again = form.get_by_role("button", name="Deploy a new version")
    expect(again).to_be_visible(timeout=120_000)
    see(form, "Deployed in")
    nb.screenshot("lab-deploy-form-deployed")

    nb.run_cell(PREDICT)
    assert "{'double': 8}" in plain(nb.outputs(PREDICT))
    saved = nb.save()
    assert len(json.dumps(saved)) < 40 * 1024
    assert_clean(nb)

    # A second deployment of the name says what it replaces; the page comes back as is.
    nb.page.reload()
    nb.ready()
    form = live(nb.cell(FORM), "Deploy a model")
    form.get_by_role("button", name="Deploy a new version").click()
    see(form, "Updates formed: this is version 3.")
    nb.dark()
    nb.cell(FORM)
    nb.screenshot("lab-deploy-form-dark")
    nb.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
    )
    nb.ready()
    form.get_by_label("Name", exact=True).fill("again")
    see(form, "kernel was restarted")
