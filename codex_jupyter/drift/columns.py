"""One column of data, in the two shapes that the engine counts: numbers or codes.

Everything that a frame can hold arrives here: pandas with numpy, nullable, Arrow,
categorical and object columns, plain arrays, pyarrow and polars columns. What leaves
is row-aligned, with missing values marked in one way: NaN among numbers, -1 among
codes.
"""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .bins import number_label

__all__ = ["Codes", "Column", "Numbers", "from_array", "from_series", "moments"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Numbers:
    """Numbers, truth values or moments.

    Attributes:
        kind: "numeric", "boolean", "datetime" or "timedelta".
        values: one number a row; NaN is missing; moments are microseconds.
        aware: whether moments have a time zone (they are then in UTC).
    """

    kind: str
    values: Array
    aware: bool = False

    @property
    def void(self) -> bool:
        """Whether there is no value at all, so that any kind fits."""
        return self.values.dtype.kind == "f" and bool(np.isnan(self.values).all())


@dataclass(frozen=True)
class Codes:
    """Values of any other kind, as positions in a list of distinct labels.

    Attributes:
        of: "text", "number" (a categorical of numbers) or "mixed".
        codes: one position a row; -1 is missing.
        labels: the distinct values as text.
        numbers: the same values as numbers, for a categorical of numbers.
    """

    of: str
    codes: Array
    labels: Sequence[str]
    numbers: Array | None = None

    @property
    def void(self) -> bool:
        """Whether there is no value at all, so that any kind fits."""
        return not len(self.labels) or bool((self.codes < 0).all())


Column = Numbers | Codes


def moments(values: Array) -> Array:
    """datetime64 or timedelta64 of any unit as microseconds, NaT as NaN."""
    unit = "M8[us]" if values.dtype.kind == "M" else "m8[us]"
    whole = values.astype(unit)
    if not np.isnat(whole).any():
        return whole.view(np.int64)
    numbers = whole.view(np.int64).astype(float)
    numbers[np.isnat(whole)] = np.nan
    return numbers


def from_array(values: Array) -> Column:
    """A numpy array of any dtype, one dimension."""
    kind = values.dtype.kind
    if kind == "b":
        return Numbers("boolean", values.view(np.uint8))
    if kind in "iu":
        return Numbers("numeric", values)
    if kind == "f":
        if values.dtype.itemsize not in (4, 8):
            values = values.astype(float)
        return Numbers("numeric", values)
    if kind == "M":
        return Numbers("datetime", moments(values))
    if kind == "m":
        return Numbers("timedelta", moments(values))
    return from_objects(np.asarray(values, dtype=object))


def from_series(series: pd.Series[Any]) -> Column:
    """A pandas column of any dtype."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return from_array(series.to_numpy())
    if isinstance(dtype, pd.CategoricalDtype):
        return from_categories(
            series.cat.codes.to_numpy(), from_series(series.cat.categories.to_series())
        )
    if isinstance(dtype, pd.DatetimeTZDtype):
        plain = series.dt.tz_convert(None).to_numpy()
        return Numbers("datetime", moments(plain), aware=True)
    if isinstance(dtype, pd.ArrowDtype) or (
        isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"
    ):
        from .arrow import from_arrow

        return from_arrow(series.array.__arrow_array__())
    if isinstance(dtype, pd.PeriodDtype):
        return from_series(series.dt.to_timestamp())
    if isinstance(dtype, pd.SparseDtype):
        return from_array(np.asarray(series))
    if pd.api.types.is_numeric_dtype(dtype):
        return from_masked(series)
    return from_objects(np.asarray(series.astype(object)))


def from_masked(series: pd.Series[Any]) -> Numbers:
    """A nullable integer, float or boolean column."""
    kind = "boolean" if pd.api.types.is_bool_dtype(series.dtype) else "numeric"
    if series.isna().any():
        return Numbers(kind, series.to_numpy(dtype=float, na_value=np.nan))
    plain = series.to_numpy(dtype=series.dtype.type)
    return Numbers(kind, plain.view(np.uint8) if kind == "boolean" else plain)


def from_categories(codes: Array, categories: Column) -> Column:
    """A dictionary-encoded column: codes and the column of its distinct values."""
    if isinstance(categories, Numbers) and categories.kind == "numeric":
        values = np.asarray(categories.values)
        places = np.append(np.arange(len(values)), -1)
        places[:-1][values != values] = -1  # a category that is NaN is no category
        labels = [number_label(value) for value in values]
        return Codes("number", places[codes], labels, values)
    if isinstance(categories, Numbers):
        padded = np.append(categories.values.astype(float), np.nan)
        return Numbers(categories.kind, padded[codes], categories.aware)
    # The distinct values themselves may come as codes, with equal labels merged.
    inner = np.append(np.asarray(categories.codes), -1)
    return Codes(categories.of, inner[codes], categories.labels)


_REALS = (int, float, decimal.Decimal, fractions.Fraction, np.number)
_TRUTHS = (bool, np.bool_)


def from_objects(values: Array) -> Column:
    """Python objects, whatever they are; the column's kind is found by looking."""
    try:
        codes, distinct = pd.factorize(values)
    except TypeError:  # lists, dicts and other values that cannot be hashed
        labels = np.empty(len(values), dtype=object)
        labels[:] = [None if _is_missing(value) else _label(value) for value in values]
        codes, distinct = pd.factorize(labels)
        return Codes("mixed", codes, list(distinct))
    found = _from_distinct(list(distinct))
    if isinstance(found, Codes):
        return Codes(found.of, np.append(found.codes, -1)[codes], found.labels)
    if (codes >= 0).all():
        return Numbers(found.kind, found.values[codes], found.aware)
    padded = np.append(found.values.astype(float), np.nan)
    return Numbers(found.kind, padded[codes], found.aware)


def _from_distinct(values: list[Any]) -> Column:
    """A column of distinct values, none of them missing."""
    if not values:
        return Numbers("numeric", np.zeros(0))
    if all(isinstance(value, str) for value in values):
        return Codes("text", np.arange(len(values)), values)
    if all(isinstance(value, _TRUTHS) for value in values):
        return Numbers("boolean", np.array(values, dtype=np.uint8))
    if any(isinstance(value, _TRUTHS) for value in values):
        return _mixed(values)
    if all(isinstance(value, _REALS) for value in values):
        return Numbers("numeric", _reals(values))
    if all(isinstance(value, (dt.date, np.datetime64)) for value in values):
        return _datetimes(values)
    if all(isinstance(value, (dt.timedelta, np.timedelta64)) for value in values):
        return from_array(pd.to_timedelta(pd.Series(values)).to_numpy())
    return _mixed(values)


def _reals(values: list[Any]) -> Array:
    # Only integers may become integers: 2.5 must not become 2.
    if all(isinstance(value, (int, np.integer)) for value in values):
        try:
            return np.array([int(value) for value in values], dtype=np.int64)
        except OverflowError:
            pass
    return np.array([_float(value) for value in values])


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _mixed(values: list[Any]) -> Codes:
    codes, distinct = pd.factorize(np.array([_label(value) for value in values]))
    return Codes("mixed", codes, distinct.tolist())


def _label(value: Any) -> str:
    """A value of a mixed column; 1 and "1" stay apart, 1 and 1.0 do not."""
    if isinstance(value, str):
        return value
    if isinstance(value, (*_REALS, *_TRUTHS)):
        return f"{number_label(value)} (number)"
    return f"{value!r} ({type(value).__name__})"


def _is_missing(value: Any) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and value != value


def _datetimes(values: list[Any]) -> Column:
    zoned = {getattr(value, "tzinfo", None) is not None for value in values}
    if len(zoned) > 1:
        return _mixed(values)
    aware = zoned == {True}
    if aware:
        values = [value.astimezone(dt.UTC).replace(tzinfo=None) for value in values]
    made = np.array([np.datetime64(value, "us") for value in values], dtype="M8[us]")
    return Numbers("datetime", moments(made), aware=aware)
