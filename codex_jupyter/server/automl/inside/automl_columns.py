"""Columns of a raw table made into numbers and categories, the same way each time.

A column is of one of four kinds: ``number``, ``flag`` (true or false), ``date``, or
``text`` (categories). What a model is asked with years later is another file or a
JSON text, so each kind is read from whatever form its values come in.
"""

from __future__ import annotations

import datetime
import decimal
import numbers
import re
from typing import Any, Dict, Iterable, List

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

NUMBER, FLAG, DATE, TEXT = "number", "flag", "date", "text"
MISSING = "missing"
"""The category that stands for no value."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*")
_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})?\Z")
_FLAGS = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}
_DAY = np.timedelta64(1, "D")
_EPOCH = np.datetime64("1970-01-01", "ns")
_LARGEST = np.finfo("float32").max
_LOOKED_AT = 10000


class DataError(ValueError):
    """The data cannot be used; the sentence says why and what to do."""


class Columns(TransformerMixin, BaseEstimator):
    """Picks the features and makes them numbers and categories.

    Args:
        kinds: the kind of every feature, by column.

    Raises:
        DataError: a column is missing, or holds a value that is not of its kind.
    """

    def __init__(self, kinds: Dict[str, str]) -> None:
        self.kinds = kinds

    def fit(self, X: Any, y: Any = None) -> "Columns":
        """Nothing is learnt: the kinds are given."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def transform(self, X: Any) -> Any:
        """A frame of floats and of texts, whose names every library takes.

        Numbers that are missing or infinite are NaN; of categories, missing is one.
        """
        absent = [name for name in self.kinds if name not in X.columns]
        if absent:
            shown = ", ".join("'%s'" % name for name in absent[:5])
            more = " and %d more" % (len(absent) - 5) if len(absent) > 5 else ""
            raise DataError(
                "The data has no column %s%s. The model needs: %s."
                % (shown, more, ", ".join(self.kinds))
            )
        names = plain_names(self.kinds)
        made = {}
        for name, kind in self.kinds.items():
            try:
                values = _READERS[kind](X[name])
            except (ValueError, TypeError, OverflowError) as error:
                text = "The column '%s' cannot be read: %s"
                raise DataError(text % (name, error)) from None
            if kind == DATE:
                made.update(_parts(names[name], values))
            else:
                made[names[name]] = values
        return pd.DataFrame(made, index=X.index)


def plain_names(columns: Iterable[str]) -> Dict[str, str]:
    """A name of letters, digits and underscores for each column, each once."""
    made: Dict[str, str] = {}
    taken = set()
    for column in columns:
        base = re.sub(r"[^A-Za-z0-9]+", "_", column).strip("_") or "column"
        name, number = base, 2
        while name in taken:
            name, number = "%s_%d" % (base, number), number + 1
        taken.add(name)
        made[column] = name
    return made


def kind_of(column: Any) -> str:
    """The kind of a column, seen from its values; "" where there is none for them."""
    types = pd.api.types
    if types.is_bool_dtype(column.dtype):
        return FLAG
    if types.is_numeric_dtype(column.dtype):
        return "" if types.is_complex_dtype(column.dtype) else NUMBER
    if types.is_datetime64_any_dtype(column.dtype):
        return DATE
    if types.is_timedelta64_dtype(column.dtype):
        return NUMBER
    if isinstance(column.dtype, pd.CategoricalDtype):
        return TEXT
    kind = _kind_of_objects(column.dropna().iloc[:_LOOKED_AT].tolist())
    if kind in (FLAG, NUMBER, DATE):
        try:
            _READERS[kind](column)
        except (ValueError, TypeError, OverflowError):
            # Further down there are other values.
            return TEXT
    return kind


def _kind_of_objects(values: List[Any]) -> str:
    if not values:
        return ""
    if all(isinstance(value, (bool, np.bool_)) for value in values):
        return FLAG
    if all(isinstance(value, (numbers.Real, decimal.Decimal)) for value in values):
        return NUMBER
    if all(isinstance(value, datetime.date) or _is_date(value) for value in values):
        return DATE
    if all(isinstance(value, (str, numbers.Real)) for value in values):
        return TEXT
    return ""


def example(column: Any, kind: str) -> List[Any]:
    """The values of a feature as JSON has them: dates as ISO text."""
    if kind == DATE:
        dates = [pd.Timestamp(value) for value in _dates(column)]
        whole = all(one.normalize() == one for one in dates if one is not pd.NaT)
        form = "%Y-%m-%d" if whole else "%Y-%m-%dT%H:%M:%S"
        return [None if one is pd.NaT else one.strftime(form) for one in dates]
    if kind == TEXT:
        given = column.astype(object)
        texts = _texts(column)
        return [
            None if missing else _json_text(value, text)
            for value, missing, text in zip(given, column.isna(), texts)
        ]
    values = _READERS[kind](column)
    if kind == FLAG:
        return [None if value != value else bool(value) for value in values]
    is_whole = pd.api.types.is_integer_dtype(column.dtype)
    return [
        None if value != value else int(value) if is_whole else float(value)
        for value in values
    ]


def _json_text(value: Any, text: str) -> Any:
    """A category in the form that it came in: a number stays one."""
    if isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_)):
        return int(value) if float(value).is_integer() else float(value)
    return text


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    found = _DATE.match(value.strip())
    return found is not None and _ZONE.match(value.strip(), found.end()) is not None


def _floats(column: Any) -> Any:
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        return column.dt.total_seconds().to_numpy()
    if column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype):
        given = column.astype(object).map(_bare)
        column = pd.to_numeric(given, errors="coerce")
        _refuse(given, column.isna() & given.notna(), "is no number.")
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    # Forests keep 32 bits: what is beyond them is as good as infinite.
    return np.where(np.abs(values) <= _LARGEST, values, np.nan)


def _bare(value: Any) -> Any:
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, str):
        # An empty field of a form is no value.
        return value.strip() or None
    return value


def _flags(column: Any) -> Any:
    if column.dtype == bool:
        return column.to_numpy(dtype="float64")
    keys = column.astype(object).where(column.notna(), None)
    texts = [None if key is None else str(key).strip().lower() for key in keys]
    for text in texts:
        if text and text not in _FLAGS:
            raise ValueError("'%s' is neither true nor false." % text[:60])
    return np.array([_FLAGS.get(text or "", np.nan) for text in texts], dtype="float64")


def _dates(column: Any) -> Any:
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        given = column.astype(object).where(column.notna(), None).map(_bare)
        is_date = given.map(lambda one: isinstance(one, datetime.date) or _is_date(one))
        _refuse(given, given.notna() & ~is_date, "is no date. Write YYYY-MM-DD.")
        # Far ones, such as 9999-12-31, have no place in nanoseconds: no value.
        column = pd.to_datetime(given, errors="coerce", utc=True, format="ISO8601")
    if getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return column.to_numpy(dtype="datetime64[ns]")


def _refuse(given: Any, is_wrong: Any, what: str) -> None:
    if is_wrong.any():
        raise ValueError("'%s' %s" % (str(given[is_wrong].iloc[0])[:60], what))


def _parts(name: str, dates: Any) -> Dict[str, Any]:
    """A date as numbers that a model can split: when, and where in year and week."""
    index = pd.DatetimeIndex(dates)
    return {
        name + "__days": ((dates - _EPOCH) / _DAY).astype("float64"),
        name + "__month": np.asarray(index.month, dtype="float64"),
        name + "__weekday": np.asarray(index.weekday, dtype="float64"),
    }


def _texts(column: Any) -> Any:
    """Categories as texts; a whole number has one form, whatever it was read as."""
    given = column.astype(object)
    made = {value: _text(value) for value in given[column.notna().to_numpy()].unique()}
    values = [MISSING if lost else made[one] for one, lost in zip(given, column.isna())]
    return np.array(values, dtype=object)


def _text(value: Any) -> str:
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    return str(value)


_READERS = {NUMBER: _floats, FLAG: _flags, DATE: _dates, TEXT: _texts}
