"""Results that were stored period by period, as one result over all periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from codex_jupyter.errors import DriftError

from .periods import filled
from .result import ColumnDrift, DriftResult
from .shap import ShapDrift

__all__ = ["join_periods", "join_shap"]


def join_periods(
    parts: Mapping[str, DriftResult | Mapping[str, Any] | None],
    period: str | None = None,
) -> DriftResult:
    """One result with a period for every part.

    Args:
        parts: from a period's label to its result, or to what `to_dict` wrote, or to
            None where there are no rows; the labels sort in the order of time, as
            2026-W14 and 2026-04 do.
        period: "Day", "Week", "Month", "Quarter" or "Year", where it is known.

    Returns:
        The periods in order, and those between them without rows. A column that a
        period lacks has no rows there.

    Raises:
        DriftError: there is no part, or the parts have different references.
    """
    results = {
        label: part if isinstance(part, DriftResult) else DriftResult.from_dict(part)
        for label, part in sorted(parts.items(), key=lambda item: item[0])
        if part is not None
    }
    if not results:
        raise DriftError(
            "There are no periods to join.",
            hint="Give at least one: {'2026-W14': result}",
        )
    labels = filled(parts)
    newest = max(results)
    last = results[newest]
    for label, one in results.items():
        if (one.reference_hash, one.like) != (last.reference_hash, last.like):
            raise DriftError(
                f"{label} was compared with another reference than {newest}.",
                hint="Compute the older periods again, with the reference of today.",
            )
    names = dict.fromkeys(name for one in results.values() for name in one.columns)
    columns = {name: _column(name, results, labels) for name in names}
    lacking = dict.fromkeys(n for one in results.values() for n in one.only_reference)
    extra = dict.fromkeys(n for one in results.values() for n in one.only_current)
    return DriftResult(
        columns,
        last.like,
        period,
        tuple(labels),
        sum(one.undated for one in results.values()),
        tuple(name for name in lacking if name not in columns),
        tuple(extra),
        last.reference_hash,
        last.against,
    )


def _column(
    name: str, results: Mapping[str, DriftResult], labels: list[str]
) -> ColumnDrift:
    there = [one.columns[name] for one in results.values() if name in one.columns]
    latest = there[-1]
    for one in there:
        if one.bins != latest.bins or not np.array_equal(
            one.reference, latest.reference
        ):
            raise DriftError(
                f"`{name}` was counted in other bins in some periods.",
                hint="Compute the older periods again, with the reference of today.",
            )
    none = np.zeros_like(latest.reference)
    rows = [
        results[label].columns[name].current
        if label in results and name in results[label].columns
        else none
        for label in labels
    ]
    table = np.array(rows, dtype=np.int64)
    examples = dict.fromkeys(value for one in there for value in one.examples)
    return replace(
        latest,
        current=table.sum(axis=0),
        periods=table,
        examples=tuple(examples)[:3],
    )


def join_shap(parts: Iterable[ShapDrift | Mapping[str, Any]]) -> ShapDrift:
    """One SHAP drift over the periods of all parts, in the order of their labels.

    Args:
        parts: results over the same features, or what `to_dict` wrote.

    Raises:
        DriftError: there is no part, or they have other features or share a period.
    """
    given = [
        one if isinstance(one, ShapDrift) else ShapDrift.from_dict(one) for one in parts
    ]
    if not given:
        raise DriftError(
            "There are no SHAP results to join.", hint="Give at least one."
        )
    first = given[0]
    labels = [label for one in given for label in one.periods]
    if len(set(labels)) < len(labels):
        raise DriftError(
            "Two SHAP results are of the same period.",
            hint="Give each period once.",
        )
    if any(one.features != first.features for one in given):
        raise DriftError(
            "The SHAP results have different features.",
            hint="Compute the older periods again.",
        )
    order = np.argsort(np.array(labels, dtype=object), kind="stable")

    def stacked(name: str, *, training: bool) -> Any:
        tables = [getattr(one, name) for one in given]
        live = np.vstack([table[training:] for table in tables])[order]
        return np.vstack([tables[0][:1], live]) if training else live

    rows = [count for one in given for count in one.rows[1:]]
    return ShapDrift(
        first.features,
        tuple(labels[place] for place in order),
        stacked("mean_abs", training=True),
        stacked("mean", training=True),
        stacked("psi", training=False),
        stacked("psi_input", training=False),
        (first.rows[0], *(rows[place] for place in order)),
    )
