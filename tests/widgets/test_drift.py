"""The dashboard's kernel half: one compact message, files, refreshing."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from widget_kit import until

from codex_jupyter.drift import DriftResult, compare, shap_drift
from codex_jupyter.errors import DriftError, InputError
from codex_jupyter.widgets.drift import DriftDashboard, DriftView

HOSTILE = "</script><script>alert(1)</script>"
RNG = np.random.default_rng(0)


def tables(columns=4, rows=2000):
    names = [*(f"x{i}" for i in range(columns - 1)), HOSTILE]
    before = pd.DataFrame(RNG.normal(size=(rows, columns)), columns=names)
    now = before.copy()
    now["x0"] += 1.5
    now.loc[::3, "x1"] = np.nan
    now["at"] = pd.date_range("2026-01-05", periods=rows, freq="h")
    return before, now


BEFORE, NOW = tables()
RESULT = compare(BEFORE, NOW, period="week", date_col="at")
SHAP = shap_drift(BEFORE, dict.fromkeys(RESULT.periods, BEFORE), drift=RESULT)
VIEW = DriftView(RESULT, SHAP, ("`x0` is above 0.25.",))


def counts_of(message, part):
    """The counts of every column, as the page takes them apart."""
    flat = np.frombuffer(part, "<f8" if message["wide"] else "<u4")
    height, start, found = len(message["periods"]) + 2, 0, {}
    for column in message["columns"]:
        size = height * len(column["labels"])
        found[column["name"]] = flat[start : start + size].reshape(height, -1)
        start += size
    assert start == len(flat)
    return found


def test_counts_travel_once_and_never_become_state():
    panel = DriftDashboard(VIEW, "a → b")
    panel._repr_mimebundle_()
    (message, buffers) = next(m for m in panel.comm.sent if m[0]["kind"] == "drift")
    found = counts_of(message, buffers[0])
    for name, one in RESULT.columns.items():
        assert (found[name][0] == one.reference).all()
        assert (found[name][1] == one.current).all()
        assert (found[name][2:] == one.periods).all()
    shape = (2 * (1 + len(RESULT.periods)) + len(RESULT.periods), len(SHAP.features))
    assert np.frombuffer(buffers[1], "<f8").size == shape[0] * shape[1]
    assert len(json.dumps(panel.get_state(), default=str)) < 4000
    panel.close()


def test_counts_beyond_32_bits_arrive_whole():
    data = RESULT.to_dict()
    for column in data["columns"].values():
        column["current"] = [30_000_000 * count for count in column["current"]]
    huge = DriftResult.from_dict(data)
    panel = DriftDashboard(DriftView(huge))
    panel.push()
    (message, buffers) = panel.comm.sent[-1]
    assert message["wide"]
    assert (counts_of(message, buffers[0])["x0"][1] == huge["x0"].current).all()
    panel.close()


def test_thresholds_and_alerts_of_a_platform_are_shown():
    stored = {
        label: RESULT.at(label).to_dict() | {"reference_hash": "h"}
        for label in RESULT.periods
    }
    view = DriftView.stored(
        json.loads(json.dumps(stored)),
        shap=[SHAP.to_dict()],
        thresholds={"x0": {"moderate": 9}},
        alerts=["`x1` is missing in 33 % of the rows."],
        period="Week",
    )
    panel = DriftDashboard(view)
    panel.push()
    message, _ = panel.comm.sent[-1]
    bands = {one["name"]: one["moderate"] for one in message["columns"]}
    assert bands["x0"] == 9
    assert bands["x1"] == 0.1
    assert message["alerts"] == ["`x1` is missing in 33 % of the rows."]
    assert "33 %" in panel.card().html
    assert message["against"] == "training"
    panel.close()


def test_the_reader_asks_again_and_gets_what_is_newer():
    given = [DriftView(RESULT.judged({"*": {"moderate": 9}}))]
    panel = DriftDashboard(VIEW, refresh=lambda: given.pop())
    panel.comm.say({"kind": "look", "id": "1"})
    until(lambda: panel.comm.of("reply"))
    assert panel.comm.of("drift")[-1]["columns"][0]["moderate"] == 9
    assert "moderate" not in panel.card().html.split("Grey is")[0]
    panel.comm.say({"kind": "look", "id": "2"})
    until(lambda: panel.comm.of("fault"))
    assert "IndexError" in panel.comm.of("fault")[0]["message"]
    panel.close()


def test_a_comparison_has_nowhere_to_look_again():
    panel = DriftDashboard(DriftView(RESULT))
    panel.comm.say({"kind": "look", "id": "1"})
    assert "nowhere" in panel.comm.of("fault")[0]["message"]
    with pytest.raises(InputError, match="columns"):
        DriftDashboard(DriftView(RESULT), columns=["x0"])
    panel.close()


def exported(kind, view=VIEW, title="a → b"):
    panel = DriftDashboard(view, title)
    wire = panel.comm
    wire.say({"kind": "export", "id": "1", "format": kind})
    until(lambda: wire.of("reply") or wire.of("fault"))
    panel.close()
    if faults := wire.of("fault"):
        raise DriftError(faults[0]["message"])
    content, parts = wire.sent[-1]
    return content["result"]["name"], parts[0]


def test_a_page_holds_the_counts_and_asks_nobody():
    name, content = exported("html", title=HOSTILE)
    assert name == "script-script-alert-1-script.html"
    text = content.decode()
    assert HOSTILE not in text
    assert "default-src 'none'" in html.unescape(text)
    assert not re.search(r"(src|href)=", text)
    packed = re.search(r'id="cx-data"[^>]*>([^<]+)<', text).group(1)
    data = json.loads(gzip.decompress(base64.b64decode(packed)))
    part = base64.b64decode(data["buffers"][0])
    assert (counts_of(data["message"], part)["x0"][0] == RESULT["x0"].reference).all()
    assert len(content) < 150 * 1024


def test_a_notebook_brings_the_result_back_without_the_data():
    name, content = exported("ipynb")
    assert name == "a-b.ipynb"
    made = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(made)
    names = {}
    cells = [cell.source for cell in made.cells if cell.cell_type == "code"]
    for source in cells:
        if "widgets" not in source:
            exec(source, names)  # what a reader of the notebook runs
    pd.testing.assert_frame_equal(names["result"].history, RESULT.history)
    pd.testing.assert_frame_equal(names["shap"].frame, SHAP.frame)
    assert "<script>" not in made.cells[0].source
    assert "DriftDashboard(DriftView(result, shap)" in cells[-1]


def test_a_table_has_a_row_a_column(tmp_path):
    _, content = exported("csv")
    (tmp_path / "t.csv").write_bytes(content)
    table = pd.read_csv(tmp_path / "t.csv", index_col="column")
    assert list(table.index) == list(RESULT.columns)
    label = RESULT.periods[-1]
    assert table.loc["x0", f"psi {label}"] == pytest.approx(
        RESULT.history.loc[label, "x0"], rel=1e-12
    )


def test_another_kind_of_file_is_refused():
    with pytest.raises(DriftError, match="cannot be written as"):
        exported("../../x")


def test_nothing_stored_is_an_error_that_says_so():
    with pytest.raises(DriftError, match="no periods"):
        DriftView.stored({})
