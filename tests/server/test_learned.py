"""What is said of a field after the values it had, hostile ones included."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from decimal import Decimal

import pytest

from codex_jupyter.server.learned import FEWEST, MOST_CHOICES, learned


def test_numbers_have_a_range_and_quantiles():
    found = learned([None, *range(101), math.nan, math.inf, Decimal("7.5")])
    assert found == {
        "Kind": "number",
        "Count": 102,
        "Low": 0,
        "High": 100,
        "Quantiles": [5, 24, 49, 75, 95],
    }


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1] * (FEWEST - 1),
        [None] * 1000,
        [math.nan] * 100,
        [True, False] * 50,
        [1, "1"] * 50,
        [{"a": 1}] * 50,
        [[1]] * 50,
        [10**400] * 50,
        [f"text {at}" for at in range(100)],
        ["a" * 200] * 100,
        [str(at % (MOST_CHOICES + 1)) for at in range(1000)],
    ],
    ids=lambda values: str(values[:2])[:30],
)
def test_nothing_is_said_where_nothing_is_known(values):
    assert learned(values) is None


def test_texts_that_repeat_are_choices_the_most_frequent_first():
    values = ["Natal"] * 20 + ["São Luís"] * 30 + ["<b>"] * 10 + ["\ud800", ""] * 5
    found = learned(values)
    assert found["Choices"] == ["São Luís", "Natal", "<b>", "\ud800", ""]
    assert found["Count"] == 70


def test_dates_and_moments_have_a_first_and_a_last_one():
    days = [f"2026-01-{day:02}" for day in range(1, 31)]
    found = learned(days)
    assert (found["Kind"], found["Low"], found["High"]) == ("date", days[0], days[-1])
    assert learned([date(2026, 1, day) for day in range(1, 31)]) == found
    assert learned([datetime(2026, 1, day) for day in range(1, 31)]) == found  # noqa: DTZ001 - a table's
    moments = learned([f"{day}T10:00:00" for day in days])
    assert moments["Low"] == "2026-01-01T10:00:00"
    json.dumps(found)
