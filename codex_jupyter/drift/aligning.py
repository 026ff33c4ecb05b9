"""Bringing a column to the kind that its reference has, or saying why it cannot be."""

from __future__ import annotations

import numpy as np

from codex_jupyter.errors import DriftError

from .bins import Bins, number_label
from .columns import Codes, Column, Numbers
from .rules import Rule

__all__ = ["aligned", "as_numbers", "without_infinite"]

_NUMERIC = ("numeric", "boolean")


def as_numbers(column: Column) -> Column:
    """A categorical of numbers as the numbers themselves; others as they are."""
    if isinstance(column, Codes) and column.numbers is not None:
        values = np.append(column.numbers.astype(float), np.nan)
        return Numbers("numeric", values[column.codes])
    return column


def without_infinite(column: Column, rule: Rule) -> Column:
    """The column as a tool sees it that drops infinite numbers with the missing."""
    if not rule.drops_infinite or not isinstance(column, Numbers):
        return column
    values = column.values
    if values.dtype.kind != "f" or not np.isinf(values).any():
        return column
    kept = np.where(np.isinf(values), values.dtype.type(np.nan), values)
    return Numbers(column.kind, kept, column.aware)


def _relabelled(column: Column, ending: str) -> Codes:
    """Numbers as labels, each distinct number once."""
    numbers = as_numbers(column)
    assert isinstance(numbers, Numbers)  # noqa: S101 (both callers hold numbers)
    distinct, codes = np.unique(numbers.values, return_inverse=True)
    if distinct.dtype.kind == "f" and len(distinct) and np.isnan(distinct[-1]):
        codes = np.where(codes == len(distinct) - 1, -1, codes)
        distinct = distinct[:-1]
    return Codes("mixed", codes, [number_label(v) + ending for v in distinct])


def _says(column: Column) -> str:
    if isinstance(column, Numbers):
        plain = {"numeric": "numbers", "boolean": "truth values"}
        kind = plain.get(column.kind, f"{column.kind} values")
        return kind + (" with a time zone" if column.aware else "")
    return {"text": "text", "number": "numbers"}.get(column.of, "mixed objects")


def _expected(bins: Bins) -> str:
    if bins.kind == "categorical":
        return {"text": "text", "number": "numbers"}.get(bins.of, "mixed objects")
    plain = {"numeric": "numbers", "boolean": "truth values"}
    kind = plain.get(bins.kind, f"{bins.kind} values")
    return kind + (" with a time zone" if bins.of == "zoned" else "")


def aligned(name: str, bins: Bins, column: Column) -> Column:
    """The column in the shape that `count` needs for these bins.

    Numbers, truth values and categoricals of numbers meet by value. A column without
    any value fits every reference.

    Raises:
        DriftError: when one side holds text and the other numbers, or the like.
    """
    rows = len(column.values if isinstance(column, Numbers) else column.codes)
    if bins.kind == "empty":
        return column
    if bins.kind == "categorical":
        if isinstance(column, Codes) and bins.of == "mixed" and column.of == "number":
            return _relabelled(column, " (number)")
        if isinstance(column, Codes) and (bins.of == "number") == (
            column.of == "number"
        ):
            return column
        if column.void:
            return Codes(bins.of, np.full(rows, -1), [])
        if isinstance(column, Numbers) and column.kind in _NUMERIC:
            if bins.of == "number":
                return _relabelled(column, "")
            if bins.of == "mixed":
                return _relabelled(column, " (number)")
        raise _mismatch(name, bins, column)
    column = as_numbers(column)
    if isinstance(column, Numbers):
        same = column.kind == bins.kind and column.aware == (bins.of == "zoned")
        if same or (column.kind in _NUMERIC and bins.kind in _NUMERIC):
            return column
    if column.void:
        return Numbers(bins.kind, np.full(rows, np.nan))
    raise _mismatch(name, bins, column)


def _mismatch(name: str, bins: Bins, column: Column) -> DriftError:
    text = f"`{name}` holds {_expected(bins)} in the reference and {_says(column)} here"
    said = {_expected(bins), _says(column)}
    hint = "Give the column the same type on both sides."
    if said == {"text", "numbers"}:
        side = "current" if _says(column) == "text" else "reference"
        hint = (
            f"Turn the text into numbers: {side}[{name!r}] = "
            f"pandas.to_numeric({side}[{name!r}])"
        )
    elif {one.removesuffix(" with a time zone") for one in said} == {"datetime values"}:
        hint = "Use tz_localize on the side without a zone, or tz_localize(None)."
    return DriftError(text + ".", hint=hint)
