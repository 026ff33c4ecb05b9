"""Fitting a reference from files larger than memory, in a few passes.

The first pass tells kinds, counts categories and few-valued numbers, and samples the
rest; the next ones find the exact quantiles (see `selection`); the last counts. Memory
is bounded by `_ROOM` values, whatever the number of rows, except that the distinct
values of a categorical column are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .aligning import aligned, without_infinite
from .bins import Bins, checked_edges, number
from .columns import Codes, Column, Numbers
from .counting import WHOLE, count
from .fitting import (
    ColumnReference,
    Extent,
    numeric_bins,
    quantile_ranks,
    reference_of_values,
)
from .reference import DriftReference
from .rules import Rule
from .selection import Selection, Thinned
from .tables import Source

__all__ = ["fit_stream"]

# Numbers held at once over all columns: 256 MB.
_ROOM = 1 << 25
_GLANCE = 1000


class _MixedFile(Exception):
    """A column was read as numbers in one batch and as text in another."""


class _Draft:
    """What is known of one column so far."""

    def __init__(self, name: str, bins: Any, rule: Rule, room: int) -> None:
        self.name, self.bins, self.rule = name, bins, rule
        self.kind: Bins | None = None
        self.missing = 0
        self.tally: dict[Any, int] = {}
        self.many = False
        self.sample = Thinned(room)
        self.made: ColumnReference | None = None
        self.counts: npt.NDArray[np.int64] | None = None
        self.selection: Selection | None = None
        self.fixed: Bins | None = None

    def look(self, column: Column) -> None:
        """The first pass."""
        column = without_infinite(column, self.rule)
        if column.void:
            self.missing += len(
                column.values if isinstance(column, Numbers) else column.codes
            )
            return
        if isinstance(column, Codes):
            self._meet(Bins("categorical", column.of))
            found = np.bincount(np.asarray(column.codes).astype(np.int64) + 1)
            self.missing += int(found[0])
            for code in np.flatnonzero(found[1:]).tolist():
                label = column.labels[code]
                self.tally[label] = self.tally.get(label, 0) + int(found[code + 1])
            return
        self._meet(Bins(column.kind, "zoned" if column.aware else "text"))
        values = valid(column.values)
        self.missing += len(column.values) - len(values)
        if not self.many:
            self._distinct(values)
        self.sample.add(finite(values))

    def _meet(self, kind: Bins) -> None:
        if self.kind is None:
            self.kind = kind
        known = {self.kind.kind, kind.kind}
        if len(known) > 1 and "categorical" in known:
            raise _MixedFile(self.name)
        if known == {"numeric", "boolean"}:
            self.kind = replace(kind, kind="numeric")

    def _distinct(self, values: npt.NDArray[Any]) -> None:
        limit = max(self.rule.few, 2)
        for part in (values[:_GLANCE], values[_GLANCE:]):
            if self.many:
                return
            for value, rows in zip(*np.unique(part, return_counts=True), strict=True):
                plain = number(value)
                self.tally[plain] = self.tally.get(plain, 0) + int(rows)
                if len(self.tally) > limit:
                    self.many = True
                    return

    def settle_first(self, extent: Extent | None, room: int) -> None:
        """What the first pass allows to settle."""
        if self.kind is None:
            self.made = ColumnReference(
                Bins("empty", values=()), np.array([self.missing, 0])
            )
        elif self.kind.kind == "categorical":
            self.made = reference_of_values(
                self.kind.of, self.tally, self.missing, self.rule
            )
        elif not isinstance(self.bins, int):
            self.fixed = replace(self.kind, edges=checked_edges(self.bins))
        elif self.many and self.rule.numeric == "sturges":
            self.fixed = numeric_bins(
                self.kind, None, _NoOrder(), self.bins, self.rule, extent
            )
        elif self.sample.seen:
            ranks = quantile_ranks(self.sample.seen, self.bins)
            self.selection = Selection(self.sample, ranks, room)

    def settle_bins(self) -> None:
        """The ranks are known, hence the bins."""
        if self.made is not None or self.fixed is not None or self.kind is None:
            return
        order = self.selection or _NoOrder()
        distinct = None if self.many else sorted(self.tally)
        assert isinstance(self.bins, int)  # noqa: S101 (edges settle earlier)
        made = numeric_bins(self.kind, distinct, order, self.bins, self.rule, None)
        self.fixed = made

    def count(self, column: Column) -> None:
        """The last pass."""
        assert self.fixed is not None  # noqa: S101 (settle_bins came first)
        column = without_infinite(aligned(self.name, self.fixed, column), self.rule)
        found = count(self.fixed, column, WHOLE, self.rule).counts[0]
        self.counts = found if self.counts is None else self.counts + found

    def reference(self) -> ColumnReference:
        """The column's part of the reference."""
        if self.made is not None:
            return self.made
        assert self.fixed is not None  # noqa: S101
        empty = np.zeros(self.fixed.size + 2, dtype=np.int64)
        return ColumnReference(
            self.fixed, empty if self.counts is None else self.counts
        )


class _NoOrder:
    rows = 0

    def pick(self, places: Any) -> Any:
        raise AssertionError(places)


def valid(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values that are not NaN."""
    return values[values == values] if values.dtype.kind == "f" else values


def finite(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values that are neither NaN nor infinite."""
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def fit_stream(
    source: Source,
    given: Mapping[str, Any],
    rule: Rule,
    extents: Mapping[str, Extent],
) -> DriftReference:
    """The reference of a table that is read in batches."""
    widest = max([one for one in given.values() if isinstance(one, int)], default=10)
    room = int(np.clip(_ROOM // (widest * max(len(given), 1)), 1 << 12, 1 << 20))
    while True:
        drafts = [_Draft(name, bins, rule, room) for name, bins in given.items()]
        try:
            rows = _first_pass(source, drafts)
            break
        except _MixedFile as mixed:
            # Only in a CSV does a column's type change on the way.
            source.read_as_text([str(mixed)])
    for draft in drafts:
        draft.settle_first(extents.get(draft.name), room)
    while pending := [
        draft for draft in drafts if draft.selection and not draft.selection.settled
    ]:
        _read_again(source, pending)
    for draft in drafts:
        draft.settle_bins()
    waiting = [draft for draft in drafts if draft.made is None]
    if waiting:
        for batch in source.batches([draft.name for draft in waiting]):
            for draft in waiting:
                draft.count(batch.column(draft.name))
    return DriftReference({draft.name: draft.reference() for draft in drafts}, rows)


def _first_pass(source: Source, drafts: Sequence[_Draft]) -> int:
    rows = 0
    for batch in source.batches([draft.name for draft in drafts]):
        rows += batch.rows
        for draft in drafts:
            draft.look(batch.column(draft.name))
    return rows


def _read_again(source: Source, pending: Sequence[_Draft]) -> None:
    for batch in source.batches([draft.name for draft in pending]):
        for draft in pending:
            column = batch.column(draft.name)
            if isinstance(column, Numbers) and draft.selection is not None:
                draft.selection.add(finite(column.values))
    for draft in pending:
        if draft.selection is not None:
            draft.selection.end_round()
