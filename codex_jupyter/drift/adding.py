"""Counts of the same reference, added up: parts of one period, or both of its sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from codex_jupyter.errors import DriftError

from .result import ColumnDrift, DriftResult

__all__ = ["add_counts", "beside"]

_EXAMPLES = 3


def add_counts(total: DriftResult, part: DriftResult) -> DriftResult:
    """The comparison of the rows of both, without periods.

    Args:
        total: what was counted so far.
        part: more rows, counted against the same reference under the same rule.

    Raises:
        DriftError: they have different references or columns.
    """
    if (total.reference_hash, total.like, list(total.columns)) != (
        part.reference_hash,
        part.like,
        list(part.columns),
    ):
        raise DriftError(
            "The two results have different references or columns.",
            hint="Compare both with the same reference_counts and columns.",
        )
    columns = {
        name: _added(one, part.columns[name]) for name, one in total.columns.items()
    }
    return replace(total, columns=columns)


def beside(left: DriftResult, right: DriftResult) -> DriftResult:
    """One result with the columns of both, counted against the same reference.

    Raises:
        DriftError: they have different references, or a column in common.
    """
    shared = set(left.columns) & set(right.columns)
    if left.reference_hash != right.reference_hash or shared:
        raise DriftError(
            "The two results do not stand beside each other.",
            hint="Give results of one reference without a column in common.",
        )
    return replace(left, columns={**left.columns, **right.columns})


def _added(one: ColumnDrift, more: ColumnDrift) -> ColumnDrift:
    if one.bins != more.bins:
        raise DriftError(
            f"`{one.name}` was counted in different bins.",
            hint="Compare both with the same reference_counts.",
        )
    current = np.asarray(one.current + more.current)
    current.setflags(write=False)
    examples = tuple(dict.fromkeys((*one.examples, *more.examples)))[:_EXAMPLES]
    return replace(one, current=current, examples=examples)
