"""The drift report in the cell: small, honest, and only text from the data."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.errors import DriftError
from codex_jupyter.widgets.drift_report import report

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def sides():
    rng = np.random.default_rng(0)
    before = pd.DataFrame(rng.normal(size=(3000, 30)))
    before.columns = [f"column {i}" for i in range(29)] + [HOSTILE]
    after = before.copy()
    after["column 3"] += 1.5
    after.loc[:1500, "column 5"] = np.nan
    for frame in (before, after):
        frame["at"] = pd.date_range("2026-01-01", periods=3000, freq="h")
    return before, after


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.names = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        for key, value in attrs:
            assert not key.startswith("on")
            assert "http" not in (value or "")


def test_the_verdict_comes_first_and_the_worst_column_on_top(sides):
    found = report("before → after", *sides, columns=[f"column {i}" for i in range(9)])
    lines = found.text.splitlines()
    assert lines[0].startswith("before → after: 9 columns: 2 significant")
    assert any("`column 5` became missing" in line for line in lines[1:5])
    rows = [line for line in lines if "PSI" in line and "noise floor" in line]
    assert {row.split("  ")[0] for row in rows[:2]} == {"▲ column 3", "▲ column 5"}


def test_what_data_says_is_text_and_nothing_comes_from_elsewhere(sides):
    found = report(HOSTILE, *sides)
    assert HOSTILE not in found.html
    assert "&lt;script&gt;" in found.html
    names = Elements(found.html).names
    assert names <= {
        *("div", "p", "strong", "span", "ul", "li", "svg", "path"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }


def test_thirty_columns_over_periods_stay_below_150_kilobytes(sides):
    found = report("a → b", *sides, period="week", date_col="at")
    assert len(found.result.periods) > 12
    assert len(json.dumps(found._repr_mimebundle_())) < 150 * 1024


def test_a_period_with_few_rows_is_noise_and_not_an_alarm():
    rng = np.random.default_rng(1)
    before = pd.DataFrame({"x": rng.normal(size=5000)})
    after = pd.DataFrame({"x": rng.normal(size=60 * 20)})
    for frame in (before, after):
        frame["at"] = pd.date_range("2026-01-01", periods=len(frame), freq="24min")
    found = report("a → b", before, after, columns=["x"], period="day", date_col="at")
    # By the common bands alone many of these days of 60 rows would be alarms.
    alarms = int((found.result.history["x"].iloc[-12:] >= 0.1).sum())
    assert alarms >= 6
    assert found.html.count("◆") + found.html.count("▲") <= alarms / 2


def test_the_numbers_behind_it_are_at_hand(sides):
    found = report("a → b", *sides)
    assert found.frame.loc["column 3", "level"] == "significant"
    receipt = found.bins("column 3")
    assert receipt["contribution"].sum() == pytest.approx(
        found.frame.loc["column 3", "psi"]
    )
    assert found.figure("distribution", column="column 3").data
    with pytest.raises(DriftError):
        found.bins("nothing")


def test_hundreds_of_columns_are_cut_and_it_says_so():
    rng = np.random.default_rng(0)
    wide = pd.DataFrame(rng.normal(size=(200, 300))).rename(columns=str)
    found = report("a → b", wide, wide)
    assert "260 more columns are in .frame." in found.text
    assert len(found.frame) == 300


def test_files_are_compared_without_loading_them_first(sides, tmp_path):
    for name, frame in zip(("a", "b"), sides, strict=True):
        frame.to_parquet(tmp_path / f"{name}.parquet")
    found = report("a → b", tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert found.frame.loc["column 3", "level"] == "significant"


def test_an_empty_side_has_no_verdict_and_no_error(sides):
    before, _ = sides
    found = report("a → nothing", before, before.iloc[:0])
    assert set(found.frame["level"]) == {"empty"}
