"""The drift dashboard in a real JupyterLab: live while the kernel works, and saved."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.browser]

CELLS = [
    """%load_ext codex_jupyter
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
before = pd.DataFrame(rng.normal(size=(4000, 3)), columns=["income", "age", "ratio"])
after = pd.DataFrame(rng.normal(size=(4000, 3)), columns=["income", "age", "ratio"])
after["income"] += np.repeat(np.arange(4), 1000) / 3
after["at"] = pd.date_range("2026-01-05", periods=4000, freq="10min")""",
    "%codex drift before after --period week --date-col at",
    "import time; print('begun', flush=True); time.sleep(3600)",
]


def test_periods_are_walked_while_a_cell_runs_and_the_report_is_saved(notebook):
    nb = notebook(cells=CELLS)
    nb.run_cell(0)
    nb.run_cell(1)
    panel = nb.cell(1).get_by_role("region", name="Drift")
    panel.get_by_text("2026-W05 against the reference").wait_for()
    nb.screenshot("lab-drift-light")
    nb.page.evaluate(
        """() => { window.jupyterapp.commands.execute('notebook:run-cell'); }"""
    )
    nb.page.wait_for_function(
        """() => window.jupyterapp.shell.currentWidget.content
            .model.cells.get(2).outputs.length > 0"""
    )
    columns = panel.get_by_role("listbox")
    columns.focus()
    # Keys of the panel are none of JupyterLab's: its own "b" and "x" edit cells.
    for key in ("ArrowLeft", "ArrowLeft", "b", "x", "ArrowDown"):
        columns.press(key)
    panel.get_by_text("2026-W03 against the reference").wait_for()
    count = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
    assert nb.page.evaluate(count) == len(CELLS)
    nb.command("notebook:interrupt-kernel")
    nb.ready()
    with nb.page.expect_download() as saved:
        panel.get_by_role("button", name="HTML").click()
    assert "2026-W05" in saved.value.path().read_text("utf-8")
    nb.dark()
    nb.screenshot("lab-drift-dark")

    text = json.dumps(nb.save())
    assert len(text) < 60 * 1024
    nb.open()
    twin = nb.cell(1).get_by_text("before → after").filter(visible=True)
    twin.first.wait_for()
    assert [one for one in nb.errors if "Interrupt" not in one] == []
    assert nb.foreign == []
