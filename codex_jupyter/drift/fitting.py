"""Finding the bins of a reference column, and counting it in the same stroke."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from codex_jupyter.errors import DriftError

from .aligning import without_infinite
from .bins import SHOWN, Bins, checked_edges, number
from .columns import Codes, Column
from .counting import WHOLE, count, threshold
from .rules import MISSING, Rule

__all__ = [
    "ColumnReference",
    "Extent",
    "fit_column",
    "numeric_bins",
    "quantile_edges",
    "quantile_ranks",
    "reference_of_values",
]

Array = npt.NDArray[Any]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ColumnReference:
    """One column of a reference: bins and counts, no data.

    Attributes:
        bins: how values are counted.
        counts: shape (bins + 2,), missing and unseen (always 0) last.
        folded_counts: how often each value under "(other)" occurs.
    """

    bins: Bins
    counts: Counts
    folded_counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Extent:
    """Smallest and largest finite value of both sides, for bins of equal width.

    Attributes:
        rows: finite values on both sides together.
        dtype: the type that both sides have together.
    """

    low: Any
    high: Any
    rows: int
    dtype: np.dtype[Any]


def shares_of(bins: int) -> Array:
    """The quantiles that cut `bins` bins, outer ones included.

    The detour over percent is pandas' own, so that a bin edge that meets a value
    falls on the same side as it does there.
    """
    shares: Array = np.linspace(0, 1, bins + 1) * 100 / 100
    return shares


def quantile_ranks(rows: int, bins: int) -> Array:
    """Which positions of a sorted column its bins are made from."""
    before = np.floor(shares_of(bins) * (rows - 1)).astype(np.int64)
    after = np.minimum(before + 1, rows - 1)
    return np.unique([*before, *after, rows // 2, rows - 1])


def quantile_edges(
    pick: Callable[[Array], Array], rows: int, bins: int
) -> tuple[float, ...]:
    """Linear quantiles, equal ones merged, as inner edges.

    Args:
        pick: gives the values at some positions of the sorted column.
        rows: how many values that column has.
        bins: how many bins are asked for.
    """
    places = shares_of(bins) * (rows - 1)
    before = np.floor(places).astype(np.int64)
    after = np.minimum(before + 1, rows - 1)
    low, high = pick(before).astype(float), pick(after).astype(float)
    rest = places - before
    step = high - low
    found = np.where(rest >= 0.5, high - step * (1 - rest), low + step * rest)
    return tuple(float(edge) for edge in np.unique(found)[1:-1])


def sturges_edges(extent: Extent) -> tuple[float, ...]:
    """Equal-width edges by numpy's "sturges", as if over both sides at once."""
    low, high = extent.dtype.type(extent.low), extent.dtype.type(extent.high)
    width = (high - low) / (np.log2(extent.rows) + 1.0)
    if extent.dtype.kind in "iu":
        width = max(width, 1)
    pieces = int(np.ceil((high - low) / width)) if width else 1
    edges = np.histogram_bin_edges(np.array([low, high]), bins=pieces)
    return tuple(float(edge) for edge in edges[1:-1])


def fit_column(
    column: Column,
    bins: int | Sequence[float],
    rule: Rule,
    extent: Extent | None = None,
) -> ColumnReference:
    """Bins and counts of one reference column.

    Args:
        column: all rows of the column.
        bins: how many quantile bins, or the inner edges themselves.
        rule: whose conventions to follow.
        extent: the range of both sides, where the rule cuts equal widths.
    """
    column = without_infinite(column, rule)
    if isinstance(column, Codes):
        return _fit_codes(column, rule)
    kind = Bins(column.kind, of="zoned" if column.aware else "text")
    if not isinstance(bins, int):
        fixed = replace(kind, edges=checked_edges(bins))
        return _counted(fixed, column, rule)
    values = np.sort(np.ascontiguousarray(column.values))
    valid = values
    if values.dtype.kind == "f":
        valid = values[: np.searchsorted(values, np.nan)]
    if not len(valid):
        counts = np.array([len(values), 0])
        return ColumnReference(Bins("empty", values=()), counts)
    changes = valid[1:] != valid[:-1]
    distinct, ends = None, np.zeros(0, dtype=np.int64)
    if np.count_nonzero(changes) < max(rule.few, 2):
        ends = np.append(np.flatnonzero(changes), len(valid) - 1)
        distinct = [number(value) for value in valid[ends]]
    made = numeric_bins(kind, distinct, Sorted(valid), bins, rule, extent)
    below: list[int]
    if made.edges is None:
        below = (ends[:-1] + 1).tolist()
    else:
        limits = [threshold(edge, valid.dtype, made.closed) for edge in made.edges]
        below = [
            0 if limit is None else int(np.searchsorted(valid, limit, side="right"))
            for limit in limits
        ]
    found = [*np.diff([0, *below, len(valid)]), len(values) - len(valid), 0]
    return ColumnReference(made, np.array(found, dtype=np.int64))


class Sorted:
    """The finite part of a sorted column, by position."""

    def __init__(self, values: Array) -> None:
        low, high = 0, len(values)
        if values.dtype.kind == "f":
            low = int(np.searchsorted(values, -np.inf, side="right"))
            high = int(np.searchsorted(values, np.inf, side="left"))
        self.values = values[low:high]
        self.rows = len(self.values)

    def pick(self, places: Array) -> Array:
        """The values at some positions."""
        found: Array = self.values[places]
        return found


class Order(Protocol):
    """A column's finite values in order, however they are kept."""

    rows: int

    def pick(self, places: Array) -> Array:
        """The values at some positions of the sorted column."""


def numeric_bins(
    kind: Bins,
    distinct: Sequence[Any] | None,
    order: Order,
    bins: int,
    rule: Rule,
    extent: Extent | None,
) -> Bins:
    """The rule's bins for a column of numbers that has at least one.

    Args:
        kind: empty bins of the right kind.
        distinct: the distinct values in order, or None when there are many.
        order: the finite values in order.
    """
    few = distinct is not None and len(distinct) <= rule.few
    if kind.kind == "boolean" or few:
        values = tuple(distinct or ())
        lonely = len(values) == 1 and kind.kind != "boolean" and order.rows
        if lonely and not rule.splits_unseen:
            return replace(kind, edges=(float(values[0]),))
        return replace(kind, values=values)
    if rule.numeric == "sturges" and extent is not None:
        return replace(kind, edges=sturges_edges(extent), closed="left")
    edges = quantile_edges(order.pick, order.rows, bins) if order.rows else ()
    if not edges and order.rows and rule.few:
        # All quantiles are one value: told apart as for a constant column, since a
        # single bin would be blind to any drift.
        middle, last = order.pick(np.array([order.rows // 2, order.rows - 1]))
        closed = "left" if middle == last else "right"
        return replace(kind, edges=(float(middle),), closed=closed)
    return replace(kind, edges=edges)


class Weighted:
    """Distinct finite values in order, each with its count."""

    def __init__(self, values: Sequence[Any], counts: Array) -> None:
        pairs = [
            (value, rows)
            for value, rows in zip(values, counts, strict=True)
            if np.isfinite(value)
        ]
        self._values = np.array([value for value, _ in pairs])
        self._ends = np.cumsum([rows for _, rows in pairs], dtype=np.int64)
        self.rows = int(self._ends[-1]) if pairs else 0

    def pick(self, places: Array) -> Array:
        """The values at some positions."""
        found: Array = self._values[np.searchsorted(self._ends, places, side="right")]
        return found


def counted_again(
    name: str, one: ColumnReference, rule: Rule, pieces: int | Sequence[float]
) -> ColumnReference:
    """A reference fitted under our rule, under another one, from its counts.

    Raises:
        DriftError: where the other rule cuts its bins from both sides' data.
    """
    bins, counts = one.bins, one.counts
    missing = int(counts[MISSING])
    if bins.kind == "categorical" and bins.values is not None:
        labels = (*bins.values, *bins.folded)
        rows = [*counts[: len(bins.values)].tolist(), *one.folded_counts]
        tally = dict(zip(labels, rows, strict=True))
        return reference_of_values(bins.of, tally, missing, rule)
    if bins.edges is not None and len(bins.edges) == 1 and not counts[1]:
        # One value only: other tools give it one bin.
        alone = replace(bins, edges=None, values=(number(bins.edges[0]),))
        return ColumnReference(alone, np.array([counts[0], missing, 0]))
    if bins.edges is not None:
        if rule.numeric == "sturges":
            raise DriftError(
                f"like={rule.name!r} cuts the bins of `{name}` from the data of both "
                "sides; a stored reference has only counts.",
                hint="Give the reference data itself: compare(train, now, like=...)",
            )
        return one
    if bins.kind == "boolean" or rule.few or not bins.values:
        return one
    if not isinstance(pieces, int):
        return one
    order = Weighted(bins.values, counts[:MISSING])
    made = numeric_bins(replace(bins, values=None), None, order, pieces, rule, None)
    values = np.array(bins.values, dtype=float)
    found = np.zeros(made.size + 2, dtype=np.int64)
    places = np.searchsorted(np.array(made.edges), values, side="left")
    np.add.at(found, places, counts[:MISSING])
    found[MISSING] = missing
    return ColumnReference(made, found)


def _counted(bins: Bins, column: Column, rule: Rule) -> ColumnReference:
    return ColumnReference(bins, count(bins, column, WHOLE, rule).counts[0])


def _fit_codes(column: Codes, rule: Rule) -> ColumnReference:
    codes = np.asarray(column.codes).astype(np.int64)
    found = np.bincount(codes + 1, minlength=len(column.labels) + 1)
    tally = {
        label: int(rows)
        for label, rows in zip(column.labels, found[1:], strict=True)
        if rows
    }
    return reference_of_values(column.of, tally, int(found[0]), rule)


def reference_of_values(
    of: str, tally: dict[str, int], missing: int, rule: Rule
) -> ColumnReference:
    """The reference of a categorical column, from how often each value occurs."""
    if not tally:
        return ColumnReference(Bins("empty", values=()), np.array([missing, 0]))
    ranked = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    shown = len(ranked) if rule.splits_unseen else SHOWN
    values, folded = ranked[:shown], ranked[shown:]
    bins = Bins(
        "categorical",
        of,
        values=tuple(value for value, _ in values),
        folded=tuple(value for value, _ in folded),
        has_other=bool(folded),
    )
    counts = [rows for _, rows in values]
    if folded:
        counts.append(sum(rows for _, rows in folded))
    return ColumnReference(
        bins,
        np.array([*counts, missing, 0], dtype=np.int64),
        tuple(rows for _, rows in folded),
    )
