"""Dashboards in a saved notebook: several of them, and none of them heavy."""

from __future__ import annotations

import json

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

KILOBYTE = 1024
SETUP = """%load_ext codex_jupyter
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
names = [f"column {i}" for i in range(30)]
before = pd.DataFrame(rng.normal(size=(5000, 30)), columns=names)
after = pd.DataFrame(rng.normal(0.3, 1, size=(5000, 30)), columns=names)
after["at"] = pd.date_range("2026-01-01", periods=5000, freq="2h")"""
BY_WEEK = "%codex drift before after --period week --date-col at"


def test_three_dashboards_of_thirty_columns_stay_below_their_budget(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    sources = (SETUP, BY_WEEK, BY_WEEK, "report = %codex drift before after\nreport")
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    where = {"metadata": {"path": str(tmp_path)}}
    client = NotebookClient(book, kernel_name="python3", resources=where)
    client.execute()
    client.set_widgets_metadata()
    for cell in book.cells[1:]:
        live, twin = cell.outputs
        assert "application/vnd.jupyter.widget-view+json" in live.data
        assert "30 columns" in twin.data["text/plain"]
        assert len(json.dumps(cell)) < 150 * KILOBYTE
    state = book.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert len(json.dumps(state)) < 3 * 10 * KILOBYTE
    assert len(json.dumps(book)) < 3 * 150 * KILOBYTE
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(book)
    # The verdict table and the drawings of each, also where no script runs.
    for part in (">verdict</th>", "<svg"):
        assert page.count(part) >= 3
    assert page.count(">PSI by period</th>") >= 2
