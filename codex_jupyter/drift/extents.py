"""The range that both sides share, for rules that cut equal widths over both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .aligning import as_numbers
from .columns import Numbers
from .fitting import Extent
from .tables import Source

__all__ = ["extents_of"]


def extents_of(sources: Sequence[Source], names: Sequence[str]) -> dict[str, Extent]:
    """Smallest and largest finite number of each numeric column over all sources."""
    made: dict[str, Extent] = {}
    for source in sources:
        for batch in source.batches(names):
            for name in names:
                column = as_numbers(batch.column(name))
                if isinstance(column, Numbers):
                    one = _extent(column)
                    made[name] = _joined(made[name], one) if name in made else one
    return {name: one for name, one in made.items() if one.rows}


def _extent(column: Numbers) -> Extent:
    values = column.values
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if not len(values):
        return Extent(None, None, 0, column.values.dtype)
    return Extent(values.min(), values.max(), len(values), column.values.dtype)


def _joined(one: Extent, other: Extent) -> Extent:
    if not one.rows or not other.rows:
        return other if not one.rows else one
    dtype: np.dtype[Any] = np.result_type(one.dtype, other.dtype)
    return Extent(
        min(one.low, other.low),
        max(one.high, other.high),
        one.rows + other.rows,
        dtype,
    )
