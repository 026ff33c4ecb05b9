"""What the values that a field had say about it: a range, a list, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

FEWEST = 30
"""Values below which nothing is said: a range of a few would only mislead."""
MOST_CHOICES = 20

_LONGEST_CHOICE = 100
_LARGEST = 1e300  # as far as a page's numbers and their differences go
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?\Z")


def learned(values: Sequence[Any]) -> dict[str, Any] | None:
    """What is known of a field after these values.

    Args:
        values: JSON values, or those of a table; missing ones count for nothing.

    Returns:
        ``Kind`` (``number``, ``choice`` or ``date``), ``Count`` of the values, and
        ``Low``, ``High`` and ``Quantiles`` (5, 25, 50, 75 and 95 %) of numbers,
        ``Low`` and ``High`` of dates, ``Choices`` of texts, the most frequent first.
        None where they are too few, of several kinds, or texts that hardly repeat.
    """
    there = [plain for one in values if (plain := _plain(one)) is not None]
    if len(there) < FEWEST:
        return None
    if all(_is_number(one) for one in there):
        return _numbers(there)
    if all(isinstance(one, str) for one in there):
        return _texts(there)
    return None


def _plain(value: Any) -> Any:
    """A number or a text; None for what is missing; anything else as it is."""
    if isinstance(value, Decimal):
        value = float(value)
    if _is_number(value):
        return value if abs(value) < _LARGEST else None
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%dT%H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def _is_number(value: Any) -> bool:
    # True and False are integers to Python.
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(values: list[Any]) -> dict[str, Any]:
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        "Kind": "number",
        "Count": len(ordered),
        "Low": ordered[0],
        "High": ordered[-1],
        "Quantiles": [ordered[round(share * last)] for share in _QUANTILES],
    }


def _texts(values: list[str]) -> dict[str, Any] | None:
    for pattern in (_DATE, _MOMENT):
        if all(pattern.match(one) for one in values):
            return {
                "Kind": "date",
                "Count": len(values),
                "Low": min(values),
                "High": max(values),
            }
    counted = Counter(values)
    repeats = len(counted) <= MOST_CHOICES and len(counted) * 3 <= len(values)
    if not repeats or any(len(one) > _LONGEST_CHOICE for one in counted):
        return None
    return {
        "Kind": "choice",
        "Count": len(values),
        "Choices": [one for one, _ in counted.most_common()],
    }
