"""Calendar periods: names, labels, missing and odd dates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import DriftReference, DriftResult, compare
from codex_jupyter.errors import DriftError

BEFORE = pd.DataFrame({"x": np.arange(100.0)})


def by(dates, period="Day", **more):
    now = pd.DataFrame({"x": np.arange(float(len(dates)))})
    now["when"] = dates
    return compare(BEFORE, now, period=period, date_col="when", **more)


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("Day", "2026-04-02"),
        ("WEEK", "2026-W14"),
        ("month", "2026-04"),
        ("Quarter", "2026-Q2"),
        ("year", "2026"),
    ],
)
def test_each_period_has_its_label_in_any_case(period, label):
    result = by(pd.to_datetime(["2026-04-02 23:59:59.9"]), period)
    assert result.periods == (label,)
    assert result.period == period.capitalize()


@pytest.mark.parametrize("offset", [*range(-400, 400, 13), -100_000, 50_000])
def test_week_labels_are_those_of_the_iso_calendar(offset):
    day = dt.date(2021, 1, 1) + dt.timedelta(days=offset)
    year, week, _ = day.isocalendar()
    stamps = pd.Series([np.datetime64(day)]).astype("datetime64[s]")
    assert by(stamps, "Week").periods == (f"{year}-W{week:02}",)


def test_rows_without_a_date_are_in_no_period_and_are_told():
    result = by([pd.Timestamp("2026-04-02"), pd.NaT, None], "Week")
    assert result.periods == ("2026-W14",)
    assert result.undated == 2
    assert result["x"].current.sum() == 3
    assert result.at("2026-W14")["x"].current.sum() == 1
    assert "2 rows have no date and are in no period." in result.sentences()


def test_dates_that_are_all_missing_leave_no_periods():
    result = by([None, None], "Week")
    assert result.periods == ()
    assert result.undated == 2
    assert result.history.empty


def test_dates_out_of_order_are_sorted_into_their_periods():
    dates = pd.to_datetime(["2026-03-01", "2026-01-05", "2026-03-02", "2026-01-01"])
    result = by(dates, "Month")
    assert result.periods == ("2026-01", "2026-02", "2026-03")
    assert result.at("2026-01")["x"].current.sum() == 2


@pytest.mark.parametrize(
    ("period", "dates", "between", "told"),
    [
        ("Day", ["2024-02-28", "2024-03-01"], ["2024-02-29"], "in 2024-02-29."),
        (
            "Week",
            ["2026-12-21", "2027-01-18"],
            ["2026-W53", "2027-W01", "2027-W02"],
            "from 2026-W53 to 2027-W02.",
        ),
        ("Month", ["2025-12-31", "2026-02-01"], ["2026-01"], "in 2026-01."),
        ("Quarter", ["2025-12-31", "2026-04-01"], ["2026-Q1"], "in 2026-Q1."),
        ("Year", ["1969-12-31", "1971-01-01"], ["1970"], "in 1970."),
    ],
)
def test_a_period_without_rows_is_a_gap_and_no_drift(period, dates, between, told):
    result = by(pd.to_datetime(dates), period)
    assert list(result.periods[1:-1]) == between
    assert result.history.loc[between].isna().all(axis=None)
    assert result["x"].levels_over_periods()[1:-1] == ["empty"] * len(between)
    assert result.gaps == [(between[0], between[-1])]
    assert f"There are no records {told}" in result.sentences()
    again = DriftResult.from_dict(result.to_dict())
    assert again.gaps == result.gaps
    # The period before is the one that has rows.
    since = result.since_previous(result.periods[-1])
    assert since.against == result.periods[0]
    last = result.history_previous["x"].tolist()
    assert np.isnan(last[:-1]).all()
    assert last[-1] == pytest.approx(since["x"].psi)
    assert result.at(between[0])["x"].level == "empty"


def test_a_stray_date_is_told_and_does_not_push_out_all_others():
    result = by(pd.to_datetime(["1970-01-01", "2026-04-01", "2026-04-03"]))
    assert result.periods == ("1970-01-01", "2026-04-01", "2026-04-02", "2026-04-03")
    told = "There are no records from 1970-01-02 to 2026-03-31."
    assert told in result.sentences()


def test_many_pauses_are_counted():
    days = pd.to_datetime([f"2026-04-{day:02}" for day in range(1, 30, 2)])
    told = by(days).sentences()
    assert sum("no records in" in text for text in told) == 3
    assert "There are 11 earlier pauses without records." in told


@pytest.mark.parametrize(
    "dates",
    [
        ["2026-04-02", "2026-04-03T01:02:03"],
        [dt.date(2026, 4, 2), dt.date(2026, 4, 3)],
        pd.Series(["2026-04-02", "2026-04-03"]).astype("category"),
        pd.Series(pd.to_datetime(["2026-04-02", "2026-04-03"])).astype(
            "date32[pyarrow]"
        ),
        pd.period_range("2026-04-02", periods=2, freq="D"),
    ],
)
def test_dates_come_as_text_dates_categories_arrow_and_periods(dates):
    assert by(dates).periods == ("2026-04-02", "2026-04-03")


def test_a_moment_belongs_to_the_day_of_its_own_zone():
    late = pd.to_datetime(["2026-04-02 23:30"]).tz_localize("America/Sao_Paulo")
    assert by(late).periods == ("2026-04-02",)
    assert by(late.tz_convert("UTC")).periods == ("2026-04-03",)


@pytest.mark.parametrize("dates", [[1, 2], ["soon", "later"]])
def test_a_column_that_holds_no_dates_is_refused(dates):
    with pytest.raises(DriftError, match="date column `when` holds"):
        by(dates)


def test_unknown_periods_and_columns_are_refused():
    with pytest.raises(DriftError, match="Use one of Day, Week, Month"):
        by(["2026-04-02"], "fortnight")
    with pytest.raises(DriftError, match="belong together"):
        compare(BEFORE, BEFORE, period="Day")
    with pytest.raises(DriftError, match="no column `day`"):
        compare(BEFORE, BEFORE, period="Day", date_col="day")
    with pytest.raises(DriftError, match="one period at a time"):
        by(["2026-04-02"], like="evidently")


def test_a_period_is_compared_with_the_one_before():
    dates = pd.to_datetime(["2026-01-01"] * 60 + ["2026-02-01"] * 60)
    now = pd.DataFrame({"x": [*range(60), *range(40, 100)], "when": dates})
    result = compare(BEFORE, now, period="month", date_col="when")
    since = result.since_previous("2026-02")
    assert since.against == "2026-01"
    assert (since["x"].reference == result.at("2026-01")["x"].current).all()
    assert result.history_previous.loc["2026-02", "x"] == pytest.approx(since["x"].psi)
    assert np.isnan(result.history_previous.loc["2026-01", "x"])
    with pytest.raises(DriftError, match="no period with rows before"):
        result.since_previous("2026-01")
    with pytest.raises(DriftError, match="no rows in a period 2026-09"):
        result.at("2026-09")


def test_a_result_with_periods_survives_storage():
    result = by(pd.date_range("2026-01-01", periods=200, freq="D"), "week")
    again = DriftResult.from_dict(result.to_dict())
    pd.testing.assert_frame_equal(again.history, result.history)
    assert again.sentences() == result.sentences()
    with pytest.raises(DriftError, match="not a stored drift result"):
        DriftResult.from_dict({"columns": []})


def test_unseen_values_of_every_period_are_bins_for_tools_that_split_them():
    reference = DriftReference.fit({"c": ["a", "b"]})
    now = pd.DataFrame(
        {"c": ["a", "new", "newer"], "when": ["2026-01-01"] * 2 + ["2026-01-02"]}
    )
    options = {"period": "day", "date_col": "when"}
    ours = reference.compare(now, **options)
    assert ours["c"].periods[:, -1].tolist() == [1, 1]
    split = reference.compare(now, like="popmon", **options)
    assert split["c"].bins.values == ("a", "b", "new", "newer")
    assert split["c"].periods.tolist() == [[1, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0]]


def test_the_sentence_names_what_went_missing():
    rng = np.random.default_rng(0)
    before = pd.DataFrame({"income": rng.normal(size=1000)})
    now = before.where(rng.permutation(1000)[:, None] >= 400).assign(when="2026-04-02")
    result = compare(before, now, period="Week", date_col="when")
    assert result.at("2026-W14").sentences()[0] == "40 % of `income` became missing."
