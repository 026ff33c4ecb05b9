"""Counts of one column, gathered over batches and periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .counting import Found
from .fitting import ColumnReference
from .result import ColumnDrift
from .rules import MISSING, Rule

__all__ = ["Tally"]

Counts = npt.NDArray[np.int64]
_EXAMPLES = 3


class Tally:
    """Counts of one column so far.

    Args:
        name: the column.
        reference: its bins and reference counts.
        rule: whose conventions apply.
    """

    def __init__(self, name: str, reference: ColumnReference, rule: Rule) -> None:
        self.name = name
        self.bins = reference.bins
        self._reference = reference.counts
        self._rule = rule
        self._counts: dict[str, Counts] = {}
        self._extra: dict[Any, dict[str, int]] = {}
        self._examples: dict[str, None] = {}

    @property
    def labels(self) -> list[str]:
        """The periods met so far; "" holds the rows without a date."""
        return list(self._counts)

    def rows(self, label: str) -> int:
        """How many rows a period has."""
        found = self._counts.get(label)
        extra = sum(per_label.get(label, 0) for per_label in self._extra.values())
        return (0 if found is None else int(found.sum())) + extra

    def add(self, found: Found, labels: Sequence[str]) -> None:
        """Add a batch; `labels` names its groups."""
        for label, row in zip(labels, found.counts, strict=True):
            have = self._counts.get(label)
            self._counts[label] = row if have is None else have + row
        for value, per_group in found.extra.items():
            into = self._extra.setdefault(value, {})
            for label, rows in zip(labels, per_group, strict=True):
                into[label] = into.get(label, 0) + int(rows)
        for value in found.examples:
            if len(self._examples) < _EXAMPLES:
                self._examples[value] = None

    def drift(self, periods: Sequence[str]) -> ColumnDrift:
        """The column's result, with unseen values as bins where the rule says so."""
        width = self.bins.size + 2
        empty = np.zeros(width, dtype=np.int64)
        bins = self.bins.without_folded()
        reference = self._reference
        rows = [self._counts.get(label, empty) for label in periods]
        total = sum(self._counts.values(), empty)
        if self._extra:
            fresh = list(self._extra)
            bins = replace(bins, values=(*(bins.values or ()), *fresh))
            if bins.kind == "empty":
                bins = replace(bins, kind="categorical")
            reference = _widened(reference, [0] * len(fresh))
            rows = [
                _widened(row, [self._extra[value].get(label, 0) for value in fresh])
                for row, label in zip(rows, periods, strict=True)
            ]
            total = _widened(total, [sum(self._extra[v].values()) for v in fresh])
        table = np.array(rows, dtype=np.int64).reshape(len(rows), len(reference))
        for counts in (reference, total, table):
            counts.setflags(write=False)
        return ColumnDrift(
            self.name,
            bins,
            reference,
            total,
            table,
            tuple(self._examples),
            self._rule,
        )


def _widened(counts: Counts, extra: Sequence[int]) -> Counts:
    return np.concatenate([counts[:MISSING], extra, counts[MISSING:]]).astype(np.int64)
