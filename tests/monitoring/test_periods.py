"""Calendar periods agree with those of the drift engine."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from codex_jupyter.drift.periods import group_rows
from codex_jupyter.server.monitoring.periods import PERIODS, span_at, span_of, spans

START = datetime(2023, 12, 20)  # noqa: DTZ001 - UTC, as everywhere on the platform


@pytest.mark.parametrize("unit", PERIODS)
def test_every_day_has_the_label_that_the_drift_engine_gives_it(unit):
    days = [START + timedelta(days=n) for n in range(900)]
    groups, labels = group_rows(pd.Series(days), unit, "day")
    for day, group in zip(days, groups.ids, strict=True):
        span = span_at(day, unit)
        assert span.label == labels[group]
        assert span.start <= day < span.end
        assert span_of(span.label, unit) == span
        assert span_of(f"{day:%Y-%m-%d}", unit) == span
        assert span.next().start == span.end


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("2026-W54", "Week"),
        ("2026-W00", "Week"),
        ("2026-13", "Month"),
        ("2026-Q5", "Quarter"),
        ("2026-02-30", "Day"),
        ("W14", "Week"),
        ("../../x", "Day"),
        ("", "Year"),
        ("0000", "Year"),
    ],
)
def test_what_is_no_period_is_refused_with_an_example(text, unit):
    with pytest.raises(ValueError, match="Write it as"):
        span_of(text, unit)


def test_a_range_of_periods_is_in_order_and_bounded():
    first, last = span_of("2026-W52", "Week"), span_of("2027-W02", "Week")
    labels = [span.label for span in spans(first, last)]
    assert labels == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    with pytest.raises(ValueError, match="is before"):
        list(spans(last, first))
    with pytest.raises(ValueError, match="more than 1000"):
        list(spans(span_of("2020-01-01", "Day"), span_of("2026-01-01", "Day")))
