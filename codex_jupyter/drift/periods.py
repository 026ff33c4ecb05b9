"""Calendar periods: which one a row belongs to, and what it is called."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from codex_jupyter.errors import DriftError

from .counting import Groups

__all__ = ["PERIODS", "group_rows", "period_named"]

PERIODS = ("Day", "Week", "Month", "Quarter", "Year")
_UNDATED = np.iinfo(np.int64).min


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
        raise DriftError(
            f"The date column `{name}` holds values that are no dates: {error}.",
            hint="Dates as text are read as 2026-04-01 or 2026-04-01T12:30:00.",
        ) from error
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    ordinals = _ordinals(dates.to_numpy().astype("M8[us]"), period)
    distinct, ids = np.unique(ordinals, return_inverse=True)
    labels = ["" if one == _UNDATED else _label(int(one), period) for one in distinct]
    return Groups(ids, len(distinct)), labels


def _parsed(dates: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(dates.dtype, pd.PeriodDtype):
        starts: pd.Series[Any] = dates.dt.to_timestamp()
        return starts
    if isinstance(dates.dtype, pd.CategoricalDtype):
        dates = dates.astype(dates.cat.categories.dtype)
    known = dates.dropna()
    found = pd.to_datetime(known, format="ISO8601")
    if not pd.api.types.is_datetime64_any_dtype(found.dtype):
        raise ValueError("different time zones in one column")
    return found.reindex(dates.index) if len(known) < len(dates) else found
