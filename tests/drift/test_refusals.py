"""What cannot be compared is refused in words that say what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import compare, psi
from codex_jupyter.errors import DriftError

A = pd.DataFrame({"x": np.arange(300.0)})
MOMENTS = pd.Series(pd.date_range("2026-01-01", periods=300, freq="h", tz="UTC"))


def refusal(*sides, **options):
    with pytest.raises(DriftError) as error:
        compare(*sides, **options)
    return error.value


def test_a_result_without_columns_has_a_frame_with_the_usual_names():
    none = compare(pd.DataFrame(), pd.DataFrame())
    assert list(none.frame.columns) == list(compare(A, A).frame.columns)
    assert none.frame["psi"].empty
    assert compare(A, A, columns=[]).frame["psi"].empty
    assert none.figure("heatmap").data


@pytest.mark.parametrize("other", [range(300), ["2026-01-01"] * 300])
def test_time_zones_are_not_the_cure_for_other_types(other):
    for sides in ((MOMENTS, other), (other, MOMENTS)):
        with pytest.raises(DriftError) as error:
            psi(*sides)
        assert "tz_localize" not in str(error.value.hint)
        assert "time zone" in error.value.message


@pytest.mark.parametrize("columns", [{"x": [1, 2], "y": [1]}, {"x": 1}])
def test_columns_that_make_no_table_are_refused(columns):
    assert "reference data do not make a table" in refusal(columns, A).message


@pytest.mark.parametrize("thresholds", [5, ["x"], "x"])
def test_thresholds_are_given_by_column(thresholds):
    assert '{"income": 0.3' in refusal(A, A, thresholds=thresholds).hint


def test_bins_of_an_unknown_column_are_refused():
    assert "no column `X`" in refusal(A, A, bins={"X": 5}).message
    # A column that only one side has is no mistake.
    assert len(compare(A.assign(y=1), A, bins={"y": 5, "x": 4}).bins("x")) == 4


@pytest.mark.parametrize(
    "zones",
    [
        [pd.Timestamp("2026-01-01", tz=zone) for zone in ("UTC", "Asia/Tokyo")],
        ["2026-01-01T01:00+01:00", "2026-01-01T01:00+02:00"],
    ],
)
def test_dates_of_different_zones_are_refused(zones):
    error = refusal(A, A.assign(d=zones * 150), period="day", date_col="d")
    assert error.message == "The date column `d` holds dates of several time zones."
    assert "utc=True" in error.hint


def test_what_pandas_says_of_a_date_is_cut_to_one_sentence():
    error = refusal(A, A.assign(d="soon"), period="day", date_col="d")
    assert "\n" not in error.message
    assert "format=" not in error.message


def test_a_single_row_is_told_as_one():
    told = compare(A, A[:1]).sentences()
    assert any(text.startswith("Only 1 row on one side") for text in told)
