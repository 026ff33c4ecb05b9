"""Calendar periods: which one a row belongs to, and what it is called."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from codex_jupyter.errors import DriftError

from .counting import Groups

__all__ = ["PERIODS", "filled", "gaps_between", "group_rows", "period_named"]

PERIODS = ("Day", "Week", "Month", "Quarter", "Year")
_UNDATED = np.iinfo(np.int64).min
# A longer pause is told in words: one stray date of 1970 hides all else otherwise.
_LONGEST_SHOWN = 100
_ZONES = "dates of several time zones"
_SHAPES = {
    "Day": re.compile(r"\d{4}-\d\d-\d\d"),
    "Week": re.compile(r"(\d{4})-W(\d\d)"),
    "Month": re.compile(r"\d{4}-\d\d"),
    "Quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "Year": re.compile(r"\d{4}"),
}


def period_named(period: str) -> str:
    """A period's name in its usual spelling, from any case.

    Raises:
        DriftError: for a word that is no period.
    """
    name = str(period).strip().capitalize()
    if name not in PERIODS:
        raise DriftError(
            f"period={period!r} is not a period.",
            hint=f"Use one of {', '.join(PERIODS)}.",
        )
    return name


def _ordinals(dates: npt.NDArray[Any], period: str) -> npt.NDArray[np.int64]:
    """One increasing number a period, for dates of type datetime64."""
    missing = np.isnat(dates)
    if period == "Week":
        # Day 0 was a Thursday; ISO weeks begin on Monday.
        found = (dates.astype("M8[D]").view(np.int64) + 3) // 7
    else:
        unit = {"Day": "D", "Month": "M", "Quarter": "M", "Year": "Y"}[period]
        found = dates.astype(f"M8[{unit}]").view(np.int64)
        if period == "Quarter":
            found = found // 3
    return np.where(missing, _UNDATED, found)


def _label(ordinal: int, period: str) -> str:
    if period == "Week":
        day = dt.date(1970, 1, 1) + dt.timedelta(days=ordinal * 7 - 3)
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if period == "Quarter":
        return f"{1970 + ordinal // 4}-Q{ordinal % 4 + 1}"
    unit = {"Day": "D", "Month": "M", "Year": "Y"}[period]
    return str(np.array(ordinal).astype(f"M8[{unit}]"))


def _places(labels: Sequence[str]) -> tuple[str, list[int]] | None:
    """What period sorted labels are of, and their ordinals; None if of none."""
    for period, shape in _SHAPES.items():
        if labels and all(shape.fullmatch(label) for label in labels):
            try:
                return period, [_ordinal(label, period) for label in labels]
            except ValueError:
                return None
    return None


def _ordinal(label: str, period: str) -> int:
    """The number that `_label` makes this label of."""
    if period == "Week":
        day = dt.date.fromisocalendar(int(label[:4]), int(label[-2:]), 1)
        return (day.toordinal() - dt.date(1970, 1, 1).toordinal() + 3) // 7
    if period == "Quarter":
        return (int(label[:4]) - 1970) * 4 + int(label[-1]) - 1
    unit = {"Day": "D", "Month": "M", "Year": "Y"}[period]
    return int(np.array(label, dtype=f"M8[{unit}]").astype(np.int64))


def filled(labels: Iterable[str]) -> list[str]:
    """Labels in order, with those of the periods between them that have no rows.

    A pause of more than 100 periods is left out, and so is everything between labels
    that are not those of calendar periods.
    """
    known = sorted(labels)
    if (found := _places(known)) is None:
        return known
    period, places = found
    made = known[:1]
    for before, now, label in zip(places, places[1:], known[1:], strict=False):
        if now - before - 1 <= _LONGEST_SHOWN:
            made += [_label(one, period) for one in range(before + 1, now)]
        made.append(label)
    return made


def gaps_between(labels: Iterable[str]) -> list[tuple[str, str]]:
    """The first and the last period of every pause between labels that have rows."""
    if (found := _places(sorted(labels))) is None:
        return []
    period, places = found
    return [
        (_label(before + 1, period), _label(now - 1, period))
        for before, now in itertools.pairwise(places)
        if now - before > 1
    ]


def group_rows(
    dates: pd.Series[Any], period: str, name: str
) -> tuple[Groups, list[str]]:
    """Which period each row is in.

    Args:
        dates: the date column, as moments, dates or ISO text; a moment with a time
            zone belongs to the day of its own zone.
        period: one of `PERIODS`.
        name: the column's name, for messages.

    Returns:
        The groups, and a label for each; "" is the group of rows without a date.

    Raises:
        DriftError: when a value is no date.
    """
    if pd.api.types.is_numeric_dtype(dates.dtype):
        raise DriftError(
            f"The date column `{name}` holds numbers.",
            hint=f"Use pandas.to_datetime(frame[{name!r}], unit=...) first.",
        )
    try:
        if isinstance(dates.dtype, pd.ArrowDtype):
            dates = dates.astype(object)
        if not pd.api.types.is_datetime64_any_dtype(dates.dtype):
            dates = _parsed(dates)
    except (ValueError, TypeError) as error:
        # Of dates with several zones pandas says that utc=True would read them.
        if "utc=True" in str(error) or _ZONES in str(error):
            raise DriftError(
                f"The date column `{name}` holds {_ZONES}.",
                hint="Bring them to one: pandas.to_datetime(frame"
                f"[{name!r}], utc=True)",
            ) from error
        raise DriftError(
            f"The date column `{name}` holds values that are no dates: {_first(error)}",
            hint="Dates as text are read as 2026-04-01 or 2026-04-01T12:30:00.",
        ) from error
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    ordinals = _ordinals(dates.to_numpy().astype("M8[us]"), period)
    distinct, ids = np.unique(ordinals, return_inverse=True)
    labels = ["" if one == _UNDATED else _label(int(one), period) for one in distinct]
    return Groups(ids, len(distinct)), labels


def _first(error: Exception) -> str:
    """The first sentence of an error of pandas; the rest is about its own options."""
    line = str(error).strip().partition("\n")[0]
    return line.partition(". ")[0].rstrip(".") + "."


def _parsed(dates: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(dates.dtype, pd.PeriodDtype):
        starts: pd.Series[Any] = dates.dt.to_timestamp()
        return starts
    if isinstance(dates.dtype, pd.CategoricalDtype):
        dates = dates.astype(dates.cat.categories.dtype)
    known = dates.dropna()
    found = pd.to_datetime(known, format="ISO8601")
    if not pd.api.types.is_datetime64_any_dtype(found.dtype):
        raise ValueError(_ZONES)
    return found.reindex(dates.index) if len(known) < len(dates) else found
