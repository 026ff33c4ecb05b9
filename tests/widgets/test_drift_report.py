"""The drift report in the cell: small, honest, and only text from the data."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import compare
from codex_jupyter.errors import DriftError
from codex_jupyter.widgets.drift_report import report, stored_report

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
    assert {row.split("  ")[0] for row in rows[:2]} == {"■ column 3", "■ column 5"}


def test_what_data_says_is_text_and_nothing_comes_from_elsewhere(sides):
    found = report(HOSTILE, *sides)
    assert HOSTILE not in found.html
    assert "&lt;script&gt;" in found.html
    names = Elements(found.html).names
    assert names <= {
        *("div", "p", "strong", "span", "ul", "li", "svg", "path", "code"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }


def test_names_in_sentences_are_set_apart_as_the_dashboard_does(sides):
    found = report("a → b", *sides)
    assert ">column 5</code> became missing." in found.html
    assert "`" not in found.html
    assert "`column 5` became missing." in found.text


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
    assert found.html.count("■") + found.html.count("▲") <= alarms / 2


def test_the_numbers_behind_it_are_at_hand(sides):
    found = report("a → b", *sides)
    assert found.frame.loc["column 3", "level"] == "significant"
    receipt = found.bins("column 3")
    assert receipt["contribution"].sum() == pytest.approx(
        found.frame.loc["column 3", "psi"]
    )
    assert found.figure("distribution", column="column 3").data
    assert found.figure("averages").data
    for kind in ("impact", "shap_rank"):
        with pytest.raises(DriftError, match="no SHAP values here"):
            found.figure(kind)
    with pytest.raises(DriftError):
        found.bins("nothing")


def test_thresholds_of_ones_own_are_judged_by_and_told(sides):
    usual = report("a → b", *sides, columns=["column 3"])
    assert "thresholds of their own" not in usual.text
    found = report(
        "a → b",
        *sides,
        columns=["column 3", "column 4"],
        thresholds={"column 3": {"moderate": 90, "significant": 99}},
    )
    assert found.frame.loc["column 3", "level"] == "stable"
    assert not {"■", "▲"} & set(found.text)
    said = "column 3 moderate from 90, significant above 99"
    assert said in found.text
    assert said in found.html
    assert found.file("csv").splitlines()[1].count(",90.0,99.0,") == 1


def test_a_period_without_records_is_told_in_the_card(sides):
    before, after = sides
    after = after[~after["at"].dt.strftime("%G-W%V").isin(["2026-W10"])]
    found = report("a → b", before, after, period="week", date_col="at")
    assert found.html.count(">no records<") == 31 - 1
    assert "There are no records in 2026-W10." in found.text


def test_what_a_platform_stored_has_its_gaps_and_thresholds(sides):
    made = compare(*sides, columns=["column 3"], period="week", date_col="at")
    stored = {label: {"Drift": made.at(label).to_dict()} for label in made.periods[:3]}
    told = {
        "Periods": stored | {"2026-W09": {"Drift": None}},
        "Monitoring": {
            "Configuration": {"Thresholds": {"column 3": {"significant": 50.0}}},
            "Period": "Week",
        },
    }
    found = stored_report("m", lambda: told)
    assert found.frame.loc["column 3", "level"] == "moderate"
    assert found.result.periods[-1] == "2026-W09"
    assert found.html.count(">no records<") == len(found.result.periods) - 3
    asked = stored_report("m", lambda: told, thresholds={"column 3": 0.2})
    assert asked.frame.loc["column 3", "level"] == "significant"
    told["Periods"] = {"2026-W09": {"Drift": None}}
    assert stored_report("m", lambda: told) is None


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
