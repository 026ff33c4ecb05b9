"""Calendar periods in UTC: their labels, their first and last moments.

Labels are those of `codex_jupyter.drift`: 2026-04-01, 2026-W14, 2026-04, 2026-Q2, 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

PERIODS = ("Day", "Week", "Month", "Quarter", "Year")

_SHAPES = {
    "Day": re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z"),
    "Week": re.compile(r"(\d{4})-W(\d\d)\Z"),
    "Month": re.compile(r"(\d{4})-(\d\d)\Z"),
    "Quarter": re.compile(r"(\d{4})-Q([1-4])\Z"),
    "Year": re.compile(r"(\d{4})\Z"),
}
_EXAMPLES = {
    "Day": "2026-04-01",
    "Week": "2026-W14",
    "Month": "2026-04",
    "Quarter": "2026-Q2",
    "Year": "2026",
}
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """One period.

    Args:
        unit: one of `PERIODS`.
        start: its first moment, UTC without a zone.
        end: the first moment after it.
    """

    unit: str
    start: datetime
    end: datetime

    @property
    def label(self) -> str:
        """What it is called."""
        year = self.start.year
        if self.unit == "Week":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02}"
        if self.unit == "Quarter":
            return f"{year}-Q{(self.start.month + 2) // 3}"
        form = {"Day": "%Y-%m-%d", "Month": "%Y-%m", "Year": "%Y"}[self.unit]
        return self.start.strftime(form)

    def next(self) -> Span:
        """The period after this one."""
        return span_at(self.end, self.unit)


def span_at(moment: datetime, unit: str) -> Span:
    """The period that a moment is in."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "Day":
        return Span(unit, day, day + timedelta(days=1))
    if unit == "Week":
        start = day - timedelta(days=day.weekday())
        return Span(unit, start, start + timedelta(days=7))
    months = {"Month": 1, "Quarter": 3, "Year": 12}[unit]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    after = first.month + months
    return Span(
        unit,
        first,
        first.replace(year=first.year + (after > 12), month=(after - 1) % 12 + 1),
    )


def span_of(text: str, unit: str) -> Span:
    """The period of a label, or of a day.

    Raises:
        ValueError: it is neither; one sentence says what it looks like.
    """
    problem = (
        f"'{text[:20]}' is no {unit.lower()}. Write it as {_EXAMPLES[unit]}, or give "
        "a day of it such as 2026-04-01."
    )
    found = _SHAPES[unit].match(text) or _SHAPES["Day"].match(text)
    if found is None:
        raise ValueError(problem)
    parts = [int(part) for part in found.groups()]
    try:
        if len(parts) == 3:
            year, month, day = parts
            return span_at(datetime(year, month, day), unit)  # noqa: DTZ001 - UTC
        if unit == "Week":
            return span_at(datetime.fromisocalendar(parts[0], parts[1], 1), unit)
        month = 1 if unit == "Year" else parts[1]
        if unit == "Quarter":
            month = 3 * month - 2
        return span_at(datetime(parts[0], month, 1), unit)  # noqa: DTZ001 - UTC
    except ValueError:
        raise ValueError(problem) from None


def spans(first: Span, last: Span) -> Iterator[Span]:
    """The periods from one to another, both included.

    Raises:
        ValueError: the last is before the first, or there are too many.
    """
    if last.start < first.start:
        raise ValueError(f"{last.label} is before {first.label}.")
    for _ in range(_MOST):
        yield first
        if first.start >= last.start:
            return
        first = first.next()
    raise ValueError(f"That is more than {_MOST} periods; ask for fewer at a time.")
