"""notebooks/drift.ipynb, executed from its first cell to its last on a platform."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from codex_jupyter.client import local
from codex_jupyter.config import DataDir

pytestmark = pytest.mark.platform

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "drift.ipynb"
KILOBYTE = 1024


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    work = tmp_path_factory.mktemp("work")
    book = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODEX_JUPYTER_HOME", str(home))
        patch.setenv("IPYTHONDIR", str(home / "ipython"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
        client = NotebookClient(
            book,
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": str(work)}},
        )
        try:
            client.execute()
        finally:
            local.stop(DataDir(home / "platform"))
    return book, work


def cell(book, start):
    (found,) = (one for one in book.cells if one.source.startswith(start))
    return found


def text(one):
    shown = [output.get("data", {}) for output in one.outputs]
    return "\n".join(data.get("text/plain", "") for data in shown)


def test_the_drift_is_found_in_the_production_records(executed):
    book, _ = executed
    told = text(cell(book, "report = %codex drift"))
    assert "■ co2" in told
    assert "○ week" in told or "· week" in told


def test_what_drifted_decides_and_costs_and_the_mended_model_does_not(executed):
    book, _ = executed
    assert "1982" in text(cell(book, "from codex_jupyter.drift import explain"))
    live = text(cell(book, "truth = ahead"))
    mended = text(cell(book, "STEADY"))

    def of_1982(table):
        return float(table.split("1982")[1].split()[0])

    assert of_1982(live) < -5
    assert abs(of_1982(mended)) < 1


def test_the_platform_finds_the_same_by_itself(executed):
    book, _ = executed
    told = text(cell(book, "%codex monitor air --run"))
    assert "drift of" in told
    assert "`co2`" in told
    told = text(cell(book, "%codex drift air"))
    assert "■ co2" in told
    assert "week moderate from 0.05, significant above 0.05" in told
    # Its level is what drifted, and what decides.
    assert "alert" in told or "drifted" in told


def test_three_dashboards_in_one_notebook_stay_small_and_hold_no_secret(executed):
    book, work = executed
    assert len(json.dumps(book)) < 150 * KILOBYTE
    assert (work / "air.html").stat().st_size < 150 * KILOBYTE
