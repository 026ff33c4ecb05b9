"""Exact counts of a column in given bins, quickly.

A value's bin need not be looked up to count it: the number of values at or below each
inner edge is enough, and the differences of these are the counts. One comparison with
one edge runs at the memory's speed and releases the interpreter's lock, so ten bins
cost less than one binary search a value, and columns are counted side by side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .bins import Bins, number
from .columns import Codes, Column
from .rules import MISSING, UNSEEN, Rule

__all__ = ["WHOLE", "Found", "Groups", "count", "native", "threshold"]

Array = npt.NDArray[Any]
Counts = npt.NDArray[np.int64]

_CHUNK = 1 << 19
_EXAMPLES = 3


@dataclass(frozen=True)
class Groups:
    """Rows split into periods: `ids` is one group number a row, from 0 to `size`-1."""

    ids: Array
    size: int

    def together(self, values: Array) -> Array:
        """The values with each group's side by side."""
        return values if self.in_order else values[self.order]

    def counts(self, flags: Array) -> Any:
        """How many are true in each group, for flags in the order of `together`."""
        if self.size == 1:
            return np.count_nonzero(flags)
        return np.add.reduceat(flags, self.starts, dtype=np.int64)

    @cached_property
    def rows(self) -> Counts:
        """How many rows each group has; none has none."""
        return np.bincount(self.ids, minlength=self.size)

    @cached_property
    def starts(self) -> Counts:
        """Where each group begins."""
        return np.concatenate([[0], np.cumsum(self.rows)[:-1]])

    @cached_property
    def in_order(self) -> bool:
        """Whether the groups lie side by side already."""
        return self.size == 1 or bool((self.ids[1:] >= self.ids[:-1]).all())

    @cached_property
    def order(self) -> Array:
        """Positions that bring each group together."""
        return np.argsort(self.ids, kind="stable")


# All rows together; its ids are never read.
WHOLE = Groups(np.zeros(0, dtype=np.int64), 1)


def threshold(edge: float, dtype: np.dtype[Any], closed: str = "right") -> Any:
    """The largest value of the type that lies left of an edge, or None.

    `values <= threshold` then answers exactly what `values <= edge` asks (or
    `values < edge` for closed "left"), without converting the values: integers of any
    size stay exact, and float32 is compared as float32.
    """
    if dtype.kind == "f":
        exact = edge if closed == "right" else math.nextafter(edge, -math.inf)
        with np.errstate(over="ignore"):
            nearest = dtype.type(exact)
        too_far = float(nearest) > exact
        return np.nextafter(nearest, dtype.type(-np.inf)) if too_far else nearest
    whole = math.floor(edge) if closed == "right" else math.ceil(edge) - 1
    limits = np.iinfo(dtype)
    return None if whole < limits.min else dtype.type(min(whole, limits.max))


def native(value: Any, dtype: np.dtype[Any]) -> Any:
    """A number in a column's own type, or None when that type cannot hold it."""
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            made = dtype.type(value)
        return made if number(made) == value else None
    if not float(value).is_integer():
        return None
    limits = np.iinfo(dtype)
    return dtype.type(int(value)) if limits.min <= value <= limits.max else None


@dataclass
class Found:
    """What one batch of a column holds.

    Attributes:
        counts: shape (groups, bins + 2), missing and unseen last.
        extra: values that the reference lacks, each with its count per group; filled
            only for rules that give each of them a bin.
        examples: a few of those values as text.
    """

    counts: Counts
    extra: dict[Any, Counts] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


def count(bins: Bins, column: Column, groups: Groups, rule: Rule) -> Found:
    """Count a column that already has the bins' kind (see `aligned`)."""
    if isinstance(column, Codes):
        return _count_codes(bins, column, groups, rule)
    values = groups.together(np.ascontiguousarray(column.values))
    found = np.zeros((groups.size, bins.size + 2), dtype=np.int64)
    # Pieces that a processor's cache holds, where one group is all there is.
    step = _CHUNK if groups.size == 1 else max(len(values), 1)
    for at in range(0, len(values), step):
        part = values[at : at + step]
        _count_numbers(bins, part, groups, found)
    if bins.edges is not None or not found[:, UNSEEN].any():
        return Found(found)
    values = column.values
    known = [native(value, values.dtype) for value in bins.values or ()]
    fresh = ~np.isin(values, [value for value in known if value is not None])
    if values.dtype.kind == "f":
        fresh &= values == values
    return _unseen_numbers(bins, values[fresh], groups, fresh, found, rule)


def _count_numbers(bins: Bins, part: Array, groups: Groups, found: Counts) -> None:
    """Add the counts of numbers, arranged by group, to those found before."""
    rows = len(part) if groups.size == 1 else groups.rows
    missing: Any = groups.counts(part != part) if part.dtype.kind == "f" else 0
    found[:, MISSING] += missing
    before: Any = 0
    for place, edge in enumerate(bins.edges or ()):
        limit = threshold(edge, part.dtype, bins.closed)
        below: Any = 0 if limit is None else groups.counts(part <= limit)
        found[:, place] += below - before
        before = below
    if bins.edges is not None:
        found[:, len(bins.edges)] += rows - missing - before
        return
    for place, value in enumerate(bins.values or ()):
        same = native(value, part.dtype)
        if same is not None:
            equal = groups.counts(part == same)
            found[:, place] += equal
            before += equal
    found[:, UNSEEN] += rows - missing - before


def _unseen_numbers(
    bins: Bins, values: Array, groups: Groups, fresh: Array, found: Counts, rule: Rule
) -> Found:
    distinct, places = np.unique(values, return_inverse=True)
    examples = tuple(bins.text(number(value)) for value in distinct[:_EXAMPLES])
    if not rule.splits_unseen:
        return Found(found, {}, examples)
    ids = groups.ids[fresh] if groups.size > 1 else 0
    table = _table(places, ids, len(distinct), groups.size)
    found[:, UNSEEN] = 0
    extra = {
        number(value): per_group
        for value, per_group in zip(distinct, table.T, strict=True)
    }
    return Found(found, extra, examples)


def _table(places: Array, ids: Array | int, width: int, groups: int) -> Counts:
    """How often each place occurs in each group: shape (groups, width)."""
    flat = places if groups == 1 else ids * width + places
    return np.bincount(flat, minlength=groups * width).reshape(groups, width)


def _count_codes(bins: Bins, column: Codes, groups: Groups, rule: Rule) -> Found:
    width = bins.size + 2
    missing, unseen = width + MISSING, width + UNSEEN
    index = bins.index
    places = np.empty(len(column.labels) + 1, dtype=np.int64)
    places[:-1] = [index.get(label, unseen) for label in column.labels]
    places[-1] = missing  # a code of -1 stands for no value
    rows = places[column.codes]
    found = _table(rows, groups.ids, width, groups.size)
    if not found[:, UNSEEN].any():
        return Found(found)
    fresh = rows == unseen
    codes = np.asarray(column.codes)[fresh].astype(np.int64)
    present = np.flatnonzero(np.bincount(codes))
    examples = tuple(column.labels[code] for code in present[:_EXAMPLES].tolist())
    if not rule.splits_unseen:
        return Found(found, {}, examples)
    ids = groups.ids[fresh] if groups.size > 1 else 0
    table = _table(codes, ids, len(column.labels), groups.size)
    found[:, UNSEEN] = 0
    extra = {column.labels[code]: table[:, code] for code in present.tolist()}
    return Found(found, extra, examples)
