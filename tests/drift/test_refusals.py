"""What cannot be compared is refused in words that say what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import DriftReference, compare, psi, shap_drift
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


FILES = {
    "long.csv": ("x,c\n1,a,3\n2\n", "Expected 2 fields"),
    "semicolons.csv": ("x;c\n1;a\n", "sep=';', decimal=','"),
    "tabs.csv": ("x\tc\n1\ta\n", "sep='\\t'"),
    "empty.csv": ("", "cannot be read"),
    "names.csv": ("x,x\n1,2\n", "Several columns"),
    "broken.parquet": ("PAR1", "cannot be read"),
    "latin.csv": ("x\n" + "1\n" * 70_000 + "S\xe3o\n", "is not written in UTF-8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_told_with_what_to_do(tmp_path, name):
    content, said = FILES[name]
    path = tmp_path / name
    path.write_bytes(content.encode("latin-1"))
    error = refusal(path, A)
    assert said in f"{error.message} {error.hint}"
    assert ".." not in error.message
    assert name in error.message or name == "names.csv"


def test_results_are_told_in_a_line_and_shown_as_a_table():
    now = A + 100
    result = compare(A, now.assign(at="2026-04-02"), period="week", date_col="at")
    assert repr(result).startswith("DriftResult of 1 columns, 1 periods: 1 significant")
    assert repr(result["x"]).startswith("ColumnDrift('x', PSI ")
    assert "3 rows" in repr(DriftReference.fit(A[:3]))
    hostile = compare({"<b>": [1.0]}, {"<b>": [1.0]})
    assert "&lt;b&gt;" in hostile._repr_html_()
    assert "<b>" not in hostile._repr_html_()
    assert "ShapDrift of 1 features" in repr(shap_drift(A, {"2026-W14": now}))


def test_a_single_row_is_told_as_one():
    told = compare(A, A[:1]).sentences()
    assert any(text.startswith("Only 1 row on one side") for text in told)
