"""Thresholds of one's own, column by column, also where results are stored."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from codex_jupyter import figures
from codex_jupyter.drift import Bands, DriftResult, compare
from codex_jupyter.errors import DriftError

BEFORE = pd.DataFrame({"x": np.arange(2000.0), "y": np.arange(2000.0)})
# PSI of each is about 0.18: moderate by the usual bands.
NOW = pd.DataFrame({name: np.append(BEFORE["x"], BEFORE["x"][1250:]) for name in "xy"})
NOW["at"] = "2026-04-02"
RESULT = compare(BEFORE, NOW, period="week", date_col="at")


def levels(thresholds):
    return RESULT.judged(thresholds).frame["level"].to_dict()


def test_each_column_is_judged_by_its_own_thresholds():
    assert 0.1 < RESULT["x"].psi < 0.25
    assert levels(None) == {"x": "moderate", "y": "moderate"}
    assert levels({"x": {"significant": 0.05}})["x"] == "significant"
    assert levels({"x": {"moderate": 0.2}}) == {"x": "stable", "y": "moderate"}
    assert levels({"*": {"moderate": 0.2}, "y": {"moderate": 0.1}}) == {
        "x": "stable",
        "y": "moderate",
    }


def test_a_threshold_alone_brings_the_other_along_in_order():
    judged = RESULT.judged({"x": {"significant": 0.05}, "y": {"moderate": 0.4}})
    assert judged["x"].bands == Bands(0.05, 0.05)
    assert judged["y"].bands == Bands(0.4, 0.4)


def test_a_bare_number_is_the_significant_threshold():
    judged = compare(BEFORE, NOW, thresholds={"x": 0.05, "*": 0.4})
    assert judged["x"].bands == Bands(0.05, 0.05)
    assert judged["y"].bands == Bands(0.1, 0.4)
    assert judged.frame["level"].to_dict() == {"x": "significant", "y": "moderate"}
    assert judged.frame["significant"].to_dict() == {"x": 0.05, "y": 0.4}


def test_thresholds_reach_periods_words_and_figures():
    judged = RESULT.judged({"x": {"moderate": 0.2}})
    assert judged["x"].levels_over_periods() == ["stable"]
    assert judged.at("2026-W14")["x"].level == "stable"
    assert not any("`x` drifted" in text for text in judged.sentences())
    cells = dict(zip(*(figures.heatmap(judged).data[0][k] for k in "yz"), strict=True))
    assert cells["x"] != cells["y"]


def test_thresholds_are_stored_with_the_result():
    judged = RESULT.judged({"x": {"moderate": 0.2, "significant": 0.4}})
    stored = json.loads(json.dumps(judged.to_dict()))
    again = DriftResult.from_dict(stored)
    assert again["x"].bands == Bands(0.2, 0.4)
    assert again["y"].bands == Bands()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"z": {"moderate": 0.2}}, "`z` was not compared"),
        ({"x": "0.2"}, "neither a number nor a mapping"),
        ({"x": True}, "neither a number nor a mapping"),
        ({"x": 0}, "not a positive number"),
        ({"x": {}}, "neither a number nor a mapping"),
        ({"x": {"high": 1}}, "neither a number nor a mapping"),
        ({"x": {"moderate": -1}}, "not a positive number"),
        ({"x": {"moderate": float("nan")}}, "not a positive number"),
        ({"x": {"moderate": True}}, "not a positive number"),
        ({"x": {"moderate": "0.1"}}, "not a positive number"),
        ({"x": {"moderate": 0.4, "significant": 0.2}}, "wrong order"),
    ],
)
def test_thresholds_that_make_no_sense_are_named(given, said):
    with pytest.raises(DriftError, match=said):
        RESULT.judged(given)
