"""A journey through the classic notebook, on the server that JupyterLab is on."""

from __future__ import annotations

import nbformat
import pytest
from lab_kit import live, see
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# A first cell without widgets: ipywidgets loses those made before its part of the page
# has heard of a new kernel's comms.
CELLS = ["%load_ext codex_jupyter", "%codex local", "%codex deploy"]
(_LOAD, START, FORM) = range(len(CELLS))
READY = """() => window.Jupyter?.notebook?.kernel?.is_connected()
    && requirejs.defined('nbextensions/jupyter-js-widgets/extension')
    && Jupyter.notebook.kernel.widget_manager !== undefined"""
RUN = "(index) => Jupyter.notebook.execute_cells([index])"
DONE = """(index) =>
    Number.isInteger(Jupyter.notebook.get_cell(index).input_prompt_number)"""
CELLS_LEFT = "Jupyter.notebook.ncells()"


def test_panels_live_in_the_classic_notebook_and_what_is_typed_deletes_no_cell(
    lab, chromium
):
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nb = nbformat.v4.new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(nb, lab.root / "work" / "classic.ipynb")
    context = chromium.new_context(color_scheme="dark")
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{lab.address}/nbclassic/notebooks/classic.ipynb")
    page.wait_for_function(READY)
    cell = page.locator("#notebook .cell").nth
    for index in range(len(CELLS)):
        page.evaluate(RUN, index)
        page.wait_for_function(DONE, arg=index)
    see(live(cell(START), "Embedded platform"), "Running")
    form = live(cell(FORM), "Deploy a model")
    # The focus moves inside the panel: the page sees only that it came.
    form.get_by_role("button", name="Try on the sample").focus()
    field = form.get_by_label("Name", exact=True)
    field.focus()
    field.press_sequentially("ddx")
    for key in ("Delete", "Shift+Enter"):
        field.press(key)
    expect(field).to_have_value("ddx")
    assert page.evaluate(CELLS_LEFT) == len(CELLS)
    # The page is white, whatever the system likes.
    expect(cell(FORM).locator("[data-cx-theme=light]")).to_be_visible()
    page.evaluate("Jupyter.notebook.kernel.restart()")
    see(form, "The kernel was restarted or shut down")
    page.evaluate("Jupyter.notebook.session.delete()")
    context.close()
