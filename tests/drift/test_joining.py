"""Periods that were stored one by one are the same as those of one comparison."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import (
    DriftReference,
    compare,
    join_periods,
    join_shap,
    shap_drift,
)
from codex_jupyter.errors import DriftError

RNG = np.random.default_rng(0)
BEFORE = pd.DataFrame({"x": RNG.normal(size=900), "c": RNG.choice(list("abc"), 900)})
NOW = pd.DataFrame({"x": RNG.normal(0.4, 1, 900), "c": RNG.choice(list("abz"), 900)})
NOW["at"] = pd.date_range("2026-03-02", periods=900, freq="h")
REFERENCE = DriftReference.fit(BEFORE)
WHOLE = compare(BEFORE, NOW, period="week", date_col="at")
WEEKS = NOW["at"].dt.strftime("%G-W%V")


def stored(frame):
    return json.loads(json.dumps(REFERENCE.compare(frame).to_dict()))


def parts():
    return {week: stored(rows.drop(columns="at")) for week, rows in NOW.groupby(WEEKS)}


def test_stored_periods_join_to_what_one_pass_finds():
    given = parts()
    joined = join_periods(dict(reversed(given.items())), "Week")
    assert joined.periods == WHOLE.periods
    pd.testing.assert_frame_equal(joined.history, WHOLE.history)
    pd.testing.assert_frame_equal(joined.history_previous, WHOLE.history_previous)
    assert joined.frame.equals(WHOLE.frame)
    assert joined.period == "Week"


def test_a_column_that_one_period_lacks_has_no_rows_there():
    given = parts()
    week = WHOLE.periods[1]
    given[week] = stored(NOW[week == WEEKS][["x"]])
    joined = join_periods(given)
    assert joined.only_reference == ()
    assert joined["c"].levels_over_periods()[1] == "empty"
    assert np.isnan(joined.history.loc[week, "c"])


def test_periods_without_records_are_kept_at_the_ends_and_filled_between():
    given = {label: WHOLE.at(label).to_dict() for label in WHOLE.periods}
    first, last = WHOLE.periods[0], WHOLE.periods[-1]
    between = given.pop(WHOLE.periods[1])
    assert between
    joined = join_periods({"2026-W08": None, **given, "2026-W20": None})
    assert joined.periods[0] == "2026-W08"
    assert joined.periods[-1] == "2026-W20"
    assert set(WHOLE.periods) < set(joined.periods)
    rows = joined.rows_by_period
    assert rows[[first, last]].all()
    assert not rows[["2026-W08", WHOLE.periods[1], "2026-W20"]].any()
    assert joined.gaps == [(WHOLE.periods[1], WHOLE.periods[1])]
    with pytest.raises(DriftError, match="no periods"):
        join_periods({"2026-W08": None})


def test_periods_of_different_references_are_not_mixed():
    given = parts()
    other = DriftReference.fit(BEFORE[:500]).compare(NOW[:50])
    with pytest.raises(DriftError, match="another reference"):
        join_periods({**given, "2026-W01": other})
    with pytest.raises(DriftError, match="no periods"):
        join_periods({})
    with pytest.raises(DriftError, match="not a stored drift result"):
        join_periods({"2026-W01": {}})


def test_shap_of_periods_joins_to_what_one_pass_finds():
    base = pd.DataFrame(RNG.normal(size=(300, 3)), columns=list("abc"))
    weeks = {f"2026-W{i:02}": base * (1 + i / 9) for i in (8, 9, 10)}
    whole = shap_drift(base, weeks)
    one_by_one = [
        shap_drift(base, {week: frame}).to_dict() for week, frame in weeks.items()
    ]
    joined = join_shap(reversed(one_by_one))
    assert joined.periods == whole.periods
    assert joined.rows == whole.rows
    pd.testing.assert_frame_equal(joined.frame, whole.frame)
    with pytest.raises(DriftError, match="same period"):
        join_shap([*one_by_one, one_by_one[0]])
    other = shap_drift(base[["a"]], {"2026-W11": base[["a"]]})
    with pytest.raises(DriftError, match="different features"):
        join_shap([whole, other])
    with pytest.raises(DriftError, match="no SHAP"):
        join_shap([])
